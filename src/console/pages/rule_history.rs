//! How a routing rule was before: what changed from version to version, and what brings one back.

use serde::Deserialize;

use crate::console::frame;
use crate::console::state::Web;
use crate::language::Field;
use crate::members::OrganizationId;
use crate::platform::audit;
use crate::platform::error::Result;
use crate::routing::rules::Directory;
use crate::routing::views::RuleVersion;
use crate::routing::{Rule, RuleId};
use crate::staff::{self, StaffId};

/// Versions shown.
const SHOWN: i64 = 50;

/// A rule as the audit keeps it.
#[derive(Deserialize)]
struct Saved {
    field: Option<Field>,
    territory: Option<String>,
    organization: OrganizationId,
    active: bool,
    position: i64,
    #[serde(default)]
    note: String,
}

/// Every version of a rule, the newest first.
pub(super) async fn of(web: &Web, id: RuleId, directory: &Directory) -> Result<Vec<RuleVersion>> {
    let mut link = web.deps.db.read().await?;
    let saved = audit::of_object(&mut link, &format!("rule:{id}"), SHOWN).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let mut versions: Vec<RuleVersion> = Vec::new();
    let mut before: Option<Rule> = None;
    for entry in &saved {
        let Some(rule) = read(entry, id) else { continue };
        let by = entry.staff_id.and_then(|by| names.get(&StaffId(by)).cloned());
        let off = if rule.active { "" } else { "（停用）" };
        versions.push(RuleVersion {
            at: frame::when(web, entry.at),
            by: by.unwrap_or_else(|| "系统".into()),
            sentence: format!("第 {} 条：{}{off}", rule.position, directory.sentence(&rule)),
            changes: before.map(|before| changes(&before, &rule, directory)).unwrap_or_default(),
            field: rule.field.map_or("", Field::code).to_owned(),
            territory: rule.territory_id.clone().unwrap_or_default(),
            organization: rule.organization_id.to_string(),
            rank: rule.position,
            note: rule.note.clone(),
            enabled: rule.active,
        });
        before = Some(rule);
    }
    versions.reverse();
    Ok(versions)
}

fn read(entry: &audit::Entry, id: RuleId) -> Option<Rule> {
    let was: Saved = serde_json::from_str(&entry.detail).ok()?;
    Some(Rule {
        id,
        position: was.position,
        field: was.field,
        territory_id: was.territory,
        organization_id: was.organization,
        active: was.active,
        note: was.note,
        version: 0,
    })
}

/// What differs between two versions, one sentence each.
fn changes(before: &Rule, after: &Rule, directory: &Directory) -> Vec<String> {
    let sides = sides(before, directory).into_iter().zip(sides(after, directory));
    let differ = sides.filter(|((_, before), (_, after))| before != after);
    differ.map(|((what, before), (_, after))| format!("{what}：{before} → {after}")).collect()
}

/// Everything that a rule says, by name and in words.
fn sides(rule: &Rule, directory: &Directory) -> [(&'static str, String); 6] {
    let place = rule.territory_id.as_deref();
    let place = place.map_or_else(|| "任何地区".to_owned(), |id| directory.atlas.place_name(id));
    let note = match rule.note.as_str() {
        "" => "没有说明".to_owned(),
        note => format!("“{note}”"),
    };
    [
        ("领域", rule.field.map_or("任何领域", |field| field.name()).to_owned()),
        ("地区", place),
        ("派给", directory.short_name(rule.organization_id).to_owned()),
        ("位置", format!("第 {} 条", rule.position)),
        ("状态", if rule.active { "启用" } else { "停用" }.to_owned()),
        ("说明", note),
    ]
}
