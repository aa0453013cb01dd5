//! What is played: rounds, who plays them, and the questions dealt to them.

use jiff::civil::Date;
use sqlx::FromRow;

use crate::platform::clock::Moment;
use crate::quiz::QuestionId;
use crate::staff::StaffId;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a round.
    RoundId
);
entity_id!(
    /// Id of a player, in one round.
    PlayerId
);

text_enum!(
    /// How a round stands.
    RoundState {
        /// Being written.
        Draft = "draft", "草稿";
        /// Another person has still to read it.
        Waiting = "waiting", "待审核";
        /// Let go: it is played between its days.
        Open = "open", "已发布";
        /// Drawn.
        Closed = "closed", "已开奖";
    }
);

/// What somebody writes: what a round is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundEdit {
    /// Official account whose readers play.
    pub account_id: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub intro: String,
    /// What can be won; empty when nothing.
    pub prizes: String,
    /// How many win; 0 for no draw.
    pub winners: i64,
    /// Right answers needed to take part in the draw and to get the certificate.
    pub least_right: i64,
    /// First day, YYYY-MM-DD in Beijing.
    pub opens_on: String,
    /// Last day.
    pub closes_on: String,
    /// Days of one period: 1 for a daily quiz, more for stages.
    pub period_days: i64,
    /// Questions a person gets in each period.
    pub per_period: i64,
    /// Code of the legal field the questions are of; empty for all.
    pub field: String,
    /// Most difficult questions drawn, 1 to 5.
    pub hardest: i64,
    /// Work units to choose from, one a line.
    pub units: String,
    /// How many people could take part, by district, town or unit: `name number`, one a line.
    pub population: String,
    /// As of when and from where that is known.
    pub population_source: String,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Round {
    /// Id.
    pub id: RoundId,
    /// Grows with each change.
    pub version: i64,
    /// Official account.
    pub account_id: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub intro: String,
    /// What can be won.
    pub prizes: String,
    /// How many win.
    pub winners: i64,
    /// Right answers needed.
    pub least_right: i64,
    /// First day.
    pub opens_on: String,
    /// Last day.
    pub closes_on: String,
    /// Days of one period.
    pub period_days: i64,
    /// Questions in each period.
    pub per_period: i64,
    /// Field, or empty.
    pub field: String,
    /// Most difficult questions drawn.
    pub hardest: i64,
    /// Work units, one a line.
    pub units: String,
    /// Possible participants.
    pub population: String,
    /// As of when and from where.
    pub population_source: String,
    /// How it stands.
    pub state: RoundState,
    /// Who wrote it last.
    pub written_by: StaffId,
    /// When.
    pub written_at: Moment,
    /// Why it was sent back.
    pub reason: Option<String>,
    /// Who let it go.
    pub checked_by: Option<StaffId>,
    /// When.
    pub checked_at: Option<Moment>,
    /// The seed, sealed.
    pub sealed_seed: Option<String>,
    /// SHA-256 of the seed's text, published from the beginning.
    pub commitment: Option<String>,
    /// The seed; only after the draw.
    pub seed: Option<String>,
    /// SHA-256 of the list of entries; only after the draw.
    pub list_hash: Option<String>,
    /// When it was drawn.
    pub drawn_at: Option<Moment>,
}

/// Where a day lies in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not let go.
    Unpublished,
    /// It begins later.
    Ahead,
    /// It is played; this is the period, from 0.
    Running(i64),
    /// It has ended; the draw is still to come.
    Ended,
    /// It is drawn.
    Drawn,
}

impl Round {
    /// Where `today` (in Beijing) lies in it.
    pub fn phase(&self, today: Date) -> Phase {
        match self.state {
            RoundState::Draft | RoundState::Waiting => Phase::Unpublished,
            RoundState::Closed => Phase::Drawn,
            RoundState::Open => {
                let day = |text: &str| text.parse::<Date>().unwrap_or(Date::ZERO);
                let (first, last) = (day(&self.opens_on), day(&self.closes_on));
                if today < first {
                    return Phase::Ahead;
                }
                if today > last {
                    return Phase::Ended;
                }
                let days = first.until(today).map_or(0, |span| i64::from(span.get_days()));
                Phase::Running(days / self.period_days.max(1))
            }
        }
    }

    /// The work units to choose from.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        self.units.lines()
    }
}

/// Somebody who plays a round.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Player {
    /// Id.
    pub id: PlayerId,
    /// Round.
    pub round_id: RoundId,
    /// What the public sees instead of a name.
    pub number: String,
    /// As they want to be called; shown masked.
    pub nickname: String,
    /// Code of their district; empty when not told.
    pub district: String,
    /// Code of their town; empty when not told.
    pub town: String,
    /// Their work unit; empty when not told.
    pub unit: String,
    /// When they joined.
    pub joined_at: Moment,
}

/// A question dealt to a player.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Task {
    /// Whose.
    pub player_id: PlayerId,
    /// In which period.
    pub period: i64,
    /// Place within the period, from 1.
    pub place: i64,
    /// The question.
    pub question_id: QuestionId,
    /// Its version.
    pub version: i64,
    /// When it was dealt.
    pub dealt_at: Moment,
    /// What was chosen, one bit an option; `None` until then.
    pub answer: Option<i64>,
    /// Whether that is right (1) or not (0).
    pub correct: Option<i64>,
    /// When it was answered.
    pub answered_at: Option<Moment>,
}
