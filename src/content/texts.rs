//! The catalogue of texts and how their places are filled. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// A text as shipped.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipped {
    /// When it is used, for the settings page.
    pub about: String,
    /// The text with its `{places}`.
    pub body: String,
}

/// Every text as shipped, by key.
pub static SHIPPED: LazyLock<BTreeMap<String, Shipped>> = LazyLock::new(|| {
    // The file is embedded; a test parses it, so this cannot fail in a built binary.
    toml::from_str(include_str!("../../config/texts.toml")).unwrap_or_default()
});

/// The texts in force: shipped ones, replaced by those that were saved.
#[derive(Clone, Debug, Default)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Lays saved texts over the shipped ones.
    pub fn new(saved: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all: BTreeMap<String, String> =
            SHIPPED.iter().map(|(key, text)| (key.clone(), text.body.clone())).collect();
        all.extend(saved.into_iter().filter(|(key, _)| SHIPPED.contains_key(key)));
        Self(all)
    }

    /// The text in force with its places open; empty for an unknown key.
    pub fn body(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The text with its places filled. A line whose only content is an empty place is left out.
    pub fn fill(&self, key: &str, places: &[(&str, &str)]) -> String {
        fill(self.body(key), places)
    }
}

/// Fills `{name}` places; a line that becomes empty through an empty place is left out.
pub fn fill(body: &str, places: &[(&str, &str)]) -> String {
    let mut lines = Vec::new();
    for line in body.trim_end().lines() {
        let filled = fill_line(line, places);
        if filled.trim().is_empty() && !line.trim().is_empty() {
            continue;
        }
        lines.push(filled);
    }
    lines.join("\n")
}

/// One pass, so that a value which itself looks like a place stays as it is.
fn fill_line(line: &str, places: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('{') {
        let (before, from_open) = rest.split_at(open);
        out.push_str(before);
        let known = from_open.find('}').and_then(|close| {
            let name = &from_open[1..close];
            places.iter().find(|(n, _)| *n == name).map(|(_, value)| (close, *value))
        });
        match known {
            Some((close, value)) => {
                out.push_str(value);
                rest = &from_open[close + 1..];
            }
            None => {
                out.push('{');
                rest = &from_open[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The names of the places in a text.
pub fn places(body: &str) -> BTreeSet<&str> {
    body.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .filter(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
        .collect()
}

/// Why a changed text cannot be saved; `None` when it can.
pub fn refuse(key: &str, body: &str) -> Option<String> {
    let Some(shipped) = SHIPPED.get(key) else { return Some("没有这个文本。".into()) };
    if body.trim().is_empty() {
        return Some("文本不能为空。".into());
    }
    if body.len() > 1500 {
        return Some("文本太长：微信一条消息约 680 个汉字，请控制在 500 个汉字以内。".into());
    }
    let (wanted, given) = (places(&shipped.body), places(body));
    if let Some(missing) = wanted.iter().find(|name| !given.contains(**name)) {
        return Some(format!("缺少 {{{missing}}}：这个位置发送时会自动填入内容，请保留。"));
    }
    given
        .iter()
        .find(|name| !wanted.contains(**name))
        .map(|unknown| format!("{{{unknown}}} 不是这个文本可用的位置，请删去。"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_texts_parse_and_would_be_accepted() {
        assert!(SHIPPED.len() > 25);
        for (key, text) in SHIPPED.iter() {
            assert_eq!(refuse(key, &text.body), None, "{key}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_not_filled_again() {
        assert_eq!(fill("{a} {b}", &[("a", "{b}"), ("b", "x")]), "{b} x");
    }

    #[test]
    fn a_line_with_only_an_empty_place_disappears() {
        assert_eq!(fill("一\n{links}\n二", &[("links", "")]), "一\n二");
    }

    #[test]
    fn a_changed_text_must_keep_its_places() {
        assert!(refuse("joined", "已补充。").is_some_and(|why| why.contains("{")));
        assert!(refuse("thanks", "{name}，不客气").is_some());
        assert_eq!(refuse("thanks", "不用谢。"), None);
    }
}
