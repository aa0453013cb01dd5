//! One of each for the demo: a promise that is paused, one whose extension waits, one whose
//! extension was granted. Late ones are among the past inquiries anyway.

use std::time::Duration;

use crate::app::App;
use crate::inquiries::store::{self, Filter, Tab};
use crate::inquiries::{Inquiry, PauseReason, State};
use crate::members::OrgScope;
use crate::platform::error::Result;
use crate::promises::actions;
use crate::promises::rules::Terms;
use crate::staff::{self, Role, StaffId, StaffMember};

/// How far each promise has come, and how far it is to its end.
const SINCE: Duration = Duration::from_secs(5 * 3600);
const LEFT: Duration = Duration::from_secs(19 * 3600);
const WHY: &str = "要向登记机关核对企业名称，对方两天后答复";

pub async fn add(app: &App) -> Result<()> {
    let (deps, directory) = (&app.web.deps, app.web.directory.current());
    let terms = Terms::of(&app.web.config.promise);
    let now = deps.clock.now();
    let (everything, nobody) = (OrgScope::Everything, StaffId(uuid::Uuid::nil()));
    let filter = Filter::default();
    let mut link = deps.db.read().await?;
    let mut open =
        store::page(&mut link, everything, Tab::Open, nobody, &filter, None, now).await?;
    drop(link);
    open.retain(|inquiry| matches!(inquiry.state, State::Offered | State::Claimed));
    open.sort_by_key(|inquiry| std::cmp::Reverse(inquiry.opened_at));
    for (nth, inquiry) in open.iter().take(3).enumerate() {
        let people = people(app, inquiry).await?;
        let of = |role: Role| people.iter().find(|person| person.role == role);
        let (Some(owner), Some(manager)) = (of(Role::Responder), of(Role::OrgManager)) else {
            continue;
        };
        take(app, inquiry, owner).await?;
        let id = inquiry.id;
        if nth == 0 {
            let wanted = (PauseReason::Documents, Some(3));
            actions::pause(deps, &directory, &terms, owner, id, wanted).await?;
            continue;
        }
        actions::ask(deps, &directory, &terms, owner, id, (Some(2), WHY)).await?;
        if nth == 2 {
            let asked = crate::promises::store::extensions(&mut deps.db.read().await?, id).await?;
            let Some(request) = asked.last() else { continue };
            let granted = (true, "同意");
            actions::decide(deps, &directory, &terms, manager, (id, request.id), granted).await?;
        }
    }
    Ok(())
}

async fn people(app: &App, inquiry: &Inquiry) -> Result<Vec<StaffMember>> {
    let Some(organization) = inquiry.organization_id else { return Ok(Vec::new()) };
    let mut link = app.web.deps.db.read().await?;
    staff::store::of_organization(&mut link, organization).await
}

/// Gives an inquiry to somebody, with a promise that runs.
async fn take(app: &App, inquiry: &Inquiry, owner: &StaffMember) -> Result<()> {
    let deps = &app.web.deps;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let Some(mut taken) = store::lock(&mut tx, OrgScope::Everything, inquiry.id).await? else {
        return Ok(());
    };
    taken.state = State::Claimed;
    taken.assignee_id = Some(owner.id);
    taken.active_at = Some(now);
    taken.promise_anew(now.minus(SINCE).max(taken.opened_at), now.plus(LEFT));
    store::save(&mut tx, &taken).await?;
    tx.commit().await
}
