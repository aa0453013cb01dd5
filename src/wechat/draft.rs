//! The draft box (wechat-protocol.md §7.2). A draft disappears once it is published or sent.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use super::client::{CallError, Client, decode, lacking};
use super::material::PAGE_LIMIT;

/// Most characters of a title.
pub const TITLE_LIMIT: usize = 32;
/// Most characters of an author's name.
pub const AUTHOR_LIMIT: usize = 16;
/// Most characters of a digest.
pub const DIGEST_LIMIT: usize = 128;
/// A body must have fewer characters than this, and fewer bytes than [`CONTENT_LIMIT_BYTES`].
pub const CONTENT_LIMIT: usize = 20_000;
/// A body must have fewer bytes of UTF-8 than this.
pub const CONTENT_LIMIT_BYTES: usize = 1024 * 1024;
/// Most bytes of the address behind "read the original".
pub const SOURCE_URL_LIMIT_BYTES: usize = 1024;

/// One article of a draft. WeChat has long ignored `show_cover_pic`, so it is not written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Article {
    /// Title, at most [`TITLE_LIMIT`] characters.
    pub title: String,
    /// Author, at most [`AUTHOR_LIMIT`] characters.
    pub author: String,
    /// Digest, at most [`DIGEST_LIMIT`] characters; WeChat takes the first 54 of the body when it is
    /// empty.
    pub digest: String,
    /// Body in HTML; pictures only from `uploadimg`.
    pub content: String,
    /// Address behind "read the original"; may be empty.
    pub content_source_url: String,
    /// The cover: id of a permanent picture.
    pub thumb_media_id: String,
    /// Whether readers may comment.
    #[serde(serialize_with = "as_number")]
    pub need_open_comment: bool,
    /// Whether only followers may.
    #[serde(serialize_with = "as_number")]
    pub only_fans_can_comment: bool,
}

/// An article as WeChat gives it back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NewsItem {
    /// Title.
    pub title: String,
    /// Author.
    #[serde(default)]
    pub author: String,
    /// Digest.
    #[serde(default)]
    pub digest: String,
    /// Body; missing when asked without.
    #[serde(default)]
    pub content: String,
    /// Address behind "read the original".
    #[serde(default)]
    pub content_source_url: String,
    /// The cover.
    #[serde(default)]
    pub thumb_media_id: String,
    /// Where it can be read; of a draft only for a while.
    #[serde(default)]
    pub url: String,
    /// Whether readers may comment.
    #[serde(default, deserialize_with = "from_number")]
    pub need_open_comment: bool,
    /// Whether only followers may.
    #[serde(default, deserialize_with = "from_number")]
    pub only_fans_can_comment: bool,
    /// Whether it was published and then deleted.
    #[serde(default)]
    pub is_deleted: bool,
}

/// Articles that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct News {
    /// The articles.
    pub news_item: Vec<NewsItem>,
}

/// A page of the draft box.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DraftPage {
    /// How many there are in all.
    pub total_count: u64,
    /// Those of this page.
    #[serde(rename = "item")]
    pub items: Vec<DraftItem>,
}

/// One draft of a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DraftItem {
    /// Its id.
    pub media_id: String,
    /// Its articles.
    pub content: News,
    /// When it was changed, in seconds since the epoch.
    pub update_time: i64,
}

impl Client {
    /// Adds a draft of one to eight articles; gives its id.
    ///
    /// # Errors
    /// [`CallError`]; 40007 about a cover, 45166 about a body, 88000 about comments.
    pub async fn add_draft(&self, articles: &[Article]) -> Result<String, CallError> {
        let body = json!({ "articles": articles });
        let answer = self.post_json("/cgi-bin/draft/add", &body).await?;
        Ok(answer["media_id"].as_str().ok_or_else(lacking)?.to_owned())
    }

    /// What a draft holds.
    ///
    /// # Errors
    /// [`CallError`]; 40007 when there is none (any more).
    pub async fn get_draft(&self, media_id: &str) -> Result<Vec<NewsItem>, CallError> {
        let body = json!({ "media_id": media_id });
        let news: News = decode(self.post_json("/cgi-bin/draft/get", &body).await?)?;
        Ok(news.news_item)
    }

    /// Replaces article `index`, counted from 0, of a draft.
    ///
    /// # Errors
    /// [`CallError`]; 40007 when there is no such draft, 40114 when it has no such article.
    pub async fn update_draft(
        &self,
        media_id: &str,
        index: u32,
        article: &Article,
    ) -> Result<(), CallError> {
        let body = json!({ "media_id": media_id, "index": index, "articles": article });
        self.post_json("/cgi-bin/draft/update", &body).await.map(|_| ())
    }

    /// Deletes a draft, for good.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn delete_draft(&self, media_id: &str) -> Result<(), CallError> {
        let body = json!({ "media_id": media_id });
        self.post_json("/cgi-bin/draft/delete", &body).await.map(|_| ())
    }

    /// A page of the draft box, newest first; at most [`PAGE_LIMIT`], more are cut.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn list_drafts(
        &self,
        offset: u32,
        count: u32,
        with_content: bool,
    ) -> Result<DraftPage, CallError> {
        let body = page(offset, count, with_content);
        decode(self.post_json("/cgi-bin/draft/batchget", &body).await?)
    }

    /// How many drafts there are.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn count_drafts(&self) -> Result<u64, CallError> {
        let answer = self.get_json("/cgi-bin/draft/count", &[]).await?;
        answer["total_count"].as_u64().ok_or_else(lacking)
    }

    /// Whether the account uses the draft box. WeChat turned it on for all; it cannot be turned off.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn has_draft_box(&self) -> Result<bool, CallError> {
        let query = [("checkonly", "1")];
        let answer = self.post_json_to("/cgi-bin/draft/switch", &query, &json!({})).await?;
        super::client::integer(&answer["is_open"]).map(|open| open == 1).ok_or_else(lacking)
    }
}

/// The request of a page; also of published articles.
pub(super) fn page(offset: u32, count: u32, with_content: bool) -> serde_json::Value {
    let count = count.clamp(1, PAGE_LIMIT);
    json!({ "offset": offset, "count": count, "no_content": u8::from(!with_content) })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn as_number<S: serde::Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(u8::from(*flag))
}

fn from_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    i64::deserialize(deserializer).map(|value| value != 0)
}
