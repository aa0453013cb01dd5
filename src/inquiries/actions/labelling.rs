//! Sorting inquiries by words of one's own.

use serde_json::json;

use super::staff::begin;
use crate::inquiries::InquiryId;
use crate::inquiries::store::labels;
use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::staff::StaffMember;

/// Longest label, in characters.
pub const LONGEST: usize = 12;
/// Labels on one inquiry.
const MOST: usize = 10;

/// Puts a label on an inquiry of the own scope.
///
/// # Errors
/// Invalid when it is empty or too long; conflict when there are enough.
pub async fn put(deps: &Deps, by: &StaffMember, id: InquiryId, name: &str) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.contains(char::is_control) {
        return Err(Error::invalid(format!("标签要 1 到 {LONGEST} 个字，没有加上。")));
    }
    if labels::of_inquiry(&mut change.tx, by.scope(), id).await?.len() >= MOST {
        return Err(Error::conflict(format!("一件咨询最多 {MOST} 个标签。请先去掉一个。")));
    }
    if !labels::put(&mut change.tx, by.scope(), id, name, by.id, change.now).await? {
        return Ok(());
    }
    change.finish(deps, Some(by.id), "inquiry.label", json!({ "put": name })).await?;
    Ok(())
}

/// Takes a label off an inquiry of the own scope.
pub async fn take_off(deps: &Deps, by: &StaffMember, id: InquiryId, name: &str) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    if !labels::take_off(&mut change.tx, by.scope(), id, name).await? {
        return Ok(());
    }
    change.finish(deps, Some(by.id), "inquiry.label", json!({ "taken_off": name })).await?;
    Ok(())
}
