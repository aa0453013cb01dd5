//! Tags of followers, and the blacklist (wechat-protocol.md §10).

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{CallError, Client, decode, lacking};
use super::user::{OpenidPage, at_most, openid_page};

/// Tags an account may have.
pub const TAG_LIMIT: usize = 100;
/// Tags with smaller numbers are WeChat's own and cannot be changed.
pub const FIRST_OWN_ID: i64 = 100;
/// Longest name of a tag, in characters.
pub const NAME_LIMIT_CHARS: usize = 30;
/// Users that one call tags or untags.
pub const TAGGING_LIMIT: usize = 50;
/// Users that one call puts on the blacklist or takes off it.
pub const BLACKLIST_LIMIT: usize = 20;

/// A tag of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// WeChat's number for it; those below 100 are WeChat's own and cannot be changed.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Followers that have it; 0 where WeChat does not say.
    #[serde(default)]
    pub count: u64,
}

impl Client {
    /// Every tag of the account.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn tags(&self) -> Result<Vec<Tag>, CallError> {
        let mut answer = self.get_json("/cgi-bin/tags/get", &[]).await?;
        decode(answer["tags"].take())
    }

    /// Makes a tag called `name`.
    ///
    /// # Errors
    /// [`CallError`]; 45157 when there is one of that name, 45158 when the name is too long, 45056
    /// when there are [`TAG_LIMIT`].
    pub async fn create_tag(&self, name: &str) -> Result<Tag, CallError> {
        let body = json!({ "tag": { "name": name } });
        let mut answer = self.post_json("/cgi-bin/tags/create", &body).await?;
        decode(answer["tag"].take())
    }

    /// Calls a tag `name` from now on.
    ///
    /// # Errors
    /// [`CallError`]; 45058 when it is one of WeChat's own.
    pub async fn rename_tag(&self, id: i64, name: &str) -> Result<(), CallError> {
        let body = json!({ "tag": { "id": id, "name": name } });
        self.post_json("/cgi-bin/tags/update", &body).await.map(drop)
    }

    /// Removes a tag from everybody and for good.
    ///
    /// # Errors
    /// [`CallError`]; 45057 when too many have it, who must be untagged first.
    pub async fn delete_tag(&self, id: i64) -> Result<(), CallError> {
        let body = json!({ "tag": { "id": id } });
        self.post_json("/cgi-bin/tags/delete", &body).await.map(drop)
    }

    /// A page of the followers that have a tag.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn tagged(&self, id: i64, next: Option<&str>) -> Result<OpenidPage, CallError> {
        let body = json!({ "tagid": id, "next_openid": next.unwrap_or_default() });
        openid_page(self.post_json("/cgi-bin/user/tag/get", &body).await?)
    }

    /// Gives a tag to up to [`TAGGING_LIMIT`] followers; gives those for whom it failed. Two calls
    /// about the same follower must not overlap (45169).
    ///
    /// # Errors
    /// [`CallError`]; 45059 when somebody has 20 tags already.
    pub async fn tag_users(&self, id: i64, openids: &[String]) -> Result<Vec<String>, CallError> {
        self.change_tags("/cgi-bin/tags/members/batchtagging", id, openids).await
    }

    /// Takes a tag from up to [`TAGGING_LIMIT`] followers; gives those for whom it failed.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn untag_users(&self, id: i64, openids: &[String]) -> Result<Vec<String>, CallError> {
        self.change_tags("/cgi-bin/tags/members/batchuntagging", id, openids).await
    }

    async fn change_tags(
        &self,
        path: &str,
        id: i64,
        openids: &[String],
    ) -> Result<Vec<String>, CallError> {
        at_most(openids, TAGGING_LIMIT)?;
        let body = json!({ "openid_list": openids, "tagid": id });
        let mut answer = self.post_json(path, &body).await?;
        match answer["fail_openid_list"].take() {
            Value::Null => Ok(Vec::new()),
            failed => decode(failed),
        }
    }

    /// The tags of a follower.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn tags_of(&self, openid: &str) -> Result<Vec<i64>, CallError> {
        let body = json!({ "openid": openid });
        let mut answer = self.post_json("/cgi-bin/tags/getidlist", &body).await?;
        match answer["tagid_list"].take() {
            list @ Value::Array(_) => decode(list),
            _ => Err(lacking()),
        }
    }

    /// A page of the blacklist.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn blacklist(&self, begin: Option<&str>) -> Result<OpenidPage, CallError> {
        let body = json!({ "begin_openid": begin.unwrap_or_default() });
        openid_page(self.post_json("/cgi-bin/tags/members/getblacklist", &body).await?)
    }

    /// Keeps up to [`BLACKLIST_LIMIT`] followers from writing to the account.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn block_users(&self, openids: &[String]) -> Result<(), CallError> {
        self.change_blacklist("/cgi-bin/tags/members/batchblacklist", openids).await
    }

    /// Lets up to [`BLACKLIST_LIMIT`] followers write again.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn unblock_users(&self, openids: &[String]) -> Result<(), CallError> {
        self.change_blacklist("/cgi-bin/tags/members/batchunblacklist", openids).await
    }

    async fn change_blacklist(&self, path: &str, openids: &[String]) -> Result<(), CallError> {
        at_most(openids, BLACKLIST_LIMIT)?;
        self.post_json(path, &json!({ "openid_list": openids })).await.map(drop)
    }
}
