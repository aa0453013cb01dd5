//! Telling the citizen something that is no answer: it goes the way of answers and keeps no promise.

use crate::inquiries::store;
use crate::inquiries::{
    ANSWER_WRITTEN, AnswerWritten, Author, InquiryId, MessageId, MessageKind, NewMessage,
};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::jobs::{self, NewJob};
use crate::staff::StaffId;

/// Writes it with the job that delivers it. The caller has read the inquiry within a scope.
pub async fn tell(
    deps: &Deps,
    tx: &mut Tx,
    by: StaffId,
    inquiry: InquiryId,
    body: String,
    at: Moment,
) -> Result<MessageId> {
    let message = NewMessage {
        id: MessageId(deps.entropy.id_at(at)),
        inquiry,
        inbox: None,
        author: Author::Staff,
        staff: Some(by),
        kind: MessageKind::Text,
        body,
        original: None,
        media: None,
        at,
    };
    store::insert_message(tx, &message).await?;
    let job = NewJob::new(ANSWER_WRITTEN, &AnswerWritten { message: message.id }, at)?;
    jobs::store::enqueue(tx, &job, at).await?;
    Ok(message.id)
}
