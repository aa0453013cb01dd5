//! A promise on its inquiry's page: pausing it, letting it run again, asking for more time and
//! deciding on that.

use axum::extract::State;

use super::answering::back;
use super::conversation::Talk;
use crate::console::auth::SignedIn;
use crate::console::error::Answer;
use crate::console::form::{Form, Target};
use crate::console::state::Web;
use crate::inquiries::views::promise::{PromisePanel, Request};
use crate::inquiries::{InquiryId, PauseReason, State as InquiryState, store};
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::Choice;
use crate::promises::rules::{self, Terms};
use crate::promises::{Extension, ExtensionState, actions, views};
use crate::staff::policy::Right;
use crate::worktime::in_words;

/// Stops the clock.
pub async fn pause(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let Some(reason) = PauseReason::from_code(fields.text("pause")) else {
        within_scope(&web, &signed, id).await?;
        return Err(Error::invalid("请选择暂停的原因。").into());
    };
    let wanted = (reason, fields.read("workdays"));
    let (directory, terms) = (web.directory.current(), Terms::of(&web.config.promise));
    actions::pause(&web.deps, &directory, &terms, &signed.member, id, wanted).await?;
    Ok(back(id, "paused"))
}

/// Lets it run again.
pub async fn resume(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    actions::resume(&web.deps, &web.directory.current(), &signed.member, id).await?;
    Ok(back(id, "resumed"))
}

/// Asks for more time.
pub async fn extension(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let wanted = (fields.read("workdays"), fields.text("reason"));
    let (directory, terms) = (web.directory.current(), Terms::of(&web.config.promise));
    actions::ask(&web.deps, &directory, &terms, &signed.member, id, wanted).await?;
    Ok(back(id, "extension"))
}

/// Grants more time, or not.
pub async fn decide(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let grant = fields.text("decision") == "grant";
    let Some(extension) = fields.read("extension") else {
        within_scope(&web, &signed, id).await?;
        return Err(Error::invalid("这份延期申请不存在，请刷新后再看。").into());
    };
    let (directory, terms) = (web.directory.current(), Terms::of(&web.config.promise));
    let decided = (grant, fields.text("remark"));
    actions::decide(&web.deps, &directory, &terms, &signed.member, (id, extension), decided)
        .await?;
    Ok(back(id, if grant { "granted" } else { "not-extended" }))
}

async fn within_scope(web: &Web, signed: &SignedIn, id: InquiryId) -> Result<()> {
    let mut link = web.deps.db.read().await?;
    store::get(&mut link, signed.member.scope(), id).await?.ok_or_else(Error::not_found)?;
    Ok(())
}

/// The promise as the page shows it, and what the reader may do with it.
pub(super) fn panel(talk: &Talk, web: &Web, signed: &SignedIn) -> PromisePanel {
    let (inquiry, me, now) = (&talk.inquiry, signed.member.id, talk.now);
    let terms = Terms::of(&web.config.promise);
    let owned = inquiry.state == InquiryState::Claimed && inquiry.assignee_id == Some(me);
    let decides = signed.may(Right::GrantExtensions);
    let paused = views::paused(inquiry, now);
    let running = rules::is_running(inquiry);
    let open = talk.extensions.iter().find(|one| one.state == ExtensionState::Open && running);
    PromisePanel {
        stage: views::stage(inquiry).filter(|_| running && paused.is_none()).map(str::to_owned),
        may_resume: paused.is_some() && (owned || decides),
        pause_reasons: match rules::may_pause(inquiry, me, now) {
            Ok(()) => {
                PauseReason::ALL.iter().map(|r| Choice::new(r.code(), r.name(), false)).collect()
            }
            Err(_) => Vec::new(),
        },
        pause_workdays: terms.pause_workdays,
        may_ask: rules::may_ask(inquiry, &talk.extensions, me, now).is_ok(),
        most_workdays: terms.most_workdays,
        request: open.map(|one| request(one, talk, decides && one.asked_by != me)),
        paused,
    }
}

fn request(extension: &Extension, talk: &Talk, may_decide: bool) -> Request {
    let by = talk.names.get(&extension.asked_by).map_or("同事", |name| name);
    let due = in_words(extension.due_before, talk.now);
    Request {
        id: extension.id.to_string(),
        sentence: format!(
            "{by} 申请延期 {} 个工作日（原定{due}），理由：{}",
            extension.workdays, extension.reason
        ),
        may_decide,
    }
}
