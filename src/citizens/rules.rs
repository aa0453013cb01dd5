//! When a list of followers can be believed, when it is read, and what an error calls for.

use std::time::Duration;

use super::followers::RunState;
use crate::platform::clock::Moment;
use crate::wechat::client::CallError;
use crate::wechat::errcode::Action;

/// A reading is not gone on with after this time: too much has happened since its first page.
pub const LONGEST_RUN: Duration = Duration::from_secs(3 * 24 * 3600);
/// Tries of one page in a row; the next reading goes on from there.
const MOST_TRIES: i64 = 6;
/// Pause after the first failure, doubled with every further one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// How a reading ends that saw `seen` followers where WeChat counts `total`. People come and go
/// while it lasts, so one in a hundred may be missing, and ten in any case; a list that is cut off
/// must not make the rest of the followers look as if they had left.
pub fn end_of_run(seen: i64, total: i64) -> RunState {
    let slack = (total / 100).max(10);
    if seen + slack >= total { RunState::Complete } else { RunState::Doubtful }
}

/// The next moment after `now` at which it is `hour` (0–23) o'clock in Beijing.
pub fn next_at_hour(now: Moment, hour: u8) -> Moment {
    const DAY_MS: i64 = 86_400_000;
    const BEIJING_MS: i64 = 8 * 3_600_000;
    let of_day = i64::from(hour) * 3_600_000;
    let today = (now.0 + BEIJING_MS).div_euclid(DAY_MS) * DAY_MS - BEIJING_MS + of_day;
    Moment(if today > now.0 { today } else { today + DAY_MS })
}

/// What to do after a question to WeChat failed. Asking changes nothing there, so it may always be
/// repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask again then.
    At(Moment),
    /// Ask again from the beginning of the list: WeChat does not know the place any more.
    FromTheStart,
    /// Leave it for now; the sentence tells people why.
    Leave(String),
}

/// What to do after the try number `attempt` (from 1) failed at `now`.
pub fn after(error: &CallError, attempt: i64, now: Moment) -> Next {
    let pause = FIRST_PAUSE.saturating_mul(1 << attempt.clamp(1, 8));
    let (wait, why) = match error {
        CallError::Refused { errcode: 40003, .. } => return Next::FromTheStart,
        CallError::Refused { meaning, .. } => {
            let why = format!("{}（错误码 {}）", meaning.operator_hint, meaning.code);
            let wait = match meaning.action {
                Action::Retry | Action::RefreshToken => now.plus(pause),
                Action::WaitSeconds(seconds) => now.plus(Duration::from_secs(seconds.into())),
                Action::WaitUntilMidnight => next_at_hour(now, 0),
                Action::Done | Action::GiveUp | Action::FixRequest | Action::TellOperator => {
                    return Next::Leave(why);
                }
            };
            (wait, why)
        }
        CallError::NotSent(_) | CallError::Unknown(_) | CallError::Unreadable(_) => {
            let why = "连接不上微信，或微信没有正常回答。网络恢复后会从停下的地方继续。";
            (now.plus(pause), why.to_owned())
        }
    };
    if attempt >= MOST_TRIES { Next::Leave(why) } else { Next::At(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::errcode;

    #[test]
    fn a_list_that_is_cut_off_makes_nobody_leave() {
        assert_eq!(end_of_run(1_000_000, 1_000_000), RunState::Complete);
        assert_eq!(end_of_run(995_000, 1_000_000), RunState::Complete);
        assert_eq!(end_of_run(400_000, 1_000_000), RunState::Doubtful);
        assert_eq!(end_of_run(0, 0), RunState::Complete);
        assert_eq!(end_of_run(0, 11), RunState::Doubtful);
    }

    #[test]
    fn the_hour_is_beijings_and_always_lies_ahead() {
        // 2025-11-23 20:13:20 Beijing time.
        let now = Moment::from_seconds(1_763_900_000);
        let shown = |moment: Moment| moment.in_shanghai().strftime("%d %H:%M:%S").to_string();
        assert_eq!(shown(next_at_hour(now, 3)), "24 03:00:00");
        assert_eq!(shown(next_at_hour(now, 21)), "23 21:00:00");
        assert_eq!(shown(next_at_hour(next_at_hour(now, 3), 3)), "25 03:00:00");
    }

    #[test]
    fn what_an_operator_must_mend_is_left_and_what_passes_is_repeated() {
        let now = Moment::from_seconds(1_763_900_000);
        let refused = |code| CallError::Refused {
            errcode: code,
            meaning: errcode::meaning(code),
            rid: None,
            ip: None,
        };
        assert!(matches!(after(&refused(48001), 1, now), Next::Leave(_)));
        assert_eq!(after(&refused(45011), 1, now), Next::At(now.plus(Duration::from_secs(60))));
        assert_eq!(after(&refused(45009), 1, now), Next::At(next_at_hour(now, 0)));
        assert_eq!(after(&refused(40003), 1, now), Next::FromTheStart);
        let lost = CallError::Unknown(String::new());
        assert_eq!(after(&lost, 1, now), Next::At(now.plus(Duration::from_secs(10))));
        assert!(matches!(after(&lost, 6, now), Next::Leave(_)));
    }
}
