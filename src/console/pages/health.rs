//! How the system stands, for those who look after it.

use std::time::Duration;

use askama::Template;
use axum::extract::State;

use crate::accounts::rules::{Line, days, verdicts};
use crate::accounts::{Verdict, store};
use crate::alerts::{self, Channel, MessageState};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page};
use crate::console::form::{Asked, Fields};
use crate::console::frame;
use crate::console::state::Web;
use crate::console::views::{HealthPage, HealthRow, HealthState};
use crate::delivery::{self, DeliveryState};
use crate::intake;
use crate::media;
use crate::platform::clock::Moment;
use crate::platform::config;
use crate::platform::db::Db;
use crate::platform::error::Result;
use crate::platform::http::when::When;
use crate::platform::jobs::store::{Standing, standing};
use crate::wechat::CONTRACT_CHECKED;
use crate::wechat::datacube::Dataset;
use crate::wechat::shelf::Shelf;

/// How far back messages to staff are counted.
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// More work than this waiting is worth a look.
const BUSY: i64 = 200;

/// The page, or with `part=list` its list alone.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let view = read(&web, &signed, &asked).await?;
    if asked.text("part") == "list" { html(view.as_list().render()) } else { page(&view) }
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<HealthPage> {
    let now = web.deps.clock.now();
    let mut link = web.deps.db.read().await?;
    let jobs = standing(&mut link, now).await?;
    let unknown = delivery::store::count(&mut link, DeliveryState::Unknown).await?;
    let failed = delivery::store::count(&mut link, DeliveryState::Failed).await?;
    let waiting = delivery::store::count(&mut link, DeliveryState::Waiting).await?;
    let fetching = media::store::count(&mut link, media::State::Waiting).await?;
    let lost = media::store::count(&mut link, media::State::Expired).await?;
    let told = alerts::store::messages::figures(&mut link, now.minus(WEEK)).await?;
    drop(link);
    let mut rows = accounts(web, now).await?;
    rows.extend([
        telling(&told),
        files(fetching, lost),
        work(&jobs),
        dead(&jobs),
        sending(unknown, failed, waiting),
        database(&web.deps.db),
        installation(web.installation.demo),
        line("", verdicts::contract(CONTRACT_CHECKED)),
    ]);
    rows.sort_by_key(|row| match row.state {
        HealthState::Broken => 0,
        HealthState::Watch => 1,
        HealthState::Unknown => 2,
        HealthState::Good => 3,
    });
    let shell = frame::desk(web, signed, "健康", "/console/health", asked).await?;
    Ok(HealthPage { shell, checked: When::new(now, now), rows })
}

fn row(name: &str, state: HealthState, seen: String, why: &str, todo: &str) -> HealthRow {
    HealthRow { name: name.into(), state, seen, why: why.into(), todo: todo.into() }
}

/// What is known of every official account; with more than one, each line names its account.
pub(super) async fn accounts(web: &Web, now: Moment) -> Result<Vec<HealthRow>> {
    let configured = &web.config.wechat.accounts;
    if configured.is_empty() {
        let todo = "在配置文件的 wechat.accounts 里填写公众号，再重新启动。";
        return Ok(vec![row(
            "微信推送",
            HealthState::Unknown,
            "从未收到".into(),
            "配置里没有公众号",
            todo,
        )]);
    }
    let mut rows = Vec::new();
    for (id, account) in configured {
        let name = if configured.len() > 1 { format!("{id} · ") } else { String::new() };
        let lines = account_lines(web, id, account, now).await?;
        rows.extend(lines.into_iter().map(|found| line(&name, found)));
    }
    Ok(rows)
}

async fn account_lines(
    web: &Web,
    id: &str,
    account: &config::Account,
    now: Moment,
) -> Result<Vec<Line>> {
    let mut link = web.deps.db.read().await?;
    let last = intake::store::last_received(&mut link, id).await?;
    let state = store::tokens::state(&mut link, id).await?;
    let shelf: Option<Shelf> = state.and_then(|state| serde_json::from_str(&state).ok());
    let found = store::findings::of_account(&mut link, id).await?;
    let troubles = store::calls::troubles(&mut link, id).await?;
    let week_ago = days::before(now.in_shanghai().date(), 7).to_string();
    let gaps = store::figures::gaps_since(&mut link, id, &week_ago).await?;
    let hourly = Dataset::UpstreamMsgHour;
    let compared = store::figures::since(&mut link, id, hourly, &week_ago).await?.len();
    let mut lines =
        vec![verdicts::pushes(account, last, now), verdicts::owner(shelf.as_ref(), now)];
    lines.extend(found.into_iter().map(Line::from));
    lines.push(verdicts::missing(&gaps, compared));
    lines.push(verdicts::protection(&troubles));
    lines.extend(troubles.iter().map(|trouble| verdicts::trouble(trouble, now)));
    Ok(lines)
}

fn line(account: &str, line: Line) -> HealthRow {
    let state = match line.verdict {
        Verdict::Good => HealthState::Good,
        Verdict::Watch => HealthState::Watch,
        Verdict::Broken => HealthState::Broken,
        Verdict::Unknown => HealthState::Unknown,
    };
    let name = format!("{account}{}", line.name);
    HealthRow { name, state, seen: line.seen, why: line.why, todo: line.todo }
}

fn work(jobs: &Standing) -> HealthRow {
    let seen = format!("待做 {} 项，定时 {} 项", jobs.due, jobs.later);
    if jobs.due > BUSY {
        let todo = "如果数字一直不降，请重新启动后台进程（pufa serve --role worker）。";
        return row("后台工作", HealthState::Watch, seen, "待做的工作积压", todo);
    }
    row("后台工作", HealthState::Good, seen, "", "")
}

fn dead(jobs: &Standing) -> HealthRow {
    let seen = format!("{} 项", jobs.dead);
    if jobs.dead > 0 {
        let todo = "请系统管理员查看日志里的 job 编号，处理后再重试。";
        return row("搁置的工作", HealthState::Broken, seen, "多次失败，已停止自动重试", todo);
    }
    row("搁置的工作", HealthState::Good, seen, "", "")
}

fn sending(unknown: i64, failed: i64, waiting: i64) -> HealthRow {
    let seen = format!("结果不明 {unknown} 条，未送达 {failed} 条，等群众来信 {waiting} 条");
    if unknown + failed > 0 {
        let todo = "打开相应的咨询，看答复下面的原因；必要时请答复人员电话联系。";
        let why = "有答复没有确认送到，系统不会自动重发";
        return row("答复送达", HealthState::Watch, seen, why, todo);
    }
    row("答复送达", HealthState::Good, seen, "", "")
}

/// How messages to staff fared lately.
fn telling(figures: &[(Channel, MessageState, i64)]) -> HealthRow {
    let count = |wanted: MessageState| -> i64 {
        figures.iter().filter(|(_, state, _)| *state == wanted).map(|(_, _, count)| count).sum()
    };
    let (failed, unknown) = (count(MessageState::Failed), count(MessageState::Unknown));
    let seen = format!(
        "7 天内已送出 {} 条，没有送出 {failed} 条，结果不明 {unknown} 条",
        count(MessageState::Sent)
    );
    if failed + unknown > 0 {
        let todo = "打开本页上方的“提醒送达”，逐条看原因。";
        return row("提醒送达", HealthState::Watch, seen, "有工作人员没有收到提醒", todo);
    }
    row("提醒送达", HealthState::Good, seen, "", "")
}

fn files(fetching: i64, lost: i64) -> HealthRow {
    let seen = format!("正在取回 {fetching} 份，未能取回 {lost} 份");
    if lost > 0 {
        let todo = "打开相应的咨询，请群众重发；再检查调用额度和 store.media_dir 所在磁盘。";
        return row("图片和录音", HealthState::Watch, seen, "微信只保存三天", todo);
    }
    row("图片和录音", HealthState::Good, seen, "", "")
}

fn database(db: &Db) -> HealthRow {
    let kind = match db {
        Db::Sqlite { .. } => "SQLite，单机文件",
        Db::Postgres(_) => "PostgreSQL",
    };
    row("数据库", HealthState::Good, kind.into(), "", "")
}

fn installation(demo: bool) -> HealthRow {
    if demo {
        let todo = "正式使用请另建数据库，不要在演示库上继续。";
        return row("运行方式", HealthState::Watch, "演示环境".into(), "数据都是虚构的", todo);
    }
    row("运行方式", HealthState::Good, "正式环境".into(), "", "")
}
