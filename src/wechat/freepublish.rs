//! Publishing (wechat-protocol.md §7.3): an article gets a lasting address, nobody is notified, and
//! the month's mass sends are not touched. The result comes later, as an event (§2.5).

use serde::Deserialize;
use serde_json::json;

use super::client::{CallError, Client, decode, integer, lacking};
use super::draft::{News, NewsItem, page};

/// How a publication stands (§2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishStatus {
    /// Done.
    Done,
    /// WeChat is still looking at it.
    InProgress,
    /// Refused because somebody else declared the text as original.
    NotOriginal,
    /// Failed.
    Failed,
    /// Refused by WeChat's review.
    Refused,
    /// Done, and everything of it deleted by the account since.
    Deleted,
    /// Done, and everything of it banned by WeChat since.
    Banned,
    /// A number that is not documented.
    Other(u32),
}

impl From<u32> for PublishStatus {
    fn from(status: u32) -> Self {
        match status {
            0 => Self::Done,
            1 => Self::InProgress,
            2 => Self::NotOriginal,
            3 => Self::Failed,
            4 => Self::Refused,
            5 => Self::Deleted,
            6 => Self::Banned,
            other => Self::Other(other),
        }
    }
}

impl From<PublishStatus> for u32 {
    fn from(status: PublishStatus) -> Self {
        match status {
            PublishStatus::Done => 0,
            PublishStatus::InProgress => 1,
            PublishStatus::NotOriginal => 2,
            PublishStatus::Failed => 3,
            PublishStatus::Refused => 4,
            PublishStatus::Deleted => 5,
            PublishStatus::Banned => 6,
            PublishStatus::Other(other) => other,
        }
    }
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Which one.
    pub publish_id: String,
    /// How it stands.
    pub status: PublishStatus,
    /// Id of what was published.
    pub article_id: Option<String>,
    /// Address of its first article.
    pub url: Option<String>,
}

/// A publication that WeChat has taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// The name its result will come under.
    pub publish_id: String,
    /// The name comments are kept under, when told.
    pub msg_data_id: Option<i64>,
}

/// A page of what was published.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublishedPage {
    /// How many there are in all.
    pub total_count: u64,
    /// Those of this page.
    #[serde(rename = "item")]
    pub items: Vec<PublishedItem>,
}

/// One publication of a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublishedItem {
    /// Its id.
    pub article_id: String,
    /// Its articles.
    pub content: News,
    /// When it was published, in seconds since the epoch.
    pub update_time: i64,
}

impl Client {
    /// Asks WeChat to publish a draft. Success says only that it will look at it.
    ///
    /// # Errors
    /// [`CallError`]; 48001 without the right, 53503 to 53505 when the draft does not pass.
    pub async fn submit_publication(&self, media_id: &str) -> Result<Submitted, CallError> {
        let body = json!({ "media_id": media_id });
        let answer = self.post_json("/cgi-bin/freepublish/submit", &body).await?;
        let publish_id = text_of(&answer["publish_id"]).ok_or_else(lacking)?;
        Ok(Submitted { publish_id, msg_data_id: integer(&answer["msg_data_id"]) })
    }

    /// How a publication stands.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn publication(&self, publish_id: &str) -> Result<Publication, CallError> {
        let body = json!({ "publish_id": publish_id });
        let answer = self.post_json("/cgi-bin/freepublish/get", &body).await?;
        let status = integer(&answer["publish_status"]).and_then(|n| u32::try_from(n).ok());
        let url = &answer["article_detail"]["item"][0]["article_url"];
        Ok(Publication {
            publish_id: text_of(&answer["publish_id"]).unwrap_or_else(|| publish_id.to_owned()),
            status: PublishStatus::from(status.ok_or_else(lacking)?),
            article_id: text_of(&answer["article_id"]),
            url: text_of(url),
        })
    }

    /// What was published under `article_id`.
    ///
    /// # Errors
    /// [`CallError`]; 53600 when there is no such article.
    pub async fn published_article(&self, article_id: &str) -> Result<Vec<NewsItem>, CallError> {
        let body = json!({ "article_id": article_id });
        let news: News = decode(self.post_json("/cgi-bin/freepublish/getarticle", &body).await?)?;
        Ok(news.news_item)
    }

    /// A page of what was published, newest first; at most 20, more are cut.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn list_published(
        &self,
        offset: u32,
        count: u32,
        with_content: bool,
    ) -> Result<PublishedPage, CallError> {
        let body = page(offset, count, with_content);
        decode(self.post_json("/cgi-bin/freepublish/batchget", &body).await?)
    }

    /// Deletes article `index`, counted from 1, of what was published, or all of it; for good.
    ///
    /// # Errors
    /// [`CallError`]; 53600 when there is no such article.
    pub async fn delete_published(
        &self,
        article_id: &str,
        index: Option<u32>,
    ) -> Result<(), CallError> {
        let body = match index {
            Some(index) => json!({ "article_id": article_id, "index": index }),
            None => json!({ "article_id": article_id }),
        };
        self.post_json("/cgi-bin/freepublish/delete", &body).await.map(|_| ())
    }
}

/// An id that may come as a number.
fn text_of(value: &serde_json::Value) -> Option<String> {
    let text = value.as_str().map(str::to_owned).or_else(|| Some(value.as_u64()?.to_string()))?;
    (!text.is_empty()).then_some(text)
}
