//! How far a long command is, on a terminal; nothing in a pipe.

use std::io::{IsTerminal, Write};

/// Shows one line that is written over.
pub struct Progress {
    what: &'static str,
    shown: bool,
}

impl Progress {
    /// Counts `what`, an English plural.
    pub fn new(what: &'static str) -> Self {
        Self { what, shown: std::io::stderr().is_terminal() }
    }

    /// So many are done.
    pub fn at(&self, done: u64) {
        self.show(&format!("{done} {}", self.what));
    }

    /// This share is done, from 0 to 1.
    pub fn share(&self, share: f32) {
        self.show(&format!("{} {:.0} %", self.what, share * 100.0));
    }

    fn show(&self, text: &str) {
        if self.shown {
            let mut out = std::io::stderr();
            // A terminal that is gone is no reason to stop.
            let _ = write!(out, "\r{text}\x1b[K").and_then(|()| out.flush());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}
