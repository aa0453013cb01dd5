//! An iCalendar file (RFC 5545), for the calendar of a phone. Pure.
//!
//! # Why
//! 2026-11-28: written here, because the crate for it brings a second library of dates beside jiff
//! for six kinds of lines.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::platform::clock::Moment;

/// Most octets of a line, without its end (RFC 5545 §3.1).
const LINE_OCTETS: usize = 75;

/// When an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Whole days, the last one included.
    Days(Date, Date),
    /// From a moment to another.
    Hours(Moment, Moment),
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// By which a calendar knows it again.
    pub uid: String,
    /// When.
    pub lasting: Lasting,
    /// What.
    pub summary: String,
    /// Whether it does not take place.
    pub cancelled: bool,
}

/// Writes a calendar; `product` tells our calendars apart, `name` is what people read.
pub fn written(
    product: &str,
    name: &str,
    events: impl Iterator<Item = Event>,
    now: Moment,
) -> String {
    let mut file = String::new();
    let mut line = |text: &str| folded(&mut file, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line(&format!("PRODID:-//pufa//{product}//ZH"));
    line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    line(&format!("NAME:{}", escaped(name)));
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", event.uid));
        line(&format!("DTSTAMP:{}", in_utc(now)));
        match event.lasting {
            Lasting::Days(first, last) => {
                line(&format!("DTSTART;VALUE=DATE:{}", first.strftime("%Y%m%d")));
                // The end is the day after the last.
                let end = last.saturating_add(1.day());
                line(&format!("DTEND;VALUE=DATE:{}", end.strftime("%Y%m%d")));
            }
            Lasting::Hours(from, to) => {
                line(&format!("DTSTART:{}", in_utc(from)));
                line(&format!("DTEND:{}", in_utc(to)));
            }
        }
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        line(if event.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
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

fn in_utc(at: Moment) -> String {
    let there = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    there.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn no_line_is_too_long_and_what_means_something_is_escaped() {
        let name = "常州市一二三四五六七八九十一二三四五六七八九十, 法律服务社;第一\n分社";
        let file = written("x", name, std::iter::empty(), Moment(0));
        assert!(file.split("\r\n").all(|line| line.len() <= LINE_OCTETS && !line.contains('\n')));
        let unfolded = file.replace("\r\n ", "");
        assert!(unfolded.contains(
            "NAME:常州市一二三四五六七八九十一二三四五六七八九十\\, 法律服务社\\;第一\\n分社\r\n"
        ));
    }

    #[test]
    fn whole_days_end_on_the_day_after() {
        let event = Event {
            uid: "1".into(),
            lasting: Lasting::Days(date(2026, 12, 1), date(2026, 12, 31)),
            summary: "周".into(),
            cancelled: false,
        };
        let file = written("x", "历", [event].into_iter(), Moment(0));
        assert!(file.contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20270101\r\n"));
    }
}
