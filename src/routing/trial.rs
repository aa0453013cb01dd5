//! What a changed set of rules would have done: tried on the inquiries of the last days before it
//! counts, and refused when a rule in it could never decide anything.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Rule;
use super::rules::{Directory, Question};
use crate::inquiries::store::Asked;
use crate::members::OrganizationId;

/// How far back rules are tried.
pub const TRIED_ON: Duration = Duration::from_secs(30 * 86_400);
/// Changed inquiries shown one by one.
const SHOWN: usize = 10;

/// What a set of rules would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Inquiries it was tried on.
    pub asked: usize,
    /// Of these, how many would go elsewhere.
    pub changed: usize,
    /// Inquiries of each organization, or of the operators, by the rules in force and by those
    /// tried; only where the two differ.
    pub loads: BTreeMap<Option<OrganizationId>, (usize, usize)>,
    /// Some that would go elsewhere: number, now, then.
    pub examples: Vec<(String, Option<OrganizationId>, Option<OrganizationId>)>,
}

/// Tries rules beside those in force. Load, working time and ratings are as they are now for both,
/// so that only the rules make a difference.
pub fn try_rules(directory: &Directory, rules: &[Rule], asked: &[Asked]) -> Trial {
    let mut trial = Trial { asked: asked.len(), ..Trial::default() };
    for inquiry in asked {
        let question = Question {
            field: inquiry.field,
            territory: inquiry.territory_id.as_deref(),
            station_of: None,
            urgent: inquiry.urgent,
            words: &inquiry.first_line,
            passed: &[],
            stood_in_list: false,
        };
        let now = directory.decide(&question, inquiry.opened_at).organization;
        let then = directory.decide_by(rules, &question, inquiry.opened_at).organization;
        trial.loads.entry(now).or_default().0 += 1;
        trial.loads.entry(then).or_default().1 += 1;
        if now != then {
            trial.changed += 1;
            if trial.examples.len() < SHOWN {
                trial.examples.push((inquiry.number.clone(), now, then));
            }
        }
    }
    trial.loads.retain(|_, (now, then)| now != then);
    trial
}

/// The rules as they would be with this one added or changed, in their order.
pub fn with(rules: &[Rule], rule: &Rule) -> Vec<Rule> {
    let mut all: Vec<Rule> = rules.iter().filter(|r| r.id != rule.id).cloned().collect();
    all.push(rule.clone());
    all.sort_by_key(|rule| (rule.position, rule.id));
    all
}

/// An earlier active rule because of which a rule can never decide anything.
pub fn hidden_by<'a>(directory: &Directory, rules: &'a [Rule], rule: &Rule) -> Option<&'a Rule> {
    let earlier = rules.iter().take_while(|earlier| earlier.id != rule.id);
    earlier.filter(|earlier| earlier.active).find(|earlier| {
        let field = earlier.field.is_none() || earlier.field == rule.field;
        let place = match (&earlier.territory_id, &rule.territory_id) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wide), Some(narrow)) => directory.atlas.contains(wide, narrow),
        };
        field && place && directory.may_be_chosen(earlier.organization_id)
    })
}
