//! When and how often an account may write to a citizen by itself (wechat-protocol.md §5.1).
//!
//! Each trigger opens its own allowance; allowances do not add up, a new trigger of the same kind
//! replaces the former one. How WeChat combines different kinds is not documented; here each kind
//! is kept apart and the one that ends first is used up first.

use std::time::Duration;

use serde::Serialize;

use crate::platform::clock::Moment;

/// What a citizen did that lets the account write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Sent a message: five within 48 hours.
    Message,
    /// Tapped a menu button of a granting type or an entry of a msgmenu: three within a minute.
    MenuTap,
    /// Followed: three within a minute.
    Follow,
    /// Scanned a scene code as a follower: three within a minute.
    Scan,
}

impl Trigger {
    fn grant(self) -> (u8, Duration) {
        match self {
            Trigger::Message => (5, Duration::from_secs(48 * 3600)),
            Trigger::MenuTap | Trigger::Follow | Trigger::Scan => (3, Duration::from_secs(60)),
        }
    }
}

/// One open allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Grant {
    pub trigger: Trigger,
    /// Messages left.
    pub left: u8,
    /// Messages granted.
    pub of: u8,
    /// Closed from this moment on.
    pub until: Moment,
}

/// Why the account may not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// No allowance is open: 45015.
    Window,
    /// An allowance is open but used up: 45047.
    Budget,
}

/// All allowances of one citizen.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowances(Vec<Grant>);

impl Allowances {
    /// The citizen did something at `now`.
    pub fn open(&mut self, trigger: Trigger, now: Moment) {
        let (count, span) = trigger.grant();
        self.0.retain(|grant| grant.trigger != trigger && now < grant.until);
        self.0.push(Grant { trigger, left: count, of: count, until: now.plus(span) });
    }

    /// Takes one message out of the allowance that ends first.
    pub fn spend(&mut self, now: Moment) -> Result<Trigger, Closed> {
        let open = |grant: &&mut Grant| now < grant.until;
        let Some(grant) = self
            .0
            .iter_mut()
            .filter(open)
            .filter(|grant| grant.left > 0)
            .min_by_key(|grant| grant.until)
        else {
            let any_open = self.0.iter().any(|grant| now < grant.until);
            return Err(if any_open { Closed::Budget } else { Closed::Window });
        };
        grant.left -= 1;
        Ok(grant.trigger)
    }

    /// The citizen left: nothing may be sent any more.
    pub fn close(&mut self) {
        self.0.clear();
    }

    /// Allowances open at `now`, the longest first.
    pub fn open_at(&self, now: Moment) -> Vec<Grant> {
        let mut open: Vec<_> = self.0.iter().filter(|grant| now < grant.until).copied().collect();
        open.sort_by_key(|grant| std::cmp::Reverse(grant.until));
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment(1_000_000);

    #[test]
    fn a_message_opens_five_sends_and_the_sixth_is_over_budget() {
        let mut allowances = Allowances::default();
        allowances.open(Trigger::Message, START);
        for _ in 0..5 {
            assert_eq!(allowances.spend(START), Ok(Trigger::Message));
        }
        assert_eq!(allowances.spend(START), Err(Closed::Budget));
        allowances.open(Trigger::Message, START);
        assert_eq!(allowances.spend(START), Ok(Trigger::Message));
    }

    #[test]
    fn the_window_closes_exactly_after_48_hours() {
        let mut allowances = Allowances::default();
        allowances.open(Trigger::Message, START);
        let end = START.plus(Duration::from_secs(48 * 3600));
        assert_eq!(allowances.spend(Moment(end.0 - 1)), Ok(Trigger::Message));
        assert_eq!(allowances.spend(end), Err(Closed::Window));
    }

    #[test]
    fn a_menu_tap_is_used_before_the_longer_window_and_lasts_a_minute() {
        let mut allowances = Allowances::default();
        allowances.open(Trigger::Message, START);
        allowances.open(Trigger::MenuTap, START);
        assert_eq!(allowances.spend(START), Ok(Trigger::MenuTap));
        let later = START.plus(Duration::from_secs(60));
        assert_eq!(allowances.spend(later), Ok(Trigger::Message));
        assert_eq!(allowances.open_at(later).len(), 1);
    }
}
