//! What an article may be, what WeChat is given of it, and what its verdicts mean. Pure.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{ArticleEdit, ArticleState, Licence, PictureId, reading};
use crate::platform::error::{Error, Result};
use crate::wechat::draft;
use crate::wechat::freepublish::{Publication, PublishStatus};

/// Where a picture of an article is in the console; bodies name it so.
pub const PICTURE_PATH: &str = "/console/pictures/";
/// WeChat's own pictures may stand in a body as they are.
const WECHATS_PICTURES: [&str; 2] = ["http://mmbiz.qpic.cn/", "https://mmbiz.qpic.cn/"];
/// What no body may contain; WeChat drops it without a word.
const FORBIDDEN: [&str; 6] = ["<script", "<iframe", "<object", "<embed", "<form", "javascript:"];
/// Most characters of where an article is from.
const SOURCE_LIMIT: usize = 100;

/// What WeChat says about a publication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which publication.
    pub publish_id: String,
    /// `publish_status` (wechat-protocol.md §2.5).
    pub status: u32,
    /// WeChat's id of what is published.
    pub article_id: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
}

impl From<Publication> for Verdict {
    fn from(publication: Publication) -> Self {
        let Publication { publish_id, status, article_id, url } = publication;
        Self { publish_id, status: u32::from(status), article_id, url }
    }
}

/// Puts an edit into the form it is kept in.
///
/// # Errors
/// Invalid, with a sentence that names the field and its limit.
pub fn checked(mut edit: ArticleEdit) -> Result<ArticleEdit> {
    let ArticleEdit { title, author, digest, source_url, source, .. } = &mut edit;
    for text in [title, author, digest, source_url, source] {
        *text = text.trim().to_owned();
    }
    edit.body = as_html(edit.body.replace("\r\n", "\n").trim());
    let limits = [
        ("标题", &edit.title, draft::TITLE_LIMIT),
        ("作者", &edit.author, draft::AUTHOR_LIMIT),
        ("摘要", &edit.digest, draft::DIGEST_LIMIT),
        ("来源", &edit.source, SOURCE_LIMIT),
    ];
    if edit.title.is_empty() {
        return Err(Error::invalid("标题不能为空。"));
    }
    for (name, text, most) in limits {
        let long = text.chars().count();
        if long > most {
            let why = format!("{name}有 {long} 个字，最多 {most} 个字，请缩短。");
            return Err(Error::invalid(why));
        }
    }
    if edit.source.is_empty() && matches!(edit.licence, Licence::Agreed | Licence::Reprinted) {
        return Err(Error::invalid("转载和经授权的文章要写来源：谁写的、在哪里发表。"));
    }
    check_source(&edit.source_url)?;
    check_body(&edit.body)?;
    edit.body = reading::cleaned(&edit.body);
    Ok(edit)
}

fn check_source(url: &str) -> Result<()> {
    let web = url.is_empty() || url.starts_with("https://") || url.starts_with("http://");
    if !web || url.contains(char::is_whitespace) {
        return Err(Error::invalid("“阅读原文”的地址要以 https:// 开头，不能有空格。"));
    }
    if url.len() > draft::SOURCE_URL_LIMIT_BYTES {
        return Err(Error::invalid("“阅读原文”的地址超过 1024 字节，请换一个短的。"));
    }
    Ok(())
}

fn check_body(body: &str) -> Result<()> {
    if body.is_empty() {
        return Err(Error::invalid("正文不能为空。"));
    }
    let (chars, bytes) = (body.chars().count(), body.len());
    if chars >= draft::CONTENT_LIMIT || bytes >= draft::CONTENT_LIMIT_BYTES {
        let why = format!("正文连同排版代码有 {chars} 个字，微信要求少于 2 万字，请拆成几篇。");
        return Err(Error::invalid(why));
    }
    let small = body.to_ascii_lowercase();
    if let Some(found) = FORBIDDEN.iter().find(|word| small.contains(**word)) {
        return Err(Error::invalid(format!("正文里有 {found}，微信会把它删掉。请去掉后再保存。")));
    }
    let foreign = sources(body).find(|source| {
        let wechats = WECHATS_PICTURES.iter().any(|start| source.starts_with(start));
        !wechats && picture_of(source).is_none()
    });
    if foreign.is_some() {
        let why = "正文里有外部图片，微信会把它删掉。请先在“图片”里上传，再把给出的代码贴进正文。";
        return Err(Error::invalid(why));
    }
    Ok(())
}

/// Plain lines as paragraphs; what contains markup already stays as it is.
fn as_html(text: &str) -> String {
    if text.contains('<') {
        return text.to_owned();
    }
    let escape = |line: &str| line.replace('&', "&amp;").replace('>', "&gt;");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("<p>{}</p>", escape(line))).collect()
}

/// A body as a person would type it: plain lines where it is nothing but paragraphs.
pub fn as_typed(body: &str) -> String {
    let lines = body.replace("</p>", "\n").replace("<p>", "");
    let lines = lines.trim_end().replace("&gt;", ">").replace("&amp;", "&");
    if as_html(&lines) == body { lines } else { body.to_owned() }
}

/// The addresses of the pictures in a body, as written.
fn sources(body: &str) -> impl Iterator<Item = &str> {
    body.split("<img").skip(1).map(|rest| {
        let tag = rest.split('>').next().unwrap_or(rest);
        let value = tag.split("src=").nth(1).unwrap_or_default();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        match quote {
            Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
            None => value.split_ascii_whitespace().next().unwrap_or_default(),
        }
    })
}

fn picture_of(source: &str) -> Option<PictureId> {
    source.strip_prefix(PICTURE_PATH)?.parse().ok()
}

/// Our own pictures in a body.
pub fn pictures_in(body: &str) -> Vec<PictureId> {
    let mut found: Vec<PictureId> = sources(body).filter_map(picture_of).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The body with our own pictures at other addresses: WeChat's, or the preview's.
pub fn with_pictures_at(body: &str, addresses: &[(PictureId, String)]) -> String {
    addresses
        .iter()
        .fold(body.to_owned(), |body, (id, url)| body.replace(&format!("{PICTURE_PATH}{id}"), url))
}

/// Digest of all that is published of an article.
pub fn content_hash(edit: &ArticleEdit) -> String {
    let cover = edit.cover.map(|id| id.to_string()).unwrap_or_default();
    let owner = edit.organization.map(|id| id.to_string()).unwrap_or_default();
    let terms = format!("{} {}", edit.licence.code(), edit.reprint);
    let ArticleEdit { title, author, digest, body, source_url, source, .. } = edit;
    let parts = [title, author, digest, body, source_url, &cover, &owner, source, &terms];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether an article's text may be changed now.
///
/// # Errors
/// Conflict, with what to do first.
pub fn may_edit(state: ArticleState) -> Result<()> {
    use ArticleState::{
        Approved, Draft, InReview, LegalPassed, Published, Refused, Returned, Unknown, Withdrawn,
    };
    match state {
        Draft | InReview | LegalPassed | Returned | Approved | Refused | Withdrawn => Ok(()),
        Published => Err(Error::conflict("文章已发布，不能修改。请先撤下，改好后再发布。")),
        Unknown => Err(Error::conflict("还不知道微信有没有发布这篇文章。请先核对，再修改。")),
        _ => Err(Error::conflict("文章正在提交给微信，暂时不能修改。请稍后刷新。")),
    }
}

/// What a verdict makes of an article: its state, and why. `None` while WeChat is still looking.
pub fn judged(verdict: &Verdict) -> Option<(ArticleState, Option<&'static str>)> {
    use ArticleState::{Published, Refused, Withdrawn};
    Some(match PublishStatus::from(verdict.status) {
        PublishStatus::Done => (Published, None),
        PublishStatus::InProgress => return None,
        PublishStatus::NotOriginal => {
            (Refused, Some("微信认为内容与他人的原创文章相同。请修改后再发布。"))
        }
        PublishStatus::Failed => (Refused, Some("微信发布失败，没有说明原因。请稍后再试。")),
        PublishStatus::Refused => {
            (Refused, Some("微信平台审核没有通过。请到公众平台看原因，修改后再发布。"))
        }
        PublishStatus::Deleted => (Withdrawn, Some("文章发布后已在公众平台删除。")),
        PublishStatus::Banned => (Withdrawn, Some("文章发布后被微信封禁。请到公众平台看原因。")),
        PublishStatus::Other(_) => (Refused, Some("微信给出了没有文档的结果。请到公众平台核对。")),
    })
}

/// Reads an id from a form; a form sent twice so writes one thing.
pub fn once_or(once: &str, fresh: Uuid) -> Uuid {
    once.parse().unwrap_or(fresh)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(body: &str) -> ArticleEdit {
        ArticleEdit { title: "欠薪怎么办".into(), body: body.into(), ..ArticleEdit::default() }
    }

    #[test]
    fn plain_lines_become_paragraphs_and_markup_stays() {
        assert_eq!(checked(edit("一\r\n\r\n二 & 三")).unwrap().body, "<p>一</p><p>二 &amp; 三</p>");
        assert_eq!(checked(edit("<p>一</p>")).unwrap().body, "<p>一</p>");
        assert_eq!(as_typed("<p>一</p><p>二 &amp; 三 &gt; 二</p>"), "一\n二 & 三 > 二");
        for markup in
            ["<p>一 &lt; 二</p>", "<p><b>一</b></p>", "<h2>一</h2><p>二</p>", "<p>一</p>二"]
        {
            assert_eq!(as_typed(markup), markup);
        }
    }

    #[test]
    fn pictures_are_ours_or_wechats() {
        let id = PictureId(Uuid::from_u128(7));
        let own = format!("<p><img alt='a' src=\"{PICTURE_PATH}{id}\"></p>");
        assert!(checked(edit(&own)).is_ok());
        assert_eq!(pictures_in(&own), [id]);
        let sent = with_pictures_at(&own, &[(id, "http://mmbiz.qpic.cn/x/0".into())]);
        assert!(sent.contains("src=\"http://mmbiz.qpic.cn/x/0\"") && checked(edit(&sent)).is_ok());
        for foreign in
            ["<img src='http://evil.example/a.png'>", "<img src=data:image/png;x>", "<img>"]
        {
            assert!(checked(edit(foreign)).is_err(), "{foreign}");
        }
        assert!(checked(edit("<p onclick=1></p><SCRIPT>x</SCRIPT>")).is_err());
    }

    #[test]
    fn limits_are_wechats_and_the_sentence_names_them() {
        let mut long = edit("正文");
        long.title = "一".repeat(33);
        let why = checked(long).unwrap_err();
        assert!(why.public().contains("33") && why.public().contains("32"));
        assert!(checked(edit(&"一".repeat(20_000))).is_err());
        assert!(checked(edit("")).is_err());
        let mut odd = edit("正文");
        odd.source_url = "javascript:alert(1)".into();
        assert!(checked(odd).is_err());
    }

    #[test]
    fn every_part_of_an_article_counts_in_its_hash() {
        let base = edit("<p>一</p>");
        let hash = content_hash(&base);
        let mut seen = vec![hash];
        for change in 0..6 {
            let mut other = base.clone();
            match change {
                0 => other.title.push('x'),
                1 => other.author.push('x'),
                2 => other.digest.push('x'),
                3 => other.body.push('x'),
                4 => other.source_url.push('x'),
                _ => other.cover = Some(PictureId(Uuid::from_u128(1))),
            }
            let hash = content_hash(&other);
            assert!(!seen.contains(&hash), "{change}");
            seen.push(hash);
        }
    }

    #[test]
    fn a_verdict_that_is_none_yet_changes_nothing() {
        let verdict =
            |status| Verdict { publish_id: "1".into(), status, article_id: None, url: None };
        assert_eq!(judged(&verdict(1)), None);
        let state = |status| judged(&verdict(status)).map(|(state, _)| state);
        assert_eq!(state(0), Some(ArticleState::Published));
        for refused in [2, 3, 4, 77] {
            assert_eq!(state(refused), Some(ArticleState::Refused));
        }
        assert_eq!(
            (state(5), state(6)),
            (Some(ArticleState::Withdrawn), Some(ArticleState::Withdrawn))
        );
    }
}
