//! Followers (wechat-protocol.md §10).

use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, ok, post};
use crate::simulator::Simulator;
use crate::simulator::crowd::Known;
use crate::simulator::world::World;

/// Openids on one page of a list.
const PAGE: usize = 10_000;

/// People in one `user/info/batchget`.
const BATCH: usize = 100;

/// A remark has fewer bytes than this.
const REMARK_BYTES: usize = 30;

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/cgi-bin/user/info", "user_info", info),
        post("/cgi-bin/user/info/batchget", "user_infos", batch),
        post("/cgi-bin/user/info/updateremark", "user_remark", remark),
        get("/cgi-bin/user/get", "user_get", list),
        post("/cgi-bin/changeopenid", "change_openid", change_openid),
    ]
}

/// A page of openids as every list has it: `data` is missing, not empty, when nobody is on it.
pub(super) fn page(total: Option<u64>, openids: &[String]) -> Value {
    let mut page = json!({
        "count": openids.len(),
        "next_openid": openids.last().map_or("", String::as_str),
    });
    if let Some(total) = total {
        page["total"] = json!(total);
    }
    if !openids.is_empty() {
        page["data"] = json!({ "openid": openids });
    }
    page
}

/// The openids after `after` of a list in order, as many as fit on a page.
pub(super) fn page_after(mut openids: Vec<String>, after: &str) -> Vec<String> {
    openids.sort_unstable();
    openids.retain(|openid| openid.as_str() > after);
    openids.truncate(PAGE);
    openids
}

/// The openids of `openid_list`, each known to the account; 40032 unless there are 1 to `most`.
pub(super) fn named(world: &World, call: &Call, most: usize) -> Result<Vec<String>, i64> {
    let list = call.json.get("openid_list").and_then(Value::as_array).ok_or(40031)?;
    if list.is_empty() || list.len() > most {
        return Err(40032);
    }
    let known = |value: &Value| {
        let openid = value.as_str().ok_or(40031)?;
        world.known(call.account, openid).map(|_| openid.to_owned()).ok_or(40003)
    };
    list.iter().map(known).collect()
}

/// One follower; people who do not follow have nothing but `subscribe` and `openid`. Names and
/// places are empty, as they have been since 2021.
fn profile(world: &World, account: usize, openid: &str, known: Known<'_>) -> Value {
    if !known.following() {
        return json!({"subscribe": 0, "openid": openid});
    }
    let scene = known.scene();
    let labels = world.accounts.get(account).map(|account| &account.labels);
    json!({
        "subscribe": 1,
        "openid": openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": known.subscribed_at(),
        "remark": labels.and_then(|labels| labels.remarks.get(openid)).map_or("", String::as_str),
        "groupid": 0,
        "tagid_list": labels.map(|labels| labels.of(openid)).unwrap_or_default(),
        "subscribe_scene": if scene.is_empty() { "ADD_SCENE_SEARCH" } else { "ADD_SCENE_QR_CODE" },
        "qr_scene": 0,
        "qr_scene_str": scene,
    })
}

fn info(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = call.query.get("openid").filter(|openid| !openid.is_empty()).ok_or(41009)?;
    let world = simulator.world();
    let known = world.known(call.account, openid).ok_or(40003)?;
    Ok(profile(&world, call.account, openid, known).into())
}

fn batch(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let list = call.json.get("user_list").and_then(Value::as_array).ok_or(40031)?;
    if list.is_empty() || list.len() > BATCH {
        return Err(40032.into());
    }
    let world = simulator.world();
    let named = |entry: &Value| {
        let openid = entry.get("openid").and_then(Value::as_str).ok_or(40031)?;
        let known = world.known(call.account, openid).ok_or(40003)?;
        Ok(profile(&world, call.account, openid, known))
    };
    let people = list.iter().map(named).collect::<Result<Vec<_>, i64>>()?;
    Ok(json!({"user_info_list": people}).into())
}

fn remark(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let text = |name: &str| call.json.get(name).and_then(Value::as_str);
    let openid = text("openid").filter(|openid| !openid.is_empty()).ok_or(41009)?;
    let remark = text("remark").filter(|remark| remark.len() < REMARK_BYTES).ok_or(40092)?;
    let mut world = simulator.world();
    world.known(call.account, openid).filter(|known| known.following()).ok_or(40003)?;
    let labels = &mut world.accounts.get_mut(call.account).ok_or(40001)?.labels;
    labels.remarks.insert(openid.to_owned(), remark.to_owned());
    Ok(ok().into())
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let after = call.query.get("next_openid").map_or("", String::as_str);
    let world = simulator.world();
    if !after.is_empty() && world.known(call.account, after).is_none() {
        return Err(40003.into());
    }
    let (total, openids) = world.followers_after(call.account, after, PAGE);
    Ok(page(Some(total), &openids).into())
}

/// No account here has ever moved to another subject.
fn change_openid(_: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let list = call.json.get("openid_list").and_then(Value::as_array);
    if list.is_none_or(Vec::is_empty) {
        return Err(63182.into());
    }
    Err(63183.into())
}
