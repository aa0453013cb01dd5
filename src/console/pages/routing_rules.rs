//! Who gets what: the rules, and trying them.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{modes, replay, rule_history};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries;
use crate::language::Field;
use crate::members::OrganizationId;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input};
use crate::routing::gaps::Gap;
use crate::routing::rules::Directory;
use crate::routing::views::{RulePage, RuleRow, RulesPage, TrialView};
use crate::routing::{Rule, RuleId, actions, store, trial};

/// The list with the tester.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&listed(&web, &signed, &asked).await?)
}

async fn listed(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<RulesPage> {
    let directory = web.directory.current();
    let rules = store::rules(&mut web.deps.db.read().await?).await?;
    Ok(RulesPage {
        shell: frame::desk(web, signed, "分派规则", "/console/rules", asked).await?,
        rows: rules.iter().map(|rule| row(rule, &directory)).collect(),
        may_edit: true,
        gaps: gaps(&directory),
        text: String::new(),
        territories: frame::place_choices(&directory, asked.text("territory")),
        verdict: None,
        modes: modes::choices(&directory),
        pick_minutes: directory.times.pick_minutes,
        mode_changes: modes::changes(web).await?,
    })
}

fn gaps(directory: &Directory) -> Vec<(String, String)> {
    let named = |gap: Gap| {
        let places = gap.districts.iter().map(|id| directory.atlas.place_name(id));
        (gap.field.name().to_owned(), places.collect::<Vec<_>>().join("、"))
    };
    directory.gaps().into_iter().map(named).collect()
}

fn row(rule: &Rule, directory: &Directory) -> RuleRow {
    let field = rule.field.map(|field| ("领域".to_owned(), field.name().to_owned()));
    let place = rule.territory_id.as_deref();
    let place = place.map(|id| ("地区".to_owned(), directory.atlas.place_name(id)));
    let when: Vec<_> = field.into_iter().chain(place).collect();
    RuleRow {
        href: format!("/console/rules/{}", rule.id),
        rank: rule.position,
        fallback: when.is_empty(),
        when,
        organization_name: directory.organization_name(Some(rule.organization_id)).to_owned(),
        note: rule.note.clone(),
        enabled: rule.active,
    }
}

/// Decides as for a real question, and shows every step. Nothing is written.
pub async fn attempt(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let mut shown = listed(&web, &signed, &fields).await?;
    shown.text = fields.text("text").chars().take(2000).collect();
    shown.verdict = Some(replay::verdict(&web, &shown.text, fields.text("territory")));
    page(&shown)
}

/// The form of a new rule, at the end of the order.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    let rules = store::rules(&mut web.deps.db.read().await?).await?;
    let last = rules.iter().map(|rule| rule.position).max().unwrap_or(0);
    let entered = Entered { rank: (last + 1).to_string(), enabled: true, ..Entered::default() };
    page(&form(&web, &signed, None, &entered, None).await?)
}

/// Adds one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    save(&web, &signed, None, &fields).await
}

/// The form of one rule.
pub async fn show(State(web): State<Web>, signed: SignedIn, Target(id): Target<RuleId>) -> Answer {
    let found = store::get(&mut web.deps.db.read().await?, id).await?;
    let rule = found.ok_or_else(Error::not_found)?;
    let entered = Entered {
        field: rule.field.map_or("", Field::code).to_owned(),
        territory: rule.territory_id.unwrap_or_default(),
        organization: rule.organization_id.to_string(),
        rank: rule.position.to_string(),
        note: rule.note,
        enabled: rule.active,
        version: rule.version,
    };
    page(&form(&web, &signed, Some(id), &entered, None).await?)
}

/// Changes one.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RuleId>,
    Form(fields): Form,
) -> Answer {
    let found = store::get(&mut web.deps.db.read().await?, id).await?;
    found.ok_or_else(Error::not_found)?;
    save(&web, &signed, Some(id), &fields).await
}

/// What was typed into the form.
#[derive(Default)]
struct Entered {
    field: String,
    territory: String,
    organization: String,
    rank: String,
    note: String,
    enabled: bool,
    version: i64,
}

impl From<&Fields> for Entered {
    fn from(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).trim().to_owned();
        Self {
            field: text("field"),
            territory: text("territory"),
            organization: text("organization"),
            rank: text("rank"),
            note: text("note"),
            enabled: fields.ticked("enabled"),
            version: fields.read("version").unwrap_or(0),
        }
    }
}

impl Entered {
    /// The rule, if everything in it makes sense.
    fn rule(&self, id: RuleId, directory: &Directory) -> Result<Rule> {
        let organization = self.organization.parse().ok();
        let organization = organization.and_then(|id| directory.organization(id));
        let Some(organization) = organization else {
            return Err(Error::invalid("请选择派给哪家单位。"));
        };
        let Some(position) = self.rank.parse().ok().filter(|rank| (1..=9999).contains(rank)) else {
            return Err(Error::invalid("“排在第几条”要填 1 到 9999 的数字。"));
        };
        let known = |id: &String| directory.atlas.get(id).is_some();
        let territory_id = Some(self.territory.clone()).filter(|id| !id.is_empty());
        if !territory_id.iter().all(known) {
            return Err(Error::invalid("没有这个地区，请重新选择。"));
        }
        Ok(Rule {
            id,
            position,
            field: Field::from_code(&self.field),
            territory_id,
            organization_id: organization.id,
            active: self.enabled,
            note: self.note.clone(),
            version: self.version,
        })
    }
}

async fn save(web: &Web, signed: &SignedIn, id: Option<RuleId>, fields: &Fields) -> Answer {
    let mut entered = Entered::from(fields);
    // A version of zero would add a rule instead of changing one; -1 is nobody's version.
    entered.version = match (id, entered.version) {
        (None, _) => 0,
        (Some(_), 0) => -1,
        (Some(_), version) => version,
    };
    let fresh = || RuleId(web.deps.entropy.id_at(web.deps.clock.now()));
    let rule = entered.rule(id.unwrap_or_else(fresh), &web.directory.current());
    if let (true, Ok(rule)) = (fields.ticked("trial"), &rule) {
        let mut shown = form(web, signed, id, &entered, None).await?;
        shown.trial = Some(tried(web, rule).await?);
        return page(&shown);
    }
    let saved = match rule {
        Ok(rule) => {
            let directory = web.directory.current();
            actions::save_rule(&web.deps, &directory, signed.member.id.0, &rule).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            web.directory.refresh().await?;
            Ok(Redirect::to("/console/rules?done=saved").into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let form = form(web, signed, id, &entered, Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&form)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Inquiries a changed rule is tried on at most.
const MOST_TRIED: i64 = 20_000;

/// What the rule would have changed in the last days.
async fn tried(web: &Web, rule: &Rule) -> Result<TrialView> {
    let mut link = web.deps.db.read().await?;
    let since = web.deps.clock.now().minus(trial::TRIED_ON);
    let asked = inquiries::store::asked_since(&mut link, since, MOST_TRIED).await?;
    let rules = trial::with(&store::rules(&mut link).await?, rule);
    drop(link);
    let directory = web.directory.current();
    let tried = trial::try_rules(&directory, &rules, &asked);
    let name = |id: &Option<OrganizationId>| directory.organization_name(*id).to_owned();
    let loads = tried.loads.iter().map(|(id, (now, then))| (name(id), *now, *then));
    let examples = tried.examples.iter().map(|(n, now, then)| (n.clone(), name(now), name(then)));
    Ok(TrialView {
        asked: tried.asked,
        changed: tried.changed,
        loads: loads.collect(),
        examples: examples.collect(),
    })
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    id: Option<RuleId>,
    entered: &Entered,
    error: Option<&str>,
) -> Result<RulePage> {
    let directory = web.directory.current();
    let organizations = directory.organizations.iter();
    let organizations = organizations.map(|o| {
        let value = o.id.to_string();
        let chosen = value == entered.organization;
        Choice::new(value, &o.name, chosen)
    });
    Ok(RulePage {
        shell: frame::desk(web, signed, "分派规则", "/console/rules", &Fields::default()).await?,
        action: id.map_or_else(|| "/console/rules/new".into(), |id| format!("/console/rules/{id}")),
        new: id.is_none(),
        version: entered.version,
        fields: frame::field_choices(&[&entered.field]),
        territories: frame::place_choices(&directory, &entered.territory),
        organizations: organizations.collect(),
        rank: Input::new(&entered.rank),
        note: Input::new(&entered.note),
        enabled: entered.enabled,
        error: error.map(str::to_owned),
        trial: None,
        history: match id {
            Some(id) => rule_history::of(web, id, &directory).await?,
            None => Vec::new(),
        },
    })
}
