//! Readers' comments under articles (wechat-protocol.md §7.5).

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{CallError, Client, decode};

/// Most comments a page may have; WeChat's texts disagree about 50 (§7.5).
pub const PAGE_LIMIT: u32 = 49;

/// One article that was published or sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commented {
    /// Name of what was published or sent.
    pub msg_data_id: i64,
    /// Which article of it, counted from 0.
    pub index: u32,
}

/// Which comments are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// All.
    All,
    /// Those not shown to everybody.
    Ordinary,
    /// Those chosen to be shown.
    Elected,
}

/// A page of comments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CommentPage {
    /// How many there are in all.
    pub total: u64,
    /// Those of this page.
    #[serde(default, rename = "comment")]
    pub comments: Vec<Comment>,
}

/// One comment.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Comment {
    /// Its number.
    pub user_comment_id: i64,
    /// Who wrote it.
    #[serde(default)]
    pub openid: String,
    /// When, in seconds since the epoch.
    pub create_time: i64,
    /// The words.
    pub content: String,
    /// 1 when it was chosen to be shown, 0 otherwise.
    #[serde(default)]
    pub comment_type: i64,
    /// The account's answer. WeChat gives one or a list of one.
    #[serde(default)]
    pub reply: Value,
}

impl std::fmt::Debug for Comment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Comment").field("user_comment_id", &self.user_comment_id).finish()
    }
}

impl Comment {
    /// The words of the account's answer, when there is one.
    pub fn answer(&self) -> Option<&str> {
        let one = self.reply.get(0).unwrap_or(&self.reply);
        one["content"].as_str()
    }
}

/// What can be done with one comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentDeed<'a> {
    /// Show it to everybody.
    Elect,
    /// Show it no more.
    Unelect,
    /// Delete it.
    Delete,
    /// Answer it with these words.
    Reply(&'a str),
    /// Delete the answer.
    DeleteReply,
}

impl Client {
    /// Lets readers comment on an article.
    ///
    /// # Errors
    /// [`CallError`]; 88000 without the right to have comments.
    pub async fn open_comments(&self, article: Commented) -> Result<(), CallError> {
        self.post_json("/cgi-bin/comment/open", &named(article)).await.map(|_| ())
    }

    /// Lets readers comment no more.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn close_comments(&self, article: Commented) -> Result<(), CallError> {
        self.post_json("/cgi-bin/comment/close", &named(article)).await.map(|_| ())
    }

    /// A page of comments from number `begin` on; at most [`PAGE_LIMIT`], more are cut.
    ///
    /// # Errors
    /// [`CallError`]; 88001 to 88003 when the article has no comments.
    pub async fn list_comments(
        &self,
        article: Commented,
        begin: u32,
        count: u32,
        kind: CommentKind,
    ) -> Result<CommentPage, CallError> {
        let mut body = named(article);
        body["begin"] = json!(begin);
        body["count"] = json!(count.clamp(1, PAGE_LIMIT));
        body["type"] = json!(match kind {
            CommentKind::All => 0,
            CommentKind::Ordinary => 1,
            CommentKind::Elected => 2,
        });
        decode(self.post_json("/cgi-bin/comment/list", &body).await?)
    }

    /// Does something with one comment.
    ///
    /// # Errors
    /// [`CallError`]; 88008 when there is no such comment.
    pub async fn treat_comment(
        &self,
        article: Commented,
        user_comment_id: i64,
        deed: CommentDeed<'_>,
    ) -> Result<(), CallError> {
        let mut body = named(article);
        body["user_comment_id"] = json!(user_comment_id);
        let path = match deed {
            CommentDeed::Elect => "/cgi-bin/comment/markelect",
            CommentDeed::Unelect => "/cgi-bin/comment/unmarkelect",
            CommentDeed::Delete => "/cgi-bin/comment/delete",
            CommentDeed::Reply(words) => {
                body["content"] = json!(words);
                "/cgi-bin/comment/reply/add"
            }
            CommentDeed::DeleteReply => "/cgi-bin/comment/reply/delete",
        };
        self.post_json(path, &body).await.map(|_| ())
    }
}

fn named(article: Commented) -> Value {
    json!({ "msg_data_id": article.msg_data_id, "index": article.index })
}
