//! The simulated alliance: organizations with people and shifts, and how they change from hour to
//! hour.

use jiff::civil::Weekday;
use uuid::Uuid;

use crate::language::fields::Field;
use crate::members::{MemberStatus, Organization, OrganizationId, OrganizationKind};
use crate::platform::clock::{Entropy, Moment};
use crate::routing::rules::{Directory, Duty};
use crate::territories::rules::Atlas;
use crate::territories::{CHANGZHOU, parse_tables};

/// Base organizations of each district.
const BASE_OF_DISTRICT: usize = 12;
/// City-wide organizations with a speciality.
const PROFESSIONAL: usize = 16;
/// City-wide associations of a trade.
const TRADE: usize = 6;
/// Open inquiries a person may have.
const CAP_OF_PERSON: i64 = 6;
/// Names that organizations have an interest in.
pub(super) const NAMES: u64 = 60;

/// When the people of an organization are there.
#[derive(Clone, Copy, Debug)]
struct Shifts {
    /// First and last hour of a day; the last is not worked.
    hours: (i8, i8),
    /// Whether they also come at weekends.
    weekends: bool,
    /// Whether it keeps a roster at all.
    roster: bool,
}

/// The alliance at some hour.
pub(super) struct World {
    pub(super) directory: Directory,
    /// Towns and streets that citizens write from.
    pub(super) places: Vec<String>,
    shifts: Vec<Shifts>,
    people: Vec<i64>,
    /// When a suspension ends.
    back_at: Vec<Option<Moment>>,
}

impl World {
    pub(super) fn new(chance: &Entropy) -> Self {
        let atlas = Atlas::new(parse_tables(&CHANGZHOU).unwrap_or_default());
        let mut organizations = Vec::new();
        let mut places = Vec::new();
        for district in atlas.districts() {
            let whole = vec![district.id.as_str().to_owned()];
            let towns = atlas.towns(&district.id);
            let towns: Vec<String> = towns.map(|town| town.id.as_str().to_owned()).collect();
            for nth in 0..BASE_OF_DISTRICT {
                // Half of them work for the district, half for some of its towns.
                let reach = if nth % 2 == 0 { whole.clone() } else { some(chance, &towns, 4) };
                let kind = OrganizationKind::Base;
                organizations.push(organization(chance, organizations.len(), kind, 7, reach));
            }
            let n = organizations.len();
            organizations.push(organization(chance, n, OrganizationKind::Hub, 0, whole));
            places.extend(towns);
        }
        let wide = [
            (OrganizationKind::Professional, PROFESSIONAL, 4),
            (OrganizationKind::Trade, TRADE, 3),
        ];
        for (kind, count, fields) in wide {
            for _ in 0..count {
                let n = organizations.len();
                organizations.push(organization(chance, n, kind, fields, Vec::new()));
            }
        }
        let people: Vec<i64> = organizations.iter().map(|_| 2 + chance.below(7) as i64).collect();
        let shifts = organizations.iter().map(|_| shifts(chance)).collect();
        let back_at = vec![None; organizations.len()];
        let mut world = Self {
            directory: directory(atlas, organizations, chance),
            places,
            shifts,
            people,
            back_at,
        };
        for n in 0..world.people.len() {
            world.directory.organizations[n].most_open = Some(world.people[n] * CAP_OF_PERSON);
        }
        world
    }

    /// Everything that changes with the hour: shifts, people who are away, suspensions.
    pub(super) fn turn_hour(&mut self, now: Moment, chance: &Entropy) {
        let local = now.in_shanghai();
        let (hour, weekday) = (local.hour(), local.weekday());
        let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
        for n in 0..self.shifts.len() {
            let shift = self.shifts[n];
            let there = (shift.hours.0..shift.hours.1).contains(&hour);
            let organization = &mut self.directory.organizations[n];
            if shift.roster {
                // One shift in fifty nobody comes to.
                let came = chance.below(50) > 0;
                let on = there && (shift.weekends || !weekend) && came;
                let duty = if on { Duty::On } else { Duty::Off };
                self.directory.duty.insert(organization.id, duty);
            }
            if hour == 0 {
                let away = i64::from(chance.below(5) == 0) + i64::from(chance.below(20) == 0);
                let present = (self.people[n] - away).max(1);
                organization.most_open = Some(present * CAP_OF_PERSON);
            }
            match self.back_at[n] {
                Some(at) if at <= now => {
                    organization.status = MemberStatus::Full;
                    self.back_at[n] = None;
                }
                None if chance.below(24 * 200) == 0 => {
                    let days = 2 + i64::try_from(chance.below(9)).unwrap_or(0);
                    organization.status = MemberStatus::Suspended;
                    self.back_at[n] = Some(Moment(now.0 + days * 86_400_000));
                }
                _ => {}
            }
        }
    }
}

fn shifts(chance: &Entropy) -> Shifts {
    let hours = match chance.below(8) {
        0 => (0, 24),
        1 => (8, 21),
        2 => (13, 22),
        _ => (9, 17),
    };
    Shifts { hours, weekends: chance.below(3) == 0, roster: chance.below(5) > 0 }
}

/// Up to `most` of them, at least one.
fn some<T: Clone>(chance: &Entropy, of: &[T], most: u64) -> Vec<T> {
    let wanted = 1 + chance.below(most);
    let mut rest: Vec<T> = of.to_vec();
    let mut taken = Vec::new();
    for _ in 0..wanted {
        if rest.is_empty() {
            break;
        }
        let nth = usize::try_from(chance.below(rest.len() as u64)).unwrap_or(0);
        taken.push(rest.swap_remove(nth));
    }
    taken
}

fn organization(
    chance: &Entropy,
    n: usize,
    kind: OrganizationKind,
    fields: u64,
    territories: Vec<String>,
) -> Organization {
    let name = format!("{}{n}", kind.name());
    Organization {
        fields: if fields == 0 { Vec::new() } else { some(chance, Field::all(), fields) },
        territories,
        ..Organization::new(OrganizationId(Uuid::from_u128(n as u128 + 1)), &name, kind)
    }
}

fn directory(atlas: Atlas, organizations: Vec<Organization>, chance: &Entropy) -> Directory {
    let interests = organizations.iter().filter(|_| chance.below(3) == 0);
    let interests = interests.map(|o| (o.id, vec![name(chance.below(NAMES))]));
    let interests = interests.collect();
    Directory { interests, ..Directory::of(atlas, organizations) }
}

/// A name that can stand in a question.
pub(super) fn name(n: u64) -> String {
    format!("第{n}号公司")
}
