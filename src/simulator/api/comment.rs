//! Comments under articles (wechat-protocol.md §7.5).

use serde_json::{Value, json};

use super::library::{Comment, Library, text};
use super::{Call, Done, Refusal, Route, ok, post};
use crate::simulator::Simulator;

/// Most characters of a reply.
const REPLY: usize = 600;

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/comment/open", "comment_open", |s, c| switch(s, c, true)),
        post("/cgi-bin/comment/close", "comment_close", |s, c| switch(s, c, false)),
        post("/cgi-bin/comment/list", "comment_list", list),
        post("/cgi-bin/comment/markelect", "comment_elect", |s, c| elect(s, c, true)),
        post("/cgi-bin/comment/unmarkelect", "comment_unelect", |s, c| elect(s, c, false)),
        post("/cgi-bin/comment/delete", "comment_delete", delete),
        post("/cgi-bin/comment/reply/add", "comment_reply", reply),
        post("/cgi-bin/comment/reply/delete", "comment_unreply", unreply),
    ]
}

/// The article a call names: `msg_data_id`, and `index` from 0.
fn named(json: &Value) -> (u64, u64) {
    let number = |name: &str| json.get(name).and_then(Value::as_u64).unwrap_or(0);
    (number("msg_data_id"), number("index"))
}

fn with<T>(
    simulator: &Simulator,
    call: &Call,
    change: impl FnOnce(&mut Library, (u64, u64)) -> Result<T, i64>,
) -> Result<T, Refusal> {
    let mut world = simulator.world();
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    let article = named(&call.json);
    let exists = library.published.iter().any(|published| {
        published.msg_data_id == article.0 && (article.1 as usize) < published.articles.len()
    });
    if !exists {
        return Err(88001.into());
    }
    Ok(change(library, article)?)
}

fn switch(simulator: &Simulator, call: &Call, open: bool) -> Result<Done, Refusal> {
    with(simulator, call, |library, (id, index)| {
        let found = library.published.iter_mut().find(|p| p.msg_data_id == id);
        let flag = found.and_then(|published| published.open.get_mut(index as usize));
        *flag.ok_or(88001)? = open;
        Ok(ok().into())
    })
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let number = |name: &str| call.json.get(name).and_then(Value::as_u64).unwrap_or(0);
    let (begin, count, kind) = (number("begin"), number("count"), number("type"));
    if count == 0 || count >= 50 {
        return Err(88010.into());
    }
    with(simulator, call, |library, (id, index)| {
        let wanted = |comment: &&Comment| {
            (comment.msg_data_id, comment.index) == (id, index)
                && match kind {
                    1 => !comment.elected,
                    2 => comment.elected,
                    _ => true,
                }
        };
        let all: Vec<Value> = library.comments.iter().filter(wanted).map(shown).collect();
        let (total, begin, count) = (all.len(), begin as usize, count as usize);
        let page: Vec<Value> = all.into_iter().skip(begin).take(count).collect();
        Ok(json!({"errcode": 0, "errmsg": "ok", "total": total, "comment": page}).into())
    })
}

fn shown(comment: &Comment) -> Value {
    let mut shown = json!({
        "user_comment_id": comment.id,
        "openid": comment.openid,
        "create_time": comment.at,
        "content": comment.content,
        "comment_type": u8::from(comment.elected),
    });
    if let Some((content, at)) = &comment.reply {
        shown["reply"] = json!({"content": content, "create_time": at});
    }
    shown
}

fn one(library: &mut Library, (id, index): (u64, u64), call: &Call) -> Result<usize, i64> {
    let wanted = call.json.get("user_comment_id").and_then(Value::as_i64).ok_or(88008)?;
    let at = library.comments.iter().position(|comment| {
        (comment.msg_data_id, comment.index, comment.id) == (id, index, wanted)
    });
    at.ok_or(88008)
}

fn elect(simulator: &Simulator, call: &Call, elected: bool) -> Result<Done, Refusal> {
    with(simulator, call, |library, article| {
        let at = one(library, article, call)?;
        library.comments[at].elected = elected;
        Ok(ok().into())
    })
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    with(simulator, call, |library, article| {
        let at = one(library, article, call)?;
        library.comments.remove(at);
        Ok(ok().into())
    })
}

fn reply(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let now = simulator.now().seconds();
    with(simulator, call, |library, article| {
        let words = text(&call.json, "content");
        if words.is_empty() || words.chars().count() > REPLY {
            return Err(88007);
        }
        let at = one(library, article, call)?;
        if library.comments[at].reply.is_some() {
            return Err(88005);
        }
        library.comments[at].reply = Some((words.to_owned(), now));
        Ok(ok().into())
    })
}

fn unreply(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    with(simulator, call, |library, article| {
        let at = one(library, article, call)?;
        library.comments[at].reply.take().ok_or(88009)?;
        Ok(ok().into())
    })
}

impl Simulator {
    /// A reader comments on the newest published article of an account; gives the comment's number.
    /// `None` when nothing is published or its comments are closed.
    pub fn comment(&self, account: &str, openid: &str, words: &str) -> Option<i64> {
        let at = self.now().seconds();
        let mut world = self.world();
        let found = world.accounts.iter_mut().find(|known| known.config.id == account)?;
        let library = &mut found.library;
        let published = library.published.iter().rev().find(|published| published.status == 0)?;
        published.open.first().filter(|open| **open)?;
        let id = library.comments.iter().map(|comment| comment.id).max().unwrap_or(0) + 1;
        library.comments.push(Comment {
            msg_data_id: published.msg_data_id,
            index: 0,
            id,
            openid: openid.to_owned(),
            content: words.to_owned(),
            elected: false,
            reply: None,
            at,
        });
        Some(id)
    }

    /// Decides what the next publications of an account come to, in order: a `publish_status` (§2.5).
    /// Without a verdict they succeed.
    pub fn judge_publications(&self, account: &str, verdicts: &[u32]) {
        let mut world = self.world();
        if let Some(found) = world.accounts.iter_mut().find(|known| known.config.id == account) {
            found.library.verdicts.extend(verdicts);
        }
    }
}
