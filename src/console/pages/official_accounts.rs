//! The official accounts in detail: today's calls, WeChat's figures, missing messages; and for the
//! system administrator: check now, clear the call counts, look a request up.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::accounts::actions::mend;
use crate::accounts::rules::{self, days};
use crate::accounts::store::{calls, figures};
use crate::accounts::views::{AccountView, NamedFigure, OfficialAccountsPage, QuotaLine};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::clock::Moment;
use crate::platform::config::AccountKind;
use crate::platform::db::Reader;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;
use crate::staff::policy::Right;
use crate::wechat::datacube::{Dataset, Item};
use crate::wechat::diagnostics::RequestRecord;
use crate::wechat::errcode;

/// Days of gaps that are listed.
const GAP_DAYS: i64 = 30;

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&read(&web, &signed, &asked).await?)
}

/// Has an account checked at once.
pub async fn check(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let (staff, account) = (signed.member.id.0, fields.text("account"));
    let done = mend::ask_for_check(&web.deps, &web.accounts, staff, account).await;
    after(&web, &signed, done, "/console/health?done=checking").await
}

/// Clears an account's call counts.
pub async fn clear_quota(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    if !fields.ticked("sure") {
        let error = Error::invalid("没有清零：请先勾选“我已了解”，再点清零。");
        return after(&web, &signed, Err(error), "").await;
    }
    let (staff, account) = (signed.member.id.0, fields.text("account"));
    let done = mend::clear_quota(&web.deps, &web.accounts, staff, account).await;
    after(&web, &signed, done, "/console/health/accounts?done=cleared").await
}

/// Looks a request up at WeChat.
pub async fn look_up(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let rid = fields.text("rid").trim();
    let mut view = read(&web, &signed, &Fields::default()).await?;
    match mend::look_up(&web.accounts, fields.text("account"), rid).await {
        Ok(record) => {
            view.rid = Input::new(rid);
            view.record = told(&record);
            page(&view)
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            view.rid = Input::wrong(rid, error.public());
            Ok((status_of(error.kind()), page(&view)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The next page after something that was to be done, or this one with the reason why it was not.
async fn after(web: &Web, signed: &SignedIn, done: Result<()>, next: &'static str) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(next).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut view = read(web, signed, &Fields::default()).await?;
            view.failed = error.public().to_owned();
            let status: StatusCode = status_of(error.kind());
            Ok((status, page(&view)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<OfficialAccountsPage> {
    let now = web.deps.clock.now();
    let mut link = web.deps.db.read().await?;
    let mut accounts = Vec::new();
    for (id, account) in &web.config.wechat.accounts {
        let mut view = one(&mut link, id, now).await?;
        view.kind_name = match account.kind {
            AccountKind::Service => "服务号".into(),
            AccountKind::Subscription => "公众号".into(),
        };
        accounts.push(view);
    }
    drop(link);
    Ok(OfficialAccountsPage {
        shell: frame::desk(web, signed, "公众号明细", "/console/health", asked).await?,
        may_mend: signed.may(Right::MendAccounts),
        accounts,
        ..OfficialAccountsPage::default()
    })
}

async fn one(link: &mut Reader, id: &str, now: Moment) -> Result<AccountView> {
    let today = now.in_shanghai().date();
    let gaps_from = days::before(today, GAP_DAYS).to_string();
    let quotas = calls::of_day(link, id, &rules::day(now)).await?;
    let gaps = figures::gaps_since(link, id, &gaps_from).await?;
    let (figures_day, figures) = newest_figures(link, id, now).await?;
    Ok(AccountView {
        id: id.to_owned(),
        quotas: quotas.iter().map(quota_line).collect(),
        figures,
        figures_day,
        gaps: gaps.iter().map(gap_line).collect(),
        clearings: mend::clearings(link, id, now).await?,
        clearings_allowed: mend::CLEARINGS_A_MONTH,
        ..AccountView::default()
    })
}

fn quota_line(row: &calls::QuotaRow) -> QuotaLine {
    let counted = match (row.wechat_used, row.daily_limit) {
        (Some(used), Some(limit)) => {
            let left = (limit - used).max(0);
            format!("微信统计所有程序共 {used} 次，上限 {limit}，还剩 {left}")
        }
        _ => String::new(),
    };
    QuotaLine { path: row.path.clone(), calls: row.calls, refused: row.refused, counted }
}

fn gap_line(gap: &figures::Gap) -> String {
    let figures::Gap { day, hour, counted, received, missing } = gap;
    format!(
        "{day} {hour} 时：微信统计 {counted} 条，本系统收到 {received} 条，可能丢失 {missing} 条"
    )
}

/// The figures of the newest day that WeChat gave, in words.
async fn newest_figures(
    link: &mut Reader,
    id: &str,
    now: Moment,
) -> Result<(String, Vec<NamedFigure>)> {
    let from = days::before(now.in_shanghai().date(), 7).to_string();
    let mut day = String::new();
    let mut named = Vec::new();
    for (dataset, name, field) in [
        (Dataset::UserCumulate, "关注总人数", "cumulate_user"),
        (Dataset::UserSummary, "新增关注", "new_user"),
        (Dataset::UserSummary, "取消关注", "cancel_user"),
        (Dataset::UpstreamMsg, "群众来信", "msg_count"),
        (Dataset::InterfaceSummary, "微信推送", "callback_count"),
        (Dataset::InterfaceSummary, "其中没有得到应答", "fail_count"),
    ] {
        let rows = figures::since(link, id, dataset, &from).await?;
        let Some(newest) = rows.last() else { continue };
        let items: Vec<Item> = newest.items()?;
        let sum: i64 = items.iter().filter_map(|item| item.number(field)).sum();
        day.clone_from(&newest.day);
        named.push(NamedFigure { name: name.to_owned(), value: sum.to_string() });
    }
    Ok((day, named))
}

fn told(record: &RequestRecord) -> Vec<NamedFigure> {
    let at = Moment::from_seconds(record.invoke_time).in_shanghai();
    let answer = match record.errcode {
        None => "没有错误码".to_owned(),
        Some(0) => "成功".to_owned(),
        Some(code) => format!("{code}：{}", errcode::meaning(code).operator_hint),
    };
    let figure = |name: &str, value: String| NamedFigure { name: name.to_owned(), value };
    let mut told = vec![
        figure("时间", at.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        figure("耗时", format!("{} 毫秒", record.cost_ms)),
        figure("地址", record.url.clone()),
        figure("结果", answer),
    ];
    if !record.client_ip.is_empty() {
        told.push(figure("本服务器的 IP", record.client_ip.clone()));
    }
    told
}
