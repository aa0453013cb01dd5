//! A crowd: any number of followers without telephones, who exist only as numbers. They are listed
//! and asked about like everybody else, and cost nothing to keep.

use std::collections::BTreeSet;

use super::world::{Citizen, World};

/// What all openids of a crowd begin with.
const PREFIX: &str = "oSYN";

/// Since when the first of a crowd follows, in seconds since the epoch; each came a second later.
const FIRST_CAME: i64 = 1_600_000_000;

/// The crowd of one account, numbered from 1.
#[derive(Default)]
pub(super) struct Crowd {
    pub size: u64,
    /// Those who follow no longer.
    pub left: BTreeSet<u64>,
}

/// Somebody who is or was a follower.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    Citizen(&'a Citizen),
    Crowd { number: u64, following: bool },
}

fn openid(number: u64) -> String {
    format!("{PREFIX}{number:024}")
}

impl Crowd {
    fn number(&self, openid: &str) -> Option<u64> {
        let number = openid.strip_prefix(PREFIX).filter(|digits| digits.len() == 24)?;
        number.parse().ok().filter(|number| (1..=self.size).contains(number))
    }

    fn following(&self) -> u64 {
        self.size - self.left.range(..=self.size).count() as u64
    }

    /// The openids of followers that sort after `after`.
    fn after(&self, after: &str) -> impl Iterator<Item = String> {
        let first = match self.number(after) {
            Some(number) => number + 1,
            None if after < PREFIX => 1,
            None => self.size + 1,
        };
        (first..=self.size).filter(|number| !self.left.contains(number)).map(openid)
    }
}

impl Known<'_> {
    pub fn following(self) -> bool {
        match self {
            Known::Citizen(citizen) => citizen.following,
            Known::Crowd { following, .. } => following,
        }
    }

    /// Since when they follow, in seconds since the epoch.
    pub fn subscribed_at(self) -> i64 {
        match self {
            Known::Citizen(citizen) => citizen.subscribed_at.unwrap_or_default().seconds(),
            Known::Crowd { number, .. } => FIRST_CAME.saturating_add_unsigned(number),
        }
    }

    /// Scene of the QR code they came by; empty without one.
    pub fn scene(&self) -> &str {
        match self {
            Known::Citizen(citizen) => &citizen.followed_by_scene,
            Known::Crowd { .. } => "",
        }
    }
}

impl World {
    /// Whoever this openid belongs to at this account.
    pub fn known(&self, account: usize, openid: &str) -> Option<Known<'_>> {
        if let Some(citizen) = self.citizen_of(account, openid) {
            return Some(Known::Citizen(citizen));
        }
        let crowd = &self.accounts.get(account)?.crowd;
        let number = crowd.number(openid)?;
        Some(Known::Crowd { number, following: !crowd.left.contains(&number) })
    }

    /// How many follow, and the first `most` openids of them that sort after `after`.
    pub fn followers_after(&self, account: usize, after: &str, most: usize) -> (u64, Vec<String>) {
        let Some(found) = self.accounts.get(account) else { return (0, Vec::new()) };
        let mut people: Vec<&str> = self
            .citizens()
            .iter()
            .filter(|citizen| citizen.account == account && citizen.following)
            .map(|citizen| citizen.openid.as_str())
            .collect();
        let total = people.len() as u64 + found.crowd.following();
        people.retain(|openid| *openid > after);
        people.sort_unstable();
        let (mut people, mut crowd) =
            (people.into_iter().peekable(), found.crowd.after(after).peekable());
        let mut page = Vec::new();
        while page.len() < most {
            let next = match (people.peek(), crowd.peek()) {
                (Some(one), Some(other)) if *one < other.as_str() => {
                    people.next().map(str::to_owned)
                }
                (Some(_), None) => people.next().map(str::to_owned),
                _ => crowd.next(),
            };
            let Some(next) = next else { break };
            page.push(next);
        }
        (total, page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_listed_in_order_without_those_who_left() {
        let crowd = Crowd { size: 4, left: BTreeSet::from([2]) };
        let all: Vec<_> = crowd.after("").collect();
        assert_eq!(all, [openid(1), openid(3), openid(4)]);
        assert_eq!(crowd.after(&openid(3)).count(), 1);
        assert_eq!((crowd.after("oZ").count(), crowd.following()), (0, 3));
        assert_eq!(crowd.number(&openid(5)), None);
    }
}
