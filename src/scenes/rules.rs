//! What a code must be. Pure.

use super::{NewScene, SceneKind};
use crate::platform::error::{Error, Result};

/// Longest life of a temporary code (wechat-protocol.md §9).
pub const MOST_DAYS: u32 = 30;
/// Longest name, so that it fits below the code on an A6 sheet.
const MOST_TITLE: usize = 24;

/// Checks what was typed.
///
/// # Errors
/// Invalid, with a sentence for the person who typed it.
pub fn check(new: &NewScene) -> Result<()> {
    let title = new.title.trim();
    if new.station.is_none() && (title.is_empty() || title.chars().count() > MOST_TITLE) {
        return Err(Error::invalid("名称要填写，最多 24 个字：它印在二维码下面。"));
    }
    if new.kind == SceneKind::Organization && new.organization.is_none() {
        return Err(Error::invalid("请选择这个二维码属于哪家单位。"));
    }
    match new.days {
        Some(days) if !(1..=MOST_DAYS).contains(&days) => {
            Err(Error::invalid("临时二维码最长 30 天，这是微信的规定；更久请选“长期有效”。"))
        }
        _ => Ok(()),
    }
}

/// The scene text of a new code: short, so that the code stays coarse and easy to scan.
pub fn scene_text(kind: SceneKind, random: [u8; 4]) -> String {
    let prefix = match kind {
        SceneKind::Station => "st",
        SceneKind::Organization => "org",
        SceneKind::Campaign => "cp",
    };
    format!("{prefix}-{:08x}", u32::from_be_bytes(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(kind: SceneKind, title: &str, days: Option<u32>) -> NewScene {
        NewScene {
            account: "main".into(),
            kind,
            title: title.into(),
            station: None,
            territory: None,
            organization: None,
            days,
        }
    }

    #[test]
    fn what_cannot_be_printed_or_made_is_refused() {
        assert!(check(&new(SceneKind::Campaign, "宪法宣传周", Some(30))).is_ok());
        assert!(check(&new(SceneKind::Campaign, "宪法宣传周", Some(31))).is_err());
        assert!(check(&new(SceneKind::Campaign, " ", None)).is_err());
        assert!(check(&new(SceneKind::Station, &"站".repeat(25), None)).is_err());
        assert!(check(&new(SceneKind::Organization, "某单位", None)).is_err());
    }
}
