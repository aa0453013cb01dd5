//! Knowledge cards: answers in plain words to questions that come again and again, each with the
//! articles it rests on.
//!
//! The shipped pack (`config/knowledge`) is laid out in the background after the start. People edit,
//! sign and retire cards in the console; every version is kept, and a newer pack never overwrites a
//! card that a person has changed. A card is general information: it stands beside the answer of a
//! person, never in its place.

pub mod actions;
pub mod deck;
pub mod live;
pub mod pack;
pub mod rules;
pub mod store;
pub mod views;

use sqlx::FromRow;
use uuid::Uuid;

use crate::language::Field;
use crate::platform::clock::Moment;
use crate::text_enum;

text_enum!(
    /// Whether a card is shown.
    CardState {
        /// Offered and readable.
        Active = "active", "在用";
        /// Kept for its history only.
        Retired = "retired", "已停用";
    }
);

/// One version of a card.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Card {
    /// Its id, part of its address.
    pub id: String,
    /// 1, 2, …
    pub version: i64,
    /// The question as people ask it.
    pub title: String,
    /// Legal field.
    pub field: Field,
    /// Code of the topic inside the field; empty when no single one fits.
    pub subfield: String,
    /// The answer.
    pub answer: String,
    /// Articles cited, one a line.
    pub cites: String,
    /// Whether it is shown.
    pub state: CardState,
    /// When it was checked last, YYYY-MM-DD.
    pub reviewed_on: String,
    /// Who of the law checked it; empty while nobody has.
    pub reviewer: String,
    /// When this version was saved.
    pub saved_at: Moment,
    /// Who saved it; `None` for the shipped pack.
    pub saved_by: Option<Uuid>,
}

impl Card {
    /// The articles cited.
    pub fn citations(&self) -> impl Iterator<Item = &str> {
        self.cites.lines().filter(|line| !line.is_empty())
    }

    /// The card as a part of an answer: its words, and what they rest on.
    pub fn as_answer(&self) -> String {
        let cites: Vec<&str> = self.citations().collect();
        format!("{}\n依据：{}。", self.answer, cites.join("、"))
    }

    /// Who stands for it, said openly.
    pub fn standing(&self) -> String {
        if self.reviewer.is_empty() {
            format!("编写并核对法条于 {}，尚未经法律专业人员审核", self.reviewed_on)
        } else {
            format!("{}审核，{}", self.reviewer, self.reviewed_on)
        }
    }
}

/// What a person writes of a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardEdit {
    /// The question.
    pub title: String,
    /// Code of the legal field.
    pub field: String,
    /// Code of the topic; may be empty.
    pub subfield: String,
    /// The answer.
    pub answer: String,
    /// Articles, one a line.
    pub cites: String,
}
