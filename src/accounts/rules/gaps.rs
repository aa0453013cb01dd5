//! Messages that WeChat counted but that never reached us (F7: all tries of a push failed). Pure.

use crate::accounts::store::figures::Gap;
use crate::wechat::datacube::Item;

/// Kinds of pushes that `getupstreammsghour` counts (§13: text, picture, voice, video, link).
pub const COUNTED_KINDS: [&str; 6] = ["text", "image", "voice", "video", "shortvideo", "link"];

/// Messages by hour of one day as WeChat counts them.
pub fn counted(items: &[Item]) -> [i64; 24] {
    let mut hours = [0; 24];
    for item in items {
        let hour = item.hour().and_then(|hour| usize::try_from(hour).ok()).unwrap_or(24);
        if let Some(count) = hours.get_mut(hour) {
            *count += item.number("msg_count").unwrap_or(0);
        }
    }
    hours
}

/// Hours of `day` in which messages are missing. `received` has one hour more than a day: what was
/// sent in the last second of an hour arrives in the next one, so a surplus there makes up for it.
/// Hours before `first_hour` lie before this installation existed.
pub fn find(day: &str, counted: &[i64; 24], received: &[i64; 25], first_hour: usize) -> Vec<Gap> {
    let mut spare = *received;
    let mut gaps = Vec::new();
    for hour in 0..24 {
        let own = spare[hour].min(counted[hour]);
        let lacking = counted[hour] - own;
        let next = counted.get(hour + 1).copied().unwrap_or(0);
        let late = lacking.min((spare[hour + 1] - next).max(0));
        spare[hour + 1] -= late;
        let missing = lacking - late;
        if missing > 0 && hour >= first_hour {
            gaps.push(Gap {
                day: day.to_owned(),
                hour: i64::try_from(hour).unwrap_or_default(),
                counted: counted[hour],
                received: received[hour],
                missing,
            });
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours<const N: usize>(some: &[(usize, i64)]) -> [i64; N] {
        let mut hours = [0; N];
        for (hour, count) in some {
            hours[*hour] = *count;
        }
        hours
    }

    #[test]
    fn an_hour_without_our_server_is_named_with_the_exact_number() {
        let gaps = find(
            "d",
            &hours(&[(9, 10), (10, 40), (11, 5)]),
            &hours(&[(9, 10), (10, 3), (11, 5)]),
            0,
        );
        assert_eq!(gaps.len(), 1);
        assert_eq!((gaps[0].hour, gaps[0].missing), (10, 37));
    }

    #[test]
    fn what_arrives_in_the_first_second_of_the_next_hour_is_not_missing() {
        assert!(find("d", &hours(&[(9, 10), (10, 4)]), &hours(&[(9, 8), (10, 6)]), 0).is_empty());
        // The last hour of a day ends in the next day.
        assert!(find("d", &hours(&[(23, 5)]), &hours(&[(23, 4), (24, 1)]), 0).is_empty());
    }

    #[test]
    fn the_next_hours_own_messages_do_not_hide_a_loss() {
        let gaps = find("d", &hours(&[(9, 10), (10, 6)]), &hours(&[(9, 0), (10, 6)]), 0);
        assert_eq!((gaps[0].hour, gaps[0].missing), (9, 10));
    }

    #[test]
    fn hours_before_the_installation_are_not_asked_about() {
        assert!(find("d", &hours(&[(3, 9)]), &hours(&[]), 4).is_empty());
    }
}
