//! `GET /console/live`: tells an open page that something within its reader's scope has changed.
//! The content is never sent here; the page fetches it as the block it shows.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Interval;
use uuid::Uuid;

use super::auth::{self, SignedIn};
use super::error::Answer;
use super::form::Asked;
use super::presence::Seat;
use super::state::Web;
use crate::inquiries::{InquiryId, store};
use crate::members::{OrgScope, OrganizationId};
use crate::platform::coord::News;
use crate::platform::error::Result;
use crate::staff::policy::Right;

/// How often a silent stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is checked that the session still holds.
const RECHECK: Duration = Duration::from_secs(60);

/// One open page.
struct Watch {
    web: Web,
    headers: HeaderMap,
    scope: OrgScope,
    reader: Uuid,
    news: Receiver<News>,
    recheck: Interval,
    _seat: Option<Seat>,
}

/// The stream. `inquiry` names the one that is open, so that colleagues see who looks at it.
pub async fn stream(
    State(web): State<Web>,
    signed: SignedIn,
    Asked(asked): Asked,
    headers: HeaderMap,
) -> Answer {
    let mut recheck = tokio::time::interval(RECHECK);
    recheck.reset();
    let news = web.deps.coord.subscribe();
    let seat = seat(&web, &signed, asked.read("inquiry")).await?;
    let scope = signed.member.scope();
    let watch =
        Watch { web, headers, scope, reader: signed.member.id.0, news, recheck, _seat: seat };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    // An event without data would not reach the page's script.
    let heartbeat =
        KeepAlive::new().interval(HEARTBEAT).event(Event::default().event("ping").data("1"));
    // A proxy that collects answers before passing them on would hold the news back.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(events).keep_alive(heartbeat)).into_response())
}

/// A place for somebody who may answer, before an inquiry that is theirs to see.
async fn seat(web: &Web, signed: &SignedIn, id: Option<InquiryId>) -> Result<Option<Seat>> {
    let Some(id) = id.filter(|_| signed.may(Right::Answer)) else { return Ok(None) };
    let scope = signed.member.scope();
    let inquiry = store::get(&mut web.deps.db.read().await?, scope, id).await?;
    Ok(inquiry.map(|inquiry| web.presence.sit(&web.deps.coord, &inquiry, &signed.member)))
}

impl Watch {
    /// The next thing worth telling; `None` when the session or the program ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                () = self.web.stopping.cancelled() => return None,
                _ = self.recheck.tick() => {
                    if !self.still_welcome().await {
                        return None;
                    }
                }
                heard = self.news.recv() => match heard {
                    Ok(news) => {
                        if let Some(told) = told(self.scope, self.reader, &news) {
                            return Some(changed(&told));
                        }
                    }
                    Err(RecvError::Lagged(_)) => return Some(changed(&json!({ "topic": "resync" }))),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    async fn still_welcome(&self) -> bool {
        match auth::still_holds(&self.web, &self.headers, self.scope).await {
            Ok(holds) => holds,
            Err(error) => {
                tracing::warn!(cause = %error.cause(), "live.recheck_failed");
                true
            }
        }
    }
}

fn changed(told: &serde_json::Value) -> Event {
    Event::default().event("changed").data(told.to_string())
}

/// What a reader with this scope learns of a piece of news.
fn told(scope: OrgScope, reader: Uuid, news: &News) -> Option<serde_json::Value> {
    if let News::Alerts { staff } = news {
        return staff.contains(&reader).then(|| json!({ "topic": "alerts" }));
    }
    let News::Inquiry { inquiry, organization, formerly } = news else { return None };
    let own = scope.covers(organization.map(OrganizationId));
    let lost = formerly.is_some_and(|id| scope.covers(Some(OrganizationId(id))));
    if own || lost {
        return Some(json!({ "topic": "inquiry", "inquiry": inquiry }));
    }
    // It may have been in the operators' queue a moment ago; which one it was stays unsaid.
    let left_queue = scope == OrgScope::Unmatched && formerly.is_none();
    left_queue.then(|| json!({ "topic": "inbox" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);
    const INQUIRY: Uuid = Uuid::from_u128(9);

    fn news(organization: Option<Uuid>, formerly: Option<Uuid>) -> News {
        News::Inquiry { inquiry: INQUIRY, organization, formerly }
    }

    #[test]
    fn an_organization_hears_of_its_own_inquiries_and_of_those_it_lost() {
        let own = OrgScope::Own(OrganizationId(A));
        assert!(told(own, A, &news(Some(A), None)).is_some());
        assert!(told(own, A, &news(Some(B), Some(A))).is_some());
        assert!(told(own, A, &news(None, Some(A))).is_some());
        assert!(told(own, A, &news(Some(B), None)).is_none());
        assert!(told(own, A, &news(None, None)).is_none());
    }

    #[test]
    fn operators_learn_that_their_queue_moved_but_not_the_id_of_what_is_not_theirs() {
        let told = |news| told(OrgScope::Unmatched, A, &news).map(|told| told.to_string());
        assert!(told(news(None, None)).is_some_and(|text| text.contains(&INQUIRY.to_string())));
        assert_eq!(told(news(Some(A), None)).as_deref(), Some(r#"{"topic":"inbox"}"#));
        assert_eq!(told(news(Some(A), Some(B))), None);
    }

    #[test]
    fn an_alert_is_heard_by_those_alone_who_are_alerted() {
        let news = News::Alerts { staff: vec![A] };
        assert!(told(OrgScope::Unmatched, A, &news).is_some());
        assert!(told(OrgScope::Everything, B, &news).is_none());
    }

    #[test]
    fn whoever_reads_nothing_hears_nothing() {
        assert!(told(OrgScope::Nothing, A, &news(None, None)).is_none());
        assert!(told(OrgScope::Everything, A, &News::Jobs).is_none());
    }
}
