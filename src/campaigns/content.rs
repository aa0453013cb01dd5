//! What a campaign says, whether WeChat takes it, and the digest that an approval is bound to. Pure.

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Campaign, CampaignEdit, CampaignId, Kind};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};

/// Longest name of a campaign, in characters.
const TITLE: usize = 40;
/// Longest text of a mass send, in bytes of UTF-8: what WeChat's customer messages take too.
pub const TEXT_BYTES: usize = 2048;
/// Most articles of one send (§7.2).
const ARTICLES: usize = 8;
/// Most pictures of one send (40215).
const IMAGES: usize = 20;
/// Longest reason for breaking a rule of time, in characters.
const REASON: usize = 200;

/// Puts an edit into the form it is kept in.
///
/// # Errors
/// Invalid, with a sentence that names the field and its limit.
pub fn checked(mut edit: CampaignEdit) -> Result<CampaignEdit> {
    edit.title = edit.title.trim().to_owned();
    edit.body = edit.body.replace("\r\n", "\n").trim().to_owned();
    edit.override_reason = edit.override_reason.trim().to_owned();
    let long = edit.title.chars().count();
    if long == 0 || long > TITLE {
        return Err(Error::invalid(format!("名称要有 1 到 {TITLE} 个字，只在工作台里显示。")));
    }
    if edit.override_reason.chars().count() > REASON {
        return Err(Error::invalid(format!("破例的理由最多 {REASON} 个字，请缩短。")));
    }
    let bytes = edit.body.len();
    if bytes > TEXT_BYTES {
        let why = format!("文字有 {bytes} 字节，最多 {TEXT_BYTES} 字节（约 680 个汉字），请缩短。");
        return Err(Error::invalid(why));
    }
    match (edit.kind, edit.items.len()) {
        (None, _) => return Err(Error::invalid("请选择发图文、文字还是图片。")),
        (Some(Kind::Text), _) if edit.body.is_empty() => {
            return Err(Error::invalid("文字还是空的。请写要发的内容。"));
        }
        (Some(Kind::Text), _) => edit.items.clear(),
        (Some(Kind::Articles), 0) => {
            return Err(Error::invalid("还没有选文章。请选一至八篇已通过审批的文章。"));
        }
        (Some(Kind::Articles), count) if count > ARTICLES => {
            return Err(Error::invalid(format!("选了 {count} 篇，一次最多 {ARTICLES} 篇。")));
        }
        (Some(Kind::Articles), _) => edit.body.clear(),
        (Some(Kind::Images), 0) => return Err(Error::invalid("还没有选图片。")),
        (Some(Kind::Images), count) if count > IMAGES => {
            return Err(Error::invalid(format!("选了 {count} 张，一次最多 {IMAGES} 张。")));
        }
        (Some(Kind::Images), _) => {}
    }
    if edit.send_at.is_none() {
        return Err(Error::invalid("还没有定发送时间。请填北京时间的日期和钟点。"));
    }
    Ok(edit)
}

/// Everything an approval is about, as it is now.
pub struct Approved<'a> {
    /// Official account.
    pub account: &'a str,
    /// What it sends.
    pub kind: Kind,
    /// The text.
    pub body: &'a str,
    /// Articles or pictures in order, each with the digest of its content.
    pub items: &'a [(Uuid, String)],
    /// The filter as it is kept.
    pub filter: &'a str,
    /// When.
    pub send_at: Moment,
    /// Why a rule of time may be broken.
    pub override_reason: &'a str,
}

/// Digest of who gets what when, and why at that hour.
pub fn hash(what: &Approved<'_>) -> String {
    let all = json!([
        what.account,
        what.kind.code(),
        what.body,
        what.items,
        what.filter,
        what.send_at.0,
        what.override_reason
    ]);
    hex(&Sha256::digest(all.to_string()))
}

/// The items of a campaign as kept.
pub fn items(campaign: &Campaign) -> Vec<Uuid> {
    serde_json::from_str(&campaign.items).unwrap_or_default()
}

/// Our id of a slice for WeChat: 32 ASCII digits, the same for each try and no other slice, and
/// another one when other content was approved.
pub fn client_msg_id(campaign: CampaignId, nth: i64, hash: &str) -> String {
    let digest = Sha256::digest(format!("{campaign}/{nth}/{hash}"));
    hex(&digest[..16])
}

/// Digest of the body of a call.
pub fn request_hash(body: &serde_json::Value) -> String {
    hex(&Sha256::digest(body.to_string()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> CampaignEdit {
        CampaignEdit {
            title: "国家宪法日".into(),
            kind: Some(Kind::Text),
            body: "今天是国家宪法日。".into(),
            send_at: Some(Moment(1)),
            ..CampaignEdit::default()
        }
    }

    #[test]
    fn what_wechat_would_refuse_is_refused_with_its_limit() {
        assert!(checked(text()).is_ok());
        let long = CampaignEdit { body: "宪".repeat(683), ..text() };
        assert!(checked(long).unwrap_err().public().contains("2049 字节"));
        let items = |kind, count| CampaignEdit {
            kind: Some(kind),
            items: vec![Uuid::from_u128(1); count],
            ..text()
        };
        for (kind, most) in [(Kind::Articles, 8), (Kind::Images, 20)] {
            assert!(checked(items(kind, 0)).is_err());
            assert!(checked(items(kind, most)).is_ok());
            assert!(checked(items(kind, most + 1)).is_err());
        }
        assert!(checked(CampaignEdit { send_at: None, ..text() }).is_err());
    }

    #[test]
    fn the_digest_changes_with_everything_that_was_approved() {
        let one = [(Uuid::from_u128(1), "a".to_owned())];
        let base = || Approved {
            account: "main",
            kind: Kind::Text,
            body: "一",
            items: &one,
            filter: "{}",
            send_at: Moment(1),
            override_reason: "",
        };
        let other = [(Uuid::from_u128(1), "b".to_owned())];
        let changed = [
            Approved { account: "second", ..base() },
            Approved { kind: Kind::Images, ..base() },
            Approved { body: "二", ..base() },
            Approved { items: &other, ..base() },
            Approved { items: &[], ..base() },
            Approved { filter: "{\"tag\":1}", ..base() },
            Approved { send_at: Moment(2), ..base() },
            Approved { override_reason: "公告", ..base() },
        ];
        let digests: std::collections::HashSet<String> =
            changed.iter().chain([&base()]).map(hash).collect();
        assert_eq!(digests.len(), changed.len() + 1);
    }

    #[test]
    fn the_id_of_a_slice_is_what_wechat_takes_and_its_own() {
        let id = CampaignId(Uuid::from_u128(7));
        let first = client_msg_id(id, 1, "a");
        assert_eq!(first.len(), 32);
        assert_eq!(first, client_msg_id(id, 1, "a"));
        assert_ne!(first, client_msg_id(id, 2, "a"));
        assert_ne!(first, client_msg_id(id, 1, "b"));
    }
}
