//! The decision. Pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Rule;
use crate::language::fields::Field;
use crate::language::places::Gazetteer;
use crate::members::{Organization, OrganizationId, OrganizationKind, Station};
use crate::platform::clock::Moment;
use crate::territories::rules::{Atlas, TerritoryKind};
use crate::worktime;

/// Everything the decision looks at, as it was at one moment.
pub struct Directory {
    /// Territories.
    pub atlas: Atlas,
    /// Their names, for finding them in texts.
    pub gazetteer: Gazetteer,
    /// Member organizations.
    pub organizations: Vec<Organization>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Scenes of QR codes that belong to an organization without being a station's.
    pub codes: HashMap<String, OrganizationId>,
    /// Rules in their order.
    pub rules: Vec<Rule>,
    /// Open inquiries of each organization.
    pub load: HashMap<OrganizationId, i64>,
    /// Hours until the first answer when nobody has promised otherwise.
    pub promise_hours: u64,
    /// Hours until the first answer when it is urgent.
    pub urgent_hours: u64,
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
}

/// Who answers by when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who; `None`: the operators.
    pub organization: Option<OrganizationId>,
    /// By when.
    pub due_at: Moment,
    /// Sentences for staff, the deciding one first.
    pub reasons: Vec<String>,
}

/// Open inquiries beyond which load counts no further against an organization.
const LOAD_CAP: i64 = 20;

impl Directory {
    /// Decides who should answer.
    pub fn decide(&self, question: &Question, now: Moment) -> Decision {
        let mut reasons = Vec::new();
        let organization = self
            .by_rule(question, &mut reasons)
            .or_else(|| self.by_fit(question, &mut reasons))
            .or_else(|| self.by_hub(question, &mut reasons));
        if organization.is_none() {
            reasons.push("没有对口的成员单位，交联盟值班人员人工分派。".into());
        }
        let due_at = self.due(question.urgent, organization, now);
        Decision { organization: organization.map(|o| o.id), due_at, reasons }
    }

    /// By when an answer is promised.
    pub fn due(&self, urgent: bool, organization: Option<&Organization>, now: Moment) -> Moment {
        let promised = organization.map_or(self.promise_hours, |o| {
            u64::try_from(o.promise_hours).unwrap_or(self.promise_hours)
        });
        let hours = if urgent { self.urgent_hours.min(promised) } else { promised };
        worktime::due_after_hours(now, hours)
    }

    /// The organization with this id.
    pub fn organization(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.iter().find(|o| o.id == id)
    }

    /// What citizens read of who answers.
    pub fn organization_name(&self, id: Option<OrganizationId>) -> &str {
        id.and_then(|id| self.organization(id)).map_or("联盟值班人员", |o| o.name.as_str())
    }

    /// The station with this scene in its code.
    pub fn station(&self, scene: &str) -> Option<&Station> {
        self.stations.iter().find(|s| s.scene == scene)
    }

    fn by_rule(&self, question: &Question, reasons: &mut Vec<String>) -> Option<&Organization> {
        for rule in self.rules.iter().filter(|rule| rule.active && self.matches(rule, question)) {
            let Some(organization) = self.organization(rule.organization_id) else { continue };
            if !organization.status.takes_inquiries() {
                reasons.push(format!(
                    "规则“{}”指向的{}目前不接件，跳过。",
                    self.sentence(rule),
                    organization.short_name
                ));
                continue;
            }
            reasons.push(format!("符合规则“{}”。", self.sentence(rule)));
            return Some(organization);
        }
        None
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
        let who = self
            .organization(rule.organization_id)
            .map_or("（已删除的单位）", |o| &o.short_name);
        format!("当 {when} → {who}")
    }

    fn by_fit(&self, question: &Question, reasons: &mut Vec<String>) -> Option<&Organization> {
        let Some(field) = question.field else {
            reasons.push("还看不出属于哪个领域。".into());
            return None;
        };
        let mut best: Option<(i64, &Organization, String)> = None;
        let candidates = self.organizations.iter().filter(|o| o.status.takes_inquiries());
        for organization in candidates.filter(|o| o.fields.contains(&field)) {
            let Some((points, why)) = self.fit(organization, question) else { continue };
            let better = best.as_ref().is_none_or(|(most, other, _)| {
                (points, std::cmp::Reverse(organization.id)) > (*most, std::cmp::Reverse(other.id))
            });
            if better {
                best = Some((points, organization, why));
            }
        }
        let (points, organization, why) = best?;
        reasons.push(format!(
            "{}受理{}：{why}，合计 {points} 分，为最高。",
            organization.short_name,
            field.name()
        ));
        Some(organization)
    }

    /// Points of an organization that handles the field, with the reasons; `None` when the place
    /// lies outside its reach.
    fn fit(&self, organization: &Organization, question: &Question) -> Option<(i64, String)> {
        let (mut points, mut why) = self.place_points(organization, question.territory)?;
        let (kind_points, kind_why) = match organization.kind {
            OrganizationKind::Professional => (25, "专业型单位"),
            OrganizationKind::Base => (20, "基础型单位"),
            OrganizationKind::Trade => (8, "行业型单位"),
            OrganizationKind::Hub => (5, "枢纽型单位"),
            OrganizationKind::Network => (0, "网络型单位"),
        };
        points += kind_points;
        why.push(format!("{kind_why} +{kind_points}"));
        if question.station_of == Some(organization.id) {
            points += 15;
            why.push("群众扫的是该单位或其站点的码 +15".into());
        }
        let load = self.load.get(&organization.id).copied().unwrap_or(0).min(LOAD_CAP);
        if load > 0 {
            points -= load;
            why.push(format!("在办 {load} 件 -{load}"));
        }
        Some((points, why.join("，")))
    }

    fn place_points(
        &self,
        organization: &Organization,
        territory: Option<&str>,
    ) -> Option<(i64, Vec<String>)> {
        if self.is_city_wide(organization) {
            return Some((15, vec!["面向全市 +15".into()]));
        }
        let place = territory?;
        if organization.territories.iter().any(|t| t == place) {
            return Some((40, vec![format!("服务{} +40", self.atlas.place_name(place))]));
        }
        let wider = organization.territories.iter().find(|t| self.atlas.contains(t, place))?;
        Some((30, vec![format!("服务{} +30", self.atlas.place_name(wider))]))
    }

    fn is_city_wide(&self, organization: &Organization) -> bool {
        let is_city =
            |id: &String| self.atlas.get(id).is_some_and(|place| place.kind == TerritoryKind::City);
        organization.territories.is_empty() || organization.territories.iter().any(is_city)
    }

    fn by_hub(&self, question: &Question, reasons: &mut Vec<String>) -> Option<&Organization> {
        // Without a field nobody can tell whom to ask; that is the operators' work.
        question.field?;
        let place = question.territory?;
        let hub = self.organizations.iter().find(|o| {
            o.kind == OrganizationKind::Hub
                && o.status.takes_inquiries()
                && o.territories.iter().any(|t| self.atlas.contains(t, place))
        })?;
        reasons.push(format!("没有直接对口的单位，由所在地枢纽型组织{}统筹。", hub.short_name));
        Some(hub)
    }
}
