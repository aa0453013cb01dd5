//! An answer of the demo city that waits for its second reader.

use crate::app::App;
use crate::inquiries::reviewing::rules::Policy;
use crate::inquiries::reviewing::{Reason, Review, ReviewState, store};
use crate::inquiries::store::{Filter, Tab, page};
use crate::inquiries::{Inquiry, MessageId, State};
use crate::members::{self, OrgScope, OrganizationId};
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::staff::StaffId;

/// First answers of everybody that the organization reads first.
const FIRST: i64 = 3;
const ANSWER: &str = "可以先把照片、录像、聊天记录等证据保存好，再向主管部门书面投诉；协商、调解不成的，\
    可以向人民法院起诉。请尽快办，别过了时效。";

/// Lets the first organization where somebody works on an inquiry read first answers first.
pub async fn add(app: &App) -> Result<()> {
    let deps = &app.web.deps;
    let Some((organization, inquiry)) = first(deps, State::Claimed).await? else { return Ok(()) };
    let Some(author) = inquiry.assignee_id else { return Ok(()) };
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let policy = Policy { first_answers: FIRST, ..Policy::default() };
    store::save_policy(&mut tx, organization, &policy, author, now).await?;
    let review = Review {
        id: MessageId(deps.entropy.id_at(now)),
        inquiry_id: inquiry.id,
        organization_id: organization,
        author_id: author,
        body: ANSWER.to_owned(),
        reason: Reason::New,
        state: ReviewState::InReview,
        written_at: now,
        reader_id: None,
        remark: String::new(),
        decided_at: None,
    };
    store::insert(&mut tx, &review).await?;
    tx.commit().await
}

/// The first organization that has an inquiry in this state, with the most urgent of them.
pub async fn first(deps: &Deps, state: State) -> Result<Option<(OrganizationId, Inquiry)>> {
    let mut link = deps.db.read().await?;
    let (now, nobody) = (deps.clock.now(), StaffId(uuid::Uuid::nil()));
    for organization in members::store::all(&mut link).await? {
        let scope = OrgScope::Own(organization.id);
        let open = page(&mut link, scope, Tab::Open, nobody, &Filter::default(), None, now).await?;
        if let Some(inquiry) = open.into_iter().find(|inquiry| inquiry.state == state) {
            return Ok(Some((organization.id, inquiry)));
        }
    }
    Ok(None)
}
