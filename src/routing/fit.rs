//! How well an organization fits a question: whether it may take it at all, and its points.

use super::rules::{Directory, Question};
use crate::members::{Organization, OrganizationKind};
use crate::platform::clock::Moment;
use crate::territories::rules::TerritoryKind;
use crate::worktime::deadline::is_open;

/// Open inquiries beyond which load counts no further against an organization.
const LOAD_CAP: i64 = 20;
/// Points that citizens' ratings can give or take.
pub const MOST_QUALITY: i64 = 5;
/// Ratings below which nothing is said about an organization's quality.
pub const FEWEST_RATINGS: i64 = 10;
/// Points for being at work right now.
const AT_WORK: i64 = 3;
/// The same when the question cannot wait.
const AT_WORK_URGENT: i64 = 30;

/// Points from ratings: their mean against a mean of four stars, five points a star.
pub fn quality_points(mean: f64) -> i64 {
    (((mean - 4.0) * 5.0).round() as i64).clamp(-MOST_QUALITY, MOST_QUALITY)
}

impl Directory {
    /// Whether an organization may be asked.
    ///
    /// # Errors
    /// Why not, as the end of a sentence that begins with its name.
    pub(super) fn may_take(
        &self,
        organization: &Organization,
        question: &Question,
    ) -> Result<(), &'static str> {
        if !organization.status.takes_inquiries() {
            return Err("目前不接件");
        }
        if question.passed.contains(&organization.id) {
            return Err("已退回或超时未接");
        }
        let names = self.interests.get(&organization.id);
        if names.is_some_and(|names| names.iter().any(|name| question.words.contains(name))) {
            return Err("与当事人有利益关系，应回避");
        }
        let load = self.load.get(&organization.id).copied().unwrap_or(0);
        if organization.most_open.is_some_and(|most| load >= most) {
            return Err("在办件数已达上限");
        }
        Ok(())
    }

    pub(super) fn by_fit(
        &self,
        question: &Question,
        now: Moment,
        reasons: &mut Vec<String>,
    ) -> Option<&Organization> {
        let Some(field) = question.field else {
            reasons.push("还看不出属于哪个领域。".into());
            return None;
        };
        let mut best: Option<(i64, &Organization, String)> = None;
        for organization in self.organizations.iter().filter(|o| o.fields.contains(&field)) {
            let Some((points, why)) = self.fit(organization, question, now) else { continue };
            if let Err(why) = self.may_take(organization, question) {
                if organization.status.takes_inquiries() {
                    reasons.push(format!("{}{why}，跳过。", organization.short_name));
                }
                continue;
            }
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
    fn fit(
        &self,
        organization: &Organization,
        question: &Question,
        now: Moment,
    ) -> Option<(i64, String)> {
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
        if is_open(self.calendar(Some(organization.id)), now) {
            let more = if question.urgent { AT_WORK_URGENT } else { AT_WORK };
            points += more;
            why.push(format!("正在工作时间 +{more}"));
        }
        let quality = self.quality.get(&organization.id).copied().unwrap_or(0);
        if quality != 0 {
            points += quality;
            why.push(format!("近期群众评价 {quality:+}"));
        }
        let load = self.load.get(&organization.id).copied().unwrap_or(0).min(LOAD_CAP);
        if load > 0 {
            points -= load;
            why.push(format!("在办 {load} 件 -{load}"));
        }
        Some((points, why.join("，")))
    }

    pub(super) fn place_points(
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
}
