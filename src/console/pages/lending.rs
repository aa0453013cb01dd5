//! Reading held answers of other organizations that nobody else can read there.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page};
use crate::console::form::{Asked, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::MessageId;
use crate::inquiries::actions::citizen::FIRST_LINE;
use crate::inquiries::reviewing::actions::lending;
use crate::inquiries::reviewing::lending::LentPass;
use crate::inquiries::reviewing::store::lent::{self, Lent};
use crate::inquiries::reviewing::views::{LentPage, LentRow};
use crate::inquiries::views::Sla;
use crate::media::store::attached;
use crate::platform::error::Result;

/// What the person may read for others, as the list shows it.
pub(super) async fn rows(web: &Web, signed: &SignedIn) -> Result<Vec<LentRow>> {
    let mut rows = Vec::new();
    for pass in passes(web, signed).await? {
        let found = lent::read(&mut web.deps.db.read().await?, &pass).await?;
        rows.extend(found.map(|found| row(web, &pass, &found)));
    }
    Ok(rows)
}

/// What opens the held answers that the person may read for others.
pub(in crate::console) async fn passes(web: &Web, signed: &SignedIn) -> Result<Vec<LentPass>> {
    let directory = web.directory.current();
    lending::passes(&web.deps, &signed.member, |id| directory.hubs_of(id)).await
}

async fn pass(web: &Web, signed: &SignedIn, id: MessageId) -> Result<LentPass> {
    let directory = web.directory.current();
    lending::pass(&web.deps, &signed.member, id, |id| directory.hubs_of(id)).await
}

fn row(web: &Web, pass: &LentPass, found: &Lent) -> LentRow {
    let now = web.deps.clock.now();
    LentRow {
        href: format!("/console/reviews/{}", pass.review()),
        number: found.number.clone(),
        first_line: match found.first_line.chars().count() {
            ..FIRST_LINE => found.first_line.clone(),
            _ => format!("{}…", found.first_line),
        },
        organization: web.directory.current().short_name(found.organization_id).to_owned(),
        reason: found.reason.name(),
        sla: Sla::new(Some(found.due_at), found.answered_at, now),
        written: frame::when(web, found.written_at),
    }
}

/// The page of one.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<MessageId>,
    Asked(asked): Asked,
) -> Answer {
    let pass = pass(&web, &signed, id).await?;
    let found = lending::open(&web.deps, &pass).await?;
    let files = attached::of_message(&mut web.deps.db.read().await?, id.0).await?;
    let attached: Vec<String> = files.iter().map(|file| file.file_name()).collect();
    page(&LentPage {
        row: row(&web, &pass, &found),
        field: found.field.map_or("领域待定", |field| field.name()).to_owned(),
        attached: attached.join("、"),
        body: found.body,
        version: found.version,
        shell: frame::desk(&web, &signed, "代别的单位复核", "/console/reviews", &asked).await?,
    })
}

/// Lets it go.
pub async fn release(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<MessageId>,
    Form(fields): Form,
) -> Answer {
    let pass = pass(&web, &signed, id).await?;
    let (seen, remark) = (fields.read("version").unwrap_or(0), fields.text("remark"));
    let done = lending::release(&web.deps, &pass, seen, remark).await;
    done.map_err(|error| Problem::from(error).keeping(remark))?;
    Ok(Redirect::to("/console/reviews?done=let-go").into_response())
}

/// Sends it back.
pub async fn send_back(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<MessageId>,
    Form(fields): Form,
) -> Answer {
    let pass = pass(&web, &signed, id).await?;
    let remark = fields.text("remark");
    let done = lending::send_back(&web.deps, &pass, remark).await;
    done.map_err(|error| Problem::from(error).keeping(remark))?;
    Ok(Redirect::to("/console/reviews?done=sent-back").into_response())
}
