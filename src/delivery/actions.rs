//! Sending answers.

pub mod closing;
pub mod notice;
pub mod pictures;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;

use super::rules::{self, AllowanceClass, Failure};
use super::store::{self, Settled};
use super::{Delivery, DeliveryId, DeliveryState, Way};
use crate::citizens;
use crate::content;
use crate::content::texts::Texts;
use crate::inquiries::link::PageLinks;
use crate::inquiries::{self, ANSWER_WRITTEN, AnswerWritten, Author, Inquiry, Message, MessageId};
use crate::media;
use crate::media::files::Files;
use crate::members::{self, OrgScope};
use crate::notices::Notice;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::wechat::client::{CallError, Client};

/// Sends answers through the official accounts.
#[derive(Clone)]
pub struct Sender {
    deps: Deps,
    clients: Arc<HashMap<String, Client>>,
    links: PageLinks,
    files: Files,
    alliance: String,
}

/// What is to be done with a delivery now.
enum Plan {
    /// Call WeChat; a message was taken from this allowance.
    Call(Box<Delivery>, AllowanceClass),
    /// Send a notice with a link to the answer.
    Notify(Box<Delivery>, Notice),
    /// Nothing: it is settled, or waits.
    Nothing,
}

impl Sender {
    /// A sender for these accounts, in the name of the alliance; `files` holds what goes with answers.
    pub fn new(
        deps: Deps,
        clients: Arc<HashMap<String, Client>>,
        links: PageLinks,
        files: Files,
        alliance: &str,
    ) -> Self {
        Self { deps, clients, links, files, alliance: alliance.to_owned() }
    }

    /// The job [`ANSWER_WRITTEN`]: sends an answer, or leaves it waiting for the citizen.
    pub async fn deliver(&self, job: Claimed) -> Result<Outcome> {
        let AnswerWritten { message } = job.argument()?;
        loop {
            if let Some(outcome) = self.attempt(message).await? {
                return Ok(outcome);
            }
        }
    }

    /// One way tried; nothing when it turned out closed and another may be open.
    async fn attempt(&self, message: MessageId) -> Result<Option<Outcome>> {
        let plan = self.plan(message).await?;
        let (Plan::Call(delivery, _) | Plan::Notify(delivery, _)) = &plan else {
            return Ok(Some(Outcome::Done));
        };
        let Some(client) = self.clients.get(&delivery.account_id) else {
            let why = "配置里没有这个公众号，无法发送。请联系系统管理员。".to_owned();
            self.settle(delivery, failed(DeliveryState::Failed, why, None)).await?;
            return Ok(Some(Outcome::Done));
        };
        match plan {
            Plan::Call(delivery, class) => {
                let called = client.send_text(&delivery.openid, &delivery.body).await;
                self.record(client, &delivery, class, called).await
            }
            Plan::Notify(delivery, notice) => self.notify(client, &delivery, notice).await,
            Plan::Nothing => Ok(Some(Outcome::Done)),
        }
    }

    /// Writes the outbox row if it is not there, decides by the allowances, and notes the call
    /// before it is made.
    async fn plan(&self, message: MessageId) -> Result<Plan> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let Some((answer, inquiry)) = read(&mut tx, message).await? else {
            return Ok(Plan::Nothing);
        };
        let citizen = citizens::store::get(&mut tx, inquiry.citizen_id).await?;
        let citizen = citizen.ok_or_else(Error::not_found)?;
        if store::lock(&mut tx, message).await?.is_none() {
            let body = self.wording(&mut tx, &inquiry, &answer, now).await?;
            let delivery = Delivery {
                id: DeliveryId(self.deps.entropy.id_at(now)),
                inquiry_id: inquiry.id,
                message_id: message,
                citizen_id: citizen.id,
                account_id: citizen.account_id.clone(),
                openid: citizen.openid.clone(),
                body,
                state: DeliveryState::Queued,
                way: None,
                errcode: None,
                reason: None,
                created_at: now,
                settled_at: None,
            };
            store::insert(&mut tx, &delivery).await?;
            store::drop_stale(&mut tx, inquiry.id, message, now).await?;
        }
        let delivery = store::lock(&mut tx, message).await?.ok_or_else(Error::not_found)?;
        let plan = match delivery.state {
            DeliveryState::Queued | DeliveryState::Waiting => {
                self.decide(&mut tx, delivery, &inquiry, citizen.following, now).await?
            }
            DeliveryState::Calling => {
                // The process that called did not live to tell.
                let why = "发送途中服务器重启，不知道微信是否已经收下。".to_owned();
                store::settle(
                    &mut tx,
                    delivery.id,
                    &failed(DeliveryState::Unknown, why, None),
                    now,
                )
                .await?;
                Plan::Nothing
            }
            DeliveryState::Sent
            | DeliveryState::Unknown
            | DeliveryState::Dropped
            | DeliveryState::Failed => Plan::Nothing,
        };
        tx.commit().await?;
        self.tell(&inquiry);
        Ok(plan)
    }

    /// The answer as one WeChat message.
    async fn wording(
        &self,
        tx: &mut Tx,
        inquiry: &Inquiry,
        answer: &Message,
        now: Moment,
    ) -> Result<String> {
        let saved = content::store::newest(tx).await?;
        let texts = Texts::new(saved.into_iter().map(|text| (text.key, text.body)));
        let organization = match inquiry.organization_id {
            Some(id) => members::store::get(tx, id).await?.map(|o| o.short_name),
            None => None,
        };
        let page = self.links.url(inquiry.id, now);
        if answer.author == Author::Told {
            return Ok(texts.fill("told", &[("told", &answer.body), ("page", &page)]));
        }
        let wording = rules::Wording {
            texts: &texts,
            organization: organization.as_deref(),
            number: &inquiry.number,
            page: &page,
        };
        let files = media::store::attached::of_message(tx, answer.id.0).await?;
        let attached = media::rules::attached_in_words(files.iter().map(|file| file.format));
        Ok(wording.message_with(&answer.body, &attached))
    }

    /// Writes how the call ended.
    async fn record(
        &self,
        client: &Client,
        delivery: &Delivery,
        class: AllowanceClass,
        called: Result<(), CallError>,
    ) -> Result<Option<Outcome>> {
        let error = match called {
            Ok(()) => {
                let sent = Settled {
                    state: DeliveryState::Sent,
                    way: Some(Way::Custom),
                    errcode: None,
                    rid: None,
                    reason: None,
                };
                self.settle(delivery, sent).await?;
                return Ok(Some(Outcome::Done));
            }
            Err(error) => error,
        };
        tracing::warn!(delivery = %delivery.id, error = %error, "delivery.refused");
        let now = self.deps.clock.now();
        match rules::judge(&error, delivery.created_at, now, &self.deps.entropy) {
            Failure::Closed(why) => {
                self.exhaust(delivery).await?;
                self.settle(delivery, failed(DeliveryState::Waiting, why, Some(&error))).await?;
                match self.notice_instead(delivery, &error).await? {
                    Some(notice) => self.notify(client, delivery, notice).await,
                    None => Ok(Some(Outcome::Done)),
                }
            }
            Failure::Later(at, why) => {
                self.give_back(delivery, class).await?;
                self.settle(delivery, failed(DeliveryState::Queued, why.clone(), Some(&error)))
                    .await?;
                Ok(Some(Outcome::RetryAt(at, why)))
            }
            Failure::Unknown(why) => {
                self.settle(delivery, failed(DeliveryState::Unknown, why, Some(&error))).await?;
                Ok(Some(Outcome::Done))
            }
            Failure::Final(why) => {
                self.settle(delivery, failed(DeliveryState::Failed, why, Some(&error))).await?;
                Ok(Some(Outcome::Done))
            }
        }
    }

    /// Nothing was sent, so nothing was used up.
    async fn give_back(&self, delivery: &Delivery, class: AllowanceClass) -> Result<()> {
        let mut tx = self.deps.db.begin().await?;
        store::give_back(&mut tx, &delivery.account_id, &delivery.openid, class).await?;
        tx.commit().await
    }

    async fn exhaust(&self, delivery: &Delivery) -> Result<()> {
        let mut tx = self.deps.db.begin().await?;
        store::exhaust(&mut tx, &delivery.account_id, &delivery.openid).await?;
        tx.commit().await
    }

    async fn settle(&self, delivery: &Delivery, settled: Settled) -> Result<()> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        write(&mut tx, delivery, &settled, now).await?;
        let followed = settled.way == Some(Way::Custom);
        if followed {
            pictures::queue(&mut tx, delivery.message_id, now).await?;
        }
        self.finish(tx, delivery).await?;
        if followed {
            self.deps.coord.publish(News::Jobs);
        }
        Ok(())
    }

    /// Commits and tells those who look at the inquiry.
    async fn finish(&self, mut tx: Tx, delivery: &Delivery) -> Result<()> {
        let found = read(&mut tx, delivery.message_id).await?;
        let (_, inquiry) = found.ok_or_else(Error::not_found)?;
        tx.commit().await?;
        self.tell(&inquiry);
        Ok(())
    }

    /// A message while WeChat allows one, else a notice, else the next contact.
    async fn decide(
        &self,
        tx: &mut Tx,
        delivery: Delivery,
        inquiry: &Inquiry,
        following: bool,
        now: Moment,
    ) -> Result<Plan> {
        let allowances = store::allowances(tx, &delivery.account_id, &delivery.openid).await?;
        if let Some(open) = rules::remaining(&allowances, now).filter(|_| following) {
            store::spend(tx, &delivery.account_id, &delivery.openid, open.class).await?;
            store::begin_call(tx, delivery.id, now).await?;
            return Ok(Plan::Call(Box::new(delivery), open.class));
        }
        if following && let Some(notice) = self.prepare_notice(tx, &delivery, inquiry, now).await? {
            return Ok(Plan::Notify(Box::new(delivery), notice));
        }
        let wait = if following {
            "微信只允许在群众来信后 48 小时内发 5 条；群众再来信时自动补发。"
        } else {
            "群众已取消关注；重新关注并来信后自动补发。"
        };
        let waits = failed(DeliveryState::Waiting, wait.to_owned(), None);
        store::settle(tx, delivery.id, &waits, now).await?;
        Ok(Plan::Nothing)
    }

    fn tell(&self, inquiry: &Inquiry) {
        self.deps.coord.publish(inquiries::actions::news(inquiry, inquiry));
    }
}

async fn read(tx: &mut Tx, message: MessageId) -> Result<Option<(Message, Inquiry)>> {
    let Some(answer) = inquiries::store::message(tx, message).await? else { return Ok(None) };
    let inquiry = inquiries::store::get(tx, OrgScope::Everything, answer.inquiry_id).await?;
    Ok(inquiry.map(|inquiry| (answer, inquiry)))
}

/// Writes how a delivery stands, with its event and its entry in the audit.
async fn write(tx: &mut Tx, delivery: &Delivery, settled: &Settled, now: Moment) -> Result<()> {
    store::settle(tx, delivery.id, settled, now).await?;
    let event = EngagementEvent {
        kind: event_kind(settled.state),
        account: Some(delivery.account_id.clone()),
        citizen: Some(delivery.citizen_id.0),
        inquiry: Some(delivery.inquiry_id.0),
        channel: settled.way.map(|way| way.code().to_owned()),
        ..EngagementEvent::default()
    };
    events::record(tx, now, &event).await?;
    let detail = json!({ "state": settled.state, "errcode": settled.errcode, "rid": settled.rid });
    let object = format!("delivery:{}", delivery.id);
    audit::record(tx, now, None, "delivery.settle", &object, &detail).await
}

fn failed(state: DeliveryState, reason: String, error: Option<&CallError>) -> Settled {
    let (errcode, rid) = match error {
        Some(CallError::Refused { errcode, rid, .. }) => (Some(*errcode), rid.clone()),
        _ => (None, None),
    };
    Settled { state, way: None, errcode, rid, reason: Some(reason) }
}

fn event_kind(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Sent => "delivery.sent",
        DeliveryState::Waiting => "delivery.waiting",
        DeliveryState::Dropped => "delivery.dropped",
        DeliveryState::Unknown => "delivery.unknown",
        DeliveryState::Failed => "delivery.failed",
        DeliveryState::Queued | DeliveryState::Calling => "delivery.retry",
    }
}

/// Takes up the answers that waited for a follower who has just been in touch: a job for each.
pub async fn take_up_waiting(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    now: Moment,
) -> Result<Option<News>> {
    let waiting = store::waiting_messages(tx, account, openid).await?;
    for message in &waiting {
        let job = NewJob::new(ANSWER_WRITTEN, &AnswerWritten { message: *message }, now)?
            .once(format!("{ANSWER_WRITTEN}:{message}"));
        jobs::store::enqueue(tx, &job, now).await?;
    }
    Ok((!waiting.is_empty()).then_some(News::Jobs))
}
