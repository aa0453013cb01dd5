//! The decision. Pure.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Rule;
use super::fit::{Bar, Candidate, Part, Quality};
use super::loads::Loads;
use crate::language::fields::Field;
use crate::language::places::Gazetteer;
use crate::members::{Organization, OrganizationId, OrganizationKind, Station, hours};
use crate::platform::clock::Moment;
use crate::platform::config::{Config, MemberKind};
pub use crate::roster::rules::Duty;
use crate::territories::rules::Atlas;
use crate::worktime::calendar::Calendar;
use crate::worktime::deadline::{Amount, Deadline, deadline, is_open};
use crate::worktime::due_after_hours;

/// Everything the decision looks at, as it was at one moment.
pub struct Directory {
    /// Territories.
    pub atlas: Arc<Atlas>,
    /// Their names, for finding them in texts.
    pub gazetteer: Arc<Gazetteer>,
    /// Member organizations.
    pub organizations: Vec<Organization>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Scenes of QR codes that belong to an organization without being a station's.
    pub codes: HashMap<String, OrganizationId>,
    /// Rules in their order.
    pub rules: Vec<Rule>,
    /// Open inquiries of each organization.
    pub load: Loads,
    /// Whether somebody is on duty; of who is not in it nothing is known.
    pub duty: HashMap<OrganizationId, Duty>,
    /// When organizations work that have told so.
    pub calendars: HashMap<OrganizationId, Calendar>,
    /// When everybody else works.
    pub office: Calendar,
    /// When somebody is on duty in organizations whose roster counts; goes before their calendar.
    pub rostered: HashMap<OrganizationId, Calendar>,
    /// Names in a question with which an organization may not deal.
    pub interests: HashMap<OrganizationId, Vec<String>>,
    /// What citizens thought of it lately.
    pub quality: HashMap<OrganizationId, Quality>,
    /// What is promised and how long offers stand.
    pub times: Times,
}

impl Directory {
    /// One of these organizations of which nothing else is known: no rules, rosters or calendars,
    /// no load; the usual times.
    pub fn of(atlas: Atlas, organizations: Vec<Organization>) -> Self {
        Self {
            gazetteer: Arc::new(atlas.gazetteer()),
            atlas: Arc::new(atlas),
            stations: Vec::new(),
            codes: HashMap::new(),
            rules: Vec::new(),
            load: Loads::new(organizations.iter().map(|o| o.id), []),
            organizations,
            duty: HashMap::new(),
            calendars: HashMap::new(),
            office: hours::office_calendar(),
            rostered: HashMap::new(),
            interests: HashMap::new(),
            quality: HashMap::new(),
            times: Times::default(),
        }
    }
}

/// What is promised when nobody has promised otherwise, and how long an organization may think.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// Hours of the clock until the first answer.
    pub promise_hours: u64,
    /// The same when it is urgent.
    pub urgent_hours: u64,
    /// Minutes of the organization's working time in which an offer is taken or declined.
    pub offer_minutes: u32,
    /// Minutes of the clock for the same when it is urgent.
    pub urgent_offer_minutes: u32,
    /// Types of organizations that pick from a list.
    pub pick_kinds: Vec<OrganizationKind>,
    /// Minutes of the clock that an inquiry stands in a list.
    pub pick_minutes: u32,
    /// Minutes of the organization's working time for which a claim holds without anything done.
    pub claim_minutes: u32,
}

impl Default for Times {
    /// As `config/default.toml` has them.
    fn default() -> Self {
        Self {
            promise_hours: 24,
            urgent_hours: 1,
            offer_minutes: 120,
            urgent_offer_minutes: 10,
            pick_kinds: Vec::new(),
            pick_minutes: 60,
            claim_minutes: 240,
        }
    }
}

impl Times {
    /// The times of a configuration.
    pub fn of(config: &Config) -> Self {
        let promise = &config.promise;
        let kinds = config.pick_list.kinds.iter().map(|kind| match kind {
            MemberKind::Base => OrganizationKind::Base,
            MemberKind::Hub => OrganizationKind::Hub,
            MemberKind::Professional => OrganizationKind::Professional,
            MemberKind::Trade => OrganizationKind::Trade,
            MemberKind::Network => OrganizationKind::Network,
        });
        Self {
            pick_kinds: kinds.collect(),
            pick_minutes: config.pick_list.minutes,
            promise_hours: promise.hours,
            urgent_hours: promise.urgent_hours,
            offer_minutes: promise.offer_minutes,
            urgent_offer_minutes: promise.urgent_offer_minutes,
            claim_minutes: promise.claim_minutes,
        }
    }

    /// These times with what operators have said of some types of organizations.
    pub fn with_modes(&self, modes: &[(OrganizationKind, bool)]) -> Self {
        let said = |kind| modes.iter().find(|(of, _)| *of == kind).map(|(_, picks)| *picks);
        let picks =
            |kind: &OrganizationKind| said(*kind).unwrap_or_else(|| self.pick_kinds.contains(kind));
        let pick_kinds = OrganizationKind::ALL.iter().copied().filter(picks).collect();
        Self { pick_kinds, ..self.clone() }
    }
}

/// What has to be decided.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// Field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory: Option<&'a str>,
    /// Organization whose code was scanned, its own or that of a station it runs.
    pub station_of: Option<OrganizationId>,
    /// Whether it goes first.
    pub urgent: bool,
    /// What was asked; names in it can keep an organization away.
    pub words: &'a str,
    /// Who was asked already and did not take it.
    pub passed: &'a [OrganizationId],
    /// Whether it has stood in a list until its time there was over.
    pub stood_in_list: bool,
}

/// Who answers by when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who; `None`: the operators.
    pub organization: Option<OrganizationId>,
    /// By when.
    pub due_at: Moment,
    /// Until when the organization may take or decline it.
    #[serde(default)]
    pub answer_by: Option<Moment>,
    /// Sentences for staff, the deciding one first.
    pub reasons: Vec<String>,
    /// How the best candidates compared, unless a rule decided; and whoever must stay away.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    /// Nobody can be asked, but somebody could with room or on duty: asked again then.
    #[serde(default)]
    pub waits: bool,
    /// Stands in the list from which organizations of this type pick.
    #[serde(default)]
    pub listed_for: Option<OrganizationKind>,
}

/// What has been considered on the way to a decision.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// Sentences for staff.
    pub(super) reasons: Vec<String>,
    /// Whether somebody was left out only for now.
    pub(super) waits: bool,
}

impl Trace {
    /// Somebody is left out.
    pub(super) fn skip(&mut self, sentence: String, bar: Bar) {
        self.reasons.push(sentence);
        self.waits |= bar.passes();
    }
}

/// What came of one rule for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is switched off.
    Inactive,
    /// Field or place differ.
    Differs,
    /// It fits, but its organization may not be asked.
    Barred(Bar),
    /// It decides.
    Decides,
    /// It would fit, but an earlier one has decided.
    TooLate,
}

impl Directory {
    /// Decides who should answer.
    pub fn decide(&self, question: &Question, now: Moment) -> Decision {
        self.decide_by(&self.rules, question, now)
    }

    /// [`Directory::decide`] by other rules, to see what they would do.
    pub fn decide_by(&self, rules: &[Rule], question: &Question, now: Moment) -> Decision {
        let mut trace = Trace::default();
        let mut candidates = Vec::new();
        let mut organization = self.by_rule(rules, question, &mut trace);
        if organization.is_none() {
            (organization, candidates) = self.by_fit(question, now, &mut trace);
            if let Some(kind) = organization.and_then(|best| self.picks(best, question)) {
                return self.listed(kind, question, now, trace, candidates);
            }
        }
        let organization = organization.or_else(|| self.by_hub(question, now, &mut trace));
        self.keep_conflicts(question, &mut candidates);
        let waits = organization.is_none() && trace.waits;
        let mut reasons = trace.reasons;
        let (due_at, promise) = self.promise(question.urgent, organization, now);
        reasons.push(match organization {
            Some(_) => promise,
            None if waits => WAITS.into(),
            None => "没有对口的成员单位，交联盟值班人员人工分派。".into(),
        });
        let answer_by = organization.map(|o| self.answer_by(o, question.urgent, now));
        let organization = organization.map(|o| o.id);
        Decision { organization, due_at, answer_by, reasons, candidates, waits, listed_for: None }
    }

    /// The type of an organization, when its like pick for themselves and the question can wait.
    fn picks(&self, best: &Organization, question: &Question) -> Option<OrganizationKind> {
        let listed = !question.urgent && !question.stood_in_list;
        Some(best.kind).filter(|kind| listed && self.times.pick_kinds.contains(kind))
    }

    fn listed(
        &self,
        kind: OrganizationKind,
        question: &Question,
        now: Moment,
        trace: Trace,
        mut candidates: Vec<Candidate>,
    ) -> Decision {
        self.keep_conflicts(question, &mut candidates);
        let (due_at, promise) = self.promise(question.urgent, None, now);
        let minutes = self.times.pick_minutes;
        let mut reasons = trace.reasons;
        reasons.push(promise);
        reasons.push(format!(
            "{}单位自己领取：已放入自选列表，{minutes} 分钟内没有单位领取就派给得分最高的单位。",
            kind.name()
        ));
        Decision {
            organization: None,
            due_at,
            answer_by: Some(now.plus(Duration::from_secs(u64::from(minutes) * 60))),
            reasons,
            candidates,
            waits: false,
            listed_for: Some(kind),
        }
    }

    /// Whether somebody is on duty there.
    pub fn duty(&self, id: OrganizationId) -> Duty {
        self.duty.get(&id).copied().unwrap_or(Duty::Unknown)
    }

    /// By when an answer is promised.
    pub fn due(&self, urgent: bool, organization: Option<&Organization>, now: Moment) -> Moment {
        self.counted(self.amount(urgent, organization), organization, now).at
    }

    /// By when an answer is promised, and how that was counted, in a sentence for staff.
    pub fn promise(
        &self,
        urgent: bool,
        organization: Option<&Organization>,
        now: Moment,
    ) -> (Moment, String) {
        let deadline = self.counted(self.amount(urgent, organization), organization, now);
        let explained = deadline.explained(self.calendar(organization.map(|o| o.id)));
        let kind = if urgent { "紧急承诺" } else { "承诺" };
        (deadline.at, format!("{kind}：{explained}。"))
    }

    /// Until when an organization may take or decline an offer made now.
    pub fn answer_by(&self, organization: &Organization, urgent: bool, now: Moment) -> Moment {
        let workdays = organization.terms.transfer_workdays.and_then(|n| u32::try_from(n).ok());
        let amount = match (urgent, workdays) {
            (true, _) => Amount::PlainMinutes(self.times.urgent_offer_minutes),
            (false, Some(workdays)) => Amount::Workdays(workdays),
            (false, None) => Amount::WorkMinutes(self.times.offer_minutes),
        };
        self.counted(amount, Some(organization), now).at
    }

    /// Until when a claim holds whose owner was last active at `active`.
    pub fn claim_until(&self, organization: Option<OrganizationId>, active: Moment) -> Moment {
        let organization = organization.and_then(|id| self.organization(id));
        self.counted(Amount::WorkMinutes(self.times.claim_minutes), organization, active).at
    }

    /// When an organization works for citizens: by its roster if that counts, else by its hours.
    pub fn calendar(&self, id: Option<OrganizationId>) -> &Calendar {
        id.and_then(|id| self.rostered.get(&id)).unwrap_or_else(|| self.hours(id))
    }

    /// The hours of an organization, whatever its roster says.
    pub fn hours(&self, id: Option<OrganizationId>) -> &Calendar {
        id.and_then(|id| self.calendars.get(&id)).unwrap_or(&self.office)
    }

    /// An urgent promise counts the clock and is never longer than the ordinary one.
    fn amount(&self, urgent: bool, organization: Option<&Organization>) -> Amount {
        let urgent_hours = organization
            .and_then(|o| u64::try_from(o.terms.urgent_hours?).ok())
            .unwrap_or(self.times.urgent_hours);
        let ordinary = organization
            .map_or_else(|| hours_of_clock(self.times.promise_hours), Organization::promise);
        match (urgent, ordinary) {
            (false, _) => ordinary,
            (true, Amount::PlainMinutes(minutes)) => {
                Amount::PlainMinutes(minutes.min(minutes_of(urgent_hours)))
            }
            (true, _) => hours_of_clock(urgent_hours),
        }
    }

    /// A calendar that never opens cannot delay a promise for ever: then the clock counts.
    fn counted(
        &self,
        amount: Amount,
        organization: Option<&Organization>,
        now: Moment,
    ) -> Deadline {
        let calendar = self.calendar(organization.map(|o| o.id));
        deadline(calendar, now, amount, &[]).unwrap_or_else(|| {
            let amount = hours_of_clock(self.times.promise_hours);
            let at = due_after_hours(now, self.times.promise_hours);
            Deadline { from: now, amount, at }
        })
    }

    /// The organization with this id.
    pub fn organization(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.iter().find(|o| o.id == id)
    }

    /// Whether rules can lead to this organization at all.
    pub fn may_be_chosen(&self, id: OrganizationId) -> bool {
        self.organization(id).is_some_and(|o| o.status.takes_inquiries())
    }

    /// What citizens read of who answers.
    pub fn organization_name(&self, id: Option<OrganizationId>) -> &str {
        id.and_then(|id| self.organization(id)).map_or("联盟值班人员", |o| o.name.as_str())
    }

    /// What staff read of an organization.
    pub fn short_name(&self, id: OrganizationId) -> &str {
        self.organization(id).map_or("（已删除的单位）", |o| o.short_name.as_str())
    }

    /// The station with this scene in its code.
    pub fn station(&self, scene: &str) -> Option<&Station> {
        self.stations.iter().find(|s| s.scene == scene)
    }

    fn by_rule(
        &self,
        rules: &[Rule],
        question: &Question,
        trace: &mut Trace,
    ) -> Option<&Organization> {
        for (rule, asked) in rules.iter().zip(self.ask_rules(rules, question)) {
            match asked {
                Asked::Barred(bar) => {
                    let name = self.short_name(rule.organization_id);
                    let sentence =
                        format!("规则“{}”指向的{name}{}，跳过。", self.sentence(rule), bar.name());
                    trace.skip(sentence, bar);
                }
                Asked::Decides => {
                    trace.reasons.push(format!("符合规则“{}”。", self.sentence(rule)));
                    return self.organization(rule.organization_id);
                }
                Asked::Inactive | Asked::Differs | Asked::TooLate => {}
            }
        }
        None
    }

    /// What comes of each rule in turn.
    pub fn ask_rules(&self, rules: &[Rule], question: &Question) -> Vec<Asked> {
        let mut decided = false;
        let asked = rules.iter().map(|rule| {
            if !rule.active {
                return Asked::Inactive;
            }
            let organization = self.organization(rule.organization_id);
            let Some(organization) = organization.filter(|_| self.matches(rule, question)) else {
                return Asked::Differs;
            };
            match self.bar(organization, question) {
                _ if decided => Asked::TooLate,
                Some(bar) => Asked::Barred(bar),
                None => {
                    decided = true;
                    Asked::Decides
                }
            }
        });
        asked.collect()
    }

    fn matches(&self, rule: &Rule, question: &Question) -> bool {
        let field_fits = rule.field.is_none_or(|field| question.field == Some(field));
        let place_fits = rule.territory_id.as_deref().is_none_or(|territory| {
            question.territory.is_some_and(|place| self.atlas.contains(territory, place))
        });
        field_fits && place_fits
    }

    /// A rule as a sentence: 当 领域=劳动人事 且 地区=武进区 → 某某中心.
    pub fn sentence(&self, rule: &Rule) -> String {
        let field = rule.field.map(|f| format!("领域={}", f.name()));
        let place =
            rule.territory_id.as_deref().map(|t| format!("地区={}", self.atlas.place_name(t)));
        let when: Vec<String> = [field, place].into_iter().flatten().collect();
        let when = if when.is_empty() { "任何咨询".to_owned() } else { when.join(" 且 ") };
        format!("当 {when} → {}", self.short_name(rule.organization_id))
    }

    /// The nearest hub around the place that may take it now: of the town, the district, the city. One
    /// that keeps no roster is there in its hours.
    fn by_hub(&self, question: &Question, now: Moment, trace: &mut Trace) -> Option<&Organization> {
        // Without a field nobody can tell whom to ask; that is the operators' work.
        question.field?;
        let place = question.territory?;
        let hubs = self.organizations.iter().filter(|o| o.kind == OrganizationKind::Hub);
        let mut near: Vec<(&Organization, i64)> = hubs
            .filter_map(|o| self.place(o, Some(place)).map(|Part(_, points)| (o, points)))
            .collect();
        near.sort_by_key(|(o, points)| (std::cmp::Reverse(*points), o.id));
        for (hub, _) in near {
            let bar = self.bar(hub, question).or_else(|| self.is_away(hub, now));
            let Some(bar) = bar else {
                let name = &hub.short_name;
                trace.reasons.push(format!("没有直接对口的单位，由所在地枢纽型组织{name}统筹。"));
                return Some(hub);
            };
            trace.waits |= bar.passes();
        }
        None
    }

    fn is_away(&self, hub: &Organization, now: Moment) -> Option<Bar> {
        let unknown = self.duty(hub.id) == Duty::Unknown;
        (unknown && !is_open(self.calendar(Some(hub.id)), now)).then_some(Bar::OffDuty)
    }
}

/// Why an inquiry stays with the operators for now.
const WAITS: &str =
    "对口的单位现在无人值班或已满，先由联盟值班人员保管；一有单位能接，系统就派出。";

fn minutes_of(hours: u64) -> u32 {
    u32::try_from(hours * 60).unwrap_or(u32::MAX)
}

fn hours_of_clock(hours: u64) -> Amount {
    Amount::PlainMinutes(minutes_of(hours))
}
