//! The dates of some years for the calendar of a phone. Pure.

use super::Held;
use crate::platform::clock::Moment;
use crate::worktime::ical::{self, Event, Lasting};

/// Writes the dates that have a day; `of` is the alliance's name.
pub fn written(of: &str, held: &[Held], now: Moment) -> String {
    let events = held.iter().filter_map(|one| {
        let days = one.days?;
        Some(Event {
            uid: one.id.to_string(),
            lasting: Lasting::Days(days.first, days.last),
            summary: match one.plan.theme.is_empty() {
                true => one.observance.name.clone(),
                false => format!("{}：{}", one.observance.name, one.plan.theme),
            },
            cancelled: false,
        })
    });
    ical::written("calendar", &format!("{of}普法日历"), events, now)
}
