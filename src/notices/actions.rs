//! Listing templates, choosing them, noting consent.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::rules::{self, Facts};
use super::store;
use super::{Chosen, Notice, NoticeKind, NoticeTemplate, Purpose};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::wechat::client::{CallError, Client};
use crate::wechat::template_library::{FieldChoices, MessageTemplate, SubscriptionTemplate};

/// Kind of the job that lists the templates of an account; payload: [`ListTemplates`].
pub const LIST_TEMPLATES: &str = "notices.list";

/// Payload of [`LIST_TEMPLATES`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListTemplates {
    /// Official account.
    pub account: String,
}

/// Asks for the templates of an account to be listed anew.
pub async fn request_listing(deps: &Deps, by: Uuid, account: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    list_again(&mut tx, account, now).await?;
    let object = format!("account:{account}");
    audit::record(&mut tx, now, Some(by), "notices.list", &object, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// Writes the job that lists the templates of an account, also when WeChat does not know one of
/// ours any more.
pub async fn list_again(tx: &mut Tx, account: &str, now: Moment) -> Result<()> {
    let argument = ListTemplates { account: account.to_owned() };
    let job = NewJob::new(LIST_TEMPLATES, &argument, now)?;
    jobs::store::enqueue(tx, &job.once(format!("{LIST_TEMPLATES}:{account}")), now).await
}

/// The job [`LIST_TEMPLATES`]: lists both kinds of templates. What one kind refuses does not keep
/// the other from being listed.
pub async fn list_templates(
    deps: Deps,
    clients: Arc<HashMap<String, Client>>,
    job: Claimed,
) -> Result<Outcome> {
    let ListTemplates { account } = job.argument()?;
    if let Some(client) = clients.get(&account) {
        read_templates(&deps, client, &account).await?;
    }
    Ok(Outcome::Done)
}

/// Reads both kinds of templates of an account from WeChat now.
///
/// # Errors
/// When it cannot be written down; what WeChat refuses is kept with the listing.
pub async fn read_templates(deps: &Deps, client: &Client, account: &str) -> Result<()> {
    let messages = client.message_templates().await;
    let subscriptions = client.subscription_templates().await;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let mut failures = Vec::new();
    match messages {
        Ok(list) => {
            for template in &list {
                store::put_template(&mut tx, &from_message(account, template, now)).await?;
            }
            store::mark_gone(&mut tx, account, NoticeKind::Template, now).await?;
        }
        Err(error) => failures.push(failure(NoticeKind::Template, &error)),
    }
    match subscriptions {
        Ok(list) => {
            for template in &list {
                store::put_template(&mut tx, &from_subscription(account, template, now)?).await?;
            }
            store::mark_gone(&mut tx, account, NoticeKind::Subscription, now).await?;
        }
        Err(error) => failures.push(failure(NoticeKind::Subscription, &error)),
    }
    let failures = (!failures.is_empty()).then(|| failures.join(" "));
    store::note_listing(&mut tx, account, failures.as_deref(), now).await?;
    tx.commit().await
}

fn failure(kind: NoticeKind, error: &CallError) -> String {
    let name = kind.name();
    match error {
        CallError::Refused { errcode, meaning, .. } => {
            format!("{name}：{}（{errcode}）", meaning.operator_hint)
        }
        _ => format!("{name}：暂时连不上微信服务器，请稍后再读取一次。"),
    }
}

fn from_message(account: &str, template: &MessageTemplate, now: Moment) -> NoticeTemplate {
    NoticeTemplate {
        account_id: account.to_owned(),
        template_id: template.template_id.clone(),
        kind: NoticeKind::Template,
        lasting: false,
        title: template.title.clone(),
        content: template.content.clone(),
        example: template.example.clone(),
        choices: "{}".to_owned(),
        seen_at: now,
        gone_at: None,
    }
}

fn from_subscription(
    account: &str,
    template: &SubscriptionTemplate,
    now: Moment,
) -> Result<NoticeTemplate> {
    let pair = |c: &FieldChoices| (c.field.trim_end_matches(".DATA").to_owned(), c.values.clone());
    let choices: BTreeMap<String, Vec<String>> = template.choices.iter().map(pair).collect();
    Ok(NoticeTemplate {
        account_id: account.to_owned(),
        template_id: template.template_id.clone(),
        kind: NoticeKind::Subscription,
        lasting: template.kind == 3,
        title: template.title.clone(),
        content: template.content.clone(),
        example: template.example.clone(),
        choices: serde_json::to_string(&choices)?,
        seen_at: now,
        gone_at: None,
    })
}

/// The values of enumerated fields.
pub fn choices_of(template: &NoticeTemplate) -> Result<BTreeMap<String, Vec<String>>> {
    Ok(serde_json::from_str(&template.choices)?)
}

/// Puts a template into use for a purpose.
///
/// # Errors
/// Invalid, with a sentence for the operator, when its fields cannot be filled like this; not found
/// when WeChat does not list it.
pub async fn choose(
    deps: &Deps,
    by: Uuid,
    account: &str,
    purpose: Purpose,
    template_id: &str,
    fields: super::Fields,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let listed = store::templates(&mut tx, account).await?;
    let template = listed.into_iter().find(|template| template.template_id == template_id);
    let template = template.ok_or_else(Error::not_found)?;
    if purpose == Purpose::Staff && template.kind == NoticeKind::Subscription {
        return Err(Error::invalid("订阅通知要先由收的人同意，提醒工作人员请选模板消息。"));
    }
    let choices = choices_of(&template)?;
    if let Some(why) = rules::refuse(&template.content, &fields, purpose, &choices) {
        return Err(Error::invalid(why));
    }
    let chosen = Chosen { kind: template.kind, template_id: template.template_id, fields };
    store::choose(&mut tx, account, purpose, &chosen, by, now).await?;
    let detail = json!({ "purpose": purpose, "kind": chosen.kind, "fields": chosen.fields });
    let object = format!("notice:{account}:{template_id}");
    audit::record(&mut tx, now, Some(by), "notice.choose", &object, &detail).await?;
    tx.commit().await
}

/// Takes a template out of use; nothing happens when it was not in use.
pub async fn stop(deps: &Deps, by: Uuid, account: &str, template_id: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if store::stop(&mut tx, account, template_id).await? {
        let object = format!("notice:{account}:{template_id}");
        audit::record(&mut tx, now, Some(by), "notice.stop", &object, &json!({})).await?;
    }
    tx.commit().await
}

/// Notes what a follower chose about a subscription template.
pub async fn note_consent(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    template: &str,
    accepted: bool,
    at: Moment,
) -> Result<()> {
    if accepted {
        store::consent(tx, account, openid, template, at).await
    } else {
        store::withdraw(tx, account, openid, template, at).await
    }
}

/// A follower takes a consent back on our own page: from now on nothing of the template goes to
/// them, whatever WeChat would still let through.
///
/// # Errors
/// Not found when the template is not in use.
pub async fn take_back(deps: &Deps, account: &str, openid: &str, template: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let mut in_use = store::chosen(&mut tx, account, Purpose::Answered).await?.into_iter();
    if !in_use.any(|chosen| chosen.template_id == template) {
        return Err(Error::not_found());
    }
    note_consent(&mut tx, account, openid, template, false, now).await?;
    tx.commit().await
}

/// A notice of these facts, its consent taken; nothing when no template in use may go to this
/// follower, or its fields cannot be filled.
pub async fn prepare(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    facts: &Facts<'_>,
) -> Result<Option<Notice>> {
    let chosen = store::chosen(tx, account, facts.purpose).await?;
    if chosen.is_empty() {
        return Ok(None);
    }
    let consents = store::consents(tx, account, openid).await?;
    let Some(notice) = rules::pick(&chosen, &consents).and_then(|one| rules::fill(one, facts))
    else {
        return Ok(None);
    };
    let granted = match notice.kind {
        NoticeKind::Subscription => {
            store::spend(tx, account, openid, &notice.template_id, 1).await?
        }
        NoticeKind::Template => true,
    };
    Ok(granted.then_some(notice))
}
