//! A strict little reader of our own HTML: finds tags, attributes and bad nesting.

/// An element.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// All text inside it, without tags.
    pub text: String,
    /// Names of the elements around it.
    pub within: Vec<String>,
    /// Place of the form around it in the list of tags.
    pub form: Option<usize>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

const VOID: [&str; 6] = ["meta", "link", "input", "br", "img", "hr"];

/// All elements in order, or what is wrong with the markup.
pub fn read(html: &str) -> Result<Vec<Tag>, String> {
    let mut rest = html.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    let (mut tags, mut open): (Vec<Tag>, Vec<usize>) = (vec![], vec![]);
    while let Some(start) = rest.find('<') {
        for at in &open {
            tags[*at].text.push_str(&rest[..start]);
        }
        let inner = &rest[start + 1..];
        let (tag, after) = inner.split_once('>').ok_or("a tag never ends")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(at) if tags[at].name == name => continue,
                other => return Err(format!("</{name}> closes {:?}", other.map(|at| &tags[at]))),
            }
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!("odd tag <{tag}>"));
        }
        if !closed && !VOID.contains(&name) {
            open.push(tags.len());
        }
        let around = || open.iter().copied().filter(|at| *at < tags.len());
        let element = Tag {
            name: name.into(),
            attributes: attributes_of(attributes)?,
            text: String::new(),
            within: around().map(|at| tags[at].name.clone()).collect(),
            form: around().rfind(|at| tags[*at].is("form")),
        };
        tags.push(element);
    }
    if open.is_empty() { Ok(tags) } else { Err(format!("never closed: {open:?}")) }
}

fn attributes_of(mut rest: &str) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = vec![];
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(found);
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = &rest[..end];
        if found.iter().any(|(known, _)| known == name) {
            return Err(format!("attribute {name} twice"));
        }
        rest = &rest[end..];
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name.into(), String::new()));
            continue;
        };
        let value = value.strip_prefix('"').ok_or_else(|| format!("{name} without quotes"))?;
        let (value, after) = value.split_once('"').ok_or("a value never ends")?;
        found.push((name.into(), value.into()));
        rest = after;
    }
}
