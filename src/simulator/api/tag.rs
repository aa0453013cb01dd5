//! Tags and the blacklist (wechat-protocol.md §10).

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::user::{named, page, page_after};
use super::{Call, Done, Refusal, Route, get, ok, post};
use crate::simulator::Simulator;

/// Tags of an account.
const MOST_TAGS: usize = 100;
/// Longest name, in characters.
const NAME_CHARS: usize = 30;
/// Tags below this number are WeChat's own.
const FIRST_ID: i64 = 100;
/// 星标组, which every account has.
const STARRED: i64 = 2;
/// Users in one call that tags.
const TAGGING: usize = 50;
/// Users in one call about the blacklist.
const BLACKLISTING: usize = 20;
/// Tags of one user.
const TAGS_OF_ONE: usize = 20;
/// A tag that more followers have cannot be deleted.
const TOO_POPULAR: usize = 100_000;

/// What an account's operators say of its followers.
#[derive(Default)]
pub(in crate::simulator) struct Labels {
    /// Number and name, oldest first.
    tags: Vec<(i64, String)>,
    last_id: i64,
    /// Tags of each user in the order they were given.
    given: HashMap<String, Vec<i64>>,
    pub remarks: HashMap<String, String>,
    pub blocked: BTreeSet<String>,
}

impl Labels {
    /// The tags of a user, the last one given last.
    pub fn of(&self, openid: &str) -> &[i64] {
        self.given.get(openid).map_or(&[], Vec::as_slice)
    }

    /// Whether there is such a tag.
    pub fn knows(&self, id: i64) -> bool {
        id == STARRED || self.tags.iter().any(|(known, _)| *known == id)
    }

    /// The users who have a tag, followers or not.
    pub fn having(&self, id: i64) -> Vec<String> {
        let has = |(openid, tags): (&String, &Vec<i64>)| tags.contains(&id).then(|| openid.clone());
        self.given.iter().filter_map(has).collect()
    }

    fn check_name(&self, name: &str) -> Result<(), i64> {
        match name.chars().count() {
            0 => Err(45157),
            count if count > NAME_CHARS => Err(45158),
            _ if self.tags.iter().any(|(_, known)| known == name) => Err(45157),
            _ => Ok(()),
        }
    }
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/tags/create", "tag_create", create),
        get("/cgi-bin/tags/get", "tag_list", list),
        post("/cgi-bin/tags/update", "tag_update", update),
        post("/cgi-bin/tags/delete", "tag_delete", delete),
        post("/cgi-bin/user/tag/get", "tag_users", users),
        post("/cgi-bin/tags/members/batchtagging", "tag_give", give),
        post("/cgi-bin/tags/members/batchuntagging", "tag_take", take),
        post("/cgi-bin/tags/getidlist", "tag_ids", ids),
        post("/cgi-bin/tags/members/getblacklist", "blacklist", blacklist),
        post("/cgi-bin/tags/members/batchblacklist", "blacklist_add", block),
        post("/cgi-bin/tags/members/batchunblacklist", "blacklist_remove", unblock),
    ]
}

/// Lets `run` change the labels of the account.
fn change(
    simulator: &Simulator,
    call: &Call,
    run: impl FnOnce(&mut Labels) -> Result<Value, i64>,
) -> Result<Done, Refusal> {
    let mut world = simulator.world();
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    Ok(run(&mut account.labels)?.into())
}

fn name_of(call: &Call) -> &str {
    call.json.pointer("/tag/name").and_then(Value::as_str).unwrap_or_default()
}

fn changeable(labels: &Labels, call: &Call) -> Result<i64, i64> {
    let id = call.json.pointer("/tag/id").and_then(Value::as_i64).ok_or(45159)?;
    match id {
        id if id < FIRST_ID => Err(45058),
        id if labels.knows(id) => Ok(id),
        _ => Err(45159),
    }
}

fn create(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    change(simulator, call, |labels| {
        let name = name_of(call);
        labels.check_name(name)?;
        if labels.tags.len() >= MOST_TAGS {
            return Err(45056);
        }
        labels.last_id = labels.last_id.max(FIRST_ID - 1) + 1;
        labels.tags.push((labels.last_id, name.to_owned()));
        Ok(json!({"tag": {"id": labels.last_id, "name": name}}))
    })
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    change(simulator, call, |labels| {
        let starred = (STARRED, "星标组".to_owned());
        let all = std::iter::once(&starred).chain(&labels.tags);
        let tag = |(id, name): &(i64, String)| json!({"id": id, "name": name, "count": labels.having(*id).len()});
        Ok(json!({"tags": all.map(tag).collect::<Vec<_>>()}))
    })
}

fn update(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    change(simulator, call, |labels| {
        let id = changeable(labels, call)?;
        let name = name_of(call);
        labels.check_name(name)?;
        if let Some((_, old)) = labels.tags.iter_mut().find(|(known, _)| *known == id) {
            name.clone_into(old);
        }
        Ok(ok())
    })
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    change(simulator, call, |labels| {
        let id = changeable(labels, call)?;
        if labels.having(id).len() > TOO_POPULAR {
            return Err(45057);
        }
        labels.tags.retain(|(known, _)| *known != id);
        labels.given.values_mut().for_each(|tags| tags.retain(|tag| *tag != id));
        Ok(ok())
    })
}

fn users(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    change(simulator, call, |labels| {
        let id = call.json.get("tagid").and_then(Value::as_i64);
        let id = id.filter(|id| labels.knows(*id)).ok_or(45159)?;
        let after = call.json.get("next_openid").and_then(Value::as_str).unwrap_or_default();
        Ok(page(None, &page_after(labels.having(id), after)))
    })
}

/// The users and the tag that a call is about.
fn tagging(simulator: &Simulator, call: &Call) -> Result<(Vec<String>, i64), i64> {
    let world = simulator.world();
    let openids = named(&world, call, TAGGING)?;
    let id = call.json.get("tagid").and_then(Value::as_i64).ok_or(45159)?;
    let account = world.accounts.get(call.account).ok_or(40001)?;
    if account.labels.knows(id) { Ok((openids, id)) } else { Err(45159) }
}

fn give(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (openids, id) = tagging(simulator, call)?;
    change(simulator, call, |labels| {
        let full = |openid: &String| {
            let tags = labels.of(openid);
            tags.len() >= TAGS_OF_ONE && !tags.contains(&id)
        };
        if openids.iter().any(full) {
            return Err(45059);
        }
        for openid in openids {
            let tags = labels.given.entry(openid).or_default();
            tags.retain(|tag| *tag != id);
            tags.push(id);
        }
        Ok(ok())
    })
}

fn take(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (openids, id) = tagging(simulator, call)?;
    change(simulator, call, |labels| {
        for openid in &openids {
            if let Some(tags) = labels.given.get_mut(openid) {
                tags.retain(|tag| *tag != id);
            }
        }
        Ok(ok())
    })
}

fn ids(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = call.json.get("openid").and_then(Value::as_str).ok_or(40003)?.to_owned();
    simulator.world().known(call.account, &openid).ok_or(40003)?;
    change(simulator, call, |labels| Ok(json!({"tagid_list": labels.of(&openid)})))
}

fn blacklist(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    change(simulator, call, |labels| {
        let after = call.json.get("begin_openid").and_then(Value::as_str).unwrap_or_default();
        let all: Vec<String> = labels.blocked.iter().cloned().collect();
        Ok(page(Some(all.len() as u64), &page_after(all, after)))
    })
}

fn block(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openids = named(&simulator.world(), call, BLACKLISTING)?;
    change(simulator, call, |labels| {
        labels.blocked.extend(openids);
        Ok(ok())
    })
}

fn unblock(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openids = named(&simulator.world(), call, BLACKLISTING)?;
    change(simulator, call, |labels| {
        openids.iter().for_each(|openid| {
            labels.blocked.remove(openid);
        });
        Ok(ok())
    })
}
