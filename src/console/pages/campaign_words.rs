//! What a campaign sends and to whom, what changed, what happened: in words.

use std::collections::HashMap;

use uuid::Uuid;

use crate::campaigns::actions::review::snapshot;
use crate::campaigns::audience::Filter;
use crate::campaigns::{Approval, Campaign, Kind, SliceState, Snapshot, Stage, content};
use crate::citizens::store::followers;
use crate::console::state::Web;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::publishing::{self, ArticleId};
use crate::staff::StaffId;

/// What a campaign sends.
pub(super) async fn what(link: &mut impl Link, campaign: &Campaign) -> Result<String> {
    sent(link, campaign.kind, &campaign.body, &content::items(campaign)).await
}

async fn sent(link: &mut impl Link, kind: Kind, body: &str, items: &[Uuid]) -> Result<String> {
    Ok(match kind {
        Kind::Text => format!("文字：{body}"),
        Kind::Images if body.is_empty() => format!("{} 张图片", items.len()),
        Kind::Images => format!("{} 张图片，上方写：{body}", items.len()),
        Kind::Articles => {
            let mut titles = Vec::new();
            for id in items {
                let found = publishing::store::get(link, ArticleId(*id)).await?;
                titles.push(found.map_or("（已不在）".to_owned(), |a| format!("《{}》", a.title)));
            }
            format!("图文 {} 篇：{}", titles.len(), titles.join("、"))
        }
    })
}

/// Who gets a campaign.
pub(super) async fn who(
    web: &Web,
    link: &mut impl Link,
    campaign: &Campaign,
    filter: &Filter,
) -> Result<String> {
    if *filter == Filter::default() {
        return Ok("全部关注者".to_owned());
    }
    let directory = web.directory.current();
    let mut parts = Vec::new();
    if let Some(id) = filter.tag {
        let tags = followers::tags(link, &campaign.account_id).await?;
        let tag = tags.into_iter().find(|tag| tag.tag_id == id);
        parts.push(format!("有标签“{}”", tag.map_or(id.to_string(), |tag| tag.name)));
    }
    if !filter.territories.is_empty() {
        let names: Vec<String> =
            filter.territories.iter().map(|id| directory.atlas.place_name(id)).collect();
        parts.push(format!("从{}来咨询过", names.join("、")));
    }
    if !filter.fields.is_empty() {
        let names: Vec<&str> = filter.fields.iter().map(|field| field.name()).collect();
        parts.push(format!("咨询过{}", names.join("、")));
    }
    match filter.asked {
        Some(true) => parts.push("咨询过".to_owned()),
        Some(false) if filter.fields.is_empty() && filter.territories.is_empty() => {
            parts.push("没有咨询过".to_owned());
        }
        Some(false) => parts.push("以上都除外".to_owned()),
        None => {}
    }
    let day = |at: Moment| at.in_shanghai().strftime("%Y年%-m月%-d日").to_string();
    if let Some(from) = filter.followed_from {
        parts.push(format!("{}起关注", day(from)));
    }
    if let Some(until) = filter.followed_until {
        parts.push(format!("{}前关注", day(until)));
    }
    Ok(format!("{}的关注者", parts.join("，")))
}

/// What changed since it was submitted before: what, before, now.
pub(super) async fn changes(
    web: &Web,
    link: &mut impl Link,
    approvals: &[Approval],
    campaign: &Campaign,
) -> Result<Vec<(String, String, String)>> {
    let earlier = approvals.iter().find(|approval| approval.hash != campaign.hash);
    let Some(earlier) = earlier else { return Ok(Vec::new()) };
    let (old, new): (Snapshot, Snapshot) =
        (serde_json::from_str(&earlier.snapshot)?, snapshot(campaign)?);
    let mut changed = Vec::new();
    let mut put = |name: &str, old: String, new: String| {
        if old != new {
            changed.push((name.to_owned(), old, new));
        }
    };
    put(
        "内容",
        sent(link, old.kind, &old.body, &old.items).await?,
        sent(link, new.kind, &new.body, &new.items).await?,
    );
    put(
        "受众",
        who(web, link, campaign, &old.filter).await?,
        who(web, link, campaign, &new.filter).await?,
    );
    let time = |at: Moment| at.in_shanghai().strftime("%Y年%-m月%-d日 %H:%M").to_string();
    put("时间", time(old.send_at), time(new.send_at));
    put("破例的理由", old.override_reason, new.override_reason);
    Ok(changed)
}

/// What an entry of the audit trail says.
pub(super) fn sentence(deed: &audit::Entry, names: &HashMap<StaffId, String>) -> Option<String> {
    let by = deed.staff_id.and_then(|id| names.get(&StaffId(id))).map_or("系统", String::as_str);
    let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
    let nth = detail["slice"].as_i64().unwrap_or(0);
    let state = detail["state"].as_str().and_then(SliceState::from_code).map(SliceState::name);
    let people = detail["followers"].as_i64().unwrap_or(0);
    Some(match deed.action.as_str() {
        "campaign.add" => format!("{by} 写了第一稿"),
        "campaign.change" => format!("{by} 修改"),
        "campaign.preview" => {
            format!("{by} 发给 {} 位同事的手机预览", detail["testers"].as_i64().unwrap_or(0))
        }
        "campaign.seen" => format!("{by} 在手机上看过"),
        "campaign.submit" => format!("{by} 送审"),
        "campaign.approve" => format!("{by} 通过"),
        "campaign.return" => format!("{by} 退回"),
        "campaign.schedule" => format!("{by} 排期，当时 {people} 人"),
        "campaign.unschedule" => format!("{by} 取消发送"),
        "campaign.cancel" => format!("{by} 放弃"),
        "campaign.resume" => format!("{by} 让它继续"),
        "campaign.cool" => "开始倒计时".to_owned(),
        "campaign.start" => format!("开始发送，{people} 人"),
        "campaign.hold" => "停住，等人处理".to_owned(),
        "campaign.call" => format!("第 {nth} 批开始提交给微信"),
        "campaign.taken" => format!("微信收下第 {nth} 批"),
        "campaign.ended" | "campaign.reported" => format!("第 {nth} 批：{}", state?),
        "campaign.found_sent" => format!("{by} 核对：第 {nth} 批已发出"),
        "campaign.found_not_sent" => format!("{by} 核对：第 {nth} 批没有发出"),
        "campaign.repeat" => format!("{by} 让第 {nth} 批按原编号再提交"),
        "campaign.stage" => {
            let stage = detail["stage"].as_str().and_then(Stage::from_code)?;
            format!("结果：{}", stage.name())
        }
        _ => return None,
    })
}
