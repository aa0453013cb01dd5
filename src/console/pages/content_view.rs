//! How an article is shown: the form, who has to do what next, what happened so far.

use std::collections::HashMap;

use super::content::{MOST_PICTURES, accounts};
use crate::console::auth::SignedIn;
use crate::console::form::Fields;
use crate::console::frame;
use crate::console::state::Web;
use crate::content::approving::{Decision, NOBODY_ELSE};
use crate::knowledge::checking::{self, Checked};
use crate::knowledge::live::day_of;
use crate::knowledge::views::CitationRow;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::platform::http::shell::{Choice, Input};
use crate::publishing::checks::findings;
use crate::publishing::reading::words;
use crate::publishing::reviewing::{self, may_decide, may_publish, may_submit};
use crate::publishing::rules::{PICTURE_PATH, as_typed, may_edit};
use crate::publishing::views::{ArticlePage, HistoryRow, PictureRow};
use crate::publishing::{Article, ArticleEdit, ArticleState, Licence, Picture, Review, store};
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffId};

/// Entries of an article's history.
const HISTORY: i64 = 100;

/// What a page about an article is made from.
pub(super) struct Seen<'a> {
    /// As it is kept; `None` while it is new.
    pub article: Option<&'a Article>,
    /// As the form says it.
    pub edit: ArticleEdit,
    /// Reason typed by whoever wanted to send it back.
    pub remark: &'a str,
}

impl<'a> Seen<'a> {
    /// A new article.
    pub fn new(edit: ArticleEdit) -> Self {
        Self { article: None, edit, remark: "" }
    }

    /// An article as it is kept.
    pub fn of(article: &'a Article) -> Self {
        Self { article: Some(article), edit: article.into(), remark: "" }
    }
}

/// Class of the colours and symbol of a state.
pub(super) fn colours(state: ArticleState) -> (&'static str, &'static str) {
    match state {
        ArticleState::Published | ArticleState::Approved => ("good", "check"),
        ArticleState::Refused | ArticleState::Unknown | ArticleState::Returned => ("bad", "alert"),
        ArticleState::Draft | ArticleState::Withdrawn => ("calm", "file"),
        _ => ("warn", "clock"),
    }
}

/// A picture as lists show it.
pub(super) fn picture_row(picture: &Picture) -> PictureRow {
    let src = format!("{PICTURE_PATH}{}", picture.id);
    PictureRow {
        code: format!("<img src=\"{src}\">"),
        src,
        name: picture.name.clone(),
        size: format!("{}×{}，{} KB", picture.width, picture.height, picture.bytes / 1024 + 1),
    }
}

/// The page of an article, perhaps with why a deed was refused.
pub(super) async fn shown(
    web: &Web,
    signed: &SignedIn,
    seen: &Seen<'_>,
    asked: &Fields,
    error: Option<&str>,
) -> Result<ArticlePage> {
    let mut link = web.deps.db.read().await?;
    let pictures = pictures(&mut link, web, seen.article).await?;
    drop(link);
    let page = form(web, seen, &pictures);
    let page = match seen.article {
        Some(article) => standing(web, signed, article, page).await?,
        None => ArticlePage { writable: true, ..page },
    };
    Ok(ArticlePage {
        shell: frame::desk(web, signed, "文章", "/console/content", asked).await?,
        remark: seen.remark.to_owned(),
        error: error.map(str::to_owned),
        ..page
    })
}

async fn pictures(
    link: &mut impl Link,
    web: &Web,
    article: Option<&Article>,
) -> Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    for account in web.config.wechat.accounts.keys() {
        if article.is_none_or(|article| article.account_id == *account) {
            pictures.extend(store::pictures(link, account, MOST_PICTURES).await?);
        }
    }
    Ok(pictures)
}

/// What is written, whoever looks.
fn form(web: &Web, seen: &Seen<'_>, pictures: &[Picture]) -> ArticlePage {
    let edit = &seen.edit;
    let directory = web.directory.current();
    let organizations = &directory.organizations;
    let cover = |picture: &Picture| {
        Choice::new(picture.id.to_string(), &picture.name, edit.cover == Some(picture.id))
    };
    ArticlePage {
        action: match seen.article {
            Some(article) => format!("/console/content/{}", article.id),
            None => "/console/content/new".to_owned(),
        },
        new: seen.article.is_none(),
        accounts: if seen.article.is_none() { accounts(web, &edit.account) } else { Vec::new() },
        title: Input::new(&edit.title),
        author: Input::new(&edit.author),
        digest: Input::new(&edit.digest),
        body: Input::new(as_typed(&edit.body)),
        source_url: Input::new(&edit.source_url),
        organizations: organizations
            .iter()
            .map(|one| {
                Choice::new(one.id.to_string(), &one.short_name, edit.organization == Some(one.id))
            })
            .collect(),
        organization: match edit.organization {
            Some(id) => directory.organization_name(Some(id)).to_owned(),
            None => String::new(),
        },
        source: Input::new(&edit.source),
        licences: Licence::ALL
            .iter()
            .map(|one| Choice::new(one.code(), one.name(), edit.licence == *one))
            .collect(),
        licence: edit.licence.name(),
        reprint: edit.reprint,
        covers: pictures.iter().map(cover).collect(),
        cover_src: edit.cover.map(|id| format!("{PICTURE_PATH}{id}")),
        pictures: pictures.iter().map(picture_row).collect(),
        ..ArticlePage::default()
    }
}

/// How it stands, what this person may do about it, and what happened so far.
async fn standing(
    web: &Web,
    signed: &SignedIn,
    article: &Article,
    page: ArticlePage,
) -> Result<ArticlePage> {
    let id = article.id;
    let mut link = web.deps.db.read().await?;
    let reviews = store::reviews::of(&mut link, id, HISTORY).await?;
    let deeds = audit::of_object(&mut link, &format!("article:{id}"), HISTORY).await?;
    let names = staff::store::names(&mut link, None).await?;
    let newest = reviews.first();
    let waits = reviewing::waits(article.state);
    let now = web.deps.clock.now();
    let written = day_of(article.published_at.unwrap_or(article.updated_at));
    let cited = checking::check(&mut link, &words(&article.body), &written, &day_of(now)).await?;
    let nobody_else = waits && nobody_else(&mut link, article, newest).await?;
    drop(link);
    let writes = signed.may(Right::ManageTexts);
    let approves = waits && signed.may(Right::Approve);
    let decision = may_decide(article, newest, signed.member.id.0);
    let (class, icon) = colours(article.state);
    Ok(ArticlePage {
        version: article.version,
        state: article.state.name().to_owned(),
        class,
        icon,
        reason: article.reason.clone(),
        url: article.url.clone(),
        // Whoever decides about a text sends it back instead of changing it.
        writable: writes && may_edit(article.state).is_ok() && !(approves && decision.is_ok()),
        submittable: writes && may_submit(article).is_ok() && may_publish(article, newest).is_err(),
        publishable: writes && may_publish(article, newest).is_ok(),
        published: writes && article.state == ArticleState::Published,
        unknown: writes && article.state == ArticleState::Unknown,
        decidable: approves && decision.is_ok(),
        doubt: article.doubt.clone(),
        laws: cited.into_iter().map(law).collect(),
        findings: match reviewing::may_submit(article).is_ok() || article.cover_id.is_none() {
            true => findings(article).into_iter().map(|one| (one.must, one.says)).collect(),
            false => Vec::new(),
        },
        reader: reader(article.state),
        waits: waits.then(|| waiting(article.state, newest, &names)),
        own: decision.err().filter(|_| approves).map(|error| error.public().to_owned()),
        stuck: nobody_else.then_some(NOBODY_ELSE),
        history: history(web, &deeds, &reviews, &names),
        ..page
    })
}

/// Whether nobody is there who could decide about an article.
async fn nobody_else(
    link: &mut impl Link,
    article: &Article,
    newest: Option<&Review>,
) -> Result<bool> {
    let people = staff::store::of_alliance(link).await?;
    let mut able = people.iter().filter(|p| p.active && allows(p.role, Right::Approve));
    Ok(!able.any(|person| may_decide(article, newest, person.id.0).is_ok()))
}

fn name(names: &HashMap<StaffId, String>, id: Option<uuid::Uuid>) -> &str {
    id.and_then(|id| names.get(&StaffId(id))).map_or("系统", String::as_str)
}

/// Whom an article waits for.
fn reader(state: ArticleState) -> &'static str {
    if state == ArticleState::LegalPassed { "宣传审核" } else { "法律审核" }
}

fn waiting(
    state: ArticleState,
    newest: Option<&Review>,
    names: &HashMap<StaffId, String>,
) -> String {
    let by = name(names, newest.map(|review| review.submitted_by));
    match newest.and_then(|review| review.legal_by).filter(|_| state == ArticleState::LegalPassed) {
        Some(first) => {
            let first = name(names, Some(first));
            format!("{by} 已提交，{first} 已通过法律审核，等第三位同事做宣传审核。")
        }
        None => format!("{by} 已提交，等另一位同事做法律审核，通过或退回。"),
    }
}

/// A law an article cites: class, symbol, citation, what is to be said.
fn law(checked: Checked) -> (&'static str, &'static str, String, String) {
    let row = CitationRow::from(checked);
    let icon = if row.class == "good" { "check" } else { "alert" };
    (row.class, icon, row.cited, row.says)
}

/// Everything that happened to an article, newest first.
fn history(
    web: &Web,
    deeds: &[audit::Entry],
    reviews: &[Review],
    names: &HashMap<StaffId, String>,
) -> Vec<HistoryRow> {
    let deeds = deeds.iter().filter_map(|deed| Some((deed.at, sentence(deed, names)?)));
    let returned = reviews.iter().filter(|review| review.decision == Some(Decision::Returned));
    let returned = returned.filter_map(|review| {
        let (by, why) = (name(names, review.decided_by), review.reason.as_deref()?);
        Some((review.decided_at?, format!("{by} 退回：{why}")))
    });
    let mut all: Vec<(Moment, String)> = deeds.chain(returned).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(at, words)| HistoryRow { when: frame::when(web, at), words }).collect()
}

/// What an entry of the audit trail says; sending back is told with its reason by the review.
fn sentence(deed: &audit::Entry, names: &HashMap<StaffId, String>) -> Option<String> {
    let by = name(names, deed.staff_id);
    Some(match deed.action.as_str() {
        "article.add" => format!("{by} 写了第一稿"),
        "article.change" => format!("{by} 修改"),
        "article.submit" => format!("{by} 提交审批"),
        "article.legal" => format!("{by} 通过法律审核"),
        "article.approve" => format!("{by} 通过宣传审核"),
        "article.doubt" => "引用的法律变了，需复核".to_owned(),
        "article.settle" => format!("{by} 核对过：仍然适用"),
        "article.publish" => format!("{by} 提交给微信"),
        "article.withdraw" => format!("{by} 从微信撤下"),
        "article.not_published" => format!("{by} 核对过：微信没有发布"),
        "article.judged" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let state = detail["state"].as_str().and_then(ArticleState::from_code)?;
            format!("结果：{}", state.name())
        }
        _ => return None,
    })
}
