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
    let mut chosen = Vec::new();
    for purpose in Purpose::ALL {
        let used = store::chosen(link, account, *purpose).await?;
        chosen.extend(used.into_iter().map(|one| (*purpose, one.template_id)));
    }
    let mut rows = Vec::new();
    for template in store::templates(link, account).await? {
        rows.push(row(web, link, &template, &chosen).await?);
    }
    let listed = listing.as_ref().and_then(|listing| listing.listed_at);
    Ok(AccountTemplates {
        account: account.to_owned(),
        listed: listed.map(|at| frame::when(web, at)),
        failure: listing.and_then(|listing| listing.failure),
        any_used: chosen.iter().any(|(purpose, _)| *purpose == Purpose::Answered),
        rows,
    })
}

async fn row(
    web: &Web,
    link: &mut impl Link,
    template: &NoticeTemplate,
    chosen: &[(Purpose, String)],
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
    let used = chosen.iter().filter(|(_, used)| used == id).map(|(purpose, _)| purpose.name());
    let used: Vec<&str> = used.collect();
    let named = |(state, count): (DeliveryState, i64)| (state.name().to_owned(), count);
    let labels: Vec<String> =
        fields_of(&template.content).into_iter().map(|field| field.label).collect();
    Ok(TemplateRow {
        href: format!("/console/notices/{id}?account={account}"),
        title: title(template),
        kind: template.kind.name().to_owned(),
        fields: if labels.is_empty() { "无".to_owned() } else { labels.join("、") },
        used_for: (!used.is_empty()).then(|| used.join("、")),
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
    let found = find(&web, &id, &asked).await?;
    let used = found.used();
    let fields = used.map(|chosen| chosen.fields.clone()).unwrap_or_default();
    page(&form(&web, &signed, &found, &fields, None).await?)
}

/// Puts it into use.
pub async fn choose(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Form(asked): Form,
) -> Answer {
    let found = find(&web, &id, &asked).await?;
    let wanted = wanted(&found.template, &asked);
    let (by, account) = (signed.member.id.0, found.template.account_id.as_str());
    match actions::choose(&web.deps, by, account, found.purpose, &id, wanted.clone()).await {
        Ok(()) => Ok(Redirect::to("/console/notices?done=saved").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form(&web, &signed, &found, &wanted, Some(error.public())).await?;
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
    let found = find(&web, &id, &asked).await?;
    actions::stop(&web.deps, signed.member.id.0, &found.template.account_id, &id).await?;
    Ok(Redirect::to("/console/notices?done=saved").into_response())
}

/// A template that is looked at for a purpose.
struct Found {
    template: NoticeTemplate,
    purpose: Purpose,
    /// The templates that its account uses for that purpose.
    chosen: Vec<Chosen>,
}

impl Found {
    fn used(&self) -> Option<&Chosen> {
        self.chosen.iter().find(|chosen| chosen.template_id == self.template.template_id)
    }
}

/// The template of the account named in `asked`, else of the first account that has it.
async fn find(web: &Web, id: &str, asked: &Fields) -> Result<Found> {
    let purpose = Purpose::from_code(asked.text("purpose")).unwrap_or(Purpose::Answered);
    let named = asked.text("account");
    let mut link = web.deps.db.read().await?;
    let accounts = web.config.wechat.accounts.keys();
    for account in accounts.filter(|account| named.is_empty() || *account == named) {
        let listed = store::templates(&mut link, account).await?;
        if let Some(template) = listed.into_iter().find(|t| t.template_id == id) {
            let chosen = store::chosen(&mut link, account, purpose).await?;
            return Ok(Found { template, purpose, chosen });
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
    found: &Found,
    fields: &notices::Fields,
    error: Option<&str>,
) -> Result<NoticeTemplatePage> {
    let Found { template, purpose, .. } = found;
    let possible = Purpose::ALL
        .iter()
        .filter(|purpose| template.kind == NoticeKind::Template || **purpose == Purpose::Answered);
    let choices = actions::choices_of(template)?;
    let nothing = Fields::default();
    Ok(NoticeTemplatePage {
        shell: frame::desk(web, signed, "通知模板", "/console/settings", &nothing).await?,
        action: format!("/console/notices/{}", template.template_id),
        account: template.account_id.clone(),
        title: title(template),
        kind: template.kind.name().to_owned(),
        content: template.content.trim_end().to_owned(),
        purpose: purpose.code(),
        purposes: possible.map(|p| Choice::new(p.code(), p.name(), p == purpose)).collect(),
        used: found.used().is_some(),
        fields: fields_of(&template.content)
            .into_iter()
            .map(|field| field_choice(field, *purpose, fields, &choices))
            .collect(),
        error: error.map(str::to_owned),
    })
}

/// A field with the fillers WeChat would take there.
fn field_choice(
    field: TemplateField,
    purpose: Purpose,
    chosen: &notices::Fields,
    choices: &BTreeMap<String, Vec<String>>,
) -> FieldChoice {
    let now = chosen.0.get(&field.key);
    let fillers = Filler::ALL
        .iter()
        .filter(|filler| suits(&field.key, **filler, purpose, choices))
        .map(|filler| Choice::new(filler.code(), filler.name(), now == Some(filler)))
        .collect();
    FieldChoice { key: field.key, label: field.label, fillers }
}
