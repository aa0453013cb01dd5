//! The command bar: one field that leads to pages, inquiries by number, own filters and the manual.

use axum::extract::State;

use crate::canned::rules::rank;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page};
use crate::console::form::Asked;
use crate::console::frame;
use crate::console::manual;
use crate::console::routes::{Method, ROUTES};
use crate::console::state::Web;
use crate::console::views::{FoundRow, GoPage};
use crate::inquiries::store::{self, Filter, Tab};
use crate::platform::error::Result;
use crate::staff::policy::Right;

/// Characters of what is typed.
const LONGEST: usize = 40;
/// Digits from which on an inquiry's number is looked for.
const NUMBER: usize = 3;
/// Inquiries offered.
const INQUIRIES: usize = 5;
/// Places offered in all.
const OFFERED: usize = 12;

/// Pages that the navigation does not name; offered to whom the table of routes lets in.
pub const PAGES: [(&str, &str); 24] = [
    ("/console/inbox?tab=mine", "我的咨询"),
    ("/console/inbox?tab=overdue", "已超时的咨询"),
    ("/console/inbox/filters", "常用筛选"),
    ("/console/canned", "常用答复"),
    ("/console/canned/new", "新建常用答复"),
    ("/console/alerts/settings", "提醒设置"),
    ("/console/alerts/group", "群提醒"),
    ("/console/quality/uncorrected", "没有更正的答复"),
    ("/console/stations", "服务站点"),
    ("/console/codes/new", "制作二维码"),
    ("/console/rules/new", "新建分派规则"),
    ("/console/triage", "自动归类"),
    ("/console/content/new", "写文章"),
    ("/console/cards", "知识卡片"),
    ("/console/knowledge/lessons", "确认过的法条"),
    ("/console/notices", "通知模板"),
    ("/console/followers", "关注者"),
    ("/console/followers/tags", "关注者标签"),
    ("/console/agents", "微信客服"),
    ("/console/health/accounts", "公众号明细"),
    ("/console/account", "我的账号"),
    ("/console/account/code", "动态码"),
    ("/console/account/wechat", "绑定微信"),
    ("/console/help", "使用手册"),
];

/// Where one can go by what was typed; with `part=list` that alone.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let words: String = asked.text("q").trim().chars().take(LONGEST).collect();
    let shell = frame::desk(&web, &signed, "直达", "/console/go", &asked).await?;
    let mut found = numbered(&web, &signed, &words).await?;
    let mut places: Vec<FoundRow> =
        shell.nav.iter().map(|item| place(&item.href, &item.label, "页面")).collect();
    places.extend(pages(&signed));
    places.extend(kept(&web, &signed).await?);
    places.extend(chapters(&signed));
    found.extend(fitting(places, &words.to_lowercase()));
    found.truncate(OFFERED);
    let shown = GoPage { shell, words, found };
    match asked.text("part") {
        "list" => html(askama::Template::render(&shown.as_found())),
        _ => page(&shown),
    }
}

fn place(href: &str, title: &str, about: &str) -> FoundRow {
    FoundRow { href: href.to_owned(), title: title.to_owned(), about: about.to_owned(), when: None }
}

/// Best first; what fits equally well stays in its order.
fn fitting(places: Vec<FoundRow>, typed: &str) -> Vec<FoundRow> {
    let ranked = places.into_iter().filter_map(|row| Some((rank(&row.title, "", typed)?, row)));
    let mut ranked: Vec<(u8, FoundRow)> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, row)| row).collect()
}

fn pages(signed: &SignedIn) -> impl Iterator<Item = FoundRow> {
    let open = |href: &str| {
        let path = href.split('?').next().unwrap_or_default();
        let found = ROUTES.iter().find(|r| r.method == Method::Get && r.path == path);
        found.is_some_and(|route| route.who.admits(&signed.member))
    };
    let allowed = PAGES.iter().filter(move |(href, _)| open(href));
    allowed.map(|(href, title)| place(href, title, "页面"))
}

fn chapters(signed: &SignedIn) -> impl Iterator<Item = FoundRow> {
    let (own, others) = manual::for_role(signed.member.role);
    let all = own.into_iter().chain(others);
    all.map(|c| place(&format!("/console/help/{}", c.id), &c.title, "手册"))
}

async fn kept(web: &Web, signed: &SignedIn) -> Result<Vec<FoundRow>> {
    if !signed.may(Right::ReadInquiries) {
        return Ok(Vec::new());
    }
    let kept = store::filters_of(&mut web.deps.db.read().await?, signed.member.id).await?;
    let row = |f: &crate::inquiries::SavedFilter| {
        place(&format!("/console/inbox?{}", f.query), &f.name, "常用筛选")
    };
    Ok(kept.iter().map(row).collect())
}

/// Inquiries of the own scope whose number holds what was typed.
async fn numbered(web: &Web, signed: &SignedIn, words: &str) -> Result<Vec<FoundRow>> {
    let digits = words.chars().filter(char::is_ascii_digit).count();
    let number = digits >= NUMBER && words.chars().all(|c| c.is_ascii_digit() || c == '-');
    if !number || !signed.may(Right::ReadInquiries) {
        return Ok(Vec::new());
    }
    let filter = Filter { words: Some(words.to_owned()), ..Filter::default() };
    let (scope, reader, now) = (signed.member.scope(), signed.member.id, web.deps.clock.now());
    let mut link = web.deps.db.read().await?;
    let found = store::page(&mut link, scope, Tab::All, reader, &filter, None, now).await?;
    let named = found.iter().filter(|inquiry| inquiry.number.contains(words)).take(INQUIRIES);
    let row = |inquiry: &crate::inquiries::Inquiry| {
        let href = format!("/console/inquiries/{}", inquiry.id);
        place(&href, &format!("咨询 {}", inquiry.number), inquiry.state.name())
    };
    Ok(named.map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_offered_has_a_route_without_places() {
        for (href, title) in PAGES {
            let path = href.split('?').next().unwrap_or_default();
            let known = ROUTES.iter().any(|r| r.method == Method::Get && r.path == path);
            assert!(known, "{title}: {path}");
        }
    }

    #[test]
    fn places_are_found_by_title_and_initials_best_first() {
        let all = || {
            vec![
                place("/a", "知识卡片", ""),
                place("/b", "常用答复", ""),
                place("/c", "新建常用答复", ""),
            ]
        };
        let found = |typed: &str| -> Vec<String> {
            fitting(all(), typed).into_iter().map(|row| row.href).collect()
        };
        assert_eq!(found("常用"), ["/b", "/c"]);
        assert_eq!(found("zskp"), ["/a"]);
        assert_eq!(found("").len(), 3);
        assert!(found("火星").is_empty());
    }
}
