//! What people do with campaigns, and what WeChat's reports do to them.

mod bringing;
pub mod going;
pub mod outcome;
pub mod review;

use serde_json::json;
use uuid::Uuid;

use super::content::{self, Approved};
use super::machine::{self, Deed};
use super::{Campaign, CampaignEdit, CampaignId, Kind, store};
use crate::alerts;
use crate::content::approving::Decision;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::publishing::{self, ArticleId, PictureId};

/// Adds a campaign under `id`; the same form sent twice adds one.
///
/// # Errors
/// Invalid, naming the field and its limit.
pub async fn add(deps: &Deps, by: Uuid, id: CampaignId, edit: CampaignEdit) -> Result<()> {
    let edit = content::checked(edit)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let hash = hash_of_edit(&mut tx, &edit).await?;
    if store::insert(&mut tx, id, &edit, &hash, by, now).await? {
        note(&mut tx, now, Some(by), "campaign.add", id, &json!({})).await?;
    }
    tx.commit().await
}

/// Changes a campaign as seen at `seen_version`. It is a draft again: what was submitted or approved
/// before is not what it says now.
///
/// # Errors
/// Conflict when somebody else changed it or it is on its way; invalid as for [`add`].
pub async fn change(
    deps: &Deps,
    by: Uuid,
    id: CampaignId,
    seen_version: i64,
    edit: CampaignEdit,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    machine::after(campaign.stage, campaign.started_at.is_some(), Deed::Write)?;
    let edit = content::checked(CampaignEdit { account: campaign.account_id, ..edit })?;
    let hash = hash_of_edit(&mut tx, &edit).await?;
    store::decide(&mut tx, id, Decision::Overtaken, None, by, now).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    store::update(&mut tx, id, &edit, &hash, by, now).await?;
    note(&mut tx, now, Some(by), "campaign.change", id, &json!({})).await?;
    tx.commit().await
}

async fn hash_of_edit(tx: &mut Tx, edit: &CampaignEdit) -> Result<String> {
    let (Some(kind), Some(send_at)) = (edit.kind, edit.send_at) else {
        return Err(Error::invalid("推送不完整。请返回重新填写。"));
    };
    let items = digests(tx, &edit.account, kind, &edit.items).await?;
    let missing = || Error::invalid("选的文章或图片已经不在了，或属于另一个公众号。请重新选择。");
    Ok(content::hash(&Approved {
        account: &edit.account,
        kind,
        body: &edit.body,
        items: &items.ok_or_else(missing)?,
        filter: &serde_json::to_string(&edit.filter)?,
        send_at,
        override_reason: &edit.override_reason,
    }))
}

/// The articles or pictures of a campaign, each with the digest of what it says now; nothing when
/// one is not there any more or belongs to another account.
async fn digests(
    link: &mut impl Link,
    account: &str,
    kind: Kind,
    items: &[Uuid],
) -> Result<Option<Vec<(Uuid, String)>>> {
    let mut digests = Vec::new();
    for id in items {
        let found = match kind {
            Kind::Text => None,
            Kind::Articles => publishing::store::get(link, ArticleId(*id))
                .await?
                .map(|article| (article.account_id, article.content_hash)),
            Kind::Images => publishing::store::picture(link, PictureId(*id))
                .await?
                .map(|picture| (picture.account_id, picture.sha256)),
        };
        match found {
            Some((owner, digest)) if owner == account => digests.push((*id, digest)),
            _ => return Ok(None),
        }
    }
    Ok(Some(digests))
}

/// Whether a campaign, with its articles and pictures as they are now, still is what its digest says.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_intact(link: &mut impl Link, campaign: &Campaign) -> Result<bool> {
    let items = content::items(campaign);
    let found = digests(link, &campaign.account_id, campaign.kind, &items).await?;
    let Some(items) = found else { return Ok(false) };
    let now = content::hash(&Approved {
        account: &campaign.account_id,
        kind: campaign.kind,
        body: &campaign.body,
        items: &items,
        filter: &campaign.filter,
        send_at: campaign.send_at,
        override_reason: &campaign.override_reason,
    });
    Ok(now == campaign.hash)
}

/// A campaign as a person saw it.
async fn seen(tx: &mut Tx, id: CampaignId, version: i64) -> Result<Campaign> {
    let campaign = store::lock(tx, id).await?.ok_or_else(Error::not_found)?;
    if campaign.version == version {
        return Ok(campaign);
    }
    Err(Error::conflict(
        "这个推送刚有变化（别人操作过，或系统走到了下一步）。请返回重新打开，再操作一次。",
    ))
}

pub(super) async fn note(
    tx: &mut Tx,
    now: Moment,
    by: Option<Uuid>,
    action: &str,
    id: CampaignId,
    detail: &serde_json::Value,
) -> Result<()> {
    audit::record(tx, now, by, action, &format!("campaign:{id}"), detail).await
}
