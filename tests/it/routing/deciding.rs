//! One decision: points and why, who is left out, what happens when nobody is left.

use std::time::Duration;

use pufa::language::Field;
use pufa::members::MemberStatus;
use pufa::members::OrganizationKind::{Base, Hub, Professional};
use pufa::routing::Rule;
use pufa::routing::RuleId;
use pufa::routing::fit::{Bar, Quality};
use pufa::routing::rules::{Asked, Duty, Question};
use uuid::Uuid;

use super::{MORNING, directory, organization};

const WUJIN: &str = "320412";

fn question() -> Question<'static> {
    Question { field: Some(Field::Labor), territory: Some(WUJIN), ..Question::default() }
}

#[test]
fn points_are_told_one_by_one_and_the_best_is_asked() {
    let mut best = organization(1, Professional, &[Field::Labor], WUJIN);
    best.most_open = Some(10);
    let other = organization(2, Base, &[Field::Labor], "");
    let elsewhere = organization(3, Professional, &[Field::Labor], "320481");
    let mut directory = directory(vec![best.clone(), other.clone(), elsewhere.clone()]);
    directory.load.add(best.id, 5);
    directory.quality.insert(best.id, Quality { points: 3, ratings: 40, stars: 4.8 });
    let decision = directory.decide(&question(), MORNING);
    assert_eq!(decision.organization, Some(best.id));
    let first = &decision.candidates[0];
    let told = "服务武进区 +40，专业型单位 +25，正在工作时间 +3，近 90 天 40 次评价平均 4.8 星 +3，在办 5/10 件 -20";
    assert_eq!((first.points(), first.words().as_str()), (51, told));
    assert!(decision.reasons[0].contains(told), "{:?}", decision.reasons);
    assert_eq!(decision.candidates.len(), 2, "who works elsewhere is not kept");
    let all = directory.candidates(&question(), MORNING);
    assert_eq!(
        all.last().map(|c| (c.organization, c.bar)),
        Some((elsewhere.id, Some(Bar::OutOfReach)))
    );
}

#[test]
fn what_is_given_counts_at_once_so_that_a_burst_is_spread() {
    let two = [1, 2].map(|n| organization(n, Professional, &[Field::Labor], WUJIN));
    let directory = directory(two.to_vec());
    for _ in 0..20 {
        let chosen = directory.decide(&question(), MORNING).organization.expect("somebody");
        directory.load.add(chosen, 1);
    }
    assert_eq!(two.map(|o| directory.load.of(o.id)), [10, 10]);
}

#[test]
fn who_is_off_duty_is_not_asked_then_the_hub_and_at_last_nobody_until_somebody_is_there() {
    let [on, off] = [1, 2].map(|n| organization(n, Professional, &[Field::Labor], WUJIN));
    let hub = organization(3, Hub, &[], WUJIN);
    let mut directory = directory(vec![on.clone(), off.clone(), hub.clone()]);
    assert_eq!(directory.decide(&question(), MORNING).organization, Some(on.id), "all unknown");
    directory.duty.insert(off.id, Duty::On);
    assert_eq!(directory.decide(&question(), MORNING).organization, Some(off.id), "on duty first");
    directory.duty.insert(off.id, Duty::Off);
    assert_eq!(directory.decide(&question(), MORNING).organization, Some(on.id), "neutral");
    directory.duty.insert(on.id, Duty::Off);
    let by_hub = directory.decide(&question(), MORNING);
    assert_eq!(by_hub.organization, Some(hub.id));
    assert!(by_hub.reasons.iter().any(|r| r.contains("现在无人值班，跳过")), "{by_hub:?}");
    directory.duty.insert(hub.id, Duty::Off);
    let nobody = directory.decide(&question(), MORNING);
    assert!(nobody.organization.is_none() && nobody.waits, "{nobody:?}");
    assert!(nobody.reasons.iter().any(|r| r.contains("一有单位能接")), "{nobody:?}");
}

#[test]
fn a_hub_without_a_roster_is_asked_in_its_hours_and_outside_them_it_waits() {
    let off = organization(1, Professional, &[Field::Labor], WUJIN);
    let hub = organization(2, Hub, &[], WUJIN);
    let mut directory = directory(vec![off.clone(), hub.clone()]);
    directory.duty.insert(off.id, Duty::Off);
    let evening = MORNING.plus(Duration::from_secs(9 * 3600));
    assert_eq!(directory.decide(&question(), MORNING).organization, Some(hub.id));
    let waiting = directory.decide(&question(), evening);
    assert!(waiting.organization.is_none() && waiting.waits, "{waiting:?}");
    directory.duty.insert(hub.id, Duty::On);
    assert_eq!(directory.decide(&question(), evening).organization, Some(hub.id), "rostered");
}

#[test]
fn hubs_balance_who_lies_within_their_reach_the_nearest_first() {
    let one = organization(1, Professional, &[Field::Labor], "320412100");
    let [city, district, elsewhere] =
        [(2, ""), (3, WUJIN), (4, "320481")].map(|(n, place)| organization(n, Hub, &[], place));
    let mut suspended = organization(5, Hub, &[], WUJIN);
    suspended.status = MemberStatus::Suspended;
    let all = vec![one.clone(), city.clone(), district.clone(), elsewhere.clone(), suspended];
    let directory = directory(all);
    assert_eq!(directory.hubs_of(one.id), [district.id, city.id]);
    assert_eq!(directory.hubs_of(elsewhere.id), [elsewhere.id, city.id], "itself first");
}

#[test]
fn without_anybody_for_the_field_nothing_waits_in_vain() {
    let family = organization(1, Professional, &[Field::Family], WUJIN);
    let decision = directory(vec![family]).decide(&question(), MORNING);
    assert!(decision.organization.is_none() && !decision.waits);
}

#[test]
fn every_rule_is_told_what_came_of_it() {
    let [full, free] = [1, 2].map(|n| {
        let mut organization = organization(n, Professional, &[Field::Labor], WUJIN);
        organization.most_open = Some(1);
        organization
    });
    let mut directory = directory(vec![full.clone(), free.clone()]);
    directory.load.add(full.id, 1);
    let rule = |n, field, organization_id, active| Rule {
        id: RuleId(Uuid::from_u128(n)),
        position: 1,
        field,
        territory_id: None,
        organization_id,
        active,
        note: String::new(),
        version: 1,
    };
    directory.rules = vec![
        rule(1, Some(Field::Labor), free.id, false),
        rule(2, Some(Field::Family), free.id, true),
        rule(3, Some(Field::Labor), full.id, true),
        rule(4, None, free.id, true),
        rule(5, Some(Field::Labor), free.id, true),
    ];
    let asked = directory.ask_rules(&directory.rules, &question());
    let expected =
        [Asked::Inactive, Asked::Differs, Asked::Barred(Bar::Full), Asked::Decides, Asked::TooLate];
    assert_eq!(asked, expected);
    assert_eq!(directory.decide(&question(), MORNING).organization, Some(free.id));
}
