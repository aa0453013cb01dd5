//! The shifts of one person as an iCalendar file (RFC 5545), for the calendar of a phone. Pure.
//!
//! # Why
//! 2026-11-28: written here, because the crate for it brings a second library of dates beside jiff
//! for six kinds of lines.

use jiff::civil::Date;

use super::Shift;
use crate::platform::clock::Moment;

/// Most octets of a line, without its end (RFC 5545 §3.1).
const LINE_OCTETS: usize = 75;

/// Writes the shifts as events, cancelled where the person is away. `of` is the organization's name;
/// `manned` says of each shift whether its person is there.
pub fn written(of: &str, shifts: &[Shift], manned: impl Fn(&Shift) -> bool, now: Moment) -> String {
    let mut file = String::new();
    let mut line = |text: &str| folded(&mut file, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//pufa//roster//ZH");
    line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    line(&format!("NAME:{}", escaped(&format!("{of}值班"))));
    for shift in shifts {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", shift.id));
        line(&format!("DTSTAMP:{}", in_utc(now)));
        line(&format!("DTSTART:{}", in_utc(minute(shift.day, shift.span.from))));
        line(&format!("DTEND:{}", in_utc(minute(shift.day, shift.span.to))));
        line(&format!("SUMMARY:{}", escaped(&format!("值班 {of}"))));
        line(if manned(shift) { "STATUS:CONFIRMED" } else { "STATUS:CANCELLED" });
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    file
}

/// A text value (RFC 5545 §3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out
}

/// Appends a line, continued on further lines that begin with a space when it is too long.
fn folded(file: &mut String, text: &str) {
    let mut octets = 0;
    for sign in text.chars() {
        if octets + sign.len_utf8() > LINE_OCTETS {
            file.push_str("\r\n ");
            octets = 1;
        }
        file.push(sign);
        octets += sign.len_utf8();
    }
    file.push_str("\r\n");
}

/// A minute of a day in Beijing.
fn minute(day: Date, minute: u16) -> Moment {
    const BEIJING_MINUTES: i64 = 8 * 60;
    let days = (day - Date::constant(1970, 1, 1)).get_days();
    Moment((i64::from(days) * 1440 + i64::from(minute) - BEIJING_MINUTES) * 60_000)
}

fn in_utc(at: Moment) -> String {
    let there = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    there.strftime("%Y%m%dT%H%M%SZ").to_string()
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
    fn a_shift_in_beijing_is_an_event_in_utc_and_no_line_is_too_long() {
        let shift = Shift {
            id: ShiftId(Uuid::from_u128(7)),
            organization_id: OrganizationId(Uuid::from_u128(1)),
            staff_id: StaffId(Uuid::from_u128(2)),
            day: date(2026, 12, 1),
            span: Span { from: 0, to: 1440 },
        };
        let name = "常州市一二三四五六七八九十一二三四五六七八九十, 法律服务社;第一\n分社";
        let file = written(name, &[shift], |_| false, Moment(0));
        assert!(file.contains("DTSTART:20261130T160000Z\r\nDTEND:20261201T160000Z\r\n"), "{file}");
        assert!(file.contains("STATUS:CANCELLED\r\n"));
        assert!(file.split("\r\n").all(|line| line.len() <= LINE_OCTETS && !line.contains('\n')));
        let unfolded = file.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:值班 常州市一二三四五六七八九十一二三四五六七八九十\\, 法律服务社\\;第一\\n分社\r\n"));
    }
}
