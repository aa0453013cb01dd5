//! Quizzes: a bank of questions that one person wrote and another has read, each with the law it
//! rests on; rounds that draw from it; playing, scored here and nowhere else; league tables; a draw
//! that anybody can recompute.
//!
//! Refuses to know: what a citizen asked, and who they are beyond the id the account knows them by.
//! The right answer of a question leaves this slice only together with an answer that is on disk.

pub mod actions;
pub mod jobs;
pub mod round;
pub mod rules;
pub mod store;
pub mod views;

use sqlx::FromRow;

use crate::content::approving::Decision;
use crate::language::Field;
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a question, the same for all its versions.
    QuestionId
);

text_enum!(
    /// What kind of question it is.
    Kind {
        /// One option is right.
        Single = "single", "单选题";
        /// Two or more options are right; all of them have to be chosen.
        Multiple = "multiple", "多选题";
        /// A sentence that is right or wrong.
        TrueFalse = "judge", "判断题";
        /// Something that happened, then one right option.
        Case = "case", "案例题";
    }
);

text_enum!(
    /// How a question stands.
    Standing {
        /// Another person has still to read it.
        Waiting = "waiting", "待校核";
        /// May be asked.
        Usable = "usable", "可用";
        /// Has to be changed first.
        Returned = "returned", "已退回";
        /// The article it rests on is not any more what it was.
        Doubted = "doubted", "需复核";
        /// Its last day is over.
        Expired = "expired", "已过期";
        /// Taken out of use by a person.
        Retired = "retired", "已停用";
    }
);

/// What somebody writes: the content of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionEdit {
    /// Kind.
    pub kind: Kind,
    /// Legal field.
    pub field: Field,
    /// What happened; empty except for cases.
    pub situation: String,
    /// The question.
    pub question: String,
    /// The options, one a line.
    pub options: String,
    /// The right ones, one bit each, the first option the lowest.
    pub answer_key: i64,
    /// Why they are right.
    pub explanation: String,
    /// Name of the law, without 《》.
    pub law: String,
    /// The article, as in 第二十三条.
    pub article: String,
    /// Where the question comes from.
    pub source: String,
    /// 1 (easy) to 5.
    pub difficulty: i64,
    /// Last day it may be asked, YYYY-MM-DD.
    pub expires_on: Option<String>,
}

/// One version of a question.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Question {
    /// Id.
    pub id: QuestionId,
    /// 1, 2, 3, …
    pub version: i64,
    /// Kind.
    pub kind: Kind,
    /// Legal field.
    pub field: Field,
    /// What happened; empty except for cases.
    pub situation: String,
    /// The question.
    pub question: String,
    /// The options, one a line.
    pub options: String,
    /// The right ones, one bit each.
    pub answer_key: i64,
    /// Why they are right.
    pub explanation: String,
    /// Name of the law.
    pub law: String,
    /// The article.
    pub article: String,
    /// Where it comes from.
    pub source: String,
    /// 1 (easy) to 5.
    pub difficulty: i64,
    /// Last day it may be asked.
    pub expires_on: Option<String>,
    /// Who wrote this version.
    pub written_by: StaffId,
    /// When.
    pub written_at: Moment,
    /// What another person said to it; `None` while it waits.
    pub decision: Option<Decision>,
    /// Why it was sent back.
    pub reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// When.
    pub decided_at: Option<Moment>,
    /// What is the matter with the article it rests on.
    pub doubt: Option<String>,
    /// When it was taken out of use.
    pub retired_at: Option<Moment>,
}

impl Question {
    /// How it stands on `today` (YYYY-MM-DD).
    pub fn standing(&self, today: &str) -> Standing {
        let expired = self.expires_on.as_deref().is_some_and(|last| last < today);
        match (self.retired_at, self.decision) {
            (Some(_), _) => Standing::Retired,
            (None, Some(Decision::Returned | Decision::Overtaken)) => Standing::Returned,
            (None, None) => Standing::Waiting,
            (None, Some(Decision::Approved)) if expired => Standing::Expired,
            (None, Some(Decision::Approved)) if self.doubt.is_some() => Standing::Doubted,
            (None, Some(Decision::Approved)) => Standing::Usable,
        }
    }

    /// The options in order.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.options.lines()
    }

    /// 《law》article.
    pub fn citation(&self) -> String {
        format!("《{}》{}", self.law, self.article)
    }
}
