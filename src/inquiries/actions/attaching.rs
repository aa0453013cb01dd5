//! Attaching pictures and documents to an answer that is being written.

use super::staff::begin;
use crate::inquiries::InquiryId;
use crate::media::files::Files;
use crate::media::store::{self as media, attached};
use crate::media::{Attached, AttachedId, actions, rules};
use crate::platform::Deps;
use crate::platform::error::{Error, Kind, Result};
use crate::staff::StaffMember;

/// Files that go with one answer at most.
pub const MOST: usize = 4;

/// A file as it was chosen.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    /// The form's own id: the same form sent twice attaches one file.
    pub once: AttachedId,
    /// The file's name on the person's machine.
    pub name: &'a str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Keeps a file for the answer that somebody writes; it leaves with that answer. The caller has looked
/// the inquiry up within the person's scope.
///
/// # Errors
/// Invalid when it is no picture or document, too large, or one too many.
pub async fn attach(
    deps: &Deps,
    files: &Files,
    by: &StaffMember,
    id: InquiryId,
    chosen: Chosen<'_>,
) -> Result<()> {
    let format = rules::attachable(&chosen.bytes).map_err(Error::invalid)?;
    let (size, nonce) = (chosen.bytes.len(), deps.entropy.id_at(deps.clock.now()));
    let sha256 = files.put(chosen.bytes, nonce).await?;
    let mut change = begin(deps, by, id).await?;
    let all = attached::of_inquiry(&mut change.tx, id.0).await?;
    if all.iter().any(|file| file.id == chosen.once) {
        return Ok(());
    }
    media::hold_file(&mut change.tx, &sha256, format, size, change.now).await?;
    // While the row was free, the last other use of this content may have been taken away.
    if !files.has(&sha256).await? {
        return Err(Error::new(Kind::Busy, "文件没有保存好，请再添加一次。"));
    }
    let waiting = all.iter().filter(|file| file.waits_for(by.id.0)).count();
    let full = waiting >= MOST;
    if full {
        actions::remove_later(&mut change.tx, &sha256, change.now).await?;
    } else {
        let new = Attached {
            id: chosen.once,
            inquiry_id: id.0,
            author_id: by.id.0,
            message_id: None,
            name: rules::stem(chosen.name),
            sha256,
            format,
            bytes: i64::try_from(size).unwrap_or(i64::MAX),
        };
        attached::insert(&mut change.tx, &new, change.now).await?;
    }
    change.tx.commit().await?;
    match full {
        true => Err(Error::invalid(format!("一条答复最多附 {MOST} 个文件，这个没有添加。"))),
        false => Ok(()),
    }
}

/// Takes a file away from the answer that somebody writes.
///
/// # Errors
/// Conflict when it is not there, or has left with an answer.
pub async fn detach(deps: &Deps, by: &StaffMember, id: InquiryId, file: AttachedId) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let gone = attached::remove(&mut change.tx, id.0, by.id.0, file).await?;
    let gone = gone.ok_or_else(|| {
        Error::conflict("这个文件已经去掉，或者已经随答复发出。请刷新页面看现在的情况。")
    })?;
    actions::remove_later(&mut change.tx, &gone, change.now).await?;
    change.tx.commit().await
}
