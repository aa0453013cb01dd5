//! The first administrator: invited by the terminal of the server, never by a default password.

use std::time::Duration;

use serde_json::json;

use super::manage::check_names;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::staff::store::{self, NewStaff, founding};
use crate::staff::{Role, StaffId, password};

/// How long an invitation holds.
pub const HOLDS: Duration = Duration::from_secs(3600);

/// Makes the invitation for the terminal, in place of any former one; nothing once there is staff.
///
/// # Errors
/// When the database cannot be used.
pub async fn invite(deps: &Deps) -> Result<Option<Secret>> {
    let mut tx = deps.db.begin().await?;
    if store::count(&mut tx).await? > 0 {
        founding::withdraw(&mut tx).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let secret = Secret::fresh(&deps.entropy);
    founding::invite(&mut tx, &secret.digest(), deps.clock.now().plus(HOLDS)).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// Whether the console can be set up by whoever has this secret.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_invited(deps: &Deps, secret: &Secret) -> Result<bool> {
    let mut link = deps.db.read().await?;
    Ok(store::count(&mut link).await? == 0
        && founding::is_open(&mut link, &secret.digest(), deps.clock.now()).await?)
}

/// Who sets the console up.
pub struct Founder {
    /// Log-in name.
    pub username: String,
    /// Name.
    pub name: String,
    /// Password.
    pub password: Secret,
}

/// Makes the first account, a security administrator, who adds everybody else; the invitation is
/// used up by it.
///
/// # Errors
/// Invalid when a field is; not found without the invitation, or once there is staff.
pub async fn found(deps: &Deps, secret: &Secret, founder: Founder) -> Result<()> {
    if !is_invited(deps, secret).await? {
        return Err(Error::not_found());
    }
    let username = founder.username.trim().to_lowercase();
    check_names(&username, &founder.name)?;
    password::check(&founder.password)?;
    let password_hash = password::hash(founder.password, &deps.entropy).await?;
    let now = deps.clock.now();
    let id = StaffId(deps.entropy.id_at(now));
    let name = founder.name.trim().to_owned();
    let row =
        NewStaff { id, username, name, role: Role::Secadmin, organization: None, password_hash };
    let mut tx = deps.db.begin().await?;
    // Whoever takes the row first is the only one: the other waits for it and finds it gone.
    if !founding::take(&mut tx, &secret.digest(), now).await? || store::count(&mut tx).await? > 0 {
        return Err(Error::not_found());
    }
    store::insert(&mut tx, &row, now).await?;
    let detail = json!({ "role": row.role.code(), "by": "setup" });
    audit::record(&mut tx, now, None, "staff.add", &format!("staff:{id}"), &detail).await?;
    tx.commit().await
}
