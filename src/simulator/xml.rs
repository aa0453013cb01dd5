//! Writes the XML of pushes (wechat-protocol.md §2.1).

use std::fmt::{Display, Write as _};

/// Builds elements one after the other.
#[derive(Default)]
pub(super) struct Writer(String);

impl Writer {
    /// A text element in CDATA.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let value = value.replace("]]>", "]]]]><![CDATA[>");
        let _ = write!(self.0, "<{name}><![CDATA[{value}]]></{name}>");
        self
    }

    /// A bare number.
    pub fn number(mut self, name: &str, value: impl Display) -> Self {
        let _ = write!(self.0, "<{name}>{value}</{name}>");
        self
    }

    /// An element around what is XML already.
    pub fn raw(mut self, name: &str, inside: &str) -> Self {
        let _ = write!(self.0, "<{name}>{inside}</{name}>");
        self
    }

    /// The elements without a root.
    pub fn inside(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::xml::Document;

    #[test]
    fn what_is_written_reads_back_even_with_a_closing_cdata_mark() {
        let text = "甲]]>乙 <a href=\"https://example.cn/?a=1&b=2\">链接</a> 😀";
        let inside = Writer::default().text("Content", text).number("CreateTime", 12).inside();
        let document = format!("<xml>{inside}</xml>");
        let read = Document::read(&document).unwrap();
        assert_eq!(read.root().value("Content"), Some(text));
        assert_eq!(read.root().number("CreateTime"), Some(12));
    }
}
