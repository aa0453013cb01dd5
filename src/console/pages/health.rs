//! How the system stands, for those who look after it.

use std::time::Duration;

use askama::Template;
use axum::extract::State;

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
use crate::platform::db::Db;
use crate::platform::error::Result;
use crate::platform::http::when::{When, span};
use crate::platform::jobs::store::{Standing, standing};

/// No push for this long is worth a look by day.
const QUIET: Duration = Duration::from_secs(6 * 3600);
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
    let last = intake::store::last_received(&mut link).await?;
    let jobs = standing(&mut link, now).await?;
    let unknown = delivery::store::count(&mut link, DeliveryState::Unknown).await?;
    let failed = delivery::store::count(&mut link, DeliveryState::Failed).await?;
    let waiting = delivery::store::count(&mut link, DeliveryState::Waiting).await?;
    let fetching = media::store::count(&mut link, media::State::Waiting).await?;
    let lost = media::store::count(&mut link, media::State::Expired).await?;
    drop(link);
    let mut rows = vec![
        files(fetching, lost),
        pushes(last, web.config.wechat.accounts.len(), now),
        work(&jobs),
        dead(&jobs),
        sending(unknown, failed, waiting),
        database(&web.deps.db),
        installation(web.installation.demo),
    ];
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

fn pushes(last: Option<Moment>, accounts: usize, now: Moment) -> HealthRow {
    const NAME: &str = "微信推送";
    let check = "登录公众平台，检查“服务器配置”是否已启用、地址是否能从外网打开。";
    let Some(last) = last else {
        let (why, todo) = match accounts {
            0 => ("配置里没有公众号", "在配置文件的 wechat.accounts 里填写公众号，再重新启动。"),
            _ => ("还没有收到过推送", check),
        };
        return row(NAME, HealthState::Unknown, "从未收到".into(), why, todo);
    };
    let age = now.since(last);
    let seen = format!("最近一次 {}前", span(age));
    if age > QUIET {
        row(NAME, HealthState::Watch, seen, "很久没有收到群众的消息", check)
    } else {
        row(NAME, HealthState::Good, seen, "", "")
    }
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
