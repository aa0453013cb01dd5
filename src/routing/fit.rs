//! How well an organization fits a question: its points, each with its reason, or why it is not
//! asked.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::rules::{Directory, Duty, Question, Trace};
use crate::members::{Organization, OrganizationId, OrganizationKind};
use crate::platform::clock::Moment;
use crate::territories::{Territory, TerritoryKind};
use crate::text_enum;
use crate::worktime::deadline::is_open;

/// Points that a full desk takes away.
const MOST_LOAD: i64 = 40;
/// Open inquiries that fill the desk of an organization without a cap of its own.
const USUAL_CAP: i64 = 40;
/// Points that citizens' ratings can give or take.
pub const MOST_QUALITY: i64 = 5;
/// Ratings as good as the mean of all that everybody begins with: few own ones say little.
const PRIOR_RATINGS: f64 = 10.0;
/// Points for a star above the mean of all.
const POINTS_A_STAR: f64 = 10.0;
/// Stars that count as usual while nobody has been rated.
const USUAL_STARS: f64 = 4.0;
/// Points for being within working time, when nothing is known of who is on duty.
const AT_WORK: i64 = 3;
/// Points for somebody being on duty.
const ON_DUTY: i64 = 8;
/// The same for either when the question cannot wait.
const AT_WORK_URGENT: i64 = 30;
/// Candidates kept with a decision.
const KEPT: usize = 5;

text_enum!(
    /// Why an organization is not asked.
    Bar {
        /// By its standing as a member.
        NotTaking = "not_taking", "目前不接件";
        /// It has been asked already.
        Passed = "passed", "已退回或超时未接";
        /// It may not deal with somebody named in the question.
        Interest = "interest", "与当事人有利益关系，应回避";
        /// Nobody is on duty.
        OffDuty = "off_duty", "现在无人值班";
        /// It has as much as it may have.
        Full = "full", "在办件数已达上限";
        /// It does not work for this place.
        OutOfReach = "out_of_reach", "不服务这个地区";
    }
);

impl Bar {
    /// Whether it can be over by the next shift or the next closed inquiry.
    pub fn passes(self) -> bool {
        matches!(self, Self::OffDuty | Self::Full)
    }
}

/// One reason for points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part(pub String, pub i64);

/// An organization that handles the field, looked at for one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The organization.
    pub organization: OrganizationId,
    /// What its points are made of.
    pub parts: Vec<Part>,
    /// Why it is not asked; `None`: it may be.
    pub bar: Option<Bar>,
}

impl Candidate {
    /// All its points.
    pub fn points(&self) -> i64 {
        self.parts.iter().map(|part| part.1).sum()
    }

    /// The points taken apart: 服务武进区 +40，专业型单位 +25.
    pub fn words(&self) -> String {
        let words: Vec<String> =
            self.parts.iter().map(|Part(why, points)| format!("{why} {points:+}")).collect();
        words.join("，")
    }
}

/// What citizens thought of an organization lately, and the points for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Within [`MOST_QUALITY`] both ways.
    pub points: i64,
    /// Ratings.
    pub ratings: i64,
    /// Their mean in stars.
    pub stars: f64,
}

impl Quality {
    /// From how many ratings an organization and all together got, and the sums of their stars. Few
    /// ratings are drawn towards the mean of all.
    pub fn of(own: (i64, i64), all: (i64, i64)) -> Self {
        let mean = |(count, sum): (i64, i64)| match count {
            0 => USUAL_STARS,
            _ => sum as f64 / count as f64,
        };
        let usual = mean(all);
        let (count, sum) = (own.0 as f64, own.1 as f64);
        let drawn = (sum + PRIOR_RATINGS * usual) / (count + PRIOR_RATINGS);
        let points = ((drawn - usual) * POINTS_A_STAR).round() as i64;
        Self { points: points.clamp(-MOST_QUALITY, MOST_QUALITY), ratings: own.0, stars: mean(own) }
    }
}

impl Directory {
    /// Why an organization may not be asked, the place apart.
    pub fn bar(&self, organization: &Organization, question: &Question) -> Option<Bar> {
        if !organization.status.takes_inquiries() {
            return Some(Bar::NotTaking);
        }
        if question.passed.contains(&organization.id) {
            return Some(Bar::Passed);
        }
        if self.is_interested(organization.id, question) {
            return Some(Bar::Interest);
        }
        self.closed(organization)
    }

    fn is_interested(&self, id: OrganizationId, question: &Question) -> bool {
        let names = self.interests.get(&id);
        names.is_some_and(|names| names.iter().any(|name| question.words.contains(name)))
    }

    /// Everybody who must stay away is kept with the decision: later ones may not have the words in
    /// which the name stood.
    pub(super) fn keep_conflicts(&self, question: &Question, candidates: &mut Vec<Candidate>) {
        let kept: Vec<OrganizationId> = candidates.iter().map(|c| c.organization).collect();
        let mut away: Vec<OrganizationId> = self
            .interests
            .keys()
            .filter(|id| self.is_interested(**id, question))
            .copied()
            .collect();
        away.sort();
        candidates.extend(away.into_iter().filter(|id| !kept.contains(id)).map(|organization| {
            Candidate { organization, parts: Vec::new(), bar: Some(Bar::Interest) }
        }));
    }

    /// Why an organization takes nothing more now, whatever is asked.
    pub fn closed(&self, organization: &Organization) -> Option<Bar> {
        if !organization.status.takes_inquiries() {
            return Some(Bar::NotTaking);
        }
        if self.duty(organization.id) == Duty::Off {
            return Some(Bar::OffDuty);
        }
        let load = self.load.of(organization.id);
        organization.most_open.is_some_and(|most| load >= most).then_some(Bar::Full)
    }

    /// Everybody who handles the field: first those who may be asked, the best of them first, then
    /// those who may not.
    pub fn candidates(&self, question: &Question, now: Moment) -> Vec<Candidate> {
        let Some(field) = question.field else { return Vec::new() };
        let around = self.around(question.territory);
        let handling = self.organizations.iter().filter(|o| o.fields.contains(&field));
        let candidate = |organization| self.candidate(organization, question, &around, now);
        let mut candidates: Vec<Candidate> = handling.map(candidate).collect();
        candidates.sort_by_cached_key(|c| {
            (c.bar.is_some(), c.bar == Some(Bar::OutOfReach), Reverse(c.points()), c.organization)
        });
        candidates
    }

    fn candidate(
        &self,
        organization: &Organization,
        question: &Question,
        around: &[&Territory],
        now: Moment,
    ) -> Candidate {
        let fit = self.fit(organization, question, around, now);
        let reached = fit.is_some();
        let bar = if reached { self.bar(organization, question) } else { Some(Bar::OutOfReach) };
        Candidate { organization: organization.id, parts: fit.unwrap_or_default(), bar }
    }

    /// The candidate with most points, and the best ones to keep with the decision.
    pub(super) fn by_fit(
        &self,
        question: &Question,
        now: Moment,
        trace: &mut Trace,
    ) -> (Option<&Organization>, Vec<Candidate>) {
        let Some(field) = question.field else {
            trace.reasons.push("还看不出属于哪个领域。".into());
            return (None, Vec::new());
        };
        let mut candidates = self.candidates(question, now);
        for candidate in &candidates {
            let Some(bar) = candidate.bar else { continue };
            if !matches!(bar, Bar::NotTaking | Bar::OutOfReach) {
                let name = self.short_name(candidate.organization);
                trace.skip(format!("{name}{}，跳过。", bar.name()), bar);
            }
        }
        candidates.retain(|candidate| candidate.bar != Some(Bar::OutOfReach));
        candidates.truncate(KEPT);
        let best = candidates.first().filter(|best| best.bar.is_none());
        let chosen = best.and_then(|best| {
            let organization = self.organization(best.organization)?;
            let (name, why, points) = (&organization.short_name, best.words(), best.points());
            let field = field.name();
            trace.reasons.push(format!("{name}受理{field}：{why}，合计 {points} 分，为最高。"));
            Some(organization)
        });
        (chosen, candidates)
    }

    /// Points of an organization that handles the field, each with its reason; `None` when the place
    /// lies outside its reach.
    fn fit(
        &self,
        organization: &Organization,
        question: &Question,
        around: &[&Territory],
        now: Moment,
    ) -> Option<Vec<Part>> {
        let mut parts = vec![self.place_within(organization, around)?];
        let kind = match organization.kind {
            OrganizationKind::Professional => 25,
            OrganizationKind::Base => 20,
            OrganizationKind::Trade => 8,
            OrganizationKind::Hub => 5,
            OrganizationKind::Network => 0,
        };
        parts.push(Part(format!("{}单位", organization.kind.name()), kind));
        if question.station_of == Some(organization.id) {
            parts.push(Part("群众扫的是该单位或其站点的码".into(), 15));
        }
        parts.extend(self.presence(organization, question.urgent, now));
        if let Some(quality) = self.quality.get(&organization.id).filter(|q| q.points != 0) {
            let Quality { points, ratings, stars } = quality;
            parts.push(Part(format!("近 90 天 {ratings} 次评价平均 {stars:.1} 星"), *points));
        }
        parts.extend(self.burden(organization));
        Some(parts)
    }

    /// Points for somebody being there.
    fn presence(&self, organization: &Organization, urgent: bool, now: Moment) -> Option<Part> {
        let (why, points) = match self.duty(organization.id) {
            Duty::On => ("现在有人值班", ON_DUTY),
            Duty::Unknown if is_open(self.calendar(Some(organization.id)), now) => {
                ("正在工作时间", AT_WORK)
            }
            Duty::Unknown | Duty::Off => return None,
        };
        Some(Part(why.into(), if urgent { AT_WORK_URGENT } else { points }))
    }

    /// Whether an organization has at least half of what fills its desk.
    pub fn is_busy(&self, organization: &Organization) -> bool {
        self.load.of(organization.id) * 2 >= organization.most_open.unwrap_or(USUAL_CAP)
    }

    /// Points for what it has already, by how full that makes it.
    fn burden(&self, organization: &Organization) -> Option<Part> {
        let load = self.load.of(organization.id);
        let cap = organization.most_open.unwrap_or(USUAL_CAP).max(1);
        let points = (load * MOST_LOAD / cap).min(MOST_LOAD);
        let of = organization.most_open.map(|most| format!("/{most}")).unwrap_or_default();
        (load > 0).then(|| Part(format!("在办 {load}{of} 件"), -points))
    }

    /// Points for the place; `None` when it lies outside the organization's reach.
    pub fn place(&self, organization: &Organization, at: Option<&str>) -> Option<Part> {
        self.place_within(organization, &self.around(at))
    }

    /// The place and everything it lies in, from inside out.
    fn around(&self, at: Option<&str>) -> Vec<&Territory> {
        at.map(|at| self.atlas.around(at)).unwrap_or_default()
    }

    fn place_within(&self, organization: &Organization, around: &[&Territory]) -> Option<Part> {
        let own = &organization.territories;
        let is_city =
            |id: &String| self.atlas.get(id).is_some_and(|place| place.kind == TerritoryKind::City);
        let nearest = around.iter().position(|place| own.iter().any(|id| id == place.id.as_str()));
        match nearest.map(|depth| (depth, around[depth])) {
            Some((_, place)) if place.kind == TerritoryKind::City => {}
            Some((depth, place)) => {
                let name = self.atlas.place_name(place.id.as_str());
                return Some(Part(format!("服务{name}"), if depth == 0 { 40 } else { 30 }));
            }
            None if own.is_empty() || (around.is_empty() && own.iter().any(is_city)) => {}
            None => return None,
        }
        Some(Part("面向全市".into(), 15))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_move_points_a_little_and_few_of_them_hardly_at_all() {
        let all = (1000, 4200);
        assert_eq!(Quality::of((0, 0), all).points, 0);
        assert_eq!(Quality::of((2, 10), all).points, 1, "two fives are hardly a proof");
        assert_eq!(Quality::of((200, 1000), all).points, MOST_QUALITY);
        assert_eq!(Quality::of((200, 200), all).points, -MOST_QUALITY);
        assert_eq!(Quality::of((100, 420), all).points, 0, "as good as everybody");
    }
}
