//! Fetching what citizens sent, and removing files that nothing refers to any more.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::files::Files;
use super::rules::{ALARM, examine, next_try};
use super::{Format, Received, State, actions, store};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::wechat::client::{CallError, Client};
use crate::wechat::media::Media;

/// Kind of the job that fetches what came with a message; payload: the message's id.
pub const FETCH: &str = "media.fetch";
/// Kind of the job that removes an unused file; payload: its name.
pub const REMOVE: &str = "media.remove";

/// What the two jobs need; cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    /// Database, time, chance.
    pub deps: Deps,
    /// A client for each account.
    pub clients: Arc<HashMap<String, Client>>,
    /// Where files are kept.
    pub files: Files,
}

/// Why there is no file yet.
enum Trouble {
    /// It may come right within WeChat's three days.
    Passing(String),
    /// WeChat does not have it (any more).
    Gone,
}

impl Keeper {
    /// The job [`FETCH`]. Reading from WeChat may be repeated at will, so every failure short of
    /// "it is gone" is tried again, with growing pauses, until WeChat forgets.
    pub async fn fetch(&self, job: Claimed) -> Result<Outcome> {
        let message: Uuid = job.argument()?;
        let found = store::get(&mut self.deps.db.read().await?, message).await?;
        let Some(received) = found.filter(|received| received.state == State::Waiting) else {
            return Ok(Outcome::Done);
        };
        match self.download(&received).await {
            Ok(bytes) => self.examined(&job, &received, bytes).await,
            Err(trouble) => self.later_or_never(&job, &received, trouble).await,
        }
    }

    async fn download(&self, received: &Received) -> Result<Vec<u8>, Trouble> {
        let client = self.clients.get(&received.account_id);
        let client = client.ok_or_else(|| Trouble::Passing("no such account".to_owned()))?;
        match client.get_media(&received.media_id).await.map_err(sorted)? {
            Media::Bytes { bytes, .. } => Ok(bytes),
            Media::Video { url } => Ok(client.download_film(&url).await.map_err(sorted)?.bytes),
        }
    }

    async fn examined(
        &self,
        job: &Claimed,
        received: &Received,
        bytes: Vec<u8>,
    ) -> Result<Outcome> {
        let format = match examine(received.kind, &bytes) {
            Ok(format) => format,
            Err(why) => return self.end(job, received, State::Refused, why).await,
        };
        let (size, nonce) = (bytes.len(), self.deps.entropy.id_at(self.deps.clock.now()));
        match self.files.put(bytes, nonce).await {
            Ok(name) => self.stored(job, received, &name, format, size).await,
            Err(error) => {
                let trouble = Trouble::Passing(error.cause());
                self.later_or_never(job, received, trouble).await
            }
        }
    }

    async fn stored(
        &self,
        job: &Claimed,
        received: &Received,
        name: &str,
        format: Format,
        size: usize,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        store::hold_file(&mut tx, name, format, size, now).await?;
        // While the row was free, the last other message with this content may have been erased.
        if !self.files.has(name).await? {
            return Ok(Outcome::RetryAt(now, "the file was removed meanwhile".to_owned()));
        }
        let message = received.message_id;
        if !store::settle(&mut tx, message, State::Stored, Some(name), None, now).await? {
            // Erased while it was fetched: what was fetched goes too.
            actions::remove_later(&mut tx, name, now).await?;
        }
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    async fn later_or_never(
        &self,
        job: &Claimed,
        received: &Received,
        trouble: Trouble,
    ) -> Result<Outcome> {
        let gone = "微信已不再保存这份文件，没能取回。请联系群众重发。";
        let Trouble::Passing(why) = trouble else {
            return self.end(job, received, State::Expired, gone).await;
        };
        let (now, tries) = (self.deps.clock.now(), received.tries + 1);
        let Some(next) = next_try(tries, now, received.expires_at) else {
            return self.end(job, received, State::Expired, gone).await;
        };
        warn(received, now, tries, &why);
        let mut tx = self.deps.db.begin().await?;
        store::count_try(&mut tx, received.message_id, &why).await?;
        jobs::store::finish(&mut tx, job).await?;
        // A job of its own: the worker gives a single one fewer tries than three days need.
        let again = NewJob::new(FETCH, &received.message_id, next)?;
        jobs::store::enqueue(&mut tx, &again, now).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    async fn end(
        &self,
        job: &Claimed,
        received: &Received,
        state: State,
        why: &str,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        tracing::warn!(message = %received.message_id, state = state.code(), "media.not_kept");
        let mut tx = self.deps.db.begin().await?;
        store::settle(&mut tx, received.message_id, state, None, Some(why), now).await?;
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    /// The job [`REMOVE`]. The row goes first and is held until the file is gone, so that a fetch of
    /// the same content waits and then sees that its file is missing.
    pub async fn remove(&self, job: Claimed) -> Result<Outcome> {
        let name: String = job.argument()?;
        let mut tx = self.deps.db.begin().await?;
        if store::release_file(&mut tx, &name).await? {
            self.files.remove(&name).await?;
        }
        jobs::store::finish(&mut tx, &job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }
}

/// 40007 is WeChat's word for media that expired or never was.
fn sorted(error: CallError) -> Trouble {
    match error {
        CallError::Refused { errcode: 40007, .. } => Trouble::Gone,
        other => Trouble::Passing(other.to_string()),
    }
}

fn warn(received: &Received, now: Moment, tries: i64, why: &str) {
    let message = received.message_id;
    if received.expires_at.since(now) < ALARM {
        tracing::error!(%message, tries, why, "media.expires_soon");
    } else {
        tracing::warn!(%message, tries, why, "media.fetch_failed");
    }
}
