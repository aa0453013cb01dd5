//! Sample pages of articles.

use pufa::platform::http::shell::{Choice, Input};
use pufa::publishing::views::{
    ArticlePage, ArticleRow, ArticlesPage, HistoryRow, PictureRow, SavedRow, VersionsPage,
};

use super::desk::{ago, shell};

fn pictures(words: &str) -> Vec<PictureRow> {
    vec![PictureRow {
        src: "/console/pictures/1".into(),
        name: words.into(),
        code: "<img src=\"/console/pictures/1\">".into(),
        size: "900×383，120 KB".into(),
    }]
}

pub fn articles(count: usize, words: &str) -> ArticlesPage {
    let row = |_| ArticleRow {
        href: "/console/content/1".into(),
        title: words.into(),
        state: "微信审核中".into(),
        class: "warn",
        icon: "clock",
        when: ago(40),
        account: String::new(),
        organization: words.into(),
        doubtful: true,
    };
    ArticlesPage {
        shell: shell("文章", "/console/content"),
        rows: (0..count).map(row).collect(),
        pictures: pictures(words),
        query: if count == 1 { words.into() } else { String::new() },
        accounts: vec![Choice::new("main", "main", true), Choice::new("b", "b", false)],
        error: (count == 0).then(|| "只能使用 JPG 或 PNG 图片。".into()),
        may_write: count != 3,
    }
}

pub fn article(words: &str, state: &str) -> ArticlePage {
    ArticlePage {
        shell: shell("文章", "/console/content"),
        action: "/console/content/1".into(),
        new: state == "new",
        version: 2,
        state: "草稿".into(),
        class: "calm",
        icon: "file",
        reason: Some(words.into()),
        url: Some("http://mp.weixin.qq.com/s/1".into()),
        writable: matches!(state, "open" | "new" | "waiting"),
        submittable: state == "open",
        publishable: state == "open",
        decidable: state == "decidable",
        waits: matches!(state, "waiting" | "decidable").then(|| words.into()),
        own: (state == "waiting").then(|| words.into()),
        stuck: (state == "waiting").then_some(pufa::content::approving::NOBODY_ELSE),
        remark: format!("</textarea>{words}"),
        history: vec![HistoryRow { when: ago(60), words: words.into() }],
        published: state == "published",
        unknown: state == "unknown",
        accounts: Vec::new(),
        title: Input::new(words),
        author: Input::new("常州普法"),
        digest: Input::new(words),
        body: Input::new(format!("</textarea>{words}")),
        source_url: Input::new("https://example.cn/"),
        cover_src: (state != "unknown").then(|| "/console/pictures/1".into()),
        covers: vec![Choice::new("1", words, true)],
        pictures: pictures(words),
        error: Some(words.into()),
        doubt: (state == "published").then(|| words.into()),
        laws: vec![("good", "check", words.into(), words.into())],
        findings: vec![(true, words.into()), (false, words.into())],
        reader: "法律审核",
        organizations: vec![Choice::new("1", words, true)],
        organization: words.into(),
        source: Input::new(words),
        licences: vec![Choice::new("own", "本单位原创", true)],
        licence: "本单位原创",
        reprint: true,
    }
}

pub fn versions(words: &str, compared: i64) -> VersionsPage {
    let row = |version: i64| SavedRow {
        version,
        title: words.into(),
        by: words.into(),
        when: ago(60),
        chosen: version == compared,
        current: version == 3,
    };
    let lines = [("", ""), ("bad", "原来有"), ("good", "现在有")];
    VersionsPage {
        shell: shell("历次修改", "/console/content"),
        back: "/console/content/1".into(),
        title: words.into(),
        version: 3,
        rows: if words.is_empty() { vec![] } else { (1..=3).rev().map(row).collect() },
        compared,
        lines: lines.map(|(class, word)| (class, word, words.to_owned())).into(),
        restorable: true,
        error: (compared > 0).then(|| words.into()),
    }
}
