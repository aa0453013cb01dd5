//! A strict little reader of our own HTML: finds tags, attributes and bad nesting.

/// An opening tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Text up to the next tag.
    pub text: String,
    /// Names of the elements around it.
    pub within: Vec<String>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

const VOID: [&str; 6] = ["meta", "link", "input", "br", "img", "hr"];

/// All opening tags in order, or what is wrong with the markup.
pub fn read(html: &str) -> Result<Vec<Tag>, String> {
    let mut rest = html.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    let (mut tags, mut open): (Vec<Tag>, Vec<String>) = (vec![], vec![]);
    while let Some(start) = rest.find('<') {
        let inner = &rest[start + 1..];
        let end = inner.find('>').ok_or("a tag never ends")?;
        let (tag, after) = (&inner[..end], &inner[end + 1..]);
        let text = after[..after.find('<').unwrap_or(after.len())].trim().to_owned();
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop();
            if opened.as_deref() != Some(name) {
                return Err(format!("</{name}> closes {opened:?}"));
            }
        } else {
            let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
                return Err(format!("odd tag <{tag}>"));
            }
            let attributes = attributes_of(attributes)?;
            tags.push(Tag { name: name.into(), attributes, text, within: open.clone() });
            if !closed && !VOID.contains(&name) {
                open.push(name.to_owned());
            }
        }
        rest = after;
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
