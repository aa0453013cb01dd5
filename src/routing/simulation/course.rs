//! The course of a simulation: events in their order, each decided as in the program.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use uuid::Uuid;

use super::world::{NAMES, World, name};
use super::{Outcome, Plan, Policy};
use crate::inquiries::store::Held;
use crate::inquiries::{InquiryId, State};
use crate::language::fields::Field;
use crate::members::OrganizationId;
use crate::platform::clock::{Entropy, Moment};
use crate::routing::fit::Bar;
use crate::routing::moving::{in_turn, leaving};
use crate::routing::rules::{Decision, Duty, Question};

/// Midnight in Shanghai at which every simulation begins: 2026-01-01.
const START: Moment = Moment(1_767_196_800_000);
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// How many of 24 000 inquiries come in each hour of the day.
const BY_HOUR: [u64; 24] = [
    200, 100, 60, 40, 40, 80, 250, 600, 1300, 1900, 2000, 1700, 1200, 1300, 1800, 1900, 1700, 1400,
    1200, 1300, 1400, 1200, 800, 530,
];
/// Minutes that organizations on duty take to look at an offer.
const LOOK: f64 = 25.0;
/// Hours from taking an inquiry to the first answer.
const WORK: f64 = 9.0;
/// Hours that the operators take for what nobody else can.
const OPERATORS: f64 = 5.0;

/// An inquiry that is not answered yet.
struct Case {
    field: Field,
    place: usize,
    urgent: bool,
    words: String,
    opened: Moment,
    due: Moment,
    owner: Option<usize>,
    taken: bool,
    passed: Vec<OrganizationId>,
    /// Grows with every change; what was planned for an earlier one no longer happens.
    turn: u32,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Hour,
    Ask,
    /// The organization says something to the offer.
    Word(u64, u32),
    /// The offer has stood too long.
    Late(u64, u32),
    /// The first answer is written.
    Answer(u64, u32),
}

struct Course<'a> {
    plan: Plan,
    chance: &'a Entropy,
    world: World,
    number_of: HashMap<OrganizationId, usize>,
    events: BinaryHeap<Reverse<(Moment, u64, Event)>>,
    cases: HashMap<u64, Case>,
    /// What each organization has.
    held: Vec<BTreeSet<u64>>,
    waiting: BTreeSet<(bool, Moment, u64)>,
    operators: HashSet<u64>,
    /// Who was asked last in each field, for taking turns.
    asked_last: HashMap<Field, OrganizationId>,
    out: Outcome,
    sequence: u64,
}

/// Runs a simulation; `progress` is told how many inquiries have been asked.
pub fn run(plan: Plan, chance: &Entropy, mut progress: impl FnMut(u64)) -> Outcome {
    let world = World::new(chance);
    let organizations = &world.directory.organizations;
    let number_of = organizations.iter().enumerate().map(|(n, o)| (o.id, n)).collect();
    let held = vec![BTreeSet::new(); organizations.len()];
    let mut course = Course {
        plan,
        chance,
        world,
        number_of,
        events: BinaryHeap::new(),
        cases: HashMap::new(),
        held,
        waiting: BTreeSet::new(),
        operators: HashSet::new(),
        asked_last: HashMap::new(),
        out: Outcome::default(),
        sequence: 0,
    };
    course.at(START, Event::Hour);
    course.at(START, Event::Ask);
    let end = Moment(START.0 + i64::from(plan.days) * 24 * HOUR);
    while let Some(Reverse((now, _, event))) = course.events.pop() {
        if now > end {
            break;
        }
        course.happen(now, event);
        if course.out.asked.is_multiple_of(10_000) {
            progress(course.out.asked);
        }
    }
    course.count_lost();
    course.out.open = course.cases.len() as u64;
    course.out
}

impl Course<'_> {
    fn at(&mut self, at: Moment, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((at, self.sequence, event)));
    }

    /// A time from an exponential distribution with this mean in milliseconds.
    fn after(&self, mean: f64) -> i64 {
        let unit = (self.chance.below(1 << 53) as f64 + 1.0) / (1u64 << 53) as f64;
        (-unit.ln() * mean) as i64
    }

    fn happen(&mut self, now: Moment, event: Event) {
        match event {
            Event::Hour => self.hour(now),
            Event::Ask => self.ask(now),
            Event::Word(id, turn) => self.word(now, id, turn),
            Event::Late(id, turn) => {
                if let Some(owner) =
                    self.still(id, turn).filter(|case| !case.taken).and_then(|c| c.owner)
                {
                    self.out.expired += 1;
                    self.refused(now, id, owner);
                }
            }
            Event::Answer(id, turn) => self.answer(now, id, turn),
        }
    }

    fn still(&self, id: u64, turn: u32) -> Option<&Case> {
        self.cases.get(&id).filter(|case| case.turn == turn)
    }

    fn hour(&mut self, now: Moment) {
        self.world.turn_hour(now, self.chance);
        self.share_out(now);
        self.count_lost();
        let week = usize::try_from((now.0 - START.0) / (7 * 24 * HOUR)).unwrap_or(0);
        let directory = &self.world.directory;
        let at_work = directory.organizations.iter().filter(|o| {
            !o.fields.is_empty() && o.status.takes_inquiries() && directory.duty(o.id) == Duty::On
        });
        let shares: Vec<f64> = at_work
            .map(|o| directory.load.of(o.id) as f64 / o.most_open.unwrap_or(1) as f64)
            .collect();
        self.out.sample(week, &shares);
        self.at(Moment(now.0 + HOUR), Event::Hour);
    }

    fn ask(&mut self, now: Moment) {
        if self.out.asked >= self.plan.inquiries {
            return;
        }
        let id = self.out.asked;
        self.out.asked += 1;
        let hour = usize::try_from(now.in_shanghai().hour()).unwrap_or(0);
        let per_day = self.plan.inquiries as f64 / f64::from(self.plan.days.max(1));
        let per_hour = per_day * BY_HOUR[hour] as f64 / 24_000.0;
        // Not over the end of an hour in which hardly anybody asks.
        let next = self.after(HOUR as f64 / per_hour).min(HOUR);
        self.at(Moment(now.0 + next), Event::Ask);
        let of = |many: usize| usize::try_from(self.chance.below(many as u64)).unwrap_or(0);
        let named = self.chance.below(8) == 0;
        let mut case = Case {
            field: Field::all()[of(Field::all().len())],
            place: of(self.world.places.len()),
            urgent: self.chance.below(40) == 0,
            words: if named { name(self.chance.below(NAMES)) } else { String::new() },
            opened: now,
            due: now,
            owner: None,
            taken: false,
            passed: Vec::new(),
            turn: 0,
        };
        let decision = self.decide(&case, now);
        case.due = decision.due_at;
        if let Some(chosen) = decision.organization {
            let place = self.world.places[case.place].as_str();
            let organization = self.world.directory.organization(chosen);
            let part = organization.and_then(|o| self.world.directory.place(o, Some(place)));
            self.out.local += u64::from(part.is_some_and(|part| part.1 >= 30));
        }
        self.cases.insert(id, case);
        self.place(now, id, &decision);
    }

    fn question<'a>(&'a self, case: &'a Case) -> Question<'a> {
        Question {
            field: Some(case.field),
            territory: Some(&self.world.places[case.place]),
            station_of: None,
            urgent: case.urgent,
            words: &case.words,
            passed: &case.passed,
            stood_in_list: false,
        }
    }

    fn decide(&self, case: &Case, now: Moment) -> Decision {
        let (directory, question) = (&self.world.directory, self.question(case));
        let decision = directory.decide(&question, now);
        if self.plan.policy == Policy::Scored || decision.organization.is_none() {
            return decision;
        }
        let mut free: Vec<OrganizationId> = directory
            .candidates(&question, now)
            .iter()
            .filter(|candidate| candidate.bar.is_none())
            .map(|candidate| candidate.organization)
            .collect();
        free.sort();
        let chosen = match self.plan.policy {
            Policy::LeastLoaded => free.iter().min_by_key(|id| (directory.load.of(**id), **id)),
            _ => {
                let last = self.asked_last.get(&case.field);
                free.iter().find(|id| last.is_none_or(|last| *id > last)).or(free.first())
            }
        };
        let organization = chosen.copied().or(decision.organization);
        Decision { organization, ..decision }
    }

    /// Gives a case to whom was decided, and checks that it may be.
    fn place(&mut self, now: Moment, id: u64, decision: &Decision) {
        self.put_down(id);
        let Some(case) = self.cases.get_mut(&id) else { return };
        case.turn += 1;
        case.due = case.due.min(decision.due_at);
        let (turn, urgent) = (case.turn, case.urgent);
        let Some(chosen) = decision.organization else {
            if decision.waits {
                self.waiting.insert((!case.urgent, case.due, id));
            } else {
                self.operators.insert(id);
                let at = Moment(now.0 + self.after(OPERATORS * HOUR as f64));
                self.at(at, Event::Answer(id, turn));
            }
            return;
        };
        let n = self.number_of[&chosen];
        case.owner = Some(n);
        self.check(n, id);
        self.out.offers += 1;
        self.held[n].insert(id);
        let directory = &self.world.directory;
        directory.load.add(chosen, 1);
        let until = directory.answer_by(&directory.organizations[n], urgent, now);
        self.asked_last.insert(self.cases[&id].field, chosen);
        let word = Moment(now.0 + self.after(LOOK * MINUTE as f64));
        self.at(word, Event::Word(id, turn));
        self.at(until, Event::Late(id, turn));
    }

    /// Counts an offer that must not have been made.
    fn check(&mut self, n: usize, id: u64) {
        let (directory, case) = (&self.world.directory, &self.cases[&id]);
        let organization = &directory.organizations[n];
        let full =
            organization.most_open.is_some_and(|most| directory.load.of(organization.id) >= most);
        let names = directory.interests.get(&organization.id);
        let conflicted = names.is_some_and(|names| names.contains(&case.words));
        self.out.to_off_duty += u64::from(directory.duty(organization.id) == Duty::Off);
        self.out.to_suspended += u64::from(!organization.status.takes_inquiries());
        self.out.to_conflicted += u64::from(conflicted);
        self.out.over_cap += u64::from(full);
    }

    /// Takes a case out of wherever it is.
    fn put_down(&mut self, id: u64) {
        let Some(case) = self.cases.get_mut(&id) else { return };
        if let Some(n) = case.owner.take() {
            self.held[n].remove(&id);
            self.world.directory.load.add(self.world.directory.organizations[n].id, -1);
        }
        self.waiting.remove(&(!case.urgent, case.due, id));
        self.operators.remove(&id);
        case.taken = false;
    }

    fn word(&mut self, now: Moment, id: u64, turn: u32) {
        let Some(owner) = self.still(id, turn).and_then(|case| case.owner) else { return };
        if self.world.directory.duty(self.world.directory.organizations[owner].id) == Duty::Off {
            return;
        }
        match self.chance.below(100) {
            0..8 => {
                self.out.declined += 1;
                self.refused(now, id, owner);
            }
            // Overlooked: its time runs out.
            8..14 => {}
            _ => {
                let Some(case) = self.cases.get_mut(&id) else { return };
                case.taken = true;
                self.out.waited(now.since(case.opened).as_secs() / 60);
                let at = Moment(now.0 + self.after(WORK * HOUR as f64));
                self.at(at, Event::Answer(id, turn));
            }
        }
    }

    fn refused(&mut self, now: Moment, id: u64, by: usize) {
        let by = self.world.directory.organizations[by].id;
        if let Some(case) = self.cases.get_mut(&id) {
            case.passed.push(by);
        }
        self.again(now, id);
    }

    fn again(&mut self, now: Moment, id: u64) {
        let Some(case) = self.cases.get(&id) else { return };
        let decision = self.decide(case, now);
        self.place(now, id, &decision);
    }

    fn answer(&mut self, now: Moment, id: u64, turn: u32) {
        let Some((due, owner)) = self.still(id, turn).map(|case| (case.due, case.owner)) else {
            return;
        };
        self.out.late += u64::from(now > due);
        match owner {
            Some(_) => self.out.answered += 1,
            None => self.out.by_operators += 1,
        }
        self.put_down(id);
        self.cases.remove(&id);
    }

    /// Moves what organizations cannot keep and places what waits, as the program does.
    fn share_out(&mut self, now: Moment) {
        let mut leave = Vec::new();
        for (n, organization) in self.world.directory.organizations.iter().enumerate() {
            if self.held[n].is_empty() || self.world.directory.closed(organization).is_none() {
                continue;
            }
            let mut held: Vec<Held> = self.held[n].iter().map(|id| self.as_held(*id, n)).collect();
            held.sort_by_key(|held| (!held.urgent, held.due_at, held.inquiry_id));
            leave.extend(leaving(&self.world.directory, organization, &held));
        }
        for held in in_turn(leave) {
            self.take_away(now, held);
        }
        let mut in_vain = HashSet::new();
        for (_, _, id) in self.waiting.clone() {
            let Some(case) = self.cases.get(&id) else { continue };
            let alike = (case.field, case.place, case.words.clone(), case.passed.clone());
            if in_vain.contains(&alike) {
                continue;
            }
            let decision = self.decide(case, now);
            if decision.organization.is_some() {
                self.place(now, id, &decision);
            } else {
                in_vain.insert(alike);
            }
        }
    }

    fn as_held(&self, id: u64, n: usize) -> Held {
        let case = &self.cases[&id];
        Held {
            inquiry_id: InquiryId(Uuid::from_u128(u128::from(id))),
            organization_id: self.world.directory.organizations[n].id,
            state: if case.taken { State::Claimed } else { State::Offered },
            urgent: case.urgent,
            due_at: case.due,
            unanswered: !case.taken,
        }
    }

    fn take_away(&mut self, now: Moment, held: Held) {
        let id = u64::try_from(held.inquiry_id.0.as_u128()).unwrap_or(u64::MAX);
        let n = self.number_of[&held.organization_id];
        let organization = &self.world.directory.organizations[n];
        let Some(bar) = self.world.directory.closed(organization) else { return };
        let Some(case) = self.cases.get(&id) else { return };
        let decision = if bar == Bar::NotTaking && case.taken {
            // What somebody is working on goes to the operators.
            Decision { organization: None, waits: false, ..self.decide(case, now) }
        } else {
            self.decide(case, now)
        };
        if bar == Bar::Full && decision.organization.is_none() {
            return;
        }
        self.out.moved += 1;
        self.place(now, id, &decision);
    }

    /// Counts cases that neither an organization nor a queue has.
    fn count_lost(&mut self) {
        let lost = self.cases.iter().filter(|(id, case)| match case.owner {
            Some(n) => !self.held[n].contains(id),
            None => {
                !self.operators.contains(id)
                    && !self.waiting.contains(&(!case.urgent, case.due, **id))
            }
        });
        self.out.lost += lost.count() as u64;
    }
}
