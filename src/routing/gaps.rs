//! Where nobody answers but the operators. Pure.

use super::rules::Directory;
use crate::language::fields::Field;
use crate::members::{Organization, OrganizationKind};

/// A field and the districts in which neither a rule, nor an organization for it, nor a hub answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The field.
    pub field: Field,
    /// Ids of the districts.
    pub districts: Vec<String>,
}

impl Directory {
    /// Every gap, whoever is on duty and however much everybody has: what is asked there always goes
    /// to the operators.
    pub fn gaps(&self) -> Vec<Gap> {
        let gap = |field: &Field| {
            let open = self.atlas.districts().filter(|d| !self.is_covered(*field, d.id.as_str()));
            let districts: Vec<String> = open.map(|d| d.id.as_str().to_owned()).collect();
            (!districts.is_empty()).then_some(Gap { field: *field, districts })
        };
        Field::all().iter().filter_map(gap).collect()
    }

    fn is_covered(&self, field: Field, district: &str) -> bool {
        let by_rule = self.rules.iter().any(|rule| {
            rule.active
                && self.may_be_chosen(rule.organization_id)
                && rule.field.is_none_or(|own| own == field)
                && rule.territory_id.as_deref().is_none_or(|own| self.atlas.contains(own, district))
        });
        let answers = |o: &Organization| {
            let for_it = o.fields.contains(&field) || o.kind == OrganizationKind::Hub;
            for_it && o.status.takes_inquiries() && self.place(o, Some(district)).is_some()
        };
        by_rule || self.organizations.iter().any(answers)
    }
}
