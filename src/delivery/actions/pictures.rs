//! Pictures that follow their answer, each as a message of its own while WeChat's allowance lasts.
//! Whatever does not go this way, the citizen sees on the page of the inquiry.

use serde_json::json;

use super::Sender;
use crate::delivery::rules::{self, AllowanceClass, Failure};
use crate::delivery::store::{self, pictures as rows};
use crate::delivery::{Delivery, DeliveryState, PICTURES};
use crate::inquiries::{AnswerWritten, MessageId};
use crate::media::store::attached;
use crate::media::{Attached, rules as media};
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::wechat::client::{CallError, Client};
use crate::wechat::custom::CustomMessage;
use crate::wechat::media::{File, MediaKind};

/// Why a picture stays on the page.
const NO_ALLOWANCE: &str = "微信此时不能再主动发消息，图片在答复网页上看。";
/// What is known when the process that called did not live to tell.
const LOST: &str = "发送途中服务器重启，不知道微信是否已经收下。";

/// Writes the pictures of an answer down that has just been sent, with the job that lets them follow.
pub(super) async fn queue(tx: &mut Tx, message: MessageId, now: Moment) -> Result<()> {
    let files = attached::of_message(tx, message.0).await?;
    let pictures = files.iter().filter(|file| media::is_picture(file.format));
    let mut place = 0;
    for picture in pictures.take(rules::MOST_PICTURES) {
        rows::insert(tx, message, place, picture.id, now).await?;
        place += 1;
    }
    if place > 0 {
        let job = NewJob::new(PICTURES, &AnswerWritten { message }, now)?;
        jobs::store::enqueue(tx, &job, now).await?;
    }
    Ok(())
}

impl Sender {
    /// The job [`PICTURES`]: sends the pictures of an answer, one after the other.
    ///
    /// # Errors
    /// When the database or a file cannot be used.
    pub async fn send_pictures(&self, job: Claimed) -> Result<Outcome> {
        let AnswerWritten { message } = job.argument()?;
        while let Some((delivery, picture)) = self.next_picture(message).await? {
            if let Some(later) = self.send_picture(&delivery, &picture).await? {
                return Ok(later);
            }
        }
        Ok(Outcome::Done)
    }

    /// The next picture while a message may be sent. What a lost process left behind is unknown, what
    /// no allowance is left for stays on the page.
    async fn next_picture(&self, message: MessageId) -> Result<Option<(Delivery, Attached)>> {
        use DeliveryState::{Calling, Dropped, Queued, Unknown};
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let Some(delivery) = store::lock(&mut tx, message).await? else { return Ok(None) };
        rows::move_all(&mut tx, message, Calling, Unknown, LOST, now).await?;
        let allowances = store::allowances(&mut tx, &delivery.account_id, &delivery.openid).await?;
        if rules::remaining(&allowances, now).is_none() {
            rows::move_all(&mut tx, message, Queued, Dropped, NO_ALLOWANCE, now).await?;
        }
        let next = rows::next(&mut tx, message).await?;
        self.finish(tx, &delivery).await?;
        Ok(next.map(|picture| (delivery, picture)))
    }

    /// One picture tried; when it is to be tried again later, that.
    async fn send_picture(
        &self,
        delivery: &Delivery,
        picture: &Attached,
    ) -> Result<Option<Outcome>> {
        let Some(client) = self.clients.get(&delivery.account_id) else {
            let why = "配置里没有这个公众号，图片在答复网页上看。";
            return self.settle_picture(delivery, picture, DeliveryState::Failed, None, why).await;
        };
        let Some(bytes) = self.files.read(&picture.sha256).await? else {
            let why = "服务器上找不到这张图片，没有发送。请重新附上再答复一次。";
            return self.settle_picture(delivery, picture, DeliveryState::Failed, None, why).await;
        };
        let file = File {
            extension: media::extension(picture.format),
            mime: media::mime(picture.format),
            bytes: &bytes,
        };
        // An upload shows nothing to anybody: done twice it does no harm.
        let media_id = match client.upload_media(MediaKind::Image, &file).await {
            Ok(uploaded) => uploaded.media_id,
            Err(error) => return self.not_uploaded(delivery, picture, &error).await,
        };
        match self.begin_picture(delivery, picture, &media_id).await? {
            Some(class) => self.show(client, delivery, picture, media_id, class).await,
            None => Ok(None),
        }
    }

    async fn not_uploaded(
        &self,
        delivery: &Delivery,
        picture: &Attached,
        error: &CallError,
    ) -> Result<Option<Outcome>> {
        tracing::warn!(delivery = %delivery.id, error = %error, "delivery.picture_not_uploaded");
        let now = self.deps.clock.now();
        match rules::judge(error, delivery.created_at, now, &self.deps.entropy) {
            Failure::Later(at, why) => Ok(Some(Outcome::RetryAt(at, why))),
            _ => {
                let why = "微信没有收下这张图片，群众在答复网页上看。";
                let state = DeliveryState::Dropped;
                self.settle_picture(delivery, picture, state, Some(error), why).await
            }
        }
    }

    /// Takes a message from the allowance and notes the call before it is made; nothing when there is
    /// no allowance left, or the call was begun before.
    async fn begin_picture(
        &self,
        delivery: &Delivery,
        picture: &Attached,
        media_id: &str,
    ) -> Result<Option<AllowanceClass>> {
        let now = self.deps.clock.now();
        let (account, openid) = (&delivery.account_id, &delivery.openid);
        let mut tx = self.deps.db.begin().await?;
        let allowances = store::allowances(&mut tx, account, openid).await?;
        let Some(open) = rules::remaining(&allowances, now) else { return Ok(None) };
        if !rows::begin_call(&mut tx, picture.id, media_id, now).await? {
            return Ok(None);
        }
        store::spend(&mut tx, account, openid, open.class).await?;
        tx.commit().await?;
        Ok(Some(open.class))
    }

    /// The call, and how it ended.
    async fn show(
        &self,
        client: &Client,
        delivery: &Delivery,
        picture: &Attached,
        media_id: String,
        class: AllowanceClass,
    ) -> Result<Option<Outcome>> {
        use DeliveryState::{Dropped, Failed, Queued, Sent, Unknown};
        let message = CustomMessage::Image { media_id };
        let error = match client.send_custom(&delivery.openid, &message).await {
            Ok(()) => return self.settle_picture(delivery, picture, Sent, None, "").await,
            Err(error) => error,
        };
        tracing::warn!(delivery = %delivery.id, error = %error, "delivery.picture_refused");
        let now = self.deps.clock.now();
        match rules::judge(&error, delivery.created_at, now, &self.deps.entropy) {
            Failure::Closed(why) => {
                self.exhaust(delivery).await?;
                self.settle_picture(delivery, picture, Dropped, Some(&error), &why).await
            }
            Failure::Later(at, why) => {
                self.give_back(delivery, class).await?;
                self.settle_picture(delivery, picture, Queued, Some(&error), &why).await?;
                Ok(Some(Outcome::RetryAt(at, why)))
            }
            Failure::Unknown(why) => {
                self.settle_picture(delivery, picture, Unknown, Some(&error), &why).await
            }
            Failure::Final(why) => {
                self.settle_picture(delivery, picture, Failed, Some(&error), &why).await
            }
        }
    }

    async fn settle_picture(
        &self,
        delivery: &Delivery,
        picture: &Attached,
        state: DeliveryState,
        error: Option<&CallError>,
        why: &str,
    ) -> Result<Option<Outcome>> {
        let errcode = match error {
            Some(CallError::Refused { errcode, .. }) => Some(*errcode),
            _ => None,
        };
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let reason = Some(why).filter(|why| !why.is_empty());
        rows::settle(&mut tx, picture.id, state, (errcode, reason), now).await?;
        let detail = json!({ "state": state, "errcode": errcode, "picture": picture.id });
        let object = format!("delivery:{}", delivery.id);
        audit::record(&mut tx, now, None, "delivery.picture", &object, &detail).await?;
        self.finish(tx, delivery).await?;
        Ok(None)
    }
}
