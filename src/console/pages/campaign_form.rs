//! Writing a campaign: the form, and what it says.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::campaigns::campaign;
use super::content::{account_of, accounts};
use super::members::territory_groups;
use crate::campaigns::actions::{self, going::filter_of};
use crate::campaigns::audience::Filter;
use crate::campaigns::content::{TEXT_BYTES, items};
use crate::campaigns::views::CampaignForm;
use crate::campaigns::{Campaign, CampaignEdit, CampaignId, Kind};
use crate::citizens::store::followers;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::language::Field;
use crate::platform::clock::Moment;
use crate::platform::error::{Kind as ErrorKind, Result};
use crate::platform::http::shell::{Choice, Input};
use crate::publishing::reviewing::is_approved;
use crate::publishing::rules::once_or;
use crate::publishing::{self, ArticleState};

/// Articles to choose from.
const MOST_ARTICLES: i64 = 60;
/// Places for articles.
const PLACES: usize = 8;

/// The form of a new campaign, perhaps of one that corrects another.
pub async fn blank(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut edit = CampaignEdit { kind: Some(Kind::Articles), ..CampaignEdit::default() };
    if let Some(id) = asked.read::<CampaignId>("corrects") {
        let wrong = campaign(&web, id).await?;
        edit = CampaignEdit {
            account: wrong.account_id.clone(),
            title: format!("更正：{}", wrong.title).chars().take(40).collect(),
            kind: Some(Kind::Text),
            body: "更正：".to_owned(),
            filter: filter_of(&wrong)?,
            corrects: Some(id),
            ..CampaignEdit::default()
        };
    }
    page(&form(&web, &signed, None, &edit, None).await?)
}

/// Adds one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let mut edit = typed(&fields);
    edit.account = account_of(&web, fields.text("account"))?;
    let fresh = web.deps.entropy.id_at(web.deps.clock.now());
    let id = CampaignId(once_or(fields.text("once"), fresh));
    let added = actions::add(&web.deps, signed.member.id.0, id, edit.clone()).await;
    answered(&web, &signed, id, None, &edit, added).await
}

/// The form of one that is there.
pub async fn edit(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CampaignId>,
) -> Answer {
    let campaign = campaign(&web, id).await?;
    page(&form(&web, &signed, Some(&campaign), &kept(&campaign)?, None).await?)
}

/// Changes one.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CampaignId>,
    Form(fields): Form,
) -> Answer {
    let before = campaign(&web, id).await?;
    let edit = CampaignEdit { account: before.account_id.clone(), ..typed(&fields) };
    let version = fields.read("version").unwrap_or(0);
    let by = signed.member.id.0;
    let changed = actions::change(&web.deps, by, id, version, edit.clone()).await;
    answered(&web, &signed, id, Some(&before), &edit, changed).await
}

async fn answered(
    web: &Web,
    signed: &SignedIn,
    id: CampaignId,
    before: Option<&Campaign>,
    edit: &CampaignEdit,
    done: Result<()>,
) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/campaigns/{id}?done=saved")).into_response()),
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            let shown = form(web, signed, before, edit, Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A campaign as its form says it.
pub(super) fn kept(campaign: &Campaign) -> Result<CampaignEdit> {
    Ok(CampaignEdit {
        account: campaign.account_id.clone(),
        title: campaign.title.clone(),
        kind: Some(campaign.kind),
        body: campaign.body.clone(),
        items: items(campaign),
        filter: filter_of(campaign)?,
        send_at: Some(campaign.send_at),
        override_reason: campaign.override_reason.clone(),
        corrects: campaign.corrects,
    })
}

fn typed(fields: &Fields) -> CampaignEdit {
    let kind = Kind::from_code(fields.text("kind"));
    let chosen = match kind {
        Some(Kind::Images) => "picture",
        _ => "article",
    };
    let mut items = Vec::new();
    for id in fields.all(chosen).filter_map(|id| id.parse().ok()) {
        if !items.contains(&id) {
            items.push(id);
        }
    }
    let day = |name: &str| fields.text(name).parse::<Date>().ok();
    let start = |date: Date| moment(date.at(0, 0, 0, 0));
    CampaignEdit {
        account: String::new(),
        title: fields.text("title").to_owned(),
        kind,
        body: fields.text("body").to_owned(),
        items,
        filter: Filter {
            tag: fields.read("tag"),
            territories: fields.all("territory").map(str::to_owned).collect(),
            fields: fields.all("field").filter_map(Field::from_code).collect(),
            followed_from: day("followed_from").and_then(start),
            followed_until: day("followed_until").and_then(|d| d.tomorrow().ok()).and_then(start),
            asked: match fields.text("asked") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
        },
        send_at: fields.text("send_at").parse::<DateTime>().ok().and_then(moment),
        override_reason: fields.text("override_reason").to_owned(),
        corrects: fields.read("corrects"),
    }
}

/// A wall-clock time of Beijing.
fn moment(wall: DateTime) -> Option<Moment> {
    let zoned = wall.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).ok()?;
    Some(Moment(zoned.timestamp().as_millisecond()))
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    before: Option<&Campaign>,
    edit: &CampaignEdit,
    error: Option<&str>,
) -> Result<CampaignForm> {
    let account = account_of(web, &edit.account)?;
    let mut link = web.deps.db.read().await?;
    let mut approved = Vec::new();
    for article in publishing::store::newest(&mut link, MOST_ARTICLES).await? {
        let review = publishing::store::reviews::newest(&mut link, article.id).await?;
        let usable = article.state != ArticleState::Withdrawn
            && is_approved(&article, review.as_ref())
            && article.account_id == account;
        if usable || edit.items.contains(&article.id.0) {
            approved.push((article.id.0, article.title));
        }
    }
    let pictures =
        publishing::store::pictures(&mut link, &account, super::content::MOST_PICTURES).await?;
    let tags = followers::tags(&mut link, &account).await?;
    drop(link);
    let place = |at: usize| {
        let chosen = edit.items.get(at).filter(|_| edit.kind == Some(Kind::Articles));
        let choice = |(id, title): &(uuid::Uuid, String)| {
            Choice::new(id.to_string(), title, chosen == Some(id))
        };
        approved.iter().map(choice).collect()
    };
    let picture = |picture: &publishing::Picture| {
        let chosen = edit.items.contains(&picture.id.0);
        Choice::new(picture.id.to_string(), &picture.name, chosen)
    };
    let tag = |tag: &followers::KnownTag| {
        let label = format!("{}（{} 人）", tag.name, tag.followers);
        Choice::new(tag.tag_id.to_string(), label, edit.filter.tag == Some(tag.tag_id))
    };
    let fields: Vec<&str> = edit.filter.fields.iter().map(|field| field.code()).collect();
    let title = if before.is_some() { "修改推送" } else { "写推送" };
    let asked = |value, label, is| Choice::new(value, label, edit.filter.asked == Some(is));
    let date = |at: Option<Moment>, back: i64| {
        let day = at.map(|at| Moment(at.0 - back).in_shanghai().strftime("%Y-%m-%d").to_string());
        Input::new(day.unwrap_or_default())
    };
    let when = edit.send_at.map(|at| at.in_shanghai().strftime("%Y-%m-%dT%H:%M").to_string());
    let home = "/console/campaigns";
    Ok(CampaignForm {
        shell: frame::desk(web, signed, title, home, &Fields::default()).await?,
        action: before.map_or(format!("{home}/new"), |c| format!("{home}/{}/edit", c.id)),
        back: before.map_or(home.to_owned(), |c| format!("{home}/{}", c.id)),
        version: before.map_or(0, |campaign| campaign.version),
        corrects: edit.corrects.map(|id| id.to_string()).unwrap_or_default(),
        accounts: if before.is_none() { accounts(web, &account) } else { Vec::new() },
        title: Input::new(&edit.title),
        kinds: Kind::ALL
            .iter()
            .map(|kind| Choice::new(kind.code(), kind.name(), edit.kind == Some(*kind)))
            .collect(),
        body: Input::new(&edit.body),
        byte_limit: TEXT_BYTES,
        articles: (0..PLACES).map(place).collect(),
        pictures: pictures.iter().map(picture).collect(),
        tags: tags.iter().map(tag).collect(),
        territories: territory_groups(&web.directory.current(), &edit.filter.territories),
        fields: frame::field_choices(&fields),
        asked: vec![asked("yes", "咨询过", true), asked("no", "没有咨询过", false)],
        followed_from: date(edit.filter.followed_from, 0),
        followed_until: date(edit.filter.followed_until, 1),
        send_at: Input::new(when.unwrap_or_default()),
        override_reason: Input::new(&edit.override_reason),
        error: error.map(str::to_owned),
    })
}
