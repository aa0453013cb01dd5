//! What operators say of followers: tags, remarks, the blacklist.
//!
//! WeChat is asked first; what is kept here changes only after it has agreed. Where no answer came,
//! the audit log says so and the next reading of the list shows how it stands.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::citizens::followers::{BlockReason, Follower};
use crate::citizens::rules;
use crate::citizens::store::followers::{self, KnownTag};
use crate::citizens::store::labels as store;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::wechat::advice;
use crate::wechat::client::{CallError, Client};
use crate::wechat::tag::{BLACKLIST_LIMIT, TAG_LIMIT, TAGGING_LIMIT};

/// Who acts, and on which account.
#[derive(Clone, Copy)]
pub struct Operator<'a> {
    /// Database and time.
    pub deps: &'a Deps,
    /// The way to WeChat.
    pub client: &'a Client,
    /// Name of the account in the configuration.
    pub account: &'a str,
    /// Who.
    pub by: Uuid,
}

/// How many followers a change reached, and how many WeChat left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Changed, or as wanted before.
    pub done: usize,
    /// Left out by WeChat.
    pub left_out: usize,
}

impl Operator<'_> {
    /// What WeChat answered; a refusal in words, and a missing answer in the audit log.
    async fn answered<T>(
        &self,
        action: &str,
        object: &str,
        answer: std::result::Result<T, CallError>,
    ) -> Result<T> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => {
                if error.may_have_been_accepted() {
                    audit::unknown_outcome(self.deps, self.by, action, object).await?;
                }
                Err(advice::for_person(&error))
            }
        }
    }

    async fn known_tags(&self) -> Result<Vec<KnownTag>> {
        followers::tags(&mut self.deps.db.read().await?, self.account).await
    }

    fn tag_object(&self, id: i64) -> String {
        format!("tag:{}:{id}", self.account)
    }

    /// Makes a tag.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do.
    pub async fn create_tag(&self, typed: &str) -> Result<()> {
        let known = self.known_tags().await?;
        let names: Vec<&str> = known.iter().map(|tag| tag.name.as_str()).collect();
        let name = rules::tag_name(typed, &names)?;
        if names.len() >= TAG_LIMIT {
            let why = format!("已经有 {TAG_LIMIT} 个标签，微信不再接受新的。请先删除不用的标签。");
            return Err(Error::invalid(why));
        }
        let object = format!("account:{}", self.account);
        let made = self.client.create_tag(name).await;
        let made = self.answered("tag.create", &object, made).await?;
        let tag = KnownTag { tag_id: made.id, name: made.name, followers: 0 };
        self.keep_tag("tag.create", &tag).await
    }

    /// Calls a tag something else.
    ///
    /// # Errors
    /// Not found without such a tag; invalid or conflict with a sentence that says what to do.
    pub async fn rename_tag(&self, id: i64, typed: &str) -> Result<()> {
        let known = self.known_tags().await?;
        let tag = known.iter().find(|tag| tag.tag_id == id).ok_or_else(Error::not_found)?;
        let others = known.iter().filter(|other| other.tag_id != id);
        let others: Vec<&str> = others.map(|other| other.name.as_str()).collect();
        let name = rules::tag_name(typed, &others)?;
        let renamed = self.client.rename_tag(id, name).await;
        self.answered("tag.rename", &self.tag_object(id), renamed).await?;
        let tag = KnownTag { name: name.to_owned(), ..tag.clone() };
        self.keep_tag("tag.rename", &tag).await
    }

    async fn keep_tag(&self, action: &str, tag: &KnownTag) -> Result<()> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        store::put_tag(&mut tx, self.account, tag, now).await?;
        let (object, detail) = (self.tag_object(tag.tag_id), json!({ "name": tag.name }));
        audit::record(&mut tx, now, Some(self.by), action, &object, &detail).await?;
        tx.commit().await
    }

    /// Removes a tag from everybody and for good.
    ///
    /// # Errors
    /// Not found without such a tag; invalid or conflict with a sentence that says what to do.
    pub async fn delete_tag(&self, id: i64) -> Result<()> {
        let known = self.known_tags().await?;
        let tag = known.iter().find(|tag| tag.tag_id == id).ok_or_else(Error::not_found)?;
        let object = self.tag_object(id);
        let deleted = self.client.delete_tag(id).await;
        self.answered("tag.delete", &object, deleted).await?;
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        store::forget_tag(&mut tx, self.account, id).await?;
        let detail = json!({ "name": tag.name, "followers": tag.followers });
        audit::record(&mut tx, now, Some(self.by), "tag.delete", &object, &detail).await?;
        tx.commit().await
    }

    /// Gives a tag to followers, or takes it from them.
    ///
    /// # Errors
    /// Not found without such a tag; invalid or conflict with a sentence that says what to do. What
    /// was done before stays done.
    pub async fn tag(&self, tag: i64, ids: &[i64], give: bool) -> Result<Reached> {
        if !self.known_tags().await?.iter().any(|known| known.tag_id == tag) {
            return Err(Error::not_found());
        }
        let action = if give { "follower.tag" } else { "follower.untag" };
        let mut reached = Reached::default();
        for some in self.chosen(ids).await?.chunks(TAGGING_LIMIT) {
            let openids = openids(some);
            let answer = match give {
                true => self.client.tag_users(tag, &openids).await,
                false => self.client.untag_users(tag, &openids).await,
            };
            let left_out = self.answered(action, &self.tag_object(tag), answer).await?;
            let done = some.iter().filter(|one| !left_out.contains(&one.openid));
            let done: Vec<&Follower> = done.collect();
            self.note_tagged(action, tag, &done, give).await?;
            reached.done += done.len();
            reached.left_out += some.len() - done.len();
        }
        Ok(reached)
    }

    async fn note_tagged(
        &self,
        action: &str,
        tag: i64,
        done: &[&Follower],
        give: bool,
    ) -> Result<()> {
        let mut tx = self.deps.db.begin().await?;
        let mut changed = 0;
        for one in done {
            // Read again: another page may have changed the tags while WeChat was asked.
            let Some(one) = store::get(&mut tx, one.id).await? else { continue };
            let mut tags = one.tag_ids();
            if tags.contains(&tag) == give {
                continue;
            }
            tags.retain(|id| *id != tag);
            if give {
                tags.push(tag);
            }
            store::set_tags(&mut tx, one.id, &tags, self.deps.clock.now()).await?;
            changed += 1;
            self.record(&mut tx, action, one.id, &json!({ "tag": tag })).await?;
        }
        let more = if give { changed } else { -changed };
        store::count_tagged(&mut tx, self.account, tag, more).await?;
        tx.commit().await
    }

    async fn record(&self, tx: &mut Tx, action: &str, id: i64, detail: &Value) -> Result<()> {
        let now = self.deps.clock.now();
        audit::record(tx, now, Some(self.by), action, &format!("follower:{id}"), detail).await
    }

    /// Those who were chosen; at least one.
    async fn chosen(&self, ids: &[i64]) -> Result<Vec<Follower>> {
        let found = store::several(&mut self.deps.db.read().await?, self.account, ids).await?;
        if found.is_empty() {
            return Err(Error::invalid("没有选择关注者。请返回名单，勾选至少一位。"));
        }
        Ok(found)
    }

    /// Gives a follower a remark; empty takes it away.
    ///
    /// # Errors
    /// Not found without such a follower; invalid or conflict with a sentence that says what to do.
    pub async fn remark(&self, id: i64, typed: &str) -> Result<()> {
        let text = rules::remark(typed)?;
        let found = store::get(&mut self.deps.db.read().await?, id).await?;
        let one = found.filter(|one| one.account_id == self.account);
        let one = one.ok_or_else(Error::not_found)?;
        let object = format!("follower:{id}");
        let answer = self.client.set_remark(&one.openid, text).await;
        self.answered("follower.remark", &object, answer).await?;
        let mut tx = self.deps.db.begin().await?;
        store::set_remark(&mut tx, id, text, self.deps.clock.now()).await?;
        // The remark may be a name: the log says only that there is one.
        self.record(&mut tx, "follower.remark", id, &json!({ "empty": text.is_empty() })).await?;
        tx.commit().await
    }

    /// Puts followers on the blacklist: WeChat keeps what they write from us.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do. What was done before stays done.
    pub async fn block(&self, ids: &[i64], reason: BlockReason, typed: &str) -> Result<usize> {
        let note = rules::block_note(reason, typed)?;
        let detail = json!({ "reason": reason, "note": note });
        self.change_blacklist(ids, Some((reason, note)), &detail).await
    }

    /// Takes followers off the blacklist.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do. What was done before stays done.
    pub async fn unblock(&self, ids: &[i64], typed: &str) -> Result<usize> {
        let note = rules::unblock_note(typed)?;
        self.change_blacklist(ids, None, &json!({ "note": note })).await
    }

    async fn change_blacklist(
        &self,
        ids: &[i64],
        why: Option<(BlockReason, &str)>,
        detail: &Value,
    ) -> Result<usize> {
        let action = if why.is_some() { "follower.block" } else { "follower.unblock" };
        let chosen = self.chosen(ids).await?;
        for some in chosen.chunks(BLACKLIST_LIMIT) {
            let openids = openids(some);
            let answer = match why {
                Some(_) => self.client.block_users(&openids).await,
                None => self.client.unblock_users(&openids).await,
            };
            self.answered(action, &format!("account:{}", self.account), answer).await?;
            let now = self.deps.clock.now();
            let mut tx = self.deps.db.begin().await?;
            for one in some {
                store::set_blocked(&mut tx, one.id, why, now).await?;
                self.record(&mut tx, action, one.id, detail).await?;
            }
            tx.commit().await?;
        }
        Ok(chosen.len())
    }
}

fn openids(followers: &[Follower]) -> Vec<String> {
    followers.iter().map(|one| one.openid.clone()).collect()
}
