//! Alerts of the demo city: a group with a robot, and an address that cannot be reached, so that the
//! pages show both.

use crate::alerts::actions::{self, GroupEdit};
use crate::alerts::rules::{Quiet, for_groups};
use crate::alerts::store::people;
use crate::alerts::{Wishes, group_of};
use crate::app::App;
use crate::cli::seed::DemoAccount;
use crate::platform::error::Result;
use crate::staff::Role;
use crate::staff::store::by_username;

/// Has the first manager of a member organization told by mail and in a group of the simulated
/// WeCom; does nothing when that was done before.
pub async fn play(app: &App, accounts: &[DemoAccount]) -> Result<()> {
    let web = &app.web;
    let manager = accounts.iter().find(|one| one.role == Role::OrgManager.code());
    let Some(manager) = manager else { return Ok(()) };
    let mut link = web.deps.db.read().await?;
    let found = by_username(&mut link, &manager.username).await?;
    let Some((member, _)) = found else { return Ok(()) };
    let group = people::group(&mut link, group_of(member.organization_id)).await?;
    drop(link);
    if group.is_some() {
        return Ok(());
    }
    let base = &web.config.alerts.robot_base_url;
    let address = format!("{base}/cgi-bin/webhook/send?key=demo-group-0001");
    let occasions = for_groups(member.organization_id).to_vec();
    let edit = GroupEdit { address: &address, occasions };
    actions::save_group(&web.deps, &member, base, &edit).await?;
    let wishes = Wishes {
        email: "zhoumin@example.org".to_owned(),
        quiet: Quiet::NIGHT,
        ..Wishes::default()
    };
    actions::save_wishes(&web.deps, &member, &wishes).await?;
    actions::try_group(&web.deps, &member).await?;
    actions::try_out(&web.deps, &member).await
}
