//! How a campaign is shown: who gets what when, who has to do what next, what came of it.

use std::collections::HashMap;
use std::time::Duration;

use super::campaign_words::{changes, sentence, what, who};
use super::campaigns::kind_of;
use crate::campaigns::actions::going::{filter_of, quota};
use crate::campaigns::actions::review::OWN;
use crate::campaigns::answers::may_repeat;
use crate::campaigns::audience::Target;
use crate::campaigns::machine::{Deed, after};
use crate::campaigns::store::{self, audience, figures, slices};
use crate::campaigns::timing::Rules;
use crate::campaigns::views::{CampaignPage, HistoryRow, ResultView, SliceRow, TesterRow};
use crate::campaigns::{Approval, Campaign, Slice, SliceState, Stage};
use crate::console::auth::SignedIn;
use crate::console::form::Fields;
use crate::console::frame;
use crate::console::state::Web;
use crate::content::approving::NOBODY_ELSE;
use crate::knowledge::numerals::chinese;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffMember};

/// Entries of a campaign's history.
const HISTORY: i64 = 100;
/// What followed a campaign is counted for this long.
const AFTERWARDS: Duration = Duration::from_secs(48 * 3600);

/// Class of the colours and symbol of a stage.
pub(super) fn colours(stage: Stage) -> (&'static str, &'static str) {
    use Stage::{Approved, Cancelled, Draft, Failed, Held, Partial, Returned, Sent, Unknown};
    match stage {
        Approved | Sent => ("good", "check"),
        Unknown | Held | Failed | Partial | Returned => ("bad", "alert"),
        Draft | Cancelled => ("calm", "file"),
        _ => ("warn", "clock"),
    }
}

/// The steps of a campaign, and how many of them are behind it (reliability-security-ux.md §4.6).
fn steps(campaign: &Campaign) -> Vec<(&'static str, bool, bool)> {
    use Stage::{Approved, Cooling, Draft, Held, InReview, Returned, Scheduled, Sending};
    let behind = match campaign.stage {
        Draft | Returned => 1,
        InReview => 2,
        Approved => 3,
        Scheduled => 4,
        Held if campaign.started_at.is_none() => 4,
        Cooling => 5,
        Sending | Held => 6,
        _ => 7,
    };
    let names = ["内容和受众", "手机预览", "审批", "排期", "倒计时", "发送", "结果"];
    names.iter().enumerate().map(|(at, name)| (*name, at < behind, at == behind)).collect()
}

/// The page of a campaign, perhaps with why a deed was refused.
pub(super) async fn shown(
    web: &Web,
    signed: &SignedIn,
    campaign: &Campaign,
    asked: &Fields,
    error: Option<&str>,
) -> Result<CampaignPage> {
    let mut link = web.deps.db.read().await?;
    let names = staff::store::names(&mut link, None).await?;
    let approvals = store::approvals(&mut link, campaign.id).await?;
    let object = format!("campaign:{}", campaign.id);
    let deeds = audit::of_object(&mut link, &object, HISTORY).await?;
    let page = facts(web, &mut link, campaign).await?;
    let page = preparing(web, &mut link, signed, campaign, page).await?;
    let page = deciding(&mut link, signed, campaign, approvals.first(), page).await?;
    let page = result(web, &mut link, signed, campaign, page).await?;
    let page_changes = changes(web, &mut link, &approvals, campaign).await?;
    drop(link);
    let (class, icon) = colours(campaign.stage);
    let writes = signed.may(Right::ManageCampaigns);
    let started = campaign.started_at.is_some();
    let may = |deed| after(campaign.stage, started, deed).is_ok();
    let row = |deed: &audit::Entry| {
        Some(HistoryRow { when: frame::when(web, deed.at), words: sentence(deed, &names)? })
    };
    Ok(CampaignPage {
        shell: frame::desk(web, signed, "推送", "/console/campaigns", asked).await?,
        action: format!("/console/campaigns/{}", campaign.id),
        version: campaign.version,
        title: campaign.title.clone(),
        steps: steps(campaign),
        state: campaign.stage.name(),
        class,
        icon,
        reason: campaign.reason.clone(),
        corrects: campaign.corrects.map(|id| format!("/console/campaigns/{id}")),
        seconds_left: seconds_left(web, campaign),
        writable: writes && may(Deed::Write) && !page.decidable,
        changes: page_changes,
        schedulable: writes && may(Deed::Schedule),
        digits: !web.installation.demo,
        unschedulable: (writes || signed.may(Right::Approve)) && may(Deed::Unschedule),
        cancellable: writes && may(Deed::Cancel),
        resumable: writes && may(Deed::Resume) && signed.member.id.0 != campaign.written_by,
        correctable: writes && started,
        history: deeds.iter().rev().filter_map(row).collect(),
        error: error.map(str::to_owned),
        ..page
    })
}

fn seconds_left(web: &Web, campaign: &Campaign) -> Option<u64> {
    let rules = Rules::of(&web.config.campaigns);
    let cooled = campaign.cooled_at.filter(|_| campaign.stage == Stage::Cooling)?;
    let start = cooled.plus(rules.cooling).max(campaign.send_at);
    Some(start.since(web.deps.clock.now()).as_secs())
}

/// Who gets what when.
async fn facts(web: &Web, link: &mut impl Link, campaign: &Campaign) -> Result<CampaignPage> {
    let filter = filter_of(campaign)?;
    let kind = kind_of(web, &campaign.account_id);
    let count = match campaign.audience {
        Some(frozen) => frozen,
        None => audience::count(link, &campaign.account_id, &filter).await?,
    };
    let problem = filter.check(kind, count).err().filter(|_| campaign.audience.is_none());
    let others = store::other_times(link, &campaign.account_id, campaign.id).await?;
    let rules = Rules::of(&web.config.campaigns);
    let quota = quota(link, kind, &campaign.account_id, campaign.send_at).await?;
    Ok(CampaignPage {
        what: what(link, campaign).await?,
        who: who(web, link, campaign, &filter).await?,
        count,
        count_words: chinese(u32::try_from(count).unwrap_or(u32::MAX)),
        audience_problem: problem.map(|problem| problem.public().to_owned()),
        when: frame::when(web, campaign.send_at),
        barred: rules.barred(campaign.send_at, &others).filter(|_| campaign.started_at.is_none()),
        override_reason: campaign.override_reason.clone(),
        quota: (quota.used, quota.most),
        everybody: filter.target() == Target::Everybody,
        ..CampaignPage::default()
    })
}

/// Who has to see it on the phone, and who has.
async fn preparing(
    web: &Web,
    link: &mut impl Link,
    signed: &SignedIn,
    campaign: &Campaign,
    page: CampaignPage,
) -> Result<CampaignPage> {
    if !matches!(campaign.stage, Stage::Draft | Stage::Returned) {
        return Ok(page);
    }
    let previews = store::previews(link, campaign.id, &campaign.hash).await?;
    let previews: HashMap<_, _> = previews.into_iter().map(|p| (p.staff_id, p)).collect();
    let bound = staff::store::wechat::bound_to(link, &campaign.account_id).await?;
    let concerned = |person: &StaffMember| {
        allows(person.role, Right::ManageCampaigns) || allows(person.role, Right::Approve)
    };
    let row = |person: &StaffMember| TesterRow {
        id: person.id.to_string(),
        name: person.name.clone(),
        state: match previews.get(&person.id.0) {
            None => String::new(),
            Some(preview) => match (&preview.seen_at, &preview.sent_at, &preview.problem) {
                (Some(_), ..) => "看过了".to_owned(),
                (None, _, Some(problem)) => format!("没有发到：{problem}"),
                (None, Some(_), None) => "已发到手机，等本人点“看过了”".to_owned(),
                (None, None, None) => "正在发送，几秒后刷新".to_owned(),
            },
        },
    };
    let own = previews.get(&signed.member.id.0);
    Ok(CampaignPage {
        testers: bound.iter().map(|(p, _)| p).filter(|p| concerned(p)).map(row).collect(),
        testers_needed: web.config.campaigns.testers,
        preparing: signed.may(Right::ManageCampaigns),
        can_say_seen: own.is_some_and(|own| own.sent_at.is_some() && own.seen_at.is_none()),
        ..page
    })
}

/// Who decides.
async fn deciding(
    link: &mut impl Link,
    signed: &SignedIn,
    campaign: &Campaign,
    newest: Option<&Approval>,
    page: CampaignPage,
) -> Result<CampaignPage> {
    let waits = newest.filter(|a| a.decision.is_none() && campaign.stage == Stage::InReview);
    let Some(approval) = waits else { return Ok(page) };
    let is_own = |person: uuid::Uuid| {
        [approval.written_by, approval.submitted_by, campaign.written_by].contains(&person)
    };
    let people = staff::store::of_alliance(link).await?;
    let mut able = people.iter().filter(|p| p.active && allows(p.role, Right::Approve));
    let me = signed.member.id.0;
    let approves = signed.may(Right::Approve);
    Ok(CampaignPage {
        decidable: approves && !is_own(me),
        opened: store::has_opened(link, campaign.id, me).await?,
        own: (approves && is_own(me)).then(|| OWN.to_owned()),
        stuck: (!able.any(|person| !is_own(person.id.0))).then_some(NOBODY_ELSE),
        ..page
    })
}

/// What came of it, slice by slice and together.
async fn result(
    web: &Web,
    link: &mut impl Link,
    signed: &SignedIn,
    campaign: &Campaign,
    page: CampaignPage,
) -> Result<CampaignPage> {
    let parts = slices::of(link, campaign.id).await?;
    let Some(started) = campaign.started_at else { return Ok(page) };
    let account = &campaign.account_id;
    let after = (started, started.plus(AFTERWARDS));
    let before = (started.minus(AFTERWARDS), started);
    let total = |of: fn(&Slice) -> i64| parts.iter().map(of).sum::<i64>();
    let sent = total(|slice| slice.sent.unwrap_or(0));
    let open = total(|slice| match slice.state {
        SliceState::Sent | SliceState::Failed | SliceState::Dropped => 0,
        _ => slice.size,
    });
    let audience = campaign.audience.unwrap_or(0);
    let now = web.deps.clock.now();
    Ok(CampaignPage {
        result: Some(ResultView {
            audience,
            sent,
            not_sent: (audience - sent - open).max(0),
            open,
            inquiries: (
                figures::inquiries(link, account, after).await?,
                figures::inquiries(link, account, before).await?,
            ),
            left: figures::left(link, account, after).await?,
        }),
        settling: signed.may(Right::ManageCampaigns),
        slices: parts.iter().map(|slice| slice_row(slice, now)).collect(),
        ..page
    })
}

fn slice_row(slice: &Slice, now: Moment) -> SliceRow {
    let (class, icon) = match slice.state {
        SliceState::Sent => ("good", "check"),
        SliceState::Failed | SliceState::Unknown => ("bad", "alert"),
        SliceState::Dropped => ("calm", "file"),
        _ => ("warn", "clock"),
    };
    let lost = slice.state == SliceState::Unknown;
    let target = serde_json::from_str(&slice.target).unwrap_or(Target::Everybody);
    let (first, last) = (slice.first_tried_at, slice.tried_at);
    let known = || {
        let at = last.unwrap_or(now).in_shanghai().strftime("%-m月%-d日 %H:%M:%S").to_string();
        let age = now.since(last.unwrap_or(now)).as_secs() / 60;
        format!(
            "第 {} 次提交在 {at}，{age} 分钟前，发给 {} 人；没有收到微信的回答。",
            slice.tries, slice.size
        )
    };
    SliceRow {
        nth: slice.nth,
        size: slice.size,
        state: slice.state.name(),
        class,
        icon,
        reason: slice.reason.clone().unwrap_or_default(),
        figures: slice.total.map(|total| {
            let or_none = |figure: Option<i64>| figure.unwrap_or(0);
            (total, or_none(slice.filtered), or_none(slice.sent), or_none(slice.errors))
        }),
        known: lost.then(known),
        not_again: may_repeat(slice.state, &target, first, last, now)
            .err()
            .map(|refused| refused.public().to_owned()),
    }
}
