//! Quality (服务质量评议): every month a random share of what was answered and everything that did
//! not satisfy is read again, blind, by somebody of another organization.
//!
//! A reader never gets an [`OrgScope`](crate::members::OrgScope) for it: a [`pass::BlindPass`] opens
//! the text of the sample they were given, masked and without names, and nothing else.

pub mod actions;
pub mod jobs;
pub mod pass;
pub mod rules;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};

use crate::inquiries::InquiryId;
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a sampled inquiry.
    SampleId
);

text_enum!(
    /// Why an inquiry is in the sample.
    Why {
        /// The citizen was not satisfied; all of these are read.
        Dissatisfied = "dissatisfied", "群众不满意";
        /// Chance picked it.
        Random = "random", "随机抽中";
    }
);

text_enum!(
    /// How the correction of a wrong answer stands.
    CorrectionState {
        /// Nothing was wrong.
        None = "none", "不用更正";
        /// The reader found the answer wrong; the organization decides.
        Proposed = "proposed", "等单位更正";
        /// The citizen has got the correction.
        Sent = "sent", "已更正";
        /// The organization stands by its answer, with a reason.
        Refused = "refused", "单位说明不更正";
    }
);

/// The marks of one reading, 1 to 5 each, in the order of [`rules::RUBRIC`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scores(pub [u8; 5]);

/// A monthly draw. Who knows its seed can draw the same again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Run {
    /// The month, such as `2026-11`.
    pub month: String,
    /// What chance was seeded with.
    pub seed: i64,
    /// So many of a hundred.
    pub share: i64,
    /// How many inquiries were answered.
    pub answered: i64,
    /// When it was drawn.
    pub drawn_at: Moment,
}

/// A sampled inquiry as its own organization and the operators see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Sample {
    /// Id.
    pub id: SampleId,
    /// Month of the draw.
    pub month: String,
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Its number.
    pub number: String,
    /// Who answered.
    pub organization_id: OrganizationId,
    /// Why it was picked.
    pub why: Why,
    /// Marks as JSON; `None` until it is read.
    pub scores: Option<String>,
    /// What the reader remarked.
    pub remark: String,
    /// When it was read.
    pub read_at: Option<Moment>,
    /// The correction that the reader wrote.
    pub correction: Option<String>,
    /// How that stands.
    pub correction_state: CorrectionState,
}

impl Sample {
    /// The marks.
    pub fn marks(&self) -> Option<Scores> {
        serde_json::from_str(self.scores.as_deref()?).ok()
    }
}
