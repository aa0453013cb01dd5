//! Laws by article and version, and the articles that fit a layperson's question.
//!
//! Law texts are imported data ([`actions::import`]) and never part of the repository. Retrieval
//! ([`engine::Engine`]) adds up what the words of an article, its chapter and its law share with
//! the question and what similar answered questions cited, and puts the candidates in order with
//! small learned trees; no network, no machine-written text. It is built in the background
//! ([`live`]) and follows every confirmed citation. It refuses to know inquiries, staff and pages:
//! a lesson arrives as masked text with citations and an id to forget it by.

pub mod actions;
pub mod checking;
pub mod citation;
pub mod engine;
pub mod features;
pub mod growing;
pub mod import;
pub mod index;
pub mod judging;
pub mod library;
pub mod live;
pub mod memory;
pub mod numerals;
pub mod passages;
pub mod rules;
pub mod sayings;
pub mod store;
pub mod terms;
pub mod training;
pub mod trees;
pub mod view;
pub mod views;

use sqlx::FromRow;

use crate::{entity_id, text_enum};

entity_id!(
    /// One version of a law.
    LawId
);
entity_id!(
    /// One answered question that retrieval learns from.
    LessonId
);

text_enum! {
    /// What kind of law it is.
    Kind {
        /// Passed by the National People's Congress or its committee.
        Law = "law", "法律";
        /// Interpretation by the supreme court or procuratorate.
        Interpretation = "interpretation", "司法解释";
        /// Regulation of the State Council or a ministry, or anything below.
        Regulation = "regulation", "法规规章";
    }
}

/// One version of a law.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Law {
    /// Its id.
    pub id: LawId,
    /// The name it is cited by, see [`rules::plain_name`].
    pub name: String,
    /// The full title.
    pub title: String,
    /// Who issued it; empty when not known.
    pub issuer: String,
    /// What kind of law.
    pub kind: Kind,
    /// First day in force, YYYY-MM-DD; empty when not known.
    pub in_force_from: String,
    /// First day no longer in force; empty while in force.
    pub in_force_to: String,
    /// What took its place; empty when nothing did.
    pub repealed_by: String,
    /// Where the text was taken from.
    pub source: String,
}

/// One article of one version.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Article {
    /// Its number.
    pub number: i64,
    /// 1 for 之一, 2 for 之二; 0 for the article itself.
    pub insertion: i64,
    /// Part, chapter and section, outermost first, one a line.
    pub heading: String,
    /// Official names beside the text, such as names of crimes, one a line.
    pub names: String,
    /// The text.
    pub body: String,
}

/// How an article is called within its law: 第一百三十三条之一.
pub fn label(number: i64, insertion: i64) -> String {
    let chinese = |n: i64| numerals::chinese(u32::try_from(n).unwrap_or(0));
    if insertion == 0 {
        format!("第{}条", chinese(number))
    } else {
        format!("第{}条之{}", chinese(number), chinese(insertion))
    }
}
