//! Adding and changing people's accounts.

use serde_json::json;

use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::staff::policy::{Right, allows};
use crate::staff::store::{self, NewStaff};
use crate::staff::{Qualified, Role, StaffId, StaffMember, password};

/// Whether `by` may manage the accounts of `organization` (`None`: the alliance's own people).
pub fn may_manage(by: &StaffMember, organization: Option<OrganizationId>) -> bool {
    allows(by.role, Right::ManageAllStaff)
        || (allows(by.role, Right::ManageOwnStaff)
            && organization.is_some()
            && organization == by.organization_id)
}

/// The roles that may be given to people of an organization or of the alliance itself.
pub fn roles_for(organization: Option<OrganizationId>) -> &'static [Role] {
    match organization {
        Some(_) => &[Role::Responder, Role::OrgManager, Role::HubManager],
        None => &[
            Role::Operator,
            Role::Approver,
            Role::Supervisor,
            Role::Sysadmin,
            Role::Secadmin,
            Role::Auditor,
        ],
    }
}

/// Adds an account with its first password.
pub async fn add(deps: &Deps, by: &StaffMember, new: NewAccount) -> Result<StaffId> {
    if !may_manage(by, new.organization) || !roles_for(new.organization).contains(&new.role) {
        return Err(Error::forbidden());
    }
    add_unchecked(deps, Some(by.id), new).await
}

/// What a new account needs.
pub struct NewAccount {
    /// Log-in name.
    pub username: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Organization.
    pub organization: Option<OrganizationId>,
    /// First password.
    pub password: Secret,
}

/// Adds an account without asking who is asking: for the command line on the server itself.
pub async fn add_unchecked(deps: &Deps, by: Option<StaffId>, new: NewAccount) -> Result<StaffId> {
    let username = new.username.trim().to_lowercase();
    check_names(&username, &new.name)?;
    password::check(&new.password)?;
    let password_hash = password::hash(new.password, &deps.entropy).await?;
    let now = deps.clock.now();
    let id = StaffId(deps.entropy.id_at(now));
    let row = NewStaff {
        id,
        username,
        name: new.name.trim().to_owned(),
        role: new.role,
        organization: new.organization,
        password_hash,
    };
    let mut tx = deps.db.begin().await?;
    if !store::insert(&mut tx, &row, now).await? {
        return Err(Error::conflict("这个登录名已经有人使用，请换一个。"));
    }
    let detail = json!({ "role": new.role.code() });
    audit::record(&mut tx, now, by.map(|b| b.0), "staff.add", &format!("staff:{id}"), &detail)
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes name, role and whether somebody may log in; their sessions end.
pub async fn change(
    deps: &Deps,
    by: &StaffMember,
    id: StaffId,
    version: i64,
    name: &str,
    role: Role,
    active: bool,
) -> Result<()> {
    let target = store::get(&mut deps.db.read().await?, id).await?;
    let target =
        target.filter(|t| may_manage(by, t.organization_id)).ok_or_else(Error::not_found)?;
    if !roles_for(target.organization_id).contains(&role) {
        return Err(Error::forbidden());
    }
    if by.id == id && (!active || role != by.role) {
        return Err(Error::invalid("不能停用自己的账号或改变自己的角色，请由另一位管理员操作。"));
    }
    check_names(&target.username, name)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::update(&mut tx, id, version, name.trim(), role, active).await?;
    if !active || role != target.role {
        store::end_sessions(&mut tx, id).await?;
    }
    let detail = json!({ "role": role.code(), "active": active });
    audit::record(&mut tx, now, Some(by.id.0), "staff.change", &format!("staff:{id}"), &detail)
        .await?;
    tx.commit().await
}

/// Writes as what somebody gives legal help; answers given before keep what stood there then.
///
/// # Errors
/// Not found when `by` may not manage that account.
pub async fn qualify(
    deps: &Deps,
    by: &StaffMember,
    id: StaffId,
    qualified: &Qualified,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let target = store::get(&mut tx, id).await?;
    target.filter(|t| may_manage(by, t.organization_id)).ok_or_else(Error::not_found)?;
    if store::qualified(&mut tx, id).await?.as_ref() == Some(qualified) {
        return Ok(());
    }
    store::set_qualified(&mut tx, id, qualified).await?;
    let detail = json!({ "qualification": qualified.qualification });
    audit::record(&mut tx, now, Some(by.id.0), "staff.qualify", &format!("staff:{id}"), &detail)
        .await?;
    tx.commit().await
}

/// Sets a new password for somebody who lost theirs. Their sessions end and their WeChat is unbound:
/// whoever got hold of the account may have bound one. The second factor stays.
pub async fn reset_password(
    deps: &Deps,
    by: Option<StaffId>,
    username: &str,
    new: Secret,
) -> Result<StaffId> {
    password::check(&new)?;
    let found =
        store::by_username(&mut deps.db.read().await?, &username.trim().to_lowercase()).await?;
    let (target, _) = found.ok_or_else(Error::not_found)?;
    let hash = password::hash(new, &deps.entropy).await?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::set_password(&mut tx, target.id, &hash).await?;
    store::end_sessions(&mut tx, target.id).await?;
    let unbound = store::wechat::unbind_all(&mut tx, target.id).await?;
    let object = format!("staff:{}", target.id);
    let detail = json!({ "unbound": unbound });
    audit::record(&mut tx, now, by.map(|b| b.0), "staff.reset", &object, &detail).await?;
    tx.commit().await?;
    Ok(target.id)
}

pub(super) fn check_names(username: &str, name: &str) -> Result<()> {
    let fits = (2..=40).contains(&username.len())
        && username
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
    if !fits {
        return Err(Error::invalid("登录名用 2 到 40 个小写字母、数字或 . _ - 。"));
    }
    if name.trim().is_empty() || name.chars().count() > 30 {
        return Err(Error::invalid("姓名要填写，最多 30 个字。"));
    }
    Ok(())
}
