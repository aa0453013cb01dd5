//! How an answer reaches the citizen within WeChat's rules.
//!
//! A row in the outbox is committed before the call and settled after it. A process that dies in
//! between leaves a row in state `calling`; whoever finds it turns it into `unknown` and never calls
//! again by itself, because WeChat may have accepted the message.
//!
//! Pictures of an answer follow it as messages of their own under the same rules ([`actions::pictures`]).
//!
//! Refuses to know: conversations, routing.

pub mod actions;
pub mod rules;
pub mod store;

use crate::citizens::CitizenId;
use crate::inquiries::{InquiryId, MessageId};
use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

/// Kind of the job that sends an answer's pictures; its payload is an
/// [`AnswerWritten`](crate::inquiries::AnswerWritten).
pub const PICTURES: &str = "answer.pictures";

entity_id!(
    /// Id of one message on its way to a citizen.
    DeliveryId
);

text_enum!(
    /// How a delivery stands.
    DeliveryState {
        /// About to be sent.
        Queued = "queued", "正在送出";
        /// The call to WeChat is under way.
        Calling = "calling", "正在送出";
        /// WeChat accepted it.
        Sent = "sent", "已送达";
        /// WeChat allows no message now: it goes out with the citizen's next contact.
        Waiting = "waiting", "等待群众下次来信";
        /// The call broke off: WeChat may or may not have accepted it.
        Unknown = "unknown", "结果不明";
        /// Something newer says more: it is not sent any more.
        Dropped = "dropped", "不再补发";
        /// WeChat refused it for good.
        Failed = "failed", "未送达";
    }
);

text_enum!(
    /// The way an answer took.
    Way {
        /// As a customer-service message (wechat-protocol.md §5).
        Custom = "custom", "客服消息";
        /// Within the reply to the citizen's next message (§3).
        Reply = "reply", "随下次来信回复";
        /// As a subscription notification with a link to the answer (§6.2).
        Subscription = "subscription", "订阅通知（附答复网页）";
        /// As a template message with a link to the answer (§6.1).
        Template = "template", "模板消息（附答复网页）";
    }
);

/// One message on its way to a citizen.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    /// Id.
    pub id: DeliveryId,
    /// Inquiry.
    pub inquiry_id: InquiryId,
    /// The answer it carries.
    pub message_id: MessageId,
    /// Receiver.
    pub citizen_id: CitizenId,
    /// Official account.
    pub account_id: String,
    /// Receiver's id at that account; never logged.
    pub openid: String,
    /// The text as it is sent, within WeChat's limit.
    pub body: String,
    /// How it stands.
    pub state: DeliveryState,
    /// The way it took.
    pub way: Option<Way>,
    /// WeChat's error code, when it refused.
    pub errcode: Option<i64>,
    /// Why it stands like this, for staff.
    pub reason: Option<String>,
    /// When it was written.
    pub created_at: Moment,
    /// When it was settled.
    pub settled_at: Option<Moment>,
}
