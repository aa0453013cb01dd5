//! Which inquiries are one matter, and what becomes of two that are merged. Pure.

use std::collections::HashSet;
use std::time::Duration;

use crate::inquiries::{Closing, Inquiry, State};
use crate::knowledge::terms::{Term, is_pair, terms};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;

/// Questions further apart than this are not taken for one matter.
const CLOSE: Duration = Duration::from_secs(14 * 24 * 3600);
/// Share of the shorter question's pairs of characters, in percent, that the other must hold.
const ALIKE: usize = 40;
/// Pairs that must be shared at least; two short greetings are not alike.
const SHARED: usize = 4;

/// The one asked first, then the other.
pub fn elder_first(one: Inquiry, other: Inquiry) -> (Inquiry, Inquiry) {
    if (one.opened_at, one.id.0) <= (other.opened_at, other.id.0) {
        (one, other)
    } else {
        (other, one)
    }
}

/// Whether two inquiries are probably the same matter: same citizen, same field, asked within two
/// weeks, in similar words.
pub fn probably_same(one: &Inquiry, other: &Inquiry) -> bool {
    let (from, to) = (one.opened_at.min(other.opened_at), one.opened_at.max(other.opened_at));
    one.citizen_id == other.citizen_id
        && one.field == other.field
        && to.since(from) <= CLOSE
        && alike(&one.first_line, &other.first_line)
}

fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (pairs(one), pairs(other));
    let shared = one.intersection(&other).count();
    shared >= SHARED && shared * 100 >= one.len().min(other.len()) * ALIKE
}

fn pairs(text: &str) -> HashSet<Term> {
    terms(text).into_iter().filter(|term| is_pair(*term)).collect()
}

/// Refuses two inquiries that `by` may not make one of.
///
/// # Errors
/// Conflict with a sentence that says why and what to do.
pub fn check(elder: &Inquiry, younger: &Inquiry, by: StaffId) -> Result<()> {
    let conflict = |why: &str| Err(Error::conflict(why.to_owned()));
    let hidden = elder.anonymous || younger.anonymous;
    if elder.id == younger.id || hidden || elder.citizen_id != younger.citizen_id {
        return conflict("只有同一位群众、没有选择匿名的两件咨询才能合并。");
    }
    if elder.organization_id.is_none() || elder.organization_id != younger.organization_id {
        return conflict("两件咨询不在同一家单位，不能合并。请先转派到同一家单位。");
    }
    for one in [elder, younger] {
        if one.state == State::Closed {
            let number = &one.number;
            return conflict(&format!("咨询 {number} 已经办结，不能合并。群众再来信会重新打开。"));
        }
        if one.state == State::Claimed && one.assignee_id != Some(by) {
            let number = &one.number;
            return conflict(&format!(
                "咨询 {number} 正由同事办理。请同事放回或由您接手后再合并。"
            ));
        }
    }
    Ok(())
}

/// The elder inquiry once the younger one's matter goes on in it: what the elder was promised stays,
/// and nothing that the younger was promised comes later.
pub fn together(elder: &Inquiry, younger: &Inquiry, now: Moment) -> Inquiry {
    let mut both = elder.clone();
    both.field = elder.field.or(younger.field);
    both.territory_id = elder.territory_id.clone().or_else(|| younger.territory_id.clone());
    both.urgent |= younger.urgent;
    both.wants_human |= younger.wants_human;
    both.unread |= younger.unread;
    let codes = elder.dangers.split(',').chain(younger.dangers.split(','));
    let mut codes: Vec<&str> = codes.filter(|code| !code.is_empty()).collect();
    codes.sort_unstable();
    codes.dedup();
    both.dangers = codes.join(",");
    both.last_message_at = elder.last_message_at.max(younger.last_message_at);
    both.answered_at = elder.answered_at.into_iter().chain(younger.answered_at).min();
    both.unsolved_at = elder.unsolved_at.max(younger.unsolved_at);
    both.active_at = Some(now);
    let runs = |one: &Inquiry| one.state != State::Answered;
    both.assignee_id = [elder, younger]
        .into_iter()
        .find_map(|one| one.assignee_id.filter(|_| one.state == State::Claimed))
        .or(elder.assignee_id)
        .or(younger.assignee_id);
    both.state = match (runs(elder) || runs(younger), both.assignee_id) {
        (false, _) => State::Answered,
        (true, Some(_)) => State::Claimed,
        (true, None) => State::Offered,
    };
    match (runs(elder), runs(younger)) {
        // What was kept already begins anew with the question that still waits.
        (false, true) => both.promise_anew(younger.promised_at, younger.due_at),
        (true, true) => {
            both.due_at = elder.due_at.min(younger.due_at);
            if younger.paused_at.is_none() {
                both.end_pause(now);
            }
        }
        (_, false) => {}
    }
    both
}

/// The younger inquiry once its matter goes on in the elder one.
pub fn ended(younger: &Inquiry, elder: &Inquiry, now: Moment) -> Inquiry {
    let mut ended = younger.clone();
    ended.state = State::Closed;
    ended.outcome = Some(Closing::Merged);
    ended.closed_at = Some(now);
    ended.merged_into = Some(elder.id);
    ended.unread = false;
    ended.end_pause(now);
    ended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citizens::CitizenId;
    use crate::inquiries::InquiryId;
    use crate::language::Field;
    use crate::members::OrganizationId;
    use uuid::Uuid;

    const DAY: i64 = 24 * 3600 * 1000;
    const ME: StaffId = StaffId(Uuid::from_u128(7));
    const COLLEAGUE: StaffId = StaffId(Uuid::from_u128(8));

    fn asked(id: u128, day: i64, words: &str) -> Inquiry {
        Inquiry {
            id: InquiryId(Uuid::from_u128(id)),
            number: format!("2611-000{id}"),
            citizen_id: CitizenId(Uuid::from_u128(1)),
            anonymous: false,
            account_id: "main".into(),
            state: State::Offered,
            field: Field::from_code("labor"),
            territory_id: None,
            station_id: None,
            organization_id: Some(OrganizationId(Uuid::from_u128(2))),
            assignee_id: None,
            urgent: false,
            dangers: String::new(),
            wants_human: false,
            first_line: words.to_owned(),
            opened_at: Moment(day * DAY),
            due_at: Moment((day + 1) * DAY),
            last_message_at: Moment(day * DAY),
            answered_at: None,
            closed_at: None,
            outcome: None,
            merged_into: None,
            unread: true,
            rating: None,
            rated_at: None,
            rating_hidden: false,
            rating_comment: String::new(),
            unsolved_at: None,
            active_at: None,
            promised_at: Moment(day * DAY),
            paused_at: None,
            paused_until: None,
            pause_reason: None,
            warned: 0,
            version: 1,
        }
    }

    #[test]
    fn the_same_matter_is_recognized_in_other_words_and_another_is_not() {
        let wages = asked(1, 0, "老板拖欠我三个月工资，我在武进湖塘，怎么办？");
        let again = asked(2, 3, "你好，老板拖欠工资三个月了还不给，怎么办");
        assert!(probably_same(&wages, &again) && probably_same(&again, &wages));
        let fired = asked(3, 3, "上个月被公司辞退，没有拿到补偿金");
        assert!(!probably_same(&wages, &fired), "other words");
        let late = asked(4, 15, "老板拖欠我三个月工资，我在武进湖塘，怎么办？");
        assert!(!probably_same(&wages, &late), "too far apart");
        let mut other = again.clone();
        other.field = Field::from_code("family");
        assert!(!probably_same(&wages, &other), "another field");
        other = again.clone();
        other.citizen_id = CitizenId(Uuid::from_u128(9));
        assert!(!probably_same(&wages, &other), "another citizen");
        assert!(
            !probably_same(&asked(1, 0, "你好"), &asked(2, 0, "你好")),
            "a greeting says nothing"
        );
    }

    #[test]
    fn the_one_asked_first_stays_from_whichever_page_it_is_done() {
        let (elder, younger) = elder_first(asked(2, 5, ""), asked(1, 3, ""));
        assert_eq!((elder.id.0.as_u128(), younger.id.0.as_u128()), (1, 2));
    }

    #[test]
    fn the_earlier_promise_stays_and_no_later_one_takes_its_place() {
        let (elder, mut younger) = (asked(1, 0, ""), asked(2, 3, ""));
        assert_eq!(together(&elder, &younger, Moment(0)).due_at, elder.due_at);
        younger.due_at = Moment(elder.due_at.0 - 1);
        let both = together(&elder, &younger, Moment(0));
        assert_eq!((both.due_at, both.promised_at), (younger.due_at, elder.promised_at));
    }

    #[test]
    fn a_question_that_still_waits_keeps_its_promise_in_an_inquiry_that_was_answered() {
        let (mut elder, younger) = (asked(1, 0, ""), asked(2, 3, ""));
        elder.state = State::Answered;
        elder.assignee_id = Some(COLLEAGUE);
        elder.answered_at = Some(Moment(DAY));
        let both = together(&elder, &younger, Moment(0));
        assert_eq!((both.state, both.assignee_id), (State::Claimed, Some(COLLEAGUE)));
        assert_eq!((both.due_at, both.answered_at), (younger.due_at, Some(Moment(DAY))));
    }

    #[test]
    fn who_has_claimed_one_of_them_has_both() {
        let (elder, mut younger) = (asked(1, 0, ""), asked(2, 3, ""));
        younger.state = State::Claimed;
        younger.assignee_id = Some(ME);
        let both = together(&elder, &younger, Moment(0));
        assert_eq!((both.state, both.assignee_id), (State::Claimed, Some(ME)));
    }

    #[test]
    fn nobody_loses_an_inquiry_to_a_merge_and_nothing_crosses_a_border() {
        let (elder, younger) = (asked(1, 0, ""), asked(2, 3, ""));
        assert!(check(&elder, &younger, ME).is_ok());
        let refused = |change: fn(&mut Inquiry)| {
            let mut changed = younger.clone();
            change(&mut changed);
            check(&elder, &changed, ME).is_err() && check(&changed, &elder, ME).is_err()
        };
        assert!(refused(|i| i.anonymous = true));
        assert!(refused(|i| i.citizen_id = CitizenId(Uuid::from_u128(9))));
        assert!(refused(|i| i.organization_id = Some(OrganizationId(Uuid::from_u128(9)))));
        assert!(refused(|i| i.organization_id = None));
        assert!(refused(|i| i.state = State::Closed));
        assert!(refused(|i| {
            i.state = State::Claimed;
            i.assignee_id = Some(COLLEAGUE);
        }));
        assert!(check(&elder, &elder, ME).is_err());
    }
}
