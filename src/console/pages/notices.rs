//! Which templates tell citizens of answers that WeChat no longer lets through.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::delivery::DeliveryState;
use crate::delivery::store::notice::figures;
use crate::notices::rules::{Filler, TemplateField, fields_of, suits};
use crate::notices::views::{
    AccountTemplates, FieldChoice, NoticeTemplatePage, NoticesPage, TemplateRow,
};
use crate::notices::{self, Chosen, NoticeKind, NoticeTemplate, Purpose, actions, store};
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Choice;

/// The only purpose so far.
const PURPOSE: Purpose = Purpose::Answered;

/// How far back the figures go.
const LATELY: Duration = Duration::from_secs(30 * 86_400);

/// Every account with its templates.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut accounts = Vec::new();
    let mut link = web.deps.db.read().await?;
    for account in web.config.wechat.accounts.keys() {
        accounts.push(of_account(&web, &mut link, account).await?);
    }
    drop(link);
    let shell = frame::desk(&web, &signed, "通知模板", "/console/settings", &asked).await?;
    page(&NoticesPage { shell, accounts })
}

async fn of_account(web: &Web, link: &mut impl Link, account: &str) -> Result<AccountTemplates> {
    let listing = store::listing(link, account).await?;
    let chosen = store::chosen(link, account, PURPOSE).await?;
    let mut rows = Vec::new();
    for template in store::templates(link, account).await? {
        rows.push(row(web, link, &template, &chosen).await?);
    }
    let listed = listing.as_ref().and_then(|listing| listing.listed_at);
    Ok(AccountTemplates {
        account: account.to_owned(),
        listed: listed.map(|at| frame::when(web, at)),
        failure: listing.and_then(|listing| listing.failure),
        any_used: !chosen.is_empty(),
        rows,
    })
}

async fn row(
    web: &Web,
    link: &mut impl Link,
    template: &NoticeTemplate,
    chosen: &[Chosen],
) -> Result<TemplateRow> {
    let (account, id) = (template.account_id.as_str(), template.template_id.as_str());
    let from = i64::try_from(LATELY.as_millis()).unwrap_or(0);
    let from = Moment(web.deps.clock.now().0 - from);
    let consents = match template.kind {
        NoticeKind::Template => String::new(),
        NoticeKind::Subscription => {
            let (people, count) = store::consent_figures(link, account, id).await?;
            match template.lasting {
                true => format!("{people} 位群众同意长期接收"),
                false => format!("{people} 位群众同意接收，共 {count} 条"),
            }
        }
    };
    let named = |(state, count): (DeliveryState, i64)| (state.name().to_owned(), count);
    let labels: Vec<String> =
        fields_of(&template.content).into_iter().map(|field| field.label).collect();
    Ok(TemplateRow {
        href: format!("/console/notices/{id}?account={account}"),
        title: title(template),
        kind: template.kind.name().to_owned(),
        fields: if labels.is_empty() { "无".to_owned() } else { labels.join("、") },
        used_for: chosen.iter().any(|c| c.template_id == id).then(|| PURPOSE.name().to_owned()),
        consents,
        figures: figures(link, account, id, from).await?.into_iter().map(named).collect(),
    })
}

fn title(template: &NoticeTemplate) -> String {
    if template.title.is_empty() { "（没有标题）".to_owned() } else { template.title.clone() }
}

/// Has the templates of an account read from WeChat.
pub async fn read(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = fields.text("account");
    if !web.config.wechat.accounts.contains_key(account) {
        return Err(Error::invalid("没有这个公众号。请返回通知模板页面重新选择。").into());
    }
    actions::request_listing(&web.deps, signed.member.id.0, account).await?;
    Ok(Redirect::to("/console/notices?done=listing").into_response())
}

/// The form of one template.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Asked(asked): Asked,
) -> Answer {
    let (template, chosen) = find(&web, &id, &asked).await?;
    let used = chosen.iter().find(|chosen| chosen.template_id == template.template_id);
    let fields = used.map(|chosen| chosen.fields.clone()).unwrap_or_default();
    page(&form(&web, &signed, &template, used.is_some(), &fields, None).await?)
}

/// Puts it into use.
pub async fn choose(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Form(asked): Form,
) -> Answer {
    let (template, chosen) = find(&web, &id, &asked).await?;
    let wanted = wanted(&template, &asked);
    let (by, account) = (signed.member.id.0, template.account_id.as_str());
    match actions::choose(&web.deps, by, account, PURPOSE, &id, wanted.clone()).await {
        Ok(()) => Ok(Redirect::to("/console/notices?done=saved").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let used = chosen.iter().any(|chosen| chosen.template_id == id);
            let why = Some(error.public());
            let form = form(&web, &signed, &template, used, &wanted, why).await?;
            Ok((status_of(error.kind()), page(&form)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes it out of use.
pub async fn stop(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Form(asked): Form,
) -> Answer {
    let (template, _) = find(&web, &id, &asked).await?;
    actions::stop(&web.deps, signed.member.id.0, &template.account_id, &id).await?;
    Ok(Redirect::to("/console/notices?done=saved").into_response())
}

/// The template of the account named in `asked`, else of the first account that has it, with the
/// templates that account uses.
async fn find(web: &Web, id: &str, asked: &Fields) -> Result<(NoticeTemplate, Vec<Chosen>)> {
    let named = asked.text("account");
    let mut link = web.deps.db.read().await?;
    let accounts = web.config.wechat.accounts.keys();
    for account in accounts.filter(|account| named.is_empty() || *account == named) {
        let listed = store::templates(&mut link, account).await?;
        if let Some(template) = listed.into_iter().find(|t| t.template_id == id) {
            let chosen = store::chosen(&mut link, account, PURPOSE).await?;
            return Ok((template, chosen));
        }
    }
    Err(Error::not_found())
}

/// What was chosen for the template's fields; open ones stay out.
fn wanted(template: &NoticeTemplate, asked: &Fields) -> notices::Fields {
    let one = |field: TemplateField| {
        let filler = Filler::from_code(asked.text(&format!("field-{}", field.key)))?;
        Some((field.key, filler))
    };
    notices::Fields(fields_of(&template.content).into_iter().filter_map(one).collect())
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    template: &NoticeTemplate,
    used: bool,
    fields: &notices::Fields,
    error: Option<&str>,
) -> Result<NoticeTemplatePage> {
    let choices = actions::choices_of(template)?;
    let nothing = Fields::default();
    Ok(NoticeTemplatePage {
        shell: frame::desk(web, signed, "通知模板", "/console/settings", &nothing).await?,
        action: format!("/console/notices/{}", template.template_id),
        account: template.account_id.clone(),
        title: title(template),
        kind: template.kind.name().to_owned(),
        content: template.content.trim_end().to_owned(),
        purpose: PURPOSE.name().to_owned(),
        used,
        fields: fields_of(&template.content)
            .into_iter()
            .map(|field| field_choice(field, fields, &choices))
            .collect(),
        error: error.map(str::to_owned),
    })
}

/// A field with the fillers WeChat would take there.
fn field_choice(
    field: TemplateField,
    chosen: &notices::Fields,
    choices: &BTreeMap<String, Vec<String>>,
) -> FieldChoice {
    let now = chosen.0.get(&field.key);
    let fillers = Filler::ALL
        .iter()
        .filter(|filler| suits(&field.key, **filler, choices))
        .map(|filler| Choice::new(filler.code(), filler.name(), now == Some(filler)))
        .collect();
    FieldChoice { key: field.key, label: field.label, fillers }
}
