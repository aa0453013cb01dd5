//! What looks like cheating: a reason for a person to look, never a verdict. Pure.

use std::collections::HashMap;

use sqlx::FromRow;

use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::quiz::QuestionId;
use crate::quiz::round::PlayerId;
use crate::staff::StaffId;
use crate::text_enum;

/// Characters a second that nobody reads.
const FASTEST: i64 = 20;
/// Answers before pace says anything, and of ten how many have to be too fast.
const PACED: (usize, usize) = (5, 8);
/// Players on one browser; a family shares a phone.
const ON_ONE_BROWSER: usize = 4;
/// The same wrong answers this many, with this many players.
const ALIKE: (usize, usize) = (4, 3);
/// Longest objection, in characters.
const LONGEST: usize = 300;

text_enum!(
    /// What looks like cheating.
    FlagKind {
        /// Faster than anybody reads.
        Pace = "pace", "答得比读题还快";
        /// Many players in one browser.
        Device = "device", "一台设备上多人参加";
        /// The same wrong answers.
        Alike = "alike", "错的答案完全一样";
    }
);

text_enum!(
    /// What a person decided about a flag.
    FlagDecision {
        /// Not counted in the tables and the draw.
        Excluded = "excluded", "不计入排行和抽奖";
        /// Nothing is the matter.
        Cleared = "cleared", "没有问题";
    }
);

/// An answer as it is looked at.
#[derive(Clone, Debug, FromRow)]
pub struct Played {
    /// Who.
    pub player_id: PlayerId,
    /// Digest of the browser's mark.
    pub device: String,
    /// In which period.
    pub period: i64,
    /// Question.
    pub question_id: QuestionId,
    /// Characters to read.
    pub length: i64,
    /// When it was dealt.
    pub dealt_at: Moment,
    /// When it was answered.
    pub answered_at: Moment,
    /// What was chosen.
    pub answer: i64,
    /// Whether that is right.
    pub correct: i64,
}

/// A reason to look, in words for whoever decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// At whom.
    pub player: PlayerId,
    /// What.
    pub kind: FlagKind,
    /// In words.
    pub detail: String,
}

/// Everything that is worth a look in the answers of a round, which come player by player in the
/// order they were given.
pub fn find(played: &[Played]) -> Vec<Found> {
    let players: Vec<&[Played]> = played.chunk_by(|a, b| a.player_id == b.player_id).collect();
    let mut found: Vec<Found> = players.iter().filter_map(|own| pace(own)).collect();
    found.extend(crowds(&players));
    found.extend(alike(&players));
    found
}

fn pace(own: &[Played]) -> Option<Found> {
    let begun = |at: usize| match at.checked_sub(1).map(|before| &own[before]) {
        Some(before) if before.period == own[at].period => before.answered_at,
        _ => own[at].dealt_at,
    };
    let hasty = |at: &usize| {
        let taken = own[*at].answered_at.0 - begun(*at).0;
        taken < own[*at].length * 1000 / FASTEST
    };
    let fast = (0..own.len()).filter(hasty).count();
    let (least, of_ten) = PACED;
    (own.len() >= least && fast * 10 >= own.len() * of_ten).then(|| Found {
        player: own[0].player_id,
        kind: FlagKind::Pace,
        detail: format!("{} 题里有 {fast} 题答得比每秒 {FASTEST} 个字还快", own.len()),
    })
}

fn crowds(players: &[&[Played]]) -> Vec<Found> {
    let mut browsers: HashMap<&str, Vec<PlayerId>> = HashMap::new();
    for own in players.iter().filter(|own| !own[0].device.is_empty()) {
        browsers.entry(&own[0].device).or_default().push(own[0].player_id);
    }
    let crowds = browsers.into_values().filter(|crowd| crowd.len() >= ON_ONE_BROWSER);
    let each = |crowd: Vec<PlayerId>| {
        let detail = format!("同一个浏览器里有 {} 人参加", crowd.len());
        crowd.into_iter().map(move |player| Found {
            player,
            kind: FlagKind::Device,
            detail: detail.clone(),
        })
    };
    crowds.flat_map(each).collect()
}

fn alike(players: &[&[Played]]) -> Vec<Found> {
    let mut groups: HashMap<Vec<(QuestionId, i64)>, Vec<PlayerId>> = HashMap::new();
    for own in players {
        let wrong = own.iter().filter(|played| played.correct == 0);
        let mut wrong: Vec<_> = wrong.map(|p| (p.question_id, p.answer)).collect();
        wrong.sort();
        if wrong.len() >= ALIKE.0 {
            groups.entry(wrong).or_default().push(own[0].player_id);
        }
    }
    let groups = groups.into_iter().filter(|(_, group)| group.len() >= ALIKE.1);
    let each = |(wrong, group): (Vec<_>, Vec<PlayerId>)| {
        let detail = format!("{} 人有同样的 {} 个错误答案", group.len(), wrong.len());
        group.into_iter().map(move |player| Found {
            player,
            kind: FlagKind::Alike,
            detail: detail.clone(),
        })
    };
    groups.flat_map(each).collect()
}

/// Whether `person` may decide about a flag, which was decided by somebody before when the player
/// objects.
///
/// # Errors
/// Conflict: an objection is looked at by another person.
pub fn may_decide(
    decided_by: Option<StaffId>,
    objection: Option<&str>,
    person: StaffId,
) -> Result<()> {
    match (decided_by, objection) {
        (Some(before), Some(_)) if before == person => {
            Err(Error::conflict("群众对您的处理有异议，要请另一位同事复核。"))
        }
        (Some(_), None) => Err(Error::conflict("这一条已经处理过了。请刷新页面。")),
        _ => Ok(()),
    }
}

/// An objection as it is kept.
///
/// # Errors
/// Invalid when it is empty or too long.
pub fn objection(typed: &str) -> Result<&str> {
    let typed = typed.trim();
    match typed.chars().count() {
        0 => Err(Error::invalid("请写一两句说明情况，再提交。")),
        long if long > LONGEST => {
            Err(Error::invalid(format!("说明有 {long} 个字，最多 {LONGEST} 个字，请缩短。")))
        }
        _ => Ok(typed),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// Five answers of a player, this many milliseconds apart.
    fn plays(player: u128, device: &str, apart: i64, answer: i64, correct: i64) -> Vec<Played> {
        let one = |n: i64| Played {
            player_id: PlayerId(Uuid::from_u128(player)),
            device: device.into(),
            period: 0,
            question_id: QuestionId(Uuid::from_u128(n.unsigned_abs().into())),
            length: 40,
            dealt_at: Moment(0),
            answered_at: Moment((n + 1) * apart),
            answer,
            correct,
        };
        (0..5).map(one).collect()
    }

    fn kinds(played: &[Played]) -> Vec<FlagKind> {
        let mut kinds: Vec<FlagKind> = find(played).into_iter().map(|found| found.kind).collect();
        kinds.sort();
        kinds
    }

    #[test]
    fn only_a_pace_at_which_nobody_reads_is_worth_a_look() {
        assert_eq!(kinds(&plays(1, "a", 1_999, 1, 1)), [FlagKind::Pace]);
        assert!(kinds(&plays(1, "a", 2_000, 1, 1)).is_empty());
        assert!(kinds(&plays(1, "a", 10, 1, 1)[..4]).is_empty(), "too few to say");
    }

    #[test]
    fn a_family_may_share_a_browser_and_a_crowd_is_looked_at() {
        let many =
            |count| (1..=count).flat_map(|p| plays(p, "one", 9_000, 1, 1)).collect::<Vec<_>>();
        assert!(kinds(&many(3)).is_empty());
        assert_eq!(kinds(&many(4)), [FlagKind::Device; 4]);
    }

    #[test]
    fn the_same_mistakes_are_worth_a_look_and_the_same_right_answers_are_not() {
        let group = |answer, correct| {
            let own = |p: u128| plays(p, &p.to_string(), 9_000, answer, correct);
            (1..=3).flat_map(own).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&group(1, 0)), [FlagKind::Alike; 3]);
        assert!(kinds(&group(2, 1)).is_empty());
    }

    #[test]
    fn an_objection_is_looked_at_by_another_person() {
        let (one, other) = (StaffId(Uuid::from_u128(1)), StaffId(Uuid::from_u128(2)));
        assert!(may_decide(None, None, one).is_ok());
        assert!(may_decide(Some(one), None, other).is_err(), "nobody objects");
        assert!(may_decide(Some(one), Some("不是我"), one).is_err());
        assert!(may_decide(Some(one), Some("不是我"), other).is_ok());
        assert!(objection(" ").is_err() && objection(&"字".repeat(301)).is_err());
    }
}
