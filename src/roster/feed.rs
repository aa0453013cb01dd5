//! The shifts of one person for the calendar of a phone. Pure.

use jiff::civil::Date;

use super::Shift;
use crate::platform::clock::Moment;
use crate::worktime::ical::{self, Event, Lasting};

/// Writes the shifts as events, cancelled where the person is away. `of` is the organization's name;
/// `manned` says of each shift whether its person is there.
pub fn written(of: &str, shifts: &[Shift], manned: impl Fn(&Shift) -> bool, now: Moment) -> String {
    let events = shifts.iter().map(|shift| Event {
        uid: shift.id.to_string(),
        lasting: Lasting::Hours(
            minute(shift.day, shift.span.from),
            minute(shift.day, shift.span.to),
        ),
        summary: format!("值班 {of}"),
        cancelled: !manned(shift),
    });
    ical::written("roster", &format!("{of}值班"), events, now)
}

/// A minute of a day in Beijing.
fn minute(day: Date, minute: u16) -> Moment {
    const BEIJING_MINUTES: i64 = 8 * 60;
    let days = (day - Date::constant(1970, 1, 1)).get_days();
    Moment((i64::from(days) * 1440 + i64::from(minute) - BEIJING_MINUTES) * 60_000)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::members::OrganizationId;
    use crate::roster::ShiftId;
    use crate::staff::StaffId;
    use crate::worktime::calendar::Span;

    #[test]
    fn a_shift_in_beijing_is_an_event_in_utc() {
        let shift = Shift {
            id: ShiftId(Uuid::from_u128(7)),
            organization_id: OrganizationId(Uuid::from_u128(1)),
            staff_id: StaffId(Uuid::from_u128(2)),
            day: date(2026, 12, 1),
            span: Span { from: 0, to: 1440 },
        };
        let file = written("法律服务社", &[shift], |_| false, Moment(0));
        assert!(file.contains("DTSTART:20261130T160000Z\r\nDTEND:20261201T160000Z\r\n"), "{file}");
        assert!(
            file.contains("STATUS:CANCELLED\r\n") && file.contains("SUMMARY:值班 法律服务社\r\n")
        );
    }
}
