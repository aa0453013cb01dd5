//! Notices instead of answers: sent when WeChat allows no message, settled by what it reports.

use std::time::Duration;

use super::{Sender, failed, read, write};
use crate::delivery::rules::{self, Failure};
use crate::delivery::store::notice::{self as rows, Unreported};
use crate::delivery::store::{self, Settled};
use crate::delivery::{Delivery, DeliveryState, Way};
use crate::inquiries::{self, Author, Inquiry};
use crate::members;
use crate::notices::rules::{ANSWERED, Facts};
use crate::notices::store::Report;
use crate::notices::{self, Notice, NoticeKind, Purpose};
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::jobs::Outcome;
use crate::wechat::client::{CallError, Client};
use crate::wechat::template::{SubscriptionMessage, TemplateMessage};

/// Reports that no delivery took up are forgotten after this time.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// Error code of a subscription that was refused or is used up.
const NO_CONSENT: i64 = 43101;

/// Error code of a template that is no longer there.
const NO_TEMPLATE: i64 = 40037;

impl Sender {
    /// A notice for this delivery, noted as being sent; nothing when none may go, or one went
    /// before.
    pub(super) async fn prepare_notice(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        inquiry: &Inquiry,
        now: Moment,
    ) -> Result<Option<Notice>> {
        if rows::was_tried(tx, delivery.id).await? {
            return Ok(None);
        }
        // A notice says that there is an answer.
        let message = inquiries::store::message(tx, delivery.message_id).await?;
        if message.is_none_or(|message| message.author != Author::Staff) {
            return Ok(None);
        }
        let organization = match inquiry.organization_id {
            Some(id) => members::store::get(tx, id).await?.map(|o| o.short_name),
            None => None,
        };
        let facts = Facts {
            purpose: Purpose::Answered,
            number: &inquiry.number,
            organization: organization.as_deref().unwrap_or(&self.alliance),
            field: inquiry.field.map(|field| field.name()).unwrap_or_default(),
            at: delivery.created_at,
            state: ANSWERED,
            alliance: &self.alliance,
        };
        let (account, openid) = (&delivery.account_id, &delivery.openid);
        let notice = notices::actions::prepare(tx, account, openid, &facts).await?;
        if let Some(notice) = &notice {
            rows::begin(tx, delivery.id, &notice.template_id, now).await?;
        }
        Ok(notice)
    }

    /// A notice for a delivery whose message WeChat has just refused.
    pub(super) async fn notice_instead(
        &self,
        delivery: &Delivery,
        refusal: &CallError,
    ) -> Result<Option<Notice>> {
        if !rules::leaves_a_notice(refusal) {
            return Ok(None);
        }
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let waits = store::lock(&mut tx, delivery.message_id).await?;
        if waits.is_none_or(|row| row.state != DeliveryState::Waiting) {
            return Ok(None);
        }
        let Some((_, inquiry)) = read(&mut tx, delivery.message_id).await? else {
            return Ok(None);
        };
        let notice = self.prepare_notice(&mut tx, delivery, &inquiry, now).await?;
        tx.commit().await?;
        Ok(notice)
    }

    /// Sends a notice that was noted, and writes how that ended; nothing when WeChat knows of no
    /// consent, so that another way may be open.
    pub(super) async fn notify(
        &self,
        client: &Client,
        delivery: &Delivery,
        notice: Notice,
    ) -> Result<Option<Outcome>> {
        let page = self.links.url(delivery.inquiry_id, self.deps.clock.now());
        let called = match notice.kind {
            NoticeKind::Subscription => {
                let message = SubscriptionMessage {
                    template_id: notice.template_id.clone(),
                    page: Some(page),
                    mini_program: None,
                    data: notice.data.clone(),
                };
                client.send_subscription(&delivery.openid, &message).await.map(|()| None)
            }
            NoticeKind::Template => {
                let message = TemplateMessage {
                    template_id: notice.template_id.clone(),
                    url: Some(page),
                    mini_program: None,
                    client_msg_id: Some(delivery.id.0.simple().to_string()),
                    data: notice.data.clone(),
                };
                client.send_template(&delivery.openid, &message).await
            }
        };
        match called {
            Ok(msgid) => self.notified(delivery, &notice, msgid).await.map(Some),
            Err(error) => self.not_notified(delivery, &notice, &error).await,
        }
    }

    async fn notified(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        msgid: Option<u64>,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let sent = Settled {
            state: DeliveryState::Sent,
            way: Some(way(notice.kind)),
            errcode: None,
            rid: None,
            reason: None,
        };
        let mut tx = self.deps.db.begin().await?;
        write(&mut tx, delivery, &sent, now).await?;
        if let Some(msgid) = msgid {
            rows::set_msgid(&mut tx, delivery.id, &msgid.to_string()).await?;
        }
        // The report may have been here first.
        take_up_reports(&mut tx, &delivery.account_id, &delivery.openid, now).await?;
        self.finish(tx, delivery).await?;
        Ok(Outcome::Done)
    }

    async fn not_notified(
        &self,
        delivery: &Delivery,
        notice: &Notice,
        error: &CallError,
    ) -> Result<Option<Outcome>> {
        tracing::warn!(delivery = %delivery.id, error = %error, "delivery.notice_refused");
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let outcome = match rules::judge_notice(error, delivery.created_at, now, &self.deps.entropy)
        {
            Failure::Later(at, why) => {
                rows::undo(&mut tx, delivery.id).await?;
                give_back(&mut tx, delivery, notice).await?;
                let later = failed(DeliveryState::Queued, why.clone(), Some(error));
                write(&mut tx, delivery, &later, now).await?;
                Some(Outcome::RetryAt(at, why))
            }
            Failure::Unknown(why) => {
                let unknown = failed(DeliveryState::Unknown, why, Some(error));
                write(&mut tx, delivery, &unknown, now).await?;
                Some(Outcome::Done)
            }
            Failure::Closed(why) | Failure::Final(why) => {
                let refused =
                    |code| matches!(error, CallError::Refused { errcode, .. } if *errcode == code);
                let no_consent = notice.kind == NoticeKind::Subscription && refused(NO_CONSENT);
                if no_consent {
                    let (account, openid) = (&delivery.account_id, &delivery.openid);
                    let template = &notice.template_id;
                    notices::store::withdraw(&mut tx, account, openid, template, now).await?;
                    // Another way may be left, such as a template message.
                    rows::undo(&mut tx, delivery.id).await?;
                } else {
                    give_back(&mut tx, delivery, notice).await?;
                    // Nothing went out that WeChat could report on.
                    rows::set_reported(&mut tx, delivery.id, now).await?;
                }
                if refused(NO_TEMPLATE) {
                    notices::actions::list_again(&mut tx, &delivery.account_id, now).await?;
                }
                let waits = failed(DeliveryState::Waiting, why, Some(error));
                write(&mut tx, delivery, &waits, now).await?;
                (!no_consent).then_some(Outcome::Done)
            }
        };
        self.finish(tx, delivery).await?;
        Ok(outcome)
    }
}

fn way(kind: NoticeKind) -> Way {
    match kind {
        NoticeKind::Subscription => Way::Subscription,
        NoticeKind::Template => Way::Template,
    }
}

/// Nothing was sent, so the consent is whole again.
async fn give_back(tx: &mut Tx, delivery: &Delivery, notice: &Notice) -> Result<()> {
    if notice.kind == NoticeKind::Subscription {
        let (account, openid) = (&delivery.account_id, &delivery.openid);
        notices::store::spend(tx, account, openid, &notice.template_id, -1).await?;
    }
    Ok(())
}

/// WeChat told what became of a notice: settles the delivery it belongs to, now or as soon as it is
/// known which that is.
pub async fn reported(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    report: &Report,
    now: Moment,
) -> Result<Option<News>> {
    let forget = Moment(now.0 - i64::try_from(FORGOTTEN_AFTER.as_millis()).unwrap_or(0));
    notices::store::put_report(tx, account, openid, report, now, forget).await?;
    take_up_reports(tx, account, openid, now).await
}

/// Brings reports and deliveries together.
async fn take_up_reports(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    now: Moment,
) -> Result<Option<News>> {
    let mut open = rows::lock_unreported(tx, account, openid).await?;
    let mut news = None;
    for report in notices::store::reports(tx, account, openid).await? {
        let Some(at) = open.iter().position(|row| belongs(row, &report)) else { continue };
        let row = open.remove(at);
        notices::store::take_report(tx, account, openid, &report.msgid).await?;
        settle_by_report(tx, &row, &report, now).await?;
        let found = read(tx, row.delivery.message_id).await?;
        news = found.map(|(_, inquiry)| inquiries::actions::news(&inquiry, &inquiry)).or(news);
    }
    Ok(news)
}

/// Whether a report tells of this delivery's notice. Subscription notifications get no id when they
/// are sent; they are told by their template, in order. One still being sent is left alone until it
/// is written how the call ended.
fn belongs(row: &Unreported, report: &Report) -> bool {
    if row.delivery.state == DeliveryState::Calling {
        return false;
    }
    match (&report.template_id, &row.notice_msgid) {
        (Some(template), None) => *template == row.notice_template_id,
        (None, Some(msgid)) => *msgid == report.msgid,
        _ => false,
    }
}

async fn settle_by_report(
    tx: &mut Tx,
    row: &Unreported,
    report: &Report,
    now: Moment,
) -> Result<()> {
    let kind =
        if report.template_id.is_some() { NoticeKind::Subscription } else { NoticeKind::Template };
    rows::set_reported(tx, row.delivery.id, now).await?;
    let settled = if report.delivered {
        Settled {
            state: DeliveryState::Sent,
            way: Some(way(kind)),
            errcode: None,
            rid: None,
            reason: None,
        }
    } else {
        let why = format!("{}答复会在群众下次来信时自动补发。", report.reason);
        failed(DeliveryState::Waiting, why, None)
    };
    write(tx, &row.delivery, &settled, now).await
}
