//! The dates and templates the program comes with (`config/calendar.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Observance, Rule};

const FILE: &str = include_str!("../../config/calendar.toml");

/// Code of the template a date has that names none.
pub const USUAL_TEMPLATE: &str = "campaign";

/// What has to be done for a date.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// By which it is known.
    pub code: String,
    /// For whom.
    pub name: String,
    /// In their order.
    pub task: Vec<Step>,
}

/// One task of a template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// By which it is known.
    pub code: String,
    /// In words.
    pub name: String,
    /// Days after the first day of the date, or when positive after its last.
    pub days: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    template: Vec<Template>,
    date: Vec<Shipped>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    code: String,
    name: String,
    rule: Rule,
    lead: String,
    basis: String,
    source: String,
    template: Option<String>,
}

/// Dates and templates as shipped.
#[derive(Debug, Default)]
pub struct Book {
    /// Templates in their order.
    pub templates: Vec<Template>,
    /// Dates in their order.
    pub dates: Vec<Observance>,
}

/// What is shipped.
pub static BOOK: LazyLock<Book> = LazyLock::new(|| {
    // The file is embedded; a test reads it, so a built binary has it.
    read().unwrap_or_default()
});

fn read() -> Result<Book, toml::de::Error> {
    let file: File = toml::from_str(FILE)?;
    let dates = file.date.into_iter().map(|shipped| Observance {
        code: shipped.code,
        name: shipped.name,
        rule: shipped.rule,
        lead: shipped.lead,
        basis: shipped.basis,
        source: shipped.source,
        template: shipped.template.unwrap_or_else(|| USUAL_TEMPLATE.to_owned()),
        dropped: false,
        version: 0,
    });
    Ok(Book { templates: file.template, dates: dates.collect() })
}

/// The template of a code, or the usual one.
pub fn template(code: &str) -> Option<&'static Template> {
    let of = |code: &str| BOOK.templates.iter().find(|template| template.code == code);
    of(code).or_else(|| of(USUAL_TEMPLATE))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::calendar::rules;

    #[test]
    fn every_shipped_date_has_a_day_a_ground_and_tasks_and_can_be_saved_again() {
        let book = read().expect("config/calendar.toml");
        assert_eq!(book.dates.len(), 24);
        let codes: HashSet<&str> = book.dates.iter().map(|date| date.code.as_str()).collect();
        assert_eq!(codes.len(), book.dates.len(), "a code twice");
        for date in &book.dates {
            assert!(rules::checked(date.clone()).is_ok(), "{}", date.code);
            assert!(rules::days_in(&date.rule, 2027).is_some(), "{}", date.code);
            assert!(
                book.templates.iter().any(|known| known.code == date.template),
                "{}",
                date.code
            );
            assert!(!date.source.is_empty(), "{}", date.code);
        }
    }
}
