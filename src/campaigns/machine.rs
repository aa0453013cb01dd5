//! Every step a campaign can take, decided from how it stands (reliability-security-ux.md §2.3). Pure:
//! the same standing and the same moment always give the same step, whoever asks and however often.

use std::time::Duration;

use super::{SliceState, Stage};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};

/// WeChat tells a repeated `clientmsgid` for 24 hours (§7.4); an hour less is what is relied on.
pub const REPEAT_WITHIN: Duration = Duration::from_secs(23 * 3600);
/// The same `clientmsgid` is not repeated sooner (45066).
pub const REPEAT_AFTER: Duration = Duration::from_secs(60);
/// A call that began longer ago than this has nobody waiting for its answer any more: connecting, the
/// call and its repetition with a new token take less together.
pub const ORPHANED_AFTER: Duration = Duration::from_secs(45);
/// A call that does not leave this soon after it was written down does not leave at all, so that a process
/// that stood still in between sends nothing others have given up.
pub const LEAVES_WITHIN: Duration = Duration::from_secs(10);
/// An administrator has this long to confirm a send to everybody (§7.4).
pub const CONFIRMATION: Duration = Duration::from_secs(30 * 60);

/// What a person does to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Changes what it says.
    Write,
    /// Submits it.
    Submit,
    /// Approves it.
    Approve,
    /// Sends it back.
    Return,
    /// Has it sent at its time.
    Schedule,
    /// Takes that back.
    Unschedule,
    /// Gives it up, or what is left of it.
    Cancel,
    /// Lets what was stopped go on.
    Resume,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 8] = [
        Self::Write,
        Self::Submit,
        Self::Approve,
        Self::Return,
        Self::Schedule,
        Self::Unschedule,
        Self::Cancel,
        Self::Resume,
    ];
}

/// The stage a deed leads to; `started` says whether slices were made.
///
/// # Errors
/// Conflict, with what to do instead.
pub fn after(stage: Stage, started: bool, deed: Deed) -> Result<Stage> {
    use Stage::{
        Approved, Cancelled, Cooling, Draft, Held, InReview, Returned, Scheduled, Sending,
    };
    let why = match (deed, stage) {
        (Deed::Write, Draft | InReview | Returned | Approved) => return Ok(Draft),
        (Deed::Write, Held) if !started => return Ok(Draft),
        (Deed::Write, Scheduled | Cooling) => "推送已经排期，不能修改。请先撤回排期，再修改。",
        (Deed::Write, _) => "推送已经开始发送或已经结束，不能再改。要更正，请用“更正”另写一个。",
        (Deed::Submit, Draft | Returned) => return Ok(InReview),
        (Deed::Submit, _) => "推送现在不能送审。请刷新页面，看它的最新状态。",
        (Deed::Approve, InReview) => return Ok(Approved),
        (Deed::Return, InReview) => return Ok(Returned),
        (Deed::Approve | Deed::Return, _) => "推送现在不在等待审批。请刷新页面，看它的最新状态。",
        (Deed::Schedule, Approved) => return Ok(Scheduled),
        (Deed::Schedule, _) => "推送还没有通过审批，或已经排期。请刷新页面，看它的最新状态。",
        (Deed::Unschedule, Scheduled | Cooling) => return Ok(Approved),
        (Deed::Unschedule, Held) if !started => return Ok(Approved),
        (Deed::Unschedule, _) => "推送没有排期，或已经提交给微信，撤不回来。请刷新页面看结果。",
        (Deed::Cancel, Draft | InReview | Returned | Approved | Scheduled | Cooling | Held) => {
            return Ok(Cancelled);
        }
        (Deed::Cancel, _) => "推送已经提交给微信或已经结束，取消不了。请刷新页面看结果。",
        (Deed::Resume, Held) if started => return Ok(Sending),
        (Deed::Resume, Held) => "推送还没有开始就停住了。请撤回排期，按需要改时间，再排一次。",
        (Deed::Resume, _) => "推送没有停住。请刷新页面，看它的最新状态。",
    };
    Err(Error::conflict(why))
}

/// A slice as far as the next step depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which, from 1.
    pub nth: i64,
    /// How it stands.
    pub state: SliceState,
    /// When its first call began.
    pub first_tried_at: Option<Moment>,
    /// When its last call began.
    pub tried_at: Option<Moment>,
    /// Not before this moment again.
    pub retry_at: Option<Moment>,
}

/// A campaign as far as the next step depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How it stands.
    pub stage: Stage,
    /// When it is to be sent.
    pub send_at: Moment,
    /// Since when it cools.
    pub cooled_at: Option<Moment>,
    /// Its slices, in order.
    pub parts: Vec<Part>,
}

/// What else the next step depends on.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    /// The moment.
    pub now: Moment,
    /// Whether the emergency stop is pulled.
    pub stopped: bool,
    /// Whether what would be sent is still, to the last byte, what was approved.
    pub intact: bool,
    /// Why nothing may be sent at this hour.
    pub barred: Option<&'a str>,
    /// How long a campaign cools.
    pub cooling: Duration,
    /// How late it may still begin by itself.
    pub late: Duration,
}

/// The next step of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing is to be done until something happens.
    Nothing,
    /// Look again then.
    WaitUntil(Moment),
    /// Begin to cool.
    Cool,
    /// Find out who gets it and make its slices.
    Start,
    /// Give this slice to WeChat.
    Call(i64),
    /// Nobody knows what became of this slice: whoever began its call is gone.
    Orphan(i64),
    /// Stop, and say why.
    Hold(String),
}

/// Said when the emergency stop is pulled.
pub const STOPPED: &str = "紧急停止已按下，没有继续发送。";
/// Said when something changed after the approval.
pub const CHANGED: &str = "内容、受众或时间与审批通过的不一致，没有发送。请核对后重新送审。";
/// Said when the time was missed.
pub const LATE: &str =
    "错过了发送时间（系统当时没有运行，或前面的步骤没有做完），没有自动补发。请改时间后重新送审。";
/// Said when a slice is too old to be repeated safely.
pub const OLD: &str = "第一次提交已超过 23 小时，微信不再能识别重复，不能自动重试。请人工核对。";

/// What is to be done now.
pub fn next(standing: &Standing, around: &Around<'_>) -> Next {
    match standing.stage {
        Stage::Scheduled => {
            let cool_at = standing.send_at.minus(around.cooling);
            if let Some(why) = hindrance(around, standing.send_at) {
                Next::Hold(why)
            } else if around.now < cool_at {
                Next::WaitUntil(cool_at)
            } else {
                Next::Cool
            }
        }
        Stage::Cooling => {
            let cooled = standing.cooled_at.unwrap_or(around.now).plus(around.cooling);
            let start = cooled.max(standing.send_at);
            if let Some(why) = hindrance(around, start) {
                Next::Hold(why)
            } else if around.now < start {
                Next::WaitUntil(start)
            } else if let Some(why) = around.barred {
                Next::Hold(format!("{why}没有发送。"))
            } else {
                Next::Start
            }
        }
        Stage::Sending => send_on(&standing.parts, around),
        _ => Next::Nothing,
    }
}

/// Why a campaign due at `due` cannot go on.
fn hindrance(around: &Around<'_>, due: Moment) -> Option<String> {
    let why = if around.stopped {
        STOPPED
    } else if !around.intact {
        CHANGED
    } else if around.now.since(due) > around.late {
        LATE
    } else {
        return None;
    };
    Some(why.to_owned())
}

fn send_on(parts: &[Part], around: &Around<'_>) -> Next {
    if let Some(lost) = parts.iter().find(|part| part.state == SliceState::Calling) {
        let given_up = lost.tried_at.unwrap_or(around.now).plus(ORPHANED_AFTER);
        return match given_up <= around.now {
            true => Next::Orphan(lost.nth),
            false => Next::WaitUntil(given_up),
        };
    }
    let Some(part) = parts.iter().find(|part| part.state == SliceState::Pending) else {
        return Next::Nothing;
    };
    let old = |first: Moment| around.now.since(first) >= REPEAT_WITHIN;
    if around.stopped {
        Next::Hold(STOPPED.to_owned())
    } else if !around.intact {
        Next::Hold(CHANGED.to_owned())
    } else if part.first_tried_at.is_some_and(old) {
        Next::Hold(OLD.to_owned())
    } else if let Some(at) = part.retry_at.filter(|at| *at > around.now) {
        Next::WaitUntil(at)
    } else {
        Next::Call(part.nth)
    }
}

/// How a campaign stands whose slices stand so. Sent only when each of them is.
pub fn stage_of(states: impl IntoIterator<Item = SliceState>) -> Stage {
    let states: Vec<SliceState> = states.into_iter().collect();
    let has = |state| states.contains(&state);
    let all = |state| states.iter().all(|one| *one == state);
    if has(SliceState::Pending) || has(SliceState::Calling) {
        Stage::Sending
    } else if has(SliceState::Unknown) {
        Stage::Unknown
    } else if has(SliceState::Submitted) {
        Stage::Submitted
    } else if all(SliceState::Sent) {
        Stage::Sent
    } else if has(SliceState::Sent) {
        Stage::Partial
    } else if all(SliceState::Dropped) {
        Stage::Cancelled
    } else {
        Stage::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000;

    fn around(now: i64) -> Around<'static> {
        Around {
            now: Moment(now),
            stopped: false,
            intact: true,
            barred: None,
            cooling: Duration::from_secs(600),
            late: Duration::from_secs(1800),
        }
    }

    fn standing(stage: Stage, cooled_at: Option<i64>) -> Standing {
        Standing {
            stage,
            send_at: Moment(100 * MINUTE),
            cooled_at: cooled_at.map(Moment),
            parts: Vec::new(),
        }
    }

    #[test]
    fn nothing_is_sent_before_it_has_cooled_and_nothing_late() {
        let scheduled = standing(Stage::Scheduled, None);
        assert_eq!(next(&scheduled, &around(0)), Next::WaitUntil(Moment(90 * MINUTE)));
        assert_eq!(next(&scheduled, &around(90 * MINUTE)), Next::Cool);
        let late = next(&scheduled, &around(131 * MINUTE));
        assert_eq!(late, Next::Hold(LATE.to_owned()));
        // Cooling began late, so it is sent late, never early.
        let cooling = standing(Stage::Cooling, Some(95 * MINUTE));
        assert_eq!(next(&cooling, &around(104 * MINUTE)), Next::WaitUntil(Moment(105 * MINUTE)));
        assert_eq!(next(&cooling, &around(105 * MINUTE)), Next::Start);
        assert_eq!(next(&cooling, &around(136 * MINUTE)), Next::Hold(LATE.to_owned()));
        let barred = Around { barred: Some("哀悼日。"), ..around(105 * MINUTE) };
        assert!(matches!(next(&cooling, &barred), Next::Hold(why) if why.contains("哀悼日")));
    }

    fn states() -> impl Strategy<Value = Vec<SliceState>> {
        prop::collection::vec(prop::sample::select(SliceState::ALL), 1..6)
    }

    proptest! {
        #[test]
        fn a_campaign_is_sent_only_when_all_of_it_is(states in states()) {
            let stage = stage_of(states.clone());
            prop_assert_eq!(stage == Stage::Sent, states.iter().all(|s| *s == SliceState::Sent));
            if states.contains(&SliceState::Unknown) {
                prop_assert!(matches!(stage, Stage::Unknown | Stage::Sending));
            }
        }

        #[test]
        fn only_pending_slices_of_what_was_approved_are_called(
            states in states(),
            stage in prop::sample::select(Stage::ALL),
            stopped: bool,
            intact: bool,
            now in 0i64..200 * MINUTE,
            cooled in prop::option::of(0i64..200 * MINUTE),
        ) {
            let part = |(at, state): (usize, &SliceState)| Part {
                nth: at as i64 + 1, state: *state, first_tried_at: None, tried_at: None,
                retry_at: None,
            };
            let parts: Vec<Part> = states.iter().enumerate().map(part).collect();
            let campaign = Standing { parts: parts.clone(), ..standing(stage, cooled) };
            let around = Around { stopped, intact, ..around(now) };
            match next(&campaign, &around) {
                Next::Call(nth) => {
                    prop_assert!(!stopped && intact && stage == Stage::Sending);
                    let called = parts.iter().find(|part| part.nth == nth).unwrap();
                    prop_assert_eq!(called.state, SliceState::Pending);
                    prop_assert!(parts.iter().all(|part| part.state != SliceState::Calling));
                }
                Next::Start => {
                    prop_assert!(!stopped && intact && stage == Stage::Cooling);
                    let cooled = cooled.unwrap_or(now);
                    prop_assert!(now >= cooled + 10 * MINUTE && now >= 100 * MINUTE);
                }
                _ => {}
            }
        }

        #[test]
        fn nobody_leads_a_campaign_back_from_where_it_was_sent(
            stage in prop::sample::select(Stage::ALL),
            deed in prop::sample::select(&Deed::ALL[..]),
            started: bool,
        ) {
            use Stage::{Cancelled, Failed, Partial, Sending, Sent, Submitted, Unknown};
            let over = matches!(
                stage, Sending | Submitted | Unknown | Sent | Partial | Failed | Cancelled
            );
            let led = after(stage, started, deed);
            prop_assert!(!(over && led.is_ok()), "{stage:?} {deed:?}");
            if let Ok(Sending) = led {
                prop_assert!(started && stage == Stage::Held);
            }
        }
    }
}
