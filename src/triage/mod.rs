//! Teaching the learned triage what people put right: candidates, their comparison with the model
//! in force on questions that neither learned from, activation, and the way back.
//!
//! The model in the program is where every candidate starts and what reads when nothing else is
//! active. Refuses to know: how a model works inside (`language::triage`), who asked (`inquiries`
//! hands over masked texts).

pub mod actions;
pub mod jobs;
pub mod live;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};

use crate::language::Field;
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a model learned here.
    ModelId
);

text_enum!(
    /// How a model stands.
    ModelState {
        /// Being learned.
        Training = "training", "正在学习";
        /// Learned and compared; can be activated.
        Ready = "ready", "可以启用";
        /// Learning failed; the reason says why.
        Failed = "failed", "没有学成";
    }
);

/// A model learned here, without its bytes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LearnedModel {
    /// Id.
    pub id: ModelId,
    /// State.
    pub state: ModelState,
    /// How far learning has come, 0 to 100.
    pub percent: i64,
    /// Corrections there were.
    pub corrections: i64,
    /// JSON of a [`Report`]; `{}` until it is ready.
    pub report: String,
    /// Why it failed, for staff.
    pub reason: Option<String>,
    /// Who had it learned.
    pub started_by: StaffId,
    /// When.
    pub started_at: Moment,
    /// When learning ended.
    pub ended_at: Option<Moment>,
}

/// The model in force and a candidate side by side, on questions that neither learned from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Questions judged.
    pub questions: usize,
    /// The model in force when the candidate was learned.
    pub old: Side,
    /// The candidate.
    pub new: Side,
    /// Readings that changed: right field, old reading, new reading, times; most frequent first.
    pub changed: Vec<(Field, Field, Field, usize)>,
}

/// The figures of one model; shares from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// The right field was said.
    pub accuracy: f32,
    /// Mean over the fields of the harmonic mean of precision and recall.
    pub macro_f1: f32,
    /// The share of questions, surest first, of which 96 % are right.
    pub coverage: f32,
}

/// Fewest corrections to learn from.
pub const LEAST_CORRECTIONS: i64 = 5;
