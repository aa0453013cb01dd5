//! Campaigns: the list, and everything that is done to one.

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Redirect};
use uuid::Uuid;

use super::campaign_view::{colours, shown};
use crate::campaigns::actions::going::{self, Confirmation, quota};
use crate::campaigns::actions::outcome::{self, Finding};
use crate::campaigns::actions::review;
use crate::campaigns::store::{self, slices};
use crate::campaigns::timing::{Rules, period};
use crate::campaigns::views::{CampaignRow, CampaignsPage, QuotaRow, StopView};
use crate::campaigns::{Campaign, CampaignId};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::config::AccountKind;
use crate::platform::error::{Error, Kind, Result};
use crate::staff::actions::second;
use crate::staff::policy::Right;
use crate::staff::{self, StaffId};

/// Campaigns of the list.
const MOST: i64 = 100;

/// All campaigns, the quota, the emergency stop.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&overview(&web, &signed, &asked, None).await?)
}

async fn overview(
    web: &Web,
    signed: &SignedIn,
    asked: &Fields,
    error: Option<&str>,
) -> Result<CampaignsPage> {
    let mut link = web.deps.db.read().await?;
    let campaigns = store::newest(&mut link, MOST).await?;
    let stop = store::stop(&mut link).await?;
    let names = staff::store::names(&mut link, None).await?;
    let mut quotas = Vec::new();
    for account in web.config.wechat.accounts.keys() {
        quotas.push(quota_row(web, &mut link, account).await?);
    }
    drop(link);
    let several = web.config.wechat.accounts.len() > 1;
    let row = |campaign: &Campaign| {
        let (class, icon) = colours(campaign.stage);
        CampaignRow {
            href: format!("/console/campaigns/{}", campaign.id),
            title: campaign.title.clone(),
            kind: campaign.kind.name(),
            state: campaign.stage.name(),
            class,
            icon,
            when: frame::when(web, campaign.started_at.unwrap_or(campaign.send_at)),
            account: if several { campaign.account_id.clone() } else { String::new() },
        }
    };
    Ok(CampaignsPage {
        shell: frame::desk(web, signed, "推送", "/console/campaigns", asked).await?,
        quotas,
        rows: campaigns.iter().map(row).collect(),
        stop: stop.map(|stop| StopView {
            who: format!(
                "{}，{}",
                names.get(&StaffId(stop.stopped_by)).map_or("同事", String::as_str),
                frame::when(web, stop.stopped_at).absolute
            ),
            reason: stop.reason,
            liftable: stop.stopped_by != signed.member.id.0,
        }),
        may_write: signed.may(Right::ManageCampaigns),
        error: error.map(str::to_owned),
    })
}

async fn quota_row(
    web: &Web,
    link: &mut impl crate::platform::db::Link,
    account: &str,
) -> Result<QuotaRow> {
    let (kind, now) = (kind_of(web, account), web.deps.clock.now());
    let quota = quota(link, kind, account, now).await?;
    let (from, ..) = period(kind, now);
    let by_hand = slices::by_hand(link, account, from).await?;
    Ok(QuotaRow {
        account: if web.config.wechat.accounts.len() > 1 {
            account.to_owned()
        } else {
            String::new()
        },
        period: match kind {
            AccountKind::Service => "本月",
            AccountKind::Subscription => "今天",
        },
        used: quota.used,
        most: quota.most,
        by_hand: by_hand.into_iter().map(|(at, sent)| (frame::when(web, at), sent)).collect(),
    })
}

/// What kind an account is.
pub(super) fn kind_of(web: &Web, account: &str) -> AccountKind {
    web.config.wechat.accounts.get(account).map(|known| known.kind).unwrap_or_default()
}

/// One campaign.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CampaignId>,
    Asked(asked): Asked,
) -> Answer {
    let campaign = campaign(&web, id).await?;
    page(&shown(&web, &signed, &campaign, &asked, None).await?)
}

/// A campaign that is there.
pub(super) async fn campaign(web: &Web, id: CampaignId) -> Result<Campaign> {
    store::get(&mut web.deps.db.read().await?, id).await?.ok_or_else(Error::not_found)
}

/// Does to one what the last part of the address says.
pub async fn act(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CampaignId>,
    uri: Uri,
    Form(fields): Form,
) -> Answer {
    let before = campaign(&web, id).await?;
    let deed = uri.path().rsplit('/').next().unwrap_or_default();
    let done = perform(&web, &signed, &before, deed, &fields).await;
    answered(&web, &signed, &before, &fields, done, word(deed)).await
}

async fn perform(
    web: &Web,
    signed: &SignedIn,
    campaign: &Campaign,
    deed: &str,
    fields: &Fields,
) -> Result<()> {
    let (deps, by, id) = (&web.deps, signed.member.id.0, campaign.id);
    let version = fields.read("version").unwrap_or(0);
    match deed {
        "show" => {
            let testers: Vec<Uuid> =
                fields.all("tester").filter_map(|id| id.parse().ok()).collect();
            review::ask_preview(deps, by, id, version, &testers).await
        }
        "seen" => review::seen_on_phone(deps, by, id, version).await,
        "submit" => {
            let testers = web.config.campaigns.testers;
            review::submit(deps, by, id, version, testers).await
        }
        "approve" => {
            prove(web, signed, fields).await?;
            review::approve(deps, by, id, version).await
        }
        "return" => review::send_back(deps, by, id, version, fields.text("reason")).await,
        "schedule" => {
            prove(web, signed, fields).await?;
            let rules = Rules::of(&web.config.campaigns);
            let kind = kind_of(web, &campaign.account_id);
            let shown = fields.read("shown").unwrap_or(-1);
            let confirmed = Confirmation { shown, typed: fields.text("typed") };
            going::schedule(deps, by, id, version, (&rules, kind), confirmed).await
        }
        "unschedule" => going::unschedule(deps, by, id).await,
        "cancel" => going::cancel(deps, by, id).await,
        "resume" => {
            prove(web, signed, fields).await?;
            going::resume(deps, by, id, version).await
        }
        _ => Err(Error::not_found()),
    }
}

async fn prove(web: &Web, signed: &SignedIn, fields: &Fields) -> Result<()> {
    let (digits, demo) = (fields.text("code"), web.installation.demo);
    second::prove_again(&web.deps, &signed.member, digits, demo).await
}

fn word(deed: &str) -> &'static str {
    match deed {
        "show" => "shown-on-phones",
        "submit" => "campaign-submitted",
        "approve" => "campaign-approved",
        "return" => "sent-back",
        "schedule" => "scheduled",
        "unschedule" => "unscheduled",
        "cancel" => "cancelled",
        "resume" => "going-on",
        _ => "saved",
    }
}

/// Says what became of a slice whose outcome nobody knows, or has it tried again.
pub async fn find(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CampaignId>,
    uri: Uri,
    Form(fields): Form,
) -> Answer {
    let before = campaign(&web, id).await?;
    let finding = match uri.path().rsplit('/').next() {
        Some("found-sent") => Finding::Sent,
        Some("found-not-sent") => Finding::NotSent,
        _ => Finding::Repeat,
    };
    let proved = match finding {
        Finding::Repeat => prove(&web, &signed, &fields).await,
        Finding::Sent | Finding::NotSent => Ok(()),
    };
    let (nth, version) = (fields.read("nth").unwrap_or(0), fields.read("version").unwrap_or(0));
    let by = signed.member.id.0;
    let done = match proved {
        Ok(()) => outcome::find(&web.deps, by, (id, nth), version, finding).await,
        Err(error) => Err(error),
    };
    answered(&web, &signed, &before, &fields, done, "saved").await
}

/// Pulls the emergency stop.
pub async fn stop(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let done = going::stop(&web.deps, signed.member.id.0, fields.text("reason")).await;
    listed(&web, &signed, done, "stopped").await
}

/// Lifts the emergency stop.
pub async fn lift(State(web): State<Web>, signed: SignedIn) -> Answer {
    let done = going::lift(&web.deps, signed.member.id.0).await;
    listed(&web, &signed, done, "lifted").await
}

async fn listed(web: &Web, signed: &SignedIn, done: Result<()>, word: &str) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/campaigns?done={word}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let shown = overview(web, signed, &Fields::default(), Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The slices with their figures, for a spreadsheet; they add up to what the page says.
pub async fn export(State(web): State<Web>, Target(id): Target<CampaignId>) -> Answer {
    let campaign = campaign(&web, id).await?;
    let parts = slices::of(&mut web.deps.db.read().await?, id).await?;
    let mut csv = String::from("\u{feff}批,人数,状态,应发,过滤后,成功,失败,说明\r\n");
    for part in parts {
        let figure = |figure: Option<i64>| figure.map(|n| n.to_string()).unwrap_or_default();
        let reason = part.reason.unwrap_or_default().replace(['"', '\r', '\n'], " ");
        csv.push_str(&format!(
            "{},{},{},{},{},{},{},\"{}\"\r\n",
            part.nth,
            part.size,
            part.state.name(),
            figure(part.total),
            figure(part.filtered),
            figure(part.sent),
            figure(part.errors),
            reason
        ));
    }
    let name = format!("attachment; filename=\"campaign-{}.csv\"", campaign.id);
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], csv).into_response())
}

/// The campaign's page after a deed, or again with why it was refused.
async fn answered(
    web: &Web,
    signed: &SignedIn,
    before: &Campaign,
    fields: &Fields,
    done: Result<()>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => {
            let to = format!("/console/campaigns/{}?done={word}", before.id);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::Busy) => {
            let now = campaign(web, before.id).await?;
            let mut shown =
                shown(web, signed, &now, &Fields::default(), Some(error.public())).await?;
            fields.text("reason").clone_into(&mut shown.remark);
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
