//! Followers (wechat-protocol.md §10).

use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, post};
use crate::simulator::Simulator;
use crate::simulator::world::Citizen;

/// Openids on one page of `user/get`.
const PAGE: usize = 10_000;

/// People in one `user/info/batchget`.
const BATCH: usize = 100;

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/cgi-bin/user/info", "user_info", info),
        post("/cgi-bin/user/info/batchget", "user_info", batch),
        get("/cgi-bin/user/get", "user_get", list),
    ]
}

/// One follower; people who do not follow have nothing but `subscribe` and `openid`. Names and
/// places are empty, as they have been since 2021.
fn profile(citizen: &Citizen) -> Value {
    if !citizen.following {
        return json!({"subscribe": 0, "openid": citizen.openid});
    }
    let scene = citizen.followed_by_scene.as_str();
    json!({
        "subscribe": 1,
        "openid": citizen.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": citizen.subscribed_at.unwrap_or_default().seconds(),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": if scene.is_empty() { "ADD_SCENE_SEARCH" } else { "ADD_SCENE_QR_CODE" },
        "qr_scene": 0,
        "qr_scene_str": scene,
    })
}

fn info(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = call.query.get("openid").filter(|openid| !openid.is_empty()).ok_or(41009)?;
    let world = simulator.world();
    Ok(profile(world.citizen_of(call.account, openid).ok_or(40003)?).into())
}

fn batch(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let list = call.json.get("user_list").and_then(Value::as_array).ok_or(40031)?;
    if list.is_empty() || list.len() > BATCH {
        return Err(40032.into());
    }
    let world = simulator.world();
    let named = |entry: &Value| {
        let openid = entry.get("openid").and_then(Value::as_str).ok_or(40031)?;
        world.citizen_of(call.account, openid).map(profile).ok_or(40003)
    };
    let people = list.iter().map(named).collect::<Result<Vec<_>, i64>>()?;
    Ok(json!({"user_info_list": people}).into())
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let after = call.query.get("next_openid").map_or("", String::as_str);
    let world = simulator.world();
    let mut followers: Vec<_> = world
        .citizens()
        .iter()
        .filter(|citizen| citizen.account == call.account && citizen.following)
        .map(|citizen| citizen.openid.as_str())
        .collect();
    followers.sort_unstable();
    let total = followers.len();
    let page: Vec<_> = followers.into_iter().filter(|openid| *openid > after).take(PAGE).collect();
    // `data` is missing, not empty, when nobody is on the page.
    Ok(match page.last() {
        None => json!({"total": total, "count": 0, "next_openid": ""}).into(),
        Some(last) => json!({
            "total": total,
            "count": page.len(),
            "data": {"openid": page},
            "next_openid": last,
        })
        .into(),
    })
}
