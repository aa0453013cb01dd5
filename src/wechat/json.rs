//! JSON pushes, turned into the same tree as XML ones (wechat-protocol.md §2.1).
//!
//! An array becomes its key repeated, a number or boolean becomes its text, `null` an empty
//! element. So a list may come as an array or as a single object, and a number as a string,
//! without anybody behind this file noticing.

use std::borrow::Cow;

use serde_json::Value;

use super::xml::{Builder, Document, MAX_BYTES, TreeError};

/// Reads a JSON object as the tree of an element called `xml`.
///
/// # Errors
/// [`TreeError`]; never panics, whatever the input.
pub fn read(text: &str) -> Result<Document<'static>, TreeError> {
    if text.len() > MAX_BYTES {
        return Err(TreeError::TooLarge);
    }
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|_| TreeError::Malformed)?;
    if !value.is_object() {
        return Err(TreeError::Malformed);
    }
    let mut builder = Builder::new();
    add(&mut builder, "xml", value)?;
    builder.finish()
}

/// Recursion is bounded by the builder's depth for objects and by serde_json's 128 for arrays.
fn add(builder: &mut Builder<'static>, name: &str, value: Value) -> Result<(), TreeError> {
    if let Value::Array(items) = value {
        return items.into_iter().try_for_each(|item| add(builder, name, item));
    }
    builder.open(Cow::Owned(name.to_owned()))?;
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                add(builder, &key, field)?;
            }
        }
        Value::String(text) => builder.append(Cow::Owned(text))?,
        Value::Number(number) => builder.append(Cow::Owned(number.to_string()))?,
        Value::Bool(flag) => builder.append(Cow::Owned(flag.to_string()))?,
        Value::Null | Value::Array(_) => {}
    }
    builder.close();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_xml_of_the_same_push_are_the_same_tree() {
        let json = r#"{"A":"x","B":[{"C":1},{"C":"9007199254740993"}],"D":null}"#;
        let xml = "<xml><A>x</A><B><C>1</C></B><B><C>9007199254740993</C></B><D/></xml>";
        assert!(read(json).unwrap() == Document::read(xml).unwrap());
    }

    #[test]
    fn only_bounded_objects_are_read() {
        for json in ["", "[]", "1", "{", "{\"a\":}", "{} {}"] {
            assert!(matches!(read(json), Err(TreeError::Malformed)), "{json}");
        }
        let deep = "{\"a\":".repeat(9) + "1" + &"}".repeat(9);
        assert!(matches!(read(&deep), Err(TreeError::TooLarge)));
        let deeper = "[".repeat(100_000);
        assert!(matches!(read(&format!("{{\"a\":{deeper}")), Err(TreeError::Malformed)));
    }
}
