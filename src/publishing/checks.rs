//! What an article is looked through for before it is submitted. Pure; nothing is fetched.

use super::Article;
use super::reading::words;

/// A sentence longer than this is hard to read on a phone, in characters.
const LONG_SENTENCE: usize = 60;
/// A table with more columns does not fit a phone.
const MOST_COLUMNS: usize = 4;
/// WeChat shows this much of a digest in a conversation, in characters.
const SHOWN_DIGEST: usize = 54;
/// Words that promise what nobody can, or advertise.
const PROMISES: [&str; 10] = [
    "保证胜诉",
    "包赢",
    "稳赢",
    "百分之百",
    "100%",
    "第一律师",
    "最权威",
    "打折",
    "优惠价",
    "加微信",
];

/// Something to look at once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it has to be mended before the article can go out.
    pub must: bool,
    /// What, and what to do.
    pub says: String,
}

/// Everything that was found in an article.
pub fn findings(article: &Article) -> Vec<Finding> {
    let text = words(&article.body);
    let mut found = Vec::new();
    let mut say = |must: bool, says: String| found.push(Finding { must, says });
    if article.cover_id.is_none() {
        say(true, "还没有封面，微信不收。请选一张图片。".to_owned());
    }
    let bare = without_alt(&article.body);
    if bare > 0 {
        say(
            false,
            format!("有 {bare} 张图片没有说明文字，视障读者听不到。请在代码里加 alt=\"…\"。"),
        );
    }
    for word in PROMISES.iter().filter(|word| text.contains(**word)) {
        say(false, format!("出现“{word}”：普法文章不承诺结果，也不做广告。请改写。"));
    }
    let long = longest_sentence(&text);
    if long > LONG_SENTENCE {
        say(false, format!("最长的一句有 {long} 个字。拆成短句，手机上好读，老人也看得懂。"));
    }
    let columns = widest_table(&article.body);
    if columns > MOST_COLUMNS {
        say(false, format!("表格有 {columns} 列，手机上放不下。请减到 {MOST_COLUMNS} 列以内。"));
    }
    if article.digest.is_empty() {
        say(false, format!("没有摘要，微信会取正文前 {SHOWN_DIGEST} 个字。"));
    }
    if !article.source_url.is_empty() && !looks_whole(&article.source_url) {
        say(false, "“阅读原文”的网址看起来不完整，请打开试一试。".to_owned());
    }
    found
}

fn without_alt(body: &str) -> usize {
    let tags = body.split("<img").skip(1).map(|rest| rest.split('>').next().unwrap_or(rest));
    tags.filter(|tag| !tag.contains("alt=\"") || tag.contains("alt=\"\"")).count()
}

fn longest_sentence(text: &str) -> usize {
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '；' | '\n');
    text.split(ends).map(|sentence| sentence.trim().chars().count()).max().unwrap_or(0)
}

fn widest_table(body: &str) -> usize {
    let rows = body.split("<tr").skip(1).map(|rest| rest.split("</tr").next().unwrap_or(rest));
    rows.map(|row| row.matches("<td").count() + row.matches("<th>").count()).max().unwrap_or(0)
}

/// Whether an address names a host with a dot.
fn looks_whole(url: &str) -> bool {
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| {
        host.split('.').count() > 1 && host.split('.').all(|part| !part.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Moment;
    use crate::publishing::{ArticleId, ArticleState, Licence, PictureId};
    use uuid::Uuid;

    fn article(body: &str) -> Article {
        Article {
            id: ArticleId(Uuid::from_u128(9)),
            account_id: "main".into(),
            title: "欠薪怎么办".into(),
            author: String::new(),
            digest: "三步走".into(),
            body: body.into(),
            source_url: String::new(),
            cover_id: Some(PictureId(Uuid::from_u128(7))),
            content_hash: "a".into(),
            state: ArticleState::Draft,
            draft_id: None,
            draft_hash: None,
            publish_id: None,
            article_id: None,
            url: None,
            reason: None,
            version: 1,
            updated_at: Moment(0),
            published_at: None,
            changed_by: None,
            organization_id: None,
            source: String::new(),
            licence: Licence::Own,
            reprint: false,
            doubt: None,
            doubt_settled: None,
        }
    }

    fn says(article: &Article) -> String {
        findings(article).into_iter().map(|finding| finding.says).collect()
    }

    #[test]
    fn a_plain_good_article_gives_nothing_to_say() {
        let body = "<p>先投诉。再仲裁。</p><img src=\"/x\" alt=\"窗口\">";
        assert_eq!(findings(&article(body)), []);
    }

    #[test]
    fn each_trap_is_named() {
        let long = "字".repeat(LONG_SENTENCE + 1);
        let row = "<td>一</td>".repeat(5);
        let body = format!("<p>保证胜诉。{long}</p><img src=\"/x\"><table><tr>{row}</tr></table>");
        let mut bad = article(&body);
        bad.cover_id = None;
        bad.digest.clear();
        bad.source_url = "https://moj".into();
        let said = says(&bad);
        for part in ["封面", "说明文字", "保证胜诉", "61 个字", "5 列", "没有摘要", "不完整"]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(findings(&bad)[0].must);
        bad.source_url = "https://sfj.changzhou.gov.cn/x".into();
        assert!(!says(&bad).contains("不完整"));
    }
}
