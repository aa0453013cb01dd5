//! What followers will see of a campaign, and a rehearsal that sends nothing.

use axum::extract::State;

use super::campaigns::{campaign, kind_of};
use crate::campaigns::actions::going::{filter_of, quota};
use crate::campaigns::actions::{is_intact, review};
use crate::campaigns::audience::{Target, cut};
use crate::campaigns::store::{self, audience};
use crate::campaigns::timing::Rules;
use crate::campaigns::views::{CampaignPreview, CardView};
use crate::campaigns::{Campaign, CampaignId, Kind, content};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Fields, Target as Named};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::publishing::rules::PICTURE_PATH;
use crate::publishing::{self, ArticleId};
use crate::staff::policy::Right;

/// The page; whoever may approve has opened it then.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Named(id): Named<CampaignId>,
) -> Answer {
    let campaign = campaign(&web, id).await?;
    if signed.may(Right::Approve) {
        review::open(&web.deps, signed.member.id.0, id).await?;
    }
    let mut link = web.deps.db.read().await?;
    let items = content::items(&campaign);
    let mut cards = Vec::new();
    for id in items.iter().filter(|_| campaign.kind == Kind::Articles) {
        let Some(article) = publishing::store::get(&mut link, ArticleId(*id)).await? else {
            continue;
        };
        cards.push(CardView {
            href: format!("/console/content/{}/preview", article.id),
            cover: article.cover_id.map(|id| format!("{PICTURE_PATH}{id}")),
            title: article.title,
            digest: article.digest,
        });
    }
    let rehearsal = rehearse(&web, &mut link, &campaign).await?;
    drop(link);
    let pictures = items.iter().filter(|_| campaign.kind == Kind::Images);
    page(&CampaignPreview {
        shell: frame::desk(&web, &signed, "推送", "/console/campaigns", &Fields::default()).await?,
        back: format!("/console/campaigns/{id}"),
        title: campaign.title.clone(),
        account: web.config.alliance.name.clone(),
        body: campaign.body.clone(),
        cards,
        pictures: pictures.map(|id| format!("{PICTURE_PATH}{id}")).collect(),
        warning: match campaign.kind {
            Kind::Articles => {
                "图文发出后，卡片一直留在聊天里；在微信删除只会让打开的页面失效，而且同一份稿件的所有推送一起失效。"
            }
            Kind::Text | Kind::Images => "文字和图片发出后既撤不回，也删不掉。",
        },
        rehearsal,
    })
}

/// What would happen if it were due now: what, and whether it is well.
async fn rehearse(
    web: &Web,
    link: &mut impl Link,
    campaign: &Campaign,
) -> Result<Vec<(String, bool)>> {
    let filter = filter_of(campaign)?;
    let kind = kind_of(web, &campaign.account_id);
    let count = audience::count(link, &campaign.account_id, &filter).await?;
    let slices = match filter.target() {
        Target::List => cut(usize::try_from(count).unwrap_or(0)).len(),
        Target::Everybody | Target::Tag(_) => 1,
    };
    let mut found = Vec::new();
    match filter.check(kind, count) {
        Ok(()) => found.push((format!("发给 {count} 人，分 {slices} 批提交。"), true)),
        Err(refused) => found.push((refused.public().to_owned(), false)),
    }
    let intact = is_intact(link, campaign).await?;
    found.push(match (campaign.approval_id, intact) {
        (Some(_), true) => ("内容、受众、时间和审批通过的一致。".to_owned(), true),
        (None, true) => ("还没有通过审批，不会发送。".to_owned(), false),
        (_, false) => ("选的文章或图片在保存后变了，不会发送。".to_owned(), false),
    });
    let others = store::other_times(link, &campaign.account_id, campaign.id).await?;
    found.push(match Rules::of(&web.config.campaigns).barred(campaign.send_at, &others) {
        None => ("时间合适。".to_owned(), true),
        Some(why) => (why, !campaign.override_reason.is_empty()),
    });
    let quota = quota(link, kind, &campaign.account_id, campaign.send_at).await?;
    found.push((format!("群发次数已用 {}/{}。", quota.used, quota.most), quota.has_room()));
    if store::stop(link).await?.is_some() {
        found.push(("紧急停止按着，不会发送。".to_owned(), false));
    }
    let known = web.clients.contains_key(&campaign.account_id);
    found.push(match known {
        true => ("公众号已在配置里。".to_owned(), true),
        false => ("配置里没有这个公众号，不会发送。".to_owned(), false),
    });
    let first = content::client_msg_id(campaign.id, 1, &campaign.hash);
    found.push((format!("第 1 批的编号会是 {first}，微信凭它认出重复。"), true));
    Ok(found)
}
