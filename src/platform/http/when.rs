//! How a moment is written for people: absolute and relative, on Beijing's clock.

use std::time::Duration;

use crate::platform::clock::Moment;

/// A moment ready to be shown; pages print both forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// RFC 3339 with +08:00.
    pub iso: String,
    /// 今天 20:13, 11月23日 20:13, or with the year when it is another one.
    pub absolute: String,
    /// 刚刚, 5 分钟前, 还有 3 小时.
    pub relative: String,
}

impl When {
    /// Writes `at` as seen from `now`.
    pub fn new(at: Moment, now: Moment) -> Self {
        let (there, here) = (at.in_shanghai(), now.in_shanghai());
        let pattern = if there.date() == here.date() {
            "今天 %H:%M"
        } else if there.year() == here.year() {
            "%-m月%-d日 %H:%M"
        } else {
            "%Y年%-m月%-d日 %H:%M"
        };
        let relative = if at > now {
            format!("还有 {}", span(at.since(now)))
        } else {
            match now.since(at) {
                short if short < Duration::from_secs(60) => "刚刚".into(),
                long => format!("{}前", span(long)),
            }
        };
        Self {
            iso: there.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string(),
            absolute: there.strftime(pattern).to_string(),
            relative,
        }
    }
}

impl When {
    /// For the `datetime` attribute: the minute is what people read, and each second costs bytes on
    /// a page with many.
    pub fn minute(&self) -> String {
        format!("{}+08:00", self.iso.get(..16).unwrap_or_default())
    }
}

/// A length of time in its largest sensible unit: 5 分钟, 3 小时, 2 天. Less than a minute is
/// 不到 1 分钟.
pub fn span(length: Duration) -> String {
    let minutes = length.as_secs() / 60;
    match minutes {
        0 => "不到 1 分钟".into(),
        1..60 => format!("{minutes} 分钟"),
        60..2880 => format!("{} 小时", minutes / 60),
        _ => format!("{} 天", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_763_900_000_000); // 2025-11-23 20:13:20 in Shanghai

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(n * 60)
    }

    #[test]
    fn a_moment_of_today_shows_only_its_hour() {
        let when = When::new(NOW.minus(minutes(200)), NOW);
        assert_eq!((when.absolute.as_str(), when.relative.as_str()), ("今天 16:53", "3 小时前"));
        assert_eq!(when.iso, "2025-11-23T16:53:20+08:00");
    }

    #[test]
    fn another_day_shows_its_date_and_another_year_its_year() {
        assert_eq!(When::new(NOW.minus(minutes(3 * 1440)), NOW).absolute, "11月20日 20:13");
        assert_eq!(When::new(NOW.minus(minutes(400 * 1440)), NOW).absolute, "2024年10月19日 20:13");
    }

    #[test]
    fn the_future_is_counted_down_and_the_last_minute_is_now() {
        assert_eq!(When::new(NOW.plus(minutes(90)), NOW).relative, "还有 1 小时");
        assert_eq!(When::new(NOW.minus(Duration::from_secs(20)), NOW).relative, "刚刚");
    }
}
