//! The rules by which processes share one access token (wechat-protocol.md §4.2). Pure: whoever
//! keeps a [`Shelf`] gives it one [`Turn`] at a time and stores it afterwards.
//!
//! Exactly one process fetches at a time, under a lease; the others wait or go on with the old
//! token while it lives. A forced refresh, which kills the token others hold, is never made here.
//! When somebody else makes them again and again, refreshing slows down to once a minute instead
//! of fighting, and the shelf says so ([`Shelf::is_contested`]).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::platform::clock::Moment;

use super::client::CallError;
use super::errcode::{self, Action, Meaning};

/// Below this remaining time a token is renewed: from here on normal mode hands out the next one.
const RENEW_BELOW: Duration = Duration::from_secs(300);
/// A token just fetched is used even if it is short-lived.
const KEEP_AT_LEAST: Duration = Duration::from_secs(10);
/// Longest pause after a failure; also the pause after a refusal, which only an operator can mend.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a token that WeChat refuses and hands out again is not asked for anew.
const REFUSED_PAUSE: Duration = Duration::from_secs(30);
/// A fetching process that has not come back by then has vanished; above the longest call.
const LEASE: Duration = Duration::from_secs(20);
/// Tokens that died early are remembered this long.
const WATCHED: Duration = Duration::from_secs(600);
/// This many early deaths within [`WATCHED`] are somebody else's doing.
const CONTESTED_FROM: usize = 3;
/// While tokens are contested, a new one is fetched no more often than this.
const CONTESTED_PAUSE: Duration = Duration::from_secs(60);

/// An access token; wiped when the last copy goes, never printed, never written by serde.
pub type AccessToken = Arc<Zeroizing<String>>;

/// What somebody wants of the shelf.
#[derive(Clone)]
pub struct Turn {
    /// Unlike any other process.
    pub holder: Arc<str>,
    /// Now.
    pub now: Moment,
    /// What.
    pub wish: Wish,
}

/// The wish of a [`Turn`].
#[derive(Clone)]
pub enum Wish {
    /// A token that should work; another than the given one, when WeChat has just refused it.
    Token(Option<AccessToken>),
    /// To put a token there that was fetched under the lease with this number.
    Put {
        /// Number of the lease.
        fence: i64,
        /// The token.
        token: AccessToken,
        /// How long it lives.
        life: Duration,
    },
    /// To say that fetching under the lease with this number failed.
    Fail {
        /// Number of the lease.
        fence: i64,
        /// Why.
        failure: Failure,
    },
}

/// What to do next.
#[derive(Clone)]
pub enum Step {
    /// Use this token, which dies at that moment.
    Use(AccessToken, Moment, Moment),
    /// Fetch one and come back with this number.
    Fetch(i64),
    /// Somebody else is fetching: come back in a moment.
    Wait,
    /// WeChat only hands out the token it refuses: give up.
    Same,
    /// There is none at present, for this reason.
    Rest(Failure),
}

/// Why there is no token, in a form that can be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// WeChat refused.
    Refused {
        /// Its code.
        errcode: i64,
        /// Its id of the request.
        rid: Option<String>,
        /// Our address, for 40164.
        ip: Option<IpAddr>,
    },
    /// WeChat could not be reached, or answered nonsense.
    Unreached(String),
    /// Somebody else keeps killing our tokens (§4.1 `force_refresh`).
    Contested,
}

impl Failure {
    /// The failure behind an error of the token call.
    pub fn of(error: &CallError) -> Self {
        match error {
            CallError::Refused { errcode, rid, ip, .. } => {
                Self::Refused { errcode: *errcode, rid: rid.clone(), ip: *ip }
            }
            CallError::NotSent(text) | CallError::Unknown(text) | CallError::Unreadable(text) => {
                Self::Unreached(text.clone())
            }
        }
    }

    /// What a caller gets: the call itself has not been sent, however the request for a token
    /// ended.
    pub fn into_error(self) -> CallError {
        match self {
            Self::Refused { errcode, rid, ip } => {
                CallError::Refused { errcode, meaning: meaning(errcode), rid, ip }
            }
            Self::Unreached(text) => CallError::NotSent(format!("no access token: {text}")),
            Self::Contested => CallError::NotSent(
                "no access token: another program keeps replacing the tokens of this account"
                    .to_owned(),
            ),
        }
    }

    /// One second, doubled with every failure; a minute at once for what only a person can mend.
    fn pause(&self, failures: u32) -> Duration {
        match self {
            Self::Refused { errcode, .. } if meaning(*errcode).action != Action::Retry => {
                LONGEST_PAUSE
            }
            _ => Duration::from_secs(1 << failures.min(6)).min(LONGEST_PAUSE),
        }
    }
}

/// What a refusal of the token call means. Here 40001 is about the AppSecret (§15), which no new
/// token mends.
fn meaning(errcode: i64) -> Meaning {
    let meaning = errcode::meaning(errcode);
    match meaning.action {
        Action::RefreshToken => Meaning { action: Action::TellOperator, ..meaning },
        _ => meaning,
    }
}

/// What processes share about one account's token. The token itself is left out by serde; its
/// keeper seals it apart.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shelf {
    /// The newest token.
    #[serde(skip)]
    pub token: Option<AccessToken>,
    /// When it was fetched.
    pub fetched: Moment,
    /// When it dies.
    pub expires: Moment,
    /// Who fetched it.
    pub fetched_by: String,
    /// Who is fetching, and until when that is believed.
    pub lease: Option<(String, Moment)>,
    /// Grows with every lease.
    pub fence: i64,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure, and until when nobody tries again.
    pub failed: Option<(Failure, Moment)>,
    /// The token was refused and then handed out again: it stays given up until then.
    pub given_up_until: Option<Moment>,
    /// When tokens were refused long before they should have died, oldest first.
    pub died_early: Vec<Moment>,
}

impl Shelf {
    /// One turn. Whatever comes out of it, the shelf must be stored.
    pub fn turn(&mut self, turn: &Turn) -> Step {
        let now = turn.now;
        match &turn.wish {
            Wish::Token(refused) => self.ask(&turn.holder, refused.as_ref(), now),
            Wish::Put { fence, token, life } => {
                if *fence == self.fence {
                    self.put(&turn.holder, token, *life, now);
                }
                Step::Use(token.clone(), now, now.plus(*life))
            }
            Wish::Fail { fence, failure } => {
                if *fence == self.fence {
                    let until = now.plus(failure.pause(self.failures));
                    self.failures = self.failures.saturating_add(1);
                    self.failed = Some((failure.clone(), until));
                    self.lease = None;
                }
                Step::Rest(failure.clone())
            }
        }
    }

    /// Whether somebody else keeps replacing our tokens.
    pub fn is_contested(&self, now: Moment) -> bool {
        let recent = |at: &&Moment| now.since(**at) < WATCHED;
        self.died_early.iter().filter(recent).count() >= CONTESTED_FROM
    }

    fn ask(&mut self, holder: &str, refused: Option<&AccessToken>, now: Moment) -> Step {
        let held = self.token.clone().filter(|_| now < self.expires);
        match (&held, refused) {
            (Some(token), None) if is_fresh(self.fetched, self.expires, now) => {
                return self.hand_out(token);
            }
            (Some(token), Some(refused)) if token != refused => return self.hand_out(token),
            (Some(_), Some(_)) if self.given_up_until.is_some_and(|until| now < until) => {
                return Step::Same;
            }
            _ => {}
        }
        let why_not = self.why_not_now(holder, refused.is_some(), now);
        match (why_not, &held, refused) {
            (None, ..) => {
                if held.is_some() && refused.is_some() {
                    self.died_early.retain(|at| now.since(*at) < WATCHED);
                    self.died_early.push(now);
                }
                self.fence += 1;
                self.lease = Some((holder.to_owned(), now.plus(LEASE)));
                Step::Fetch(self.fence)
            }
            // The last five minutes of a token are still good minutes.
            (Some(_), Some(token), None) => self.hand_out(token),
            (Some(step), ..) => step,
        }
    }

    /// What speaks against fetching a token now.
    fn why_not_now(&self, holder: &str, refused: bool, now: Moment) -> Option<Step> {
        if let Some((failure, until)) = &self.failed
            && now < *until
        {
            return Some(Step::Rest(failure.clone()));
        }
        if refused && self.is_contested(now) && now.since(self.fetched) < CONTESTED_PAUSE {
            return Some(Step::Rest(Failure::Contested));
        }
        let lease = self.lease.as_ref();
        let elsewhere = lease.is_some_and(|(by, until)| by != holder && now < *until);
        elsewhere.then_some(Step::Wait)
    }

    fn hand_out(&self, token: &AccessToken) -> Step {
        Step::Use(token.clone(), self.fetched, self.expires)
    }

    fn put(&mut self, holder: &str, token: &AccessToken, life: Duration, now: Moment) {
        let again = self.token.as_ref() == Some(token);
        let refused_just_now = self.died_early.last().is_some_and(|at| *at >= self.leased_at());
        if again && refused_just_now {
            // WeChat contradicts itself; nobody else is at work.
            self.died_early.pop();
            self.given_up_until = Some(now.plus(REFUSED_PAUSE));
        } else {
            self.given_up_until = None;
        }
        self.token = Some(token.clone());
        self.fetched = now;
        self.expires = now.plus(life);
        holder.clone_into(&mut self.fetched_by);
        self.lease = None;
        self.failures = 0;
        self.failed = None;
    }

    fn leased_at(&self) -> Moment {
        self.lease.as_ref().map_or(Moment(i64::MAX), |(_, until)| until.minus(LEASE))
    }
}

/// Whether a token is used without asking for the next one.
pub(super) fn is_fresh(fetched: Moment, expires: Moment, now: Moment) -> bool {
    let remaining = expires.since(now);
    remaining >= RENEW_BELOW || (!remaining.is_zero() && now.since(fetched) < KEEP_AT_LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment(1_763_900_000_000);
    const LIFE: Duration = Duration::from_secs(7200);

    fn token(name: &str) -> AccessToken {
        Arc::new(Zeroizing::new(name.to_owned()))
    }

    fn later(seconds: u64) -> Moment {
        START.plus(Duration::from_secs(seconds))
    }

    fn turn(shelf: &mut Shelf, holder: &str, now: Moment, wish: Wish) -> Step {
        shelf.turn(&Turn { holder: holder.into(), now, wish })
    }

    fn fetched(shelf: &mut Shelf, holder: &str, now: Moment, refused: Option<&str>, name: &str) {
        let Step::Fetch(fence) = turn(shelf, holder, now, Wish::Token(refused.map(token))) else {
            panic!("nothing to fetch for {name}")
        };
        turn(shelf, holder, now, Wish::Put { fence, token: token(name), life: LIFE });
    }

    #[test]
    fn one_fetches_the_other_waits_and_then_uses_the_same_token() {
        let mut shelf = Shelf::default();
        let Step::Fetch(fence) = turn(&mut shelf, "a", START, Wish::Token(None)) else { panic!() };
        assert!(matches!(turn(&mut shelf, "b", START, Wish::Token(None)), Step::Wait));
        turn(&mut shelf, "a", START, Wish::Put { fence, token: token("T"), life: LIFE });
        let step = turn(&mut shelf, "b", START, Wish::Token(None));
        assert!(matches!(step, Step::Use(used, ..) if used == token("T")));
    }

    #[test]
    fn a_process_that_vanished_while_fetching_is_replaced_and_cannot_overwrite_later() {
        let mut shelf = Shelf::default();
        let Step::Fetch(old) = turn(&mut shelf, "a", START, Wish::Token(None)) else { panic!() };
        fetched(&mut shelf, "b", later(20), None, "NEW");
        turn(&mut shelf, "a", later(21), Wish::Put { fence: old, token: token("OLD"), life: LIFE });
        assert!(shelf.token == Some(token("NEW")));
    }

    #[test]
    fn during_renewal_the_old_token_serves_everybody_else() {
        let mut shelf = Shelf::default();
        fetched(&mut shelf, "a", START, None, "T");
        assert!(matches!(turn(&mut shelf, "a", later(6901), Wish::Token(None)), Step::Fetch(_)));
        let step = turn(&mut shelf, "b", later(6901), Wish::Token(None));
        assert!(matches!(step, Step::Use(used, ..) if used == token("T")));
    }

    #[test]
    fn tokens_that_keep_dying_are_renewed_once_a_minute_and_called_contested() {
        let mut shelf = Shelf::default();
        fetched(&mut shelf, "a", START, None, "T0");
        for nth in 1..=3_u64 {
            let former = format!("T{}", nth - 1);
            fetched(&mut shelf, "a", later(nth * 20), Some(&former), &format!("T{nth}"));
        }
        assert!(shelf.is_contested(later(60)));
        let mut fetches = 0;
        for second in (80..680).step_by(20) {
            let wish = Wish::Token(shelf.token.clone());
            match turn(&mut shelf, "a", later(second), wish) {
                Step::Rest(Failure::Contested) => {}
                Step::Fetch(fence) => {
                    fetches += 1;
                    let token = token(&format!("N{second}"));
                    turn(&mut shelf, "a", later(second), Wish::Put { fence, token, life: LIFE });
                }
                _ => panic!("at {second}"),
            }
        }
        assert!(fetches <= 10, "{fetches} fetches in ten minutes");
        assert!(!shelf.is_contested(later(680 + 600)), "it is never forgotten");
    }

    #[test]
    fn ten_minutes_without_an_answer_cost_few_tries() {
        let (mut shelf, mut tries) = (Shelf::default(), 0);
        for second in 0..600 {
            if let Step::Fetch(fence) = turn(&mut shelf, "a", later(second), Wish::Token(None)) {
                tries += 1;
                let failure = Failure::Unreached("down".to_owned());
                turn(&mut shelf, "a", later(second), Wish::Fail { fence, failure });
            }
        }
        assert!(tries <= 30, "{tries} tries");
    }

    #[test]
    fn what_is_stored_has_no_token() {
        let mut shelf = Shelf::default();
        fetched(&mut shelf, "a", START, None, "CANARY");
        assert!(!serde_json::to_string(&shelf).unwrap().contains("CANARY"));
    }
}
