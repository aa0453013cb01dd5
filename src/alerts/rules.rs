//! Who is told, when and by which way. Pure.

use std::time::Duration;

use super::{Audience, Channel, Occasion, Wishes};
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::staff::policy::{Right, allows};
use crate::staff::{Role, StaffId};

/// What is not urgent waits this long for more of its kind.
pub const GATHER: Duration = Duration::from_secs(60);
/// What everything of the quiet hours is gathered under.
pub const DIGEST: &str = "digest";
/// Messages one robot takes in a minute, as WeCom's documentation says.
pub const ROBOT_PER_MINUTE: i64 = 20;
/// Tries after which a message is given up.
pub const MOST_TRIES: i64 = 6;
/// Pauses after a failed try, in seconds.
const PAUSES: [u64; 5] = [15, 60, 300, 1200, 3600];
const DAY_MINUTES: i64 = 24 * 60;
const MINUTE_MS: i64 = 60_000;

/// Hours in which only danger may disturb: minutes of the day in Beijing, `from` within, `to`
/// without; equal ones mean none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// First minute.
    pub from: i64,
    /// Minute after the last.
    pub to: i64,
}

impl Quiet {
    /// What people have who chose nothing: 22:00 to 07:00.
    pub const NIGHT: Self = Self { from: 22 * 60, to: 7 * 60 };

    /// The end of the quiet hours in which `at` lies; `None` when it lies in none.
    pub fn end(self, at: Moment) -> Option<Moment> {
        let clock = at.in_shanghai();
        let minute = i64::from(clock.hour()) * 60 + i64::from(clock.minute());
        let within = match self.from <= self.to {
            true => (self.from..self.to).contains(&minute),
            false => minute >= self.from || minute < self.to,
        };
        if !within {
            return None;
        }
        // Beijing has no summer time, so a day has the same minutes everywhere.
        let begun = at.0 - at.0.rem_euclid(MINUTE_MS);
        Some(Moment(begun + (self.to - minute).rem_euclid(DAY_MINUTES) * MINUTE_MS))
    }

    /// Reads two times such as 22:00; both empty mean none.
    ///
    /// # Errors
    /// Invalid when one is no time.
    pub fn read(from: &str, to: &str) -> Result<Self> {
        let minutes = |typed: &str| {
            let (hour, minute) = typed.trim().split_once(':')?;
            let (hour, minute) = (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?);
            ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
        };
        if from.trim().is_empty() && to.trim().is_empty() {
            return Ok(Self { from: 0, to: 0 });
        }
        match (minutes(from), minutes(to)) {
            (Some(from), Some(to)) => Ok(Self { from, to }),
            _ => Err(Error::invalid(
                "免打扰时间请填成 22:00 到 07:00 这样；不需要免打扰，请把两格都清空。",
            )),
        }
    }

    /// The two times as the form shows them; empty when there are none.
    pub fn shown(self) -> [String; 2] {
        let one = |minute: i64| match self.from == self.to {
            true => String::new(),
            false => format!("{:02}:{:02}", minute / 60, minute % 60),
        };
        [one(self.from), one(self.to)]
    }
}

/// When a message leaves and with what it is gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Not before this moment.
    pub due: Moment,
    /// What it is gathered under; `None`: it stands alone.
    pub gather: Option<&'static str>,
}

/// Whether an occasion knows no quiet hours and waits for nothing.
pub fn is_urgent(occasion: Occasion) -> bool {
    matches!(occasion, Occasion::Danger | Occasion::Trial)
}

/// Whether the same happening is told anew when it happens again.
pub fn repeats(occasion: Occasion) -> bool {
    matches!(occasion, Occasion::Danger | Occasion::FollowUp)
}

/// When and with what else somebody is told of an occasion at `now`.
pub fn plan(occasion: Occasion, quiet: Quiet, now: Moment) -> Plan {
    if is_urgent(occasion) {
        return Plan { due: now, gather: None };
    }
    let soon = now.plus(GATHER);
    match quiet.end(soon) {
        Some(end) => Plan { due: end, gather: Some(DIGEST) },
        None => Plan { due: soon, gather: Some(occasion.code()) },
    }
}

/// When a message that could not be sent is tried again; `None` when it is given up.
pub fn next_try(tries: i64, now: Moment) -> Option<Moment> {
    let nth = usize::try_from(tries.saturating_sub(1)).unwrap_or(0);
    let pause = PAUSES.get(nth).filter(|_| tries < MOST_TRIES)?;
    Some(now.plus(Duration::from_secs(*pause)))
}

/// What concerns somebody of a role, and may be chosen by them.
pub fn concerns(role: Role) -> &'static [Occasion] {
    use Occasion::*;
    match role {
        Role::Responder | Role::OrgManager => &[
            Danger,
            OfferNew,
            OfferLapsing,
            PromiseHalf,
            DeadlineNear,
            DeadlinePassed,
            ExtensionAsked,
            ReviewWaits,
            TakenOver,
            Mentioned,
            FollowUp,
        ],
        Role::Operator => &[
            Danger,
            OfferNew,
            PromiseHalf,
            DeadlineNear,
            DeadlinePassed,
            ReviewWaits,
            Mentioned,
            FollowUp,
            ArticleWaits,
            ArticleDoubtful,
            TextWaits,
            TaskDue,
            CampaignWaits,
            CampaignCooling,
            CampaignTrouble,
            Failure,
        ],
        Role::HubManager => &[DeadlinePassed],
        Role::Approver => {
            &[ArticleWaits, TextWaits, CampaignWaits, CampaignCooling, CampaignTrouble]
        }
        Role::Sysadmin => &[Failure],
        Role::Supervisor | Role::Secadmin | Role::Auditor => &[],
    }
}

/// What the group of an organization, or of the alliance, may be told of.
pub fn for_groups(organization: Option<OrganizationId>) -> &'static [Occasion] {
    use Occasion::*;
    match organization {
        Some(_) => &[Danger, OfferNew, OfferLapsing, DeadlineNear, DeadlinePassed],
        None => &[
            Danger,
            OfferNew,
            DeadlineNear,
            DeadlinePassed,
            ArticleWaits,
            TextWaits,
            CampaignWaits,
            CampaignCooling,
            CampaignTrouble,
            Failure,
        ],
    }
}

/// The channels by which people are told who chose nothing.
pub fn usual(occasion: Occasion) -> &'static [Channel] {
    use Occasion::*;
    match occasion {
        OfferNew | OfferLapsing | PromiseHalf | DeadlineNear | ExtensionAsked | ReviewWaits
        | TakenOver | Mentioned | FollowUp | TaskDue | ArticleDoubtful => &[Channel::Wechat],
        Danger | DeadlinePassed | ArticleWaits | TextWaits | CampaignWaits | CampaignCooling
        | CampaignTrouble | Failure | Trial => &[Channel::Wechat, Channel::Email],
    }
}

/// The channels by which somebody is told. Danger takes every one: nobody can choose it away.
pub fn channels(occasion: Occasion, wishes: &Wishes) -> &[Channel] {
    match wishes.choices.0.get(&occasion) {
        Some(chosen) if !is_urgent(occasion) => chosen,
        _ => usual(occasion),
    }
}

/// Somebody who may be told.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Colleague {
    /// Who.
    pub id: StaffId,
    /// As what.
    pub role: Role,
    /// Of which organization; `None`: of the alliance.
    pub organization_id: Option<OrganizationId>,
}

/// Whose people something is told that happened to what is `organization`'s.
pub fn people_of(
    audience: &Audience,
    organization: Option<OrganizationId>,
) -> Option<OrganizationId> {
    match audience {
        Audience::Readers(of, _) | Audience::Hub(of) => *of,
        _ => organization,
    }
}

/// Whom of the active people of an organization ([`people_of`]) and of the alliance, whoever was here
/// last first, something is told.
pub fn choose(
    audience: &Audience,
    organization: Option<OrganizationId>,
    people: &[Colleague],
) -> Vec<StaffId> {
    let of = |role: Role| people.iter().filter(move |one| one.role == role).map(|one| one.id);
    let own = |role: Role| {
        let own = people.iter().filter(move |one| one.role == role);
        own.filter(|one| organization.is_some() && one.organization_id == organization)
            .map(|one| one.id)
    };
    let operators = || of(Role::Operator).collect::<Vec<_>>();
    let answering = || {
        let own: Vec<_> = own(Role::OrgManager).chain(own(Role::Responder)).collect();
        if own.is_empty() { operators() } else { own }
    };
    let here = |id: &Option<StaffId>| id.filter(|id| people.iter().any(|one| one.id == *id));
    match audience {
        Audience::Two => {
            let first = own(Role::OrgManager).chain(own(Role::Responder)).next();
            first.into_iter().chain(of(Role::Operator)).take(2).collect()
        }
        Audience::Answering => answering(),
        Audience::Holder(holder) => here(holder).map_or_else(answering, |id| vec![id]),
        Audience::HolderAndManagers(holder) => {
            let mut told: Vec<_> = here(holder).into_iter().collect();
            let managers = own(Role::OrgManager).filter(|id| Some(*id) != here(holder));
            told.extend(managers);
            if told.is_empty() { answering() } else { told }
        }
        Audience::Managers(except) => own(Role::OrgManager).filter(|id| id != except).collect(),
        Audience::Readers(_, author) => {
            let own = own(Role::OrgManager).chain(own(Role::Responder));
            let others: Vec<_> = own.filter(|id| id != author).collect();
            if others.is_empty() { operators() } else { others }
        }
        Audience::Hub(_) => {
            let hub: Vec<_> = own(Role::HubManager).collect();
            if hub.is_empty() { operators() } else { hub }
        }
        Audience::Operators => operators(),
        Audience::Approvers(except) => {
            let may = |one: &&Colleague| allows(one.role, Right::Approve);
            let others = people.iter().filter(may).map(|one| one.id);
            others.filter(|id| !except.contains(&id.0)).collect()
        }
        Audience::Caretakers => of(Role::Operator).chain(of(Role::Sysadmin)).collect(),
        Audience::Only(id) => here(&Some(*id)).into_iter().collect(),
        Audience::Group => Vec::new(),
    }
}

/// Checks an address.
///
/// # Errors
/// Invalid when no mail can be sent to it.
pub fn checked_email(typed: &str) -> Result<&str> {
    let typed = typed.trim();
    let fine = typed.is_ascii() && typed.parse::<lettre::Address>().is_ok();
    match typed.is_empty() || (fine && typed.len() <= 254) {
        true => Ok(typed),
        false => Err(Error::invalid("邮箱地址不对，请填成 name@example.com 这样，或者清空。")),
    }
}

/// The key in the address of a WeCom group's robot. `base` is the only host that is asked.
///
/// # Errors
/// Invalid when the address is another.
pub fn robot_key<'a>(base: &str, typed: &'a str) -> Result<&'a str> {
    let key = typed
        .trim()
        .strip_prefix(base.trim_end_matches('/'))
        .and_then(|rest| rest.strip_prefix("/cgi-bin/webhook/send?key="));
    let plain = |key: &&str| {
        let letters = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        letters && (8..=64).contains(&key.len())
    };
    key.filter(plain).ok_or_else(|| {
        Error::invalid(format!(
            "这不是企业微信群机器人的地址。请在群设置里添加机器人，把它给的 Webhook 地址整条复制过来，\
             以 {base} 开头。"
        ))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::alerts::Choices;

    const DAY_MS: i64 = 86_400_000;
    /// 2025-11-25 00:00 in Beijing.
    const MIDNIGHT: Moment = Moment(1_764_000_000_000);

    fn at(hour: i64, minute: i64) -> Moment {
        Moment(MIDNIGHT.0 + (hour * 60 + minute) * MINUTE_MS)
    }

    fn occasions() -> impl Strategy<Value = Occasion> {
        proptest::sample::select(Occasion::ALL)
    }

    #[test]
    fn the_quiet_hours_hold_over_midnight_and_end_where_they_are_said_to() {
        let night = Quiet::NIGHT;
        for (hour, minute, end) in [
            (21, 59, None),
            (22, 0, Some(at(31, 0))),
            (23, 59, Some(at(31, 0))),
            (0, 0, Some(at(7, 0))),
            (6, 59, Some(at(7, 0))),
            (7, 0, None),
            (12, 0, None),
        ] {
            assert_eq!(night.end(at(hour, minute)), end, "{hour}:{minute}");
        }
        let noon = Quiet::read("12:00", "13:30").unwrap();
        assert_eq!(noon.end(at(12, 45)), Some(at(13, 30)));
        assert_eq!(noon.end(at(13, 30)), None);
        assert_eq!(Quiet::read("", "").unwrap().end(at(3, 0)), None);
        assert!(Quiet::read("25:00", "07:00").is_err() && Quiet::read("22:00", "").is_err());
        assert_eq!(night.shown(), ["22:00", "07:00"]);
        assert_eq!(Quiet::read("8:05", "8:05").unwrap().shown(), ["", ""]);
    }

    proptest! {
        #[test]
        fn nothing_but_danger_leaves_in_quiet_hours_and_nothing_waits_longer_than_they_last(
            from in 0..DAY_MINUTES, to in 0..DAY_MINUTES, offset in 0..DAY_MS, occasion in occasions(),
        ) {
            let (quiet, now) = (Quiet { from, to }, Moment(MIDNIGHT.0 + offset));
            let plan = plan(occasion, quiet, now);
            if is_urgent(occasion) {
                prop_assert_eq!(plan, Plan { due: now, gather: None });
            } else {
                prop_assert!(plan.due >= now.plus(GATHER));
                prop_assert!(quiet.end(plan.due).is_none(), "{:?}", plan);
                prop_assert!(plan.due.0 - now.0 <= DAY_MS + MINUTE_MS);
                let digest = plan.gather == Some(DIGEST);
                prop_assert_eq!(digest, plan.due > now.plus(GATHER), "{:?}", plan);
            }
        }

        #[test]
        fn everything_of_one_night_leaves_with_one_message(
            from in 0..DAY_MINUTES, to in 0..DAY_MINUTES, one in 0..DAY_MS, other in 0..DAY_MS,
        ) {
            let quiet = Quiet { from, to };
            let [one, other] = [one, other].map(|ms| Moment(MIDNIGHT.0 + ms));
            let end = |now: Moment| quiet.end(now.plus(GATHER));
            if end(one).is_some() && end(one) == end(other) {
                prop_assert_eq!(
                    plan(Occasion::OfferNew, quiet, one),
                    plan(Occasion::FollowUp, quiet, other)
                );
            }
        }
    }

    #[test]
    fn danger_cannot_be_chosen_away_and_everything_else_can() {
        let nothing = Occasion::ALL.iter().map(|occasion| (*occasion, Vec::new())).collect();
        let wishes = Wishes { choices: Choices(nothing), ..Wishes::default() };
        for occasion in Occasion::ALL {
            assert_eq!(channels(*occasion, &wishes).is_empty(), !is_urgent(*occasion));
        }
        assert!(!channels(Occasion::OfferNew, &Wishes::default()).is_empty());
    }

    fn colleague(id: u128, role: Role, own: Option<u128>) -> Colleague {
        Colleague {
            id: StaffId(Uuid::from_u128(id)),
            role,
            organization_id: own.map(|id| OrganizationId(Uuid::from_u128(id))),
        }
    }

    #[test]
    fn danger_reaches_two_people_and_the_rest_whoever_it_concerns() {
        use Role::{Approver, HubManager, Operator, OrgManager, Responder, Sysadmin};
        let own = Some(OrganizationId(Uuid::from_u128(7)));
        let people = [
            colleague(1, Operator, None),
            colleague(2, Operator, None),
            colleague(3, Responder, Some(7)),
            colleague(4, OrgManager, Some(7)),
            colleague(5, Approver, None),
            colleague(6, Sysadmin, None),
            colleague(7, HubManager, Some(8)),
        ];
        let id = |n: u128| StaffId(Uuid::from_u128(n));
        let told = |audience: &Audience, own| {
            choose(audience, own, &people).iter().map(|id| id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(told(&Audience::Two, own), [4, 1]);
        assert_eq!(told(&Audience::Two, None), [1, 2]);
        assert_eq!(told(&Audience::Answering, own), [4, 3]);
        assert_eq!(told(&Audience::Answering, None), [1, 2]);
        assert_eq!(told(&Audience::Holder(Some(id(3))), own), [3]);
        assert_eq!(told(&Audience::Holder(Some(id(99))), own), [4, 3], "who left has nothing");
        assert_eq!(told(&Audience::HolderAndManagers(Some(id(3))), own), [3, 4]);
        assert_eq!(told(&Audience::HolderAndManagers(None), None), [1, 2]);
        assert_eq!(told(&Audience::Managers(id(3)), own), [4]);
        assert_eq!(told(&Audience::Managers(id(4)), own), [0; 0], "nobody grants what they asked");
        let hub = Some(OrganizationId(Uuid::from_u128(8)));
        assert_eq!(told(&Audience::Readers(own, id(3)), own), [4]);
        assert_eq!(told(&Audience::Readers(None, id(9)), None), [1, 2]);
        assert_eq!(told(&Audience::Hub(own), own), [1, 2], "nobody balances here");
        assert_eq!(told(&Audience::Hub(hub), hub), [7]);
        assert_eq!([Audience::Hub(hub), Audience::Two].map(|one| people_of(&one, own)), [hub, own]);
        assert_eq!(told(&Audience::Operators, own), [1, 2]);
        assert_eq!(told(&Audience::Approvers(vec![id(1).0]), None), [2, 5]);
        assert_eq!(told(&Audience::Caretakers, None), [1, 2, 6]);
    }

    #[test]
    fn only_an_address_of_the_configured_host_is_a_robot() {
        let base = "https://qyapi.weixin.qq.com";
        let key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
        let good = format!(" {base}/cgi-bin/webhook/send?key={key} ");
        assert_eq!(robot_key(base, &good).unwrap(), key);
        for wrong in [
            "",
            "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
            "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx",
            "https://qyapi.weixin.qq.com.evil.test/cgi-bin/webhook/send?key=693a91f6-7xxx",
            "https://qyapi.weixin.qq.com@evil.test/cgi-bin/webhook/send?key=693a91f6-7xxx",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx&debug=1",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=short",
        ] {
            assert!(robot_key(base, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_message_is_tried_six_times_with_growing_pauses_and_then_given_up() {
        let pauses: Vec<i64> = (1..=MOST_TRIES)
            .map_while(|tries| next_try(tries, MIDNIGHT))
            .map(|at| (at.0 - MIDNIGHT.0) / 1000)
            .collect();
        assert_eq!(pauses, [15, 60, 300, 1200, 3600]);
    }

    #[test]
    fn an_address_that_no_mail_reaches_is_refused() {
        assert_eq!(checked_email(" a.b@x.example ").unwrap(), "a.b@x.example");
        assert_eq!(checked_email("").unwrap(), "");
        for wrong in ["a", "a@", "a b@x.example", "a@x.example\r\nBcc: c@d", "张@x.example"] {
            assert!(checked_email(wrong).is_err(), "{wrong}");
        }
    }
}
