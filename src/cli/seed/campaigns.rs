//! Campaigns of the demo city: one that was sent, one that waits for approval, one being written. Whoever
//! writes and approves has a WeChat among the crowd, for previews.

use std::time::Duration;

use uuid::Uuid;

use super::channel::openid;
use crate::app::App;
use crate::campaigns::actions::{self, outcome, review};
use crate::campaigns::audience::{Filter, Target};
use crate::campaigns::store::{self, Step, slices};
use crate::campaigns::{Campaign, CampaignEdit, CampaignId, Kind, Report, Stage, content};
use crate::content::approving::Decision;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::publishing::{self, ArticleState};
use crate::staff::store::wechat;
use crate::staff::{self, Role};

const DAY: Duration = Duration::from_secs(86_400);
/// The first of the crowd who are colleagues.
const COLLEAGUES: u64 = 11;
/// WeChat's number of the send that was made.
const SENT: i64 = 1_000_000_011;
/// The line that waits for approval.
const LINE: &str = "【常州普法】年底讨薪，记得留好三样东西：劳动合同、考勤记录、工资条。\
    没有合同也能要，工作群聊天、转账记录都是证据。直接回复本条提问，志愿律师会答复您。";

pub async fn add(app: &App) -> Result<()> {
    let deps = &app.web.deps;
    let account = app.web.config.wechat.accounts.keys().next().map_or("main", String::as_str);
    let people = staff::store::of_alliance(&mut deps.db.read().await?).await?;
    let with = |role| people.iter().filter(move |p| p.role == role);
    let (Some(author), Some(approver)) = (with(Role::Operator).next(), with(Role::Approver).next())
    else {
        return Ok(());
    };
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let concerned = with(Role::Operator).chain(with(Role::Approver));
    for (number, person) in (COLLEAGUES..).zip(concerned) {
        wechat::bind(&mut tx, account, &openid(number), person.id, now).await?;
    }
    tx.commit().await?;
    let (author, approver) = (author.id.0, approver.id.0);
    sent(deps, account, author, approver).await?;
    waiting(deps, account, author).await?;
    written(deps, account, author).await
}

/// Ten o'clock so many days from today.
fn ten(deps: &Deps, days: i64) -> Moment {
    let next = deps.clock.now().next_at_hour(10);
    Moment(next.0 + (days - 1) * 86_400_000)
}

async fn put(deps: &Deps, by: Uuid, edit: CampaignEdit) -> Result<Campaign> {
    let id = CampaignId(deps.entropy.id_at(deps.clock.now()));
    actions::add(deps, by, id, edit).await?;
    let found = store::get(&mut deps.db.read().await?, id).await?;
    found.ok_or_else(crate::platform::error::Error::not_found)
}

/// A campaign with a published article that went to everybody some weeks ago.
async fn sent(deps: &Deps, account: &str, author: Uuid, approver: Uuid) -> Result<()> {
    let articles = publishing::store::newest(&mut deps.db.read().await?, 50).await?;
    let Some(article) = articles.iter().find(|one| one.state == ArticleState::Published) else {
        return Ok(());
    };
    let at = ten(deps, -20);
    let edit = CampaignEdit {
        account: account.to_owned(),
        title: "每月一讲".into(),
        kind: Some(Kind::Articles),
        items: vec![article.id.0],
        send_at: Some(at),
        ..CampaignEdit::default()
    };
    let campaign = put(deps, author, edit).await?;
    let id = campaign.id;
    let submitted = at.minus(DAY * 3);
    let mut tx = deps.db.begin().await?;
    let approval = review::asked(deps, &campaign, author, submitted)?;
    store::ask_approval(&mut tx, &approval).await?;
    store::decide(&mut tx, id, Decision::Approved, None, approver, at.minus(DAY * 2)).await?;
    let step = Step { approval: Some(approval.id), ..Step::default() };
    store::step(&mut tx, id, Stage::Draft, Stage::Approved, &step, at.minus(DAY * 2)).await?;
    let count = store::audience::count(&mut tx, account, &Filter::default()).await?;
    let step = Step { audience: Some(count), ..Step::default() };
    store::step(&mut tx, id, Stage::Approved, Stage::Sending, &step, at).await?;
    let new = slices::NewSlice {
        campaign: id,
        nth: 1,
        approval: approval.id,
        hash: &campaign.hash,
        account,
        target: &serde_json::to_string(&Target::Everybody)?,
        size: count,
        client_msg_id: &content::client_msg_id(id, 1, &campaign.hash),
    };
    slices::insert(&mut tx, &new).await?;
    let report = Report {
        msg_id: SENT,
        succeeded: true,
        reason: String::new(),
        total: count,
        filtered: count - 3,
        sent: count - 4,
        errors: 1,
    };
    let told = at.plus(Duration::from_secs(95));
    slices::set_report(&mut tx, (id, 1), &report).await?;
    outcome::reported(&mut tx, account, &report, told, told).await?;
    tx.commit().await
}

/// A line that waits for approval.
async fn waiting(deps: &Deps, account: &str, author: Uuid) -> Result<()> {
    let edit = CampaignEdit {
        account: account.to_owned(),
        title: "年底讨薪提醒".into(),
        kind: Some(Kind::Text),
        body: LINE.into(),
        send_at: Some(ten(deps, 6)),
        ..CampaignEdit::default()
    };
    let campaign = put(deps, author, edit).await?;
    review::submit(deps, author, campaign.id, campaign.version, 0).await
}

/// One being written, for those with a tag.
async fn written(deps: &Deps, account: &str, author: Uuid) -> Result<()> {
    let edit = CampaignEdit {
        account: account.to_owned(),
        title: "新就业群体普法日".into(),
        kind: Some(Kind::Text),
        body: "本周六上午，湖塘骑手驿站有律师坐班，带上您的问题来。".into(),
        filter: Filter { tag: Some(super::channel::FIRST_TAG + 1), ..Filter::default() },
        send_at: Some(ten(deps, 9)),
        ..CampaignEdit::default()
    };
    put(deps, author, edit).await.map(drop)
}
