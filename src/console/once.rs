//! Every form acts once: whatever arrives twice (a double tap, a reload, the way back, a proxy that
//! tries again) is answered the second time with what the first time led to.
//!
//! Two arrivals are the same when the same person sent the same content with the same hidden `once`
//! to the same address. Inside one process the second waits for the first; between processes the
//! row in the database decides. A refused form is forgotten and may be sent again. Where a form led
//! is kept sealed, because the address of a citizen's page opens it.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use uuid::Uuid;

use super::auth::SignedIn;
use super::error::Problem;
use super::form::{Form, LARGEST_UPLOAD};
use super::state::Web;
use crate::platform::error::Result;
use crate::platform::once::{self, Key, Operation, store};

const WITHOUT_ID: &str = "这张表单不完整或已经失效，什么都没有做。";
const DONE_BEFORE: &str = "这张表单已经提交并处理过，这次没有再做一遍。";

/// How often it is looked whether another process has noted where a form led.
const LOOKS: u32 = 20;
/// Time between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Forms being worked on in this process; cheap to clone.
#[derive(Clone, Default)]
pub struct Running(Arc<Counter>);

#[derive(Default)]
struct Counter {
    keys: Mutex<HashSet<Key>>,
    left: Notify,
}

/// The right to work on a form; given back when dropped.
struct Turn {
    running: Running,
    key: Key,
}

impl Running {
    async fn turn(&self, key: Key) -> Turn {
        loop {
            let left = self.0.left.notified();
            if self.keys().insert(key) {
                return Turn { running: self.clone(), key };
            }
            left.await;
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.keys().remove(&self.key);
        self.running.0.left.notify_waiters();
    }
}

/// Lets a form through to its handler the first time, and answers by itself afterwards.
pub async fn act_once(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (key, request) = match recognize(request).await {
        Ok(recognized) => recognized,
        Err(problem) => return problem.into_response(),
    };
    // Whoever taps twice breaks the first connection off; what it began is done to its end.
    match tokio::spawn(act(web, key, request, next)).await {
        Ok(response) => response,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Problem::internal(cancelled).into_response(),
        },
    }
}

async fn act(web: Web, key: Key, request: Request, next: Next) -> Response {
    let _turn = web.running.turn(key).await;
    match earlier(&web, &key).await {
        Ok(Some(response)) => return response,
        Ok(None) => {}
        Err(error) => return Problem::from(error).into_response(),
    }
    let now = web.deps.clock.now();
    let operation = Operation::new(key, web.deps.entropy.id_at(now), now);
    let response = operation.scope(next.run(request)).await;
    if operation.was_repeated() {
        return match earlier(&web, &key).await {
            Ok(Some(response)) => response,
            Ok(None) => done_before(),
            Err(error) => Problem::from(error).into_response(),
        };
    }
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    if let Err(error) = remember(&web, &operation, response.status(), to).await {
        tracing::warn!(cause = %error.cause(), "form.outcome_not_kept");
    }
    response
}

/// The response to a form that has acted before. Another process may be about to note where it led.
async fn earlier(web: &Web, key: &Key) -> Result<Option<Response>> {
    for _ in 0..LOOKS {
        match store::outcome(&mut web.deps.db.read().await?, key).await? {
            None => return Ok(None),
            Some(None) => tokio::time::sleep(BETWEEN_LOOKS).await,
            Some(Some(sealed)) => {
                let to = web.deps.vault.open(key, &sealed);
                let shown = to.map(|to| Redirect::to(&to).into_response());
                return Ok(Some(shown.unwrap_or_else(done_before)));
            }
        }
    }
    Ok(Some(done_before()))
}

fn done_before() -> Response {
    Problem::saying(StatusCode::CONFLICT, DONE_BEFORE).into_response()
}

/// Keeps where a form led, or forgets a form that was refused. After a failure of ours the row
/// stays as it is: an effect that is on disk must not be repeated.
async fn remember(
    web: &Web,
    operation: &Operation,
    status: StatusCode,
    to: Option<&str>,
) -> Result<()> {
    if status.is_client_error() {
        let mut link = web.deps.db.read().await?;
        if store::outcome(&mut link, operation.key()).await?.is_some() {
            drop(link);
            once::forget(&web.deps, operation).await?;
        }
        return Ok(());
    }
    let Some(to) = to.filter(|_| status.is_redirection()) else { return Ok(()) };
    let sealed = web.deps.vault.seal(&web.deps.entropy, operation.key(), to);
    let kept = Duration::from_secs(web.config.console.form_hours * 3600);
    once::settle(&web.deps, operation, sealed.as_deref().unwrap_or_default(), kept).await
}

/// What makes two arrivals the same, and the request as it came.
async fn recognize(mut request: Request) -> Result<(Key, Request), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let in_parts = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if in_parts {
        DefaultBodyLimit::max(LARGEST_UPLOAD).apply(&mut request);
    }
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let content = Bytes::from_request(whole, &()).await;
    let content = content.map_err(|error| Problem::of(error.into_response().status()))?;
    let again = || Request::from_parts(parts.clone(), Body::from(content.clone()));
    let once = match in_parts {
        true => once_among(again()).await.ok_or_else(|| without_id("")),
        false => {
            let Form(fields) = Form::from_request(again(), &()).await?;
            fields.read::<Uuid>("once").ok_or_else(|| without_id(fields.typed()))
        }
    }?;
    let who = parts.extensions.get::<SignedIn>().map_or(Uuid::nil(), |signed| signed.member.id.0);
    let mut digest = Sha256::new();
    digest.update(who);
    digest.update(once);
    digest.update(parts.uri.path());
    // The boundary between parts is another one each time; a file is the same by its `once`.
    if !in_parts {
        digest.update(b"\n");
        digest.update(&content);
    }
    Ok((digest.finalize().into(), again()))
}

fn without_id(typed: &str) -> Problem {
    Problem::saying(StatusCode::BAD_REQUEST, WITHOUT_ID).keeping(typed)
}

async fn once_among(request: Request) -> Option<Uuid> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    while let Some(field) = form.next_field().await.ok()? {
        if field.name() == Some("once") {
            return field.text().await.ok()?.parse().ok();
        }
    }
    None
}
