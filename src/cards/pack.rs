//! The shipped pack, one file per legal field. Pure.

use std::sync::LazyLock;

use serde::Deserialize;

use super::CardEdit;
use crate::language::Field;

/// One file of the pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    field: Field,
    reviewed_on: String,
    reviewer: String,
    card: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    title: String,
    #[serde(default)]
    subfield: String,
    cites: Vec<String>,
    answer: String,
}

/// One card as shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its id.
    pub id: String,
    /// What it says.
    pub edit: CardEdit,
    /// When its articles were checked, YYYY-MM-DD.
    pub reviewed_on: String,
    /// Who of the law read it; empty while nobody has.
    pub reviewer: String,
}

/// Every shipped card, in the order of the files.
pub static SHIPPED: LazyLock<Vec<Shipped>> =
    // The files are embedded; a test reads each of them, so none is left out of a built binary.
    LazyLock::new(|| FILES.iter().filter_map(|text| read(text).ok()).flatten().collect());

/// The files of the pack as they are.
pub const FILES: [&str; 21] = [
    include_str!("../../config/knowledge/family.toml"),
    include_str!("../../config/knowledge/inheritance.toml"),
    include_str!("../../config/knowledge/labor.toml"),
    include_str!("../../config/knowledge/traffic.toml"),
    include_str!("../../config/knowledge/debt.toml"),
    include_str!("../../config/knowledge/contract.toml"),
    include_str!("../../config/knowledge/housing.toml"),
    include_str!("../../config/knowledge/land.toml"),
    include_str!("../../config/knowledge/construction.toml"),
    include_str!("../../config/knowledge/tort.toml"),
    include_str!("../../config/knowledge/medical.toml"),
    include_str!("../../config/knowledge/consumer.toml"),
    include_str!("../../config/knowledge/criminal.toml"),
    include_str!("../../config/knowledge/admin.toml"),
    include_str!("../../config/knowledge/company.toml"),
    include_str!("../../config/knowledge/ip.toml"),
    include_str!("../../config/knowledge/insurance.toml"),
    include_str!("../../config/knowledge/protection.toml"),
    include_str!("../../config/knowledge/procedure.toml"),
    include_str!("../../config/knowledge/environment.toml"),
    include_str!("../../config/knowledge/other.toml"),
];

/// Reads one file of the pack.
///
/// # Errors
/// What is wrong with the file.
pub fn read(text: &str) -> Result<Vec<Shipped>, toml::de::Error> {
    let File { field, reviewed_on, reviewer, card } = toml::from_str(text)?;
    let shipped = |entry: Entry| Shipped {
        id: entry.id,
        edit: CardEdit {
            title: entry.title,
            field: field.code().to_owned(),
            subfield: entry.subfield,
            answer: entry.answer,
            cites: entry.cites.join("\n"),
        },
        reviewed_on: reviewed_on.clone(),
        reviewer: reviewer.clone(),
    };
    Ok(card.into_iter().map(shipped).collect())
}
