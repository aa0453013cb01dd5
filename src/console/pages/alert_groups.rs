//! The WeCom group of an organization or of the alliance, and what became of every message.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use uuid::Uuid;

use crate::alerts::rules::{ROBOT_PER_MINUTE, for_groups};
use crate::alerts::store::{messages, people};
use crate::alerts::views::{AlertDeliveriesPage, AlertGroupPage, MessageRow, MessageView};
use crate::alerts::{Channel, Message, Occasion, actions, group_of};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::members::OrganizationId;
use crate::platform::error::{Kind, Result};
use crate::platform::http::shell::Choice;
use crate::staff::{self, StaffId};

/// Messages shown.
const SHOWN: i64 = 50;
/// Messages to the group shown.
const SHOWN_OF_GROUP: i64 = 10;
/// How far back the figures go.
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// The group that the person looks after.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&form(&web, &signed, None, &asked).await?)
}

/// Saves it.
pub async fn save(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let occasions = fields.all("occasion").filter_map(Occasion::from_code);
    let possible = for_groups(signed.member.organization_id);
    let edit = actions::GroupEdit {
        address: fields.text("address"),
        occasions: occasions.filter(|occasion| possible.contains(occasion)).collect(),
    };
    let base = &web.config.alerts.robot_base_url;
    match actions::save_group(&web.deps, &signed.member, base, &edit).await {
        Ok(()) => Ok(Redirect::to("/console/alerts/group?done=saved").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let mut shown = form(&web, &signed, Some(error.public()), &Fields::default()).await?;
            for choice in &mut shown.occasions {
                choice.selected = edit.occasions.iter().any(|one| one.code() == choice.value);
            }
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends the group a trial.
pub async fn test(State(web): State<Web>, signed: SignedIn) -> Answer {
    actions::try_group(&web.deps, &signed.member).await?;
    Ok(Redirect::to("/console/alerts/group?done=trial").into_response())
}

/// Takes it away.
pub async fn remove(State(web): State<Web>, signed: SignedIn) -> Answer {
    actions::remove_group(&web.deps, &signed.member).await?;
    Ok(Redirect::to("/console/alerts/group?done=saved").into_response())
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    error: Option<&str>,
    asked: &Fields,
) -> Result<AlertGroupPage> {
    let owner = group_of(signed.member.organization_id);
    let mut link = web.deps.db.read().await?;
    let group = people::group(&mut link, owner).await?;
    let newest = messages::to_group(&mut link, owner, SHOWN_OF_GROUP).await?;
    drop(link);
    let named = owner_name(web, owner);
    let chosen = |occasion: &Occasion| match &group {
        Some(group) => group.occasions.contains(occasion),
        None => true,
    };
    let choice = |one: &Occasion| Choice::new(one.code(), one.name(), chosen(one));
    Ok(AlertGroupPage {
        error: error.map(str::to_owned),
        base: web.config.alerts.robot_base_url.clone(),
        key_end: group.as_ref().map(|group| group.key_end.clone()).unwrap_or_default(),
        occasions: for_groups(signed.member.organization_id).iter().map(choice).collect(),
        per_minute: ROBOT_PER_MINUTE,
        rows: newest.iter().map(|message| row(web, message, named.clone())).collect(),
        owner: named,
        shell: frame::desk(web, signed, "群提醒", "/console/alerts", asked).await?,
    })
}

fn owner_name(web: &Web, owner: Uuid) -> String {
    if owner.is_nil() {
        return web.config.alliance.name.clone();
    }
    web.directory.current().organization_name(Some(OrganizationId(owner))).to_owned()
}

fn row(web: &Web, message: &Message, to: String) -> MessageRow {
    MessageRow {
        to,
        written: frame::when(web, message.created_at),
        view: MessageView::new(message, web.deps.clock.now()),
    }
}

/// What became of the messages to everybody.
pub async fn deliveries(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let troubled = asked.text("only") == "trouble";
    let since = web.deps.clock.now().minus(WEEK);
    let mut link = web.deps.db.read().await?;
    let newest = messages::newest(&mut link, troubled, SHOWN).await?;
    let figures = messages::figures(&mut link, since).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let to = |message: &Message| match message.channel {
        Channel::Robot => owner_name(&web, message.recipient),
        _ => names.get(&StaffId(message.recipient)).cloned().unwrap_or_default(),
    };
    page(&AlertDeliveriesPage {
        troubled,
        figures: figures
            .into_iter()
            .map(|(channel, state, count)| {
                (channel.name().to_owned(), state.name().to_owned(), count)
            })
            .collect(),
        rows: newest.iter().map(|message| row(&web, message, to(message))).collect(),
        shell: frame::desk(&web, &signed, "提醒送达", "/console/health", &asked).await?,
    })
}
