//! What came of a simulation.

/// Minutes up to which waiting is counted exactly.
const LONGEST: usize = 7 * 24 * 60;

/// One week of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Week {
    hours: u32,
    spread: f64,
    used: f64,
}

impl Week {
    /// Mean of the hourly spread: the fullest desk against the mean of all at work.
    pub fn spread(&self) -> f64 {
        self.spread / f64::from(self.hours.max(1))
    }
}

/// Everything that is counted. Loads are shares of the caps.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Inquiries asked.
    pub asked: u64,
    /// Answered by an organization.
    pub answered: u64,
    /// Answered by the operators.
    pub by_operators: u64,
    /// Open at the end, each with an owner or in a queue.
    pub open: u64,
    /// Offers made.
    pub offers: u64,
    /// Offers declined.
    pub declined: u64,
    /// Offers that nobody answered in time.
    pub expired: u64,
    /// Offers taken away because the organization could not keep them.
    pub moved: u64,
    /// First offers to an organization that works for the very district or town.
    pub local: u64,
    /// First answers after the promised time.
    pub late: u64,
    /// Found without owner and without queue.
    pub lost: u64,
    /// Offers to an organization with nobody on duty.
    pub to_off_duty: u64,
    /// Offers to an organization that is no active member.
    pub to_suspended: u64,
    /// Offers to an organization that may not deal with somebody in the question.
    pub to_conflicted: u64,
    /// Offers to an organization that had as much as it may have.
    pub over_cap: u64,
    /// The weeks.
    pub weeks: Vec<Week>,
    waits: Vec<u64>,
}

impl Outcome {
    pub(super) fn sample(&mut self, week: usize, shares: &[f64]) {
        let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
        if mean <= 0.0 {
            return;
        }
        if self.weeks.len() <= week {
            self.weeks.resize(week + 1, Week::default());
        }
        let week = &mut self.weeks[week];
        week.hours += 1;
        week.used += mean;
        week.spread += shares.iter().copied().fold(0.0, f64::max) / mean;
    }

    pub(super) fn waited(&mut self, minutes: u64) {
        if self.waits.is_empty() {
            self.waits = vec![0; LONGEST + 1];
        }
        let minute = usize::try_from(minutes).unwrap_or(LONGEST).min(LONGEST);
        self.waits[minute] += 1;
    }

    /// Minutes within which this share of all was taken by somebody.
    pub fn taken_within(&self, share: f64) -> u64 {
        let all: u64 = self.waits.iter().sum();
        let wanted = (all as f64 * share).ceil() as u64;
        let mut seen = 0;
        let minute = self.waits.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        minute.map_or(0, |minute| minute as u64)
    }

    /// Mean of the hourly spread over everything.
    pub fn spread(&self) -> f64 {
        let hours: u32 = self.weeks.iter().map(|week| week.hours).sum();
        self.weeks.iter().map(|week| week.spread).sum::<f64>() / f64::from(hours.max(1))
    }

    /// Mean share of the caps that was used.
    pub fn used(&self) -> f64 {
        let hours: u32 = self.weeks.iter().map(|week| week.hours).sum();
        self.weeks.iter().map(|week| week.used).sum::<f64>() / f64::from(hours.max(1))
    }

    /// Everything that must never happen, together.
    pub fn broken(&self) -> u64 {
        self.lost + self.to_off_duty + self.to_suspended + self.to_conflicted + self.over_cap
    }
}
