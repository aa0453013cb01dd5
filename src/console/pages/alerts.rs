//! Alerts: the person's own, and how they want to be told.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::alerts::rules::{Quiet, checked_email, concerns, is_urgent, usual};
use crate::alerts::store::{self, messages, people};
use crate::alerts::views::{AlertRow, AlertSettingsPage, AlertsPage, MessageView, OccasionChoice};
use crate::alerts::{Alert, Channel, Choices, Occasion, Wishes, actions};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::console::views::AlertBar;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input};
use crate::staff::policy::Right;

/// Alerts shown.
const SHOWN: i64 = 50;
/// Messages looked through for those that carry them.
const CARRIED: i64 = 300;
/// Channels a person can choose.
const PERSONAL: [Channel; 2] = [Channel::Wechat, Channel::Email];
/// Entry of the navigation.
const AT: &str = "/console/alerts";

/// The page, or with `part=bar` the line above every page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    if asked.text("part") == "bar" {
        return html(AlertBar { alerts: frame::alerts(&web, &signed).await? }.render());
    }
    let person = signed.member.id.0;
    let mut link = web.deps.db.read().await?;
    let alerts = store::of_person(&mut link, person, SHOWN).await?;
    let carried = messages::carrying(&mut link, person, CARRIED).await?;
    drop(link);
    let now = web.deps.clock.now();
    let mut by_alert: HashMap<i64, Vec<MessageView>> = HashMap::new();
    for one in &carried {
        by_alert.entry(one.alert_id).or_default().push(MessageView::new(&one.message, now));
    }
    let unseen = |alert: &Alert| alert.seen_at.is_none() && alert.occasion != Occasion::Danger;
    page(&AlertsPage {
        unseen: alerts.iter().any(unseen),
        rows: alerts
            .iter()
            .map(|alert| {
                let messages = by_alert.remove(&alert.id).unwrap_or_default();
                row(&web, &signed, alert, messages)
            })
            .collect(),
        group: signed.may(Right::ManageHours),
        shell: frame::desk(&web, &signed, "提醒", AT, &asked).await?,
    })
}

fn row(web: &Web, signed: &SignedIn, alert: &Alert, messages: Vec<MessageView>) -> AlertRow {
    let directory = web.directory.current();
    let danger = alert.occasion == Occasion::Danger;
    let organization = alert.organization_id.and_then(|id| directory.organization(id));
    let organization = match organization {
        Some(one) if one.phone.is_empty() => one.name.clone(),
        Some(one) => format!("{}，电话 {}", one.name, one.phone),
        None if danger => "还没有单位，请在待分派里处理".to_owned(),
        None => String::new(),
    };
    let own = signed.member.scope().covers(alert.organization_id);
    let href = match alert.occasion {
        Occasion::ArticleWaits | Occasion::ArticleDoubtful => {
            Some(format!("/console/content/{}", alert.about))
        }
        Occasion::TaskDue => Some(format!("/console/calendar/{}", alert.detail)),
        Occasion::TextWaits => Some("/console/settings".to_owned()),
        Occasion::CampaignWaits | Occasion::CampaignCooling | Occasion::CampaignTrouble => {
            Some(format!("/console/campaigns/{}", alert.about))
        }
        Occasion::Failure => Some("/console/health".to_owned()),
        Occasion::Trial => None,
        // A reader from outside finds it there too, and cannot open the inquiry.
        Occasion::ReviewWaits => Some("/console/reviews".to_owned()),
        _ if own => Some(format!("/console/inquiries/{}", alert.about)),
        _ => signed.may(Right::Balance).then(|| "/console/hub".to_owned()),
    };
    let number = |number: &str| match number.is_empty() {
        true => String::new(),
        false => format!("咨询 {number}"),
    };
    AlertRow {
        id: alert.id,
        what: if danger {
            frame::danger_names(&alert.detail)
        } else {
            alert.occasion.name().to_owned()
        },
        about: number(&alert.number),
        // Who cannot open it calls those who can.
        organization: if danger || !own { organization } else { String::new() },
        raised: frame::when(web, alert.raised_at),
        seen: alert.seen_at.is_some(),
        href,
        messages,
    }
}

/// Says that the person knows.
pub async fn seen(State(web): State<Web>, signed: SignedIn, Target(id): Target<i64>) -> Answer {
    actions::seen(&web.deps, &signed.member, id).await?;
    Ok(Redirect::to("/console/alerts?done=saved").into_response())
}

/// Says that the person has seen everything but dangers.
pub async fn seen_all(State(web): State<Web>, signed: SignedIn) -> Answer {
    actions::seen_all(&web.deps, &signed.member).await?;
    Ok(Redirect::to("/console/alerts?done=saved").into_response())
}

/// How the person is told.
pub async fn settings(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let wishes = people::wishes(&mut web.deps.db.read().await?, signed.member.id).await?;
    page(&form(&web, &signed, &wishes, &asked).await?)
}

/// Saves how the person is told.
pub async fn save(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    match wanted(&signed, &fields) {
        Ok(wishes) => {
            actions::save_wishes(&web.deps, &signed.member, &wishes).await?;
            Ok(Redirect::to("/console/alerts/settings?done=saved").into_response())
        }
        Err(error) => {
            let kept = Wishes { choices: chosen(&signed, &fields), ..Wishes::default() };
            let mut shown = form(&web, &signed, &kept, &Fields::default()).await?;
            shown.email = Input::new(fields.text("email"));
            shown.quiet_from = fields.text("quiet-from").to_owned();
            shown.quiet_to = fields.text("quiet-to").to_owned();
            shown.error = Some(error.public().to_owned());
            Ok((status_of(Kind::Invalid), page(&shown)?).into_response())
        }
    }
}

/// Sends the person a trial.
pub async fn test(State(web): State<Web>, signed: SignedIn) -> Answer {
    actions::try_out(&web.deps, &signed.member).await?;
    Ok(Redirect::to("/console/alerts?done=trial").into_response())
}

/// What the person may choose: everything that concerns them and is not urgent.
fn open_occasions(signed: &SignedIn) -> impl Iterator<Item = Occasion> {
    concerns(signed.member.role).iter().copied().filter(|occasion| !is_urgent(*occasion))
}

fn chosen(signed: &SignedIn, fields: &Fields) -> Choices {
    let of = |occasion: Occasion| {
        let name = format!("on-{}", occasion.code());
        let ticked = fields.all(&name).filter_map(Channel::from_code);
        let channels = ticked.filter(|channel| PERSONAL.contains(channel)).collect();
        (occasion, channels)
    };
    Choices(open_occasions(signed).map(of).collect())
}

fn wanted(signed: &SignedIn, fields: &Fields) -> Result<Wishes, Error> {
    Ok(Wishes {
        email: checked_email(fields.text("email"))?.to_owned(),
        quiet: Quiet::read(fields.text("quiet-from"), fields.text("quiet-to"))?,
        choices: chosen(signed, fields),
    })
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    wishes: &Wishes,
    asked: &Fields,
) -> Result<AlertSettingsPage> {
    let bound = people::wechats(&mut web.deps.db.read().await?, signed.member.id).await?;
    let occasion = |occasion: Occasion| {
        let now = wishes.choices.0.get(&occasion).map_or(usual(occasion), Vec::as_slice);
        let one = |c: &Channel| Choice::new(c.code(), c.name(), now.contains(c));
        OccasionChoice {
            code: occasion.code(),
            name: occasion.name(),
            channels: PERSONAL.iter().map(one).collect(),
        }
    };
    let [quiet_from, quiet_to] = wishes.quiet.shown();
    Ok(AlertSettingsPage {
        error: None,
        email: Input::new(wishes.email.as_str()),
        quiet_from,
        quiet_to,
        danger: concerns(signed.member.role).contains(&Occasion::Danger),
        channels: PERSONAL.iter().map(|channel| channel.name()).collect(),
        occasions: open_occasions(signed).map(occasion).collect(),
        bound: !bound.is_empty(),
        mail: !web.config.mail.host.is_empty(),
        shell: frame::desk(web, signed, "提醒设置", AT, asked).await?,
    })
}
