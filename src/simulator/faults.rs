//! Faults that can be ordered in advance, by handle or by `POST /sim/faults`:
//!
//! ```json
//! {"on":"api","path":"/cgi-bin/message/custom/send","fault":"accept_then_reset","times":1}
//! {"on":"api","path":"/cgi-bin/","fault":"errcode","errcode":45009,"times":3}
//! {"on":"api","path":"/cgi-bin/","fault":"slow","ms":2000}
//! {"on":"push","fault":"duplicate","copies":3}
//! ```
//!
//! `times` is how many calls are hit, 1 when left out. Faults are played in the order they came.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// What goes wrong on WeChat's API side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum ApiFault {
    /// Does what was asked, then never answers (gives up after two minutes).
    AcceptThenHang,
    /// Does what was asked, then closes the connection without an answer.
    AcceptThenReset,
    /// Refuses with this error code without doing anything.
    Errcode {
        /// Code to answer.
        errcode: i64,
    },
    /// Does what was asked after this many milliseconds of real time.
    Slow {
        /// Delay.
        ms: u64,
    },
    /// Answers HTTP 503 with an HTML page without doing anything.
    Http503,
}

impl ApiFault {
    /// Name used in JSON and in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            ApiFault::AcceptThenHang => "accept_then_hang",
            ApiFault::AcceptThenReset => "accept_then_reset",
            ApiFault::Errcode { .. } => "errcode",
            ApiFault::Slow { .. } => "slow",
            ApiFault::Http503 => "http503",
        }
    }
}

/// What goes wrong with a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum PushFault {
    /// The same push is sent this many times in parallel; 2 to 20.
    Duplicate {
        /// Copies in all.
        copies: u8,
    },
    /// The push waits until a later one has been delivered (at most 30 s of real time).
    Reordered,
    /// The push is never sent and nobody is told.
    Lost,
}

/// One order: a fault and how many calls it still hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Order {
    /// On calls of the API whose path starts with `path`.
    Api {
        /// Prefix of the path, `/cgi-bin/message/`.
        path: String,
        /// What goes wrong.
        #[serde(flatten)]
        fault: ApiFault,
        /// How many calls.
        #[serde(default = "once")]
        times: u32,
    },
    /// On pushes.
    Push {
        /// What goes wrong.
        #[serde(flatten)]
        fault: PushFault,
        /// How many pushes.
        #[serde(default = "once")]
        times: u32,
    },
}

fn once() -> u32 {
    1
}

/// The faults that wait for their turn.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Order>>);

impl Faults {
    /// The next `times` calls whose path starts with `prefix` meet `fault`.
    pub fn on_api(&self, prefix: &str, fault: ApiFault, times: u32) {
        self.order(Order::Api { path: prefix.to_owned(), fault, times });
    }

    /// The next `times` pushes meet `fault`.
    pub fn on_push(&self, fault: PushFault, times: u32) {
        self.order(Order::Push { fault, times });
    }

    /// Adds an order; one with zero times is ignored.
    pub fn order(&self, order: Order) {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.push(order);
        orders.retain(Order::is_open);
    }

    /// Forgets everything that still waits.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What still waits.
    pub fn waiting(&self) -> Vec<Order> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn take_api(&self, path: &str) -> Option<ApiFault> {
        self.take(|order| match order {
            Order::Api { path: prefix, fault, times } if path.starts_with(prefix.as_str()) => {
                Some((*fault, times))
            }
            _ => None,
        })
    }

    pub(super) fn take_push(&self) -> Option<PushFault> {
        self.take(|order| match order {
            Order::Push { fault, times } => Some((*fault, times)),
            Order::Api { .. } => None,
        })
    }

    fn take<F>(&self, matching: impl Fn(&mut Order) -> Option<(F, &mut u32)>) -> Option<F> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, times) = orders.iter_mut().find_map(matching)?;
        *times -= 1;
        orders.retain(Order::is_open);
        Some(fault)
    }
}

impl Order {
    fn is_open(&self) -> bool {
        match self {
            Order::Api { times, .. } | Order::Push { times, .. } => *times > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_from_json_and_hits_only_its_paths_and_times() {
        let order = r#"{"on":"api","path":"/cgi-bin/message/","fault":"errcode","errcode":45011,"times":2}"#;
        let faults = Faults::default();
        faults.order(serde_json::from_str(order).unwrap());
        assert_eq!(faults.take_api("/cgi-bin/token"), None);
        for _ in 0..2 {
            let hit = faults.take_api("/cgi-bin/message/custom/send");
            assert_eq!(hit, Some(ApiFault::Errcode { errcode: 45011 }));
        }
        assert_eq!(faults.take_api("/cgi-bin/message/custom/send"), None);
        assert!(faults.waiting().is_empty());
    }

    #[test]
    fn times_left_out_means_once() {
        let order: Order = serde_json::from_str(r#"{"on":"push","fault":"lost"}"#).unwrap();
        assert_eq!(order, Order::Push { fault: PushFault::Lost, times: 1 });
    }
}
