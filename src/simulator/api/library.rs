//! What an account keeps at WeChat: permanent material, drafts, published articles, comments.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// All of it.
#[derive(Default)]
pub(in crate::simulator) struct Library {
    pub pieces: Vec<Piece>,
    pub drafts: Vec<Draft>,
    pub published: Vec<Published>,
    pub comments: Vec<Comment>,
    /// `publish_status` of the next publications, in order; 0 when empty.
    pub verdicts: VecDeque<u32>,
    /// The last publish id given.
    pub last_publish_id: u64,
}

/// A piece of permanent material.
pub(in crate::simulator) struct Piece {
    pub media_id: String,
    /// `image`, `voice`, `video` or `thumb`.
    pub kind: String,
    pub name: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// Title and introduction; films only.
    pub about: Option<(String, String)>,
    pub updated: i64,
}

/// A draft.
pub(in crate::simulator) struct Draft {
    pub media_id: String,
    pub articles: Vec<Value>,
    pub updated: i64,
}

/// A draft that was submitted.
pub(in crate::simulator) struct Published {
    pub publish_id: String,
    pub article_id: String,
    pub msg_data_id: u64,
    /// `publish_status` (§2.5).
    pub status: u32,
    pub articles: Vec<Value>,
    pub updated: i64,
    /// Whether comments are open, by article.
    pub open: Vec<bool>,
}

/// A reader's comment.
pub(in crate::simulator) struct Comment {
    pub msg_data_id: u64,
    pub index: u64,
    pub id: i64,
    pub openid: String,
    pub content: String,
    pub elected: bool,
    pub reply: Option<(String, i64)>,
    pub at: i64,
}

impl Library {
    /// The permanent material of this id.
    pub fn piece(&self, media_id: &str) -> Option<&Piece> {
        self.pieces.iter().find(|piece| piece.media_id == media_id)
    }
}

impl Published {
    /// Address of an article, counted from 1.
    pub fn url(&self, index: usize) -> String {
        format!("http://mp.weixin.qq.com/s/{}?idx={index}", self.article_id)
    }

    /// The articles as `getarticle` gives them.
    pub fn news(&self, with_content: bool) -> Value {
        let item = |(at, article): (usize, &Value)| {
            let mut item = shown(article, with_content);
            item["url"] = json!(self.url(at + 1));
            item["is_deleted"] = json!(article.get("deleted").is_some());
            item
        };
        json!({"news_item": self.articles.iter().enumerate().map(item).collect::<Vec<_>>()})
    }
}

/// An article as lists give it.
pub(super) fn shown(article: &Value, with_content: bool) -> Value {
    let mut item = article.clone();
    if let Some(fields) = item.as_object_mut() {
        fields.remove("deleted");
        if !with_content {
            fields.remove("content");
        }
    }
    item
}

/// `offset`, `count` (1 to 20) and whether bodies are wanted.
pub(super) fn page_of(json: &Value) -> Result<(usize, usize, bool), i64> {
    let number = |name: &str| json.get(name).and_then(Value::as_u64);
    let count = number("count").filter(|count| (1..=20).contains(count)).ok_or(40097)?;
    let offset = number("offset").ok_or(40097)?;
    let whole = number("no_content").unwrap_or(0) == 0;
    Ok((usize::try_from(offset).unwrap_or(usize::MAX), usize::try_from(count).unwrap_or(20), whole))
}

/// A page, newest first.
pub(super) fn paged(mut items: Vec<Value>, offset: usize, count: usize) -> Value {
    items.reverse();
    let total = items.len();
    let page: Vec<Value> = items.into_iter().skip(offset).take(count).collect();
    json!({"total_count": total, "item_count": page.len(), "item": page})
}

/// A text field of a request; empty when missing.
pub(super) fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json.get(name).and_then(Value::as_str).unwrap_or_default()
}
