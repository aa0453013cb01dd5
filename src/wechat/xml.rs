//! A small tree of elements, read from the XML of pushes and replies (wechat-protocol.md §2.1).
//!
//! Forgiving where WeChat is loose (byte-order mark, white space, CDATA cut in pieces, repeated
//! elements, unknown names) and strict where an attacker would be creative: no document type, no
//! entities but the five predefined ones and character references, bounded depth and size.
//! Names and texts are borrowed from the input wherever they need no change.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Deepest nesting accepted; the deepest push known (MASSSENDJOBFINISH) needs five.
pub const MAX_DEPTH: usize = 8;
/// Most elements accepted in one document; a full mass-send result has fewer than 120.
pub const MAX_ELEMENTS: usize = 1_000;
/// Longest document accepted, in bytes. The web server's own limit is lower.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Why a document was refused. Carries no content of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// Not well-formed XML or JSON.
    #[error("the document is not well formed")]
    Malformed,
    /// A document type or an entity that is not predefined.
    #[error("the document declares or uses entities")]
    Forbidden,
    /// More than [`MAX_BYTES`], [`MAX_ELEMENTS`] or [`MAX_DEPTH`].
    #[error("the document is too large or too deep")]
    TooLarge,
}

/// A parsed document. Two documents are equal when names, texts and nesting are, whatever CDATA,
/// white space and references they were written with.
#[derive(PartialEq, Eq)]
pub struct Document<'a> {
    nodes: Vec<Node<'a>>,
}

/// One element: nodes lie in document order, so that a subtree is a run of deeper nodes.
#[derive(PartialEq, Eq)]
struct Node<'a> {
    name: Cow<'a, str>,
    text: Cow<'a, str>,
    depth: usize,
}

/// A view of one element and what is below it.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    /// Starts with the element itself; ends somewhere after its subtree.
    nodes: &'d [Node<'d>],
}

impl<'a> Document<'a> {
    /// Reads XML.
    ///
    /// # Errors
    /// [`TreeError`]; never panics, whatever the input.
    pub fn read(text: &'a str) -> Result<Self, TreeError> {
        if text.len() > MAX_BYTES {
            return Err(TreeError::TooLarge);
        }
        let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_ascii_whitespace());
        XmlReader { text, builder: Builder::new(), cdata: 0 }.run()
    }

    /// The root element.
    pub fn root(&self) -> Element<'_> {
        Element { nodes: &self.nodes }
    }
}

impl<'d> Element<'d> {
    /// The element's name, as written.
    pub fn name(self) -> &'d str {
        self.nodes.first().map_or("", |node| &node.name)
    }

    /// The element's own text; empty when it has none.
    pub fn text(self) -> &'d str {
        self.nodes.first().map_or("", |node| &node.text)
    }

    /// All elements below this one, each with how many levels below.
    fn below(self) -> impl Iterator<Item = (usize, Element<'d>)> {
        let own = self.nodes.first().map_or(usize::MAX, |node| node.depth);
        (1..self.nodes.len())
            .map(move |at| (self.nodes[at].depth, Element { nodes: &self.nodes[at..] }))
            .take_while(move |(depth, _)| *depth > own)
            .map(move |(depth, element)| (depth - own, element))
    }

    /// The direct children, in document order.
    pub fn children(self) -> impl Iterator<Item = Element<'d>> {
        self.below().filter(|(levels, _)| *levels == 1).map(|(_, element)| element)
    }

    /// The direct children called `name`.
    pub fn all(self, name: &'static str) -> impl Iterator<Item = Element<'d>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// All elements below this one, at any depth, in document order.
    pub fn subtree(self) -> impl Iterator<Item = Element<'d>> {
        self.below().map(|(_, element)| element)
    }

    /// All elements called `name` at any depth below.
    pub fn descendants(self, name: &'static str) -> impl Iterator<Item = Element<'d>> {
        self.subtree().filter(move |element| element.name() == name)
    }

    /// The first direct child called `name`.
    pub fn get(self, name: &'static str) -> Option<Element<'d>> {
        self.all(name).next()
    }

    /// The text of the first direct child called `name`, unless it is missing or empty.
    pub fn value(self, name: &'static str) -> Option<&'d str> {
        self.get(name).map(Element::text).filter(|text| !text.is_empty())
    }

    /// The same as an owned string.
    pub fn string(self, name: &'static str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    /// The same as a number; nothing when it is missing or not a number of that kind.
    pub fn number<T: std::str::FromStr>(self, name: &'static str) -> Option<T> {
        self.value(name)?.trim().parse().ok()
    }
}

/// Puts a tree together and keeps it within bounds; shared by the XML and the JSON reader.
pub(super) struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// Indices of the elements still open, outermost first.
    open: Vec<usize>,
}

impl<'a> Builder<'a> {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::with_capacity(24), open: Vec::with_capacity(MAX_DEPTH) }
    }

    /// Opens an element below the innermost open one.
    pub(super) fn open(&mut self, name: Cow<'a, str>) -> Result<(), TreeError> {
        let depth = self.open.len();
        if depth >= MAX_DEPTH || self.nodes.len() >= MAX_ELEMENTS {
            return Err(TreeError::TooLarge);
        }
        if depth == 0 && !self.nodes.is_empty() {
            return Err(TreeError::Malformed);
        }
        self.open.push(self.nodes.len());
        self.nodes.push(Node { name, text: Cow::Borrowed(""), depth });
        Ok(())
    }

    /// The text of the innermost open element.
    fn text(&mut self) -> Option<&mut Cow<'a, str>> {
        let at = *self.open.last()?;
        Some(&mut self.nodes[at].text)
    }

    /// Adds to the text of the innermost open element. U+0000 is left out: no database stores it.
    pub(super) fn append(&mut self, piece: Cow<'a, str>) -> Result<(), TreeError> {
        let piece = if piece.contains('\0') { Cow::Owned(piece.replace('\0', "")) } else { piece };
        let text = self.text().ok_or(TreeError::Malformed)?;
        if text.is_empty() {
            *text = piece;
        } else {
            text.to_mut().push_str(&piece);
        }
        Ok(())
    }

    /// Closes the innermost open element.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// The finished tree.
    pub(super) fn finish(self) -> Result<Document<'a>, TreeError> {
        if self.nodes.is_empty() || !self.open.is_empty() {
            return Err(TreeError::Malformed);
        }
        Ok(Document { nodes: self.nodes })
    }
}

struct XmlReader<'a> {
    text: &'a str,
    builder: Builder<'a>,
    /// One bit per open element, innermost lowest: whether it has had CDATA.
    cdata: u32,
}

impl<'a> XmlReader<'a> {
    fn run(mut self) -> Result<Document<'a>, TreeError> {
        let mut reader = Reader::from_str(self.text);
        loop {
            let event = reader.read_event().map_err(|_| TreeError::Malformed)?;
            let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match event {
                Event::Start(tag) => self.start(&tag, tag.name().as_ref(), end, 1)?,
                Event::Empty(tag) => {
                    self.start(&tag, tag.name().as_ref(), end, 2)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.characters(text.xml10_content())?,
                Event::CData(text) => self.section(text.xml10_content())?,
                Event::GeneralRef(name) => {
                    let text = match name.resolve_char_ref() {
                        Ok(Some(character)) => Cow::Owned(character.to_string()),
                        Ok(None) => resolve_predefined_entity(&name)
                            .map(Cow::Borrowed)
                            .ok_or(TreeError::Forbidden)?,
                        Err(_) => return Err(TreeError::Malformed),
                    };
                    self.builder.append(text)?;
                }
                Event::DocType(_) => return Err(TreeError::Forbidden),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => return self.builder.finish(),
            }
        }
    }

    /// Opens an element. `tag` is what stands between `<` and the closing `>` or `/>`, which is
    /// `closing` bytes long and ends at `end`; so the name can be borrowed from the input.
    fn start(
        &mut self,
        tag: &str,
        name: &str,
        end: usize,
        closing: usize,
    ) -> Result<(), TreeError> {
        let borrowed = end
            .checked_sub(closing + tag.len())
            .and_then(|begin| self.text.get(begin..begin + name.len()))
            .filter(|found| *found == name);
        self.cdata <<= 1;
        self.builder.open(borrowed.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed))
    }

    /// Text outside CDATA: beside CDATA, white space is only layout.
    fn characters(&mut self, text: Cow<'a, str>) -> Result<(), TreeError> {
        let blank = text.trim_ascii().is_empty();
        if blank && (self.cdata & 1 == 1 || self.builder.open.is_empty()) {
            return Ok(());
        }
        self.builder.append(text)
    }

    fn section(&mut self, text: Cow<'a, str>) -> Result<(), TreeError> {
        if self.cdata & 1 == 0 {
            self.cdata |= 1;
            if let Some(before) = self.builder.text().filter(|text| text.trim_ascii().is_empty()) {
                *before = Cow::Borrowed("");
            }
        }
        self.builder.append(text)
    }

    /// Closes an element; without CDATA, white space around its text is layout too.
    fn end(&mut self) {
        if self.cdata & 1 == 0
            && let Some(text) = self.builder.text()
        {
            match text {
                Cow::Borrowed(whole) => *whole = whole.trim_ascii(),
                Cow::Owned(whole) if whole.trim_ascii().len() < whole.len() => {
                    *whole = whole.trim_ascii().to_owned();
                }
                Cow::Owned(_) => {}
            }
        }
        self.cdata >>= 1;
        self.builder.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> Result<String, TreeError> {
        Document::read(xml).map(|document| document.root().text().to_owned())
    }

    #[test]
    fn text_references_and_split_sections_come_out_as_the_sender_meant_them() {
        assert_eq!(text_of("<a>1 &lt; 2 &amp; 3 &#x1F600;</a>").unwrap(), "1 < 2 & 3 😀");
        assert_eq!(text_of("<a><![CDATA[x]]]]><![CDATA[>y]]></a>").unwrap(), "x]]>y");
        assert_eq!(text_of("<a>\n <![CDATA[ 空 ]]>\n </a>").unwrap(), " 空 ");
        assert_eq!(text_of("<a>\n 12 \n</a>").unwrap(), "12");
        assert_eq!(text_of("<a/>").unwrap(), "");
        assert_eq!(text_of("\u{feff} \n<?xml version=\"1.0\"?><a>b</a>\n").unwrap(), "b");
    }

    #[test]
    fn a_null_character_never_reaches_the_database() {
        assert_eq!(text_of("<a><![CDATA[x\0y]]></a>").unwrap(), "xy");
    }

    #[test]
    fn repeated_and_nested_elements_are_found_where_they_are() {
        let document =
            Document::read("<r><l><i>1</i></l><l><i>2</i><i>3</i></l><i>4</i></r>").unwrap();
        let root = document.root();
        let texts = |found: Vec<Element<'_>>| {
            found.into_iter().map(|element| element.text().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(root.descendants("i").collect()), ["1", "2", "3", "4"]);
        assert_eq!(texts(root.all("i").collect()), ["4"]);
        assert_eq!(root.all("l").nth(1).unwrap().children().count(), 2);
        assert_eq!(root.number::<u8>("i"), Some(4));
        assert_eq!(root.number::<u8>("l"), None);
    }

    #[test]
    fn broken_documents_are_refused() {
        for xml in ["", "  ", "x", "<a>", "<a></b>", "</a>", "<a/><b/>", "<a/>x", "<a>&</a>"] {
            assert_eq!(text_of(xml), Err(TreeError::Malformed), "{xml}");
        }
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
        for xml in [bomb, "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a>&x;</a>"] {
            assert_eq!(text_of(xml), Err(TreeError::Forbidden), "{xml}");
        }
    }

    #[test]
    fn depth_number_and_size_are_bounded() {
        let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert!(text_of(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(text_of(&nested(MAX_DEPTH + 1)), Err(TreeError::TooLarge));
        assert_eq!(text_of(&nested(100_000)), Err(TreeError::TooLarge));
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
        assert_eq!(text_of(&many), Err(TreeError::TooLarge));
        let long = format!("<a>{}</a>", "x".repeat(MAX_BYTES));
        assert_eq!(text_of(&long), Err(TreeError::TooLarge));
    }
}
