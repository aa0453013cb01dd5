//! The recorded API bodies: every file is checked by a family's cases, or out of scope for a reason
//! that is named here, or listed.
//!
//! A family keeps its cases in `api_json_<family>.rs` as `pub const CASES` and adds one line to
//! [`FAMILIES`]. A case gets the recorded JSON: a request case builds ours with the recorded values
//! and compares with [`sends`]; a response case decodes the recording with our type.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

/// A file of `api-json` and what is checked with it.
pub type Case = (&'static str, fn(&Value));

/// Every family's cases.
const FAMILIES: &[(&str, &[Case])] = &[
    ("agents", super::api_json_agents::CASES),
    ("diagnostics", super::api_json_diagnostics::CASES),
    ("mass", super::api_json_mass::CASES),
    ("media", super::api_json_media::CASES),
    ("menu", super::api_json_menu::CASES),
    ("qrcode", super::api_json_qrcode::CASES),
    ("template", super::api_json_template::CASES),
    ("users", super::api_json_users::CASES),
    ("web", super::api_json_web::CASES),
];

/// Beginnings of names, and why the product has no use for these.
const OUT_OF_SCOPE: &[(&str, &str)] = &[
    ("cgibin_component_", "third-party platform: an alliance runs its own accounts (§14)"),
    ("wechatpy_component_", "third-party platform: an alliance runs its own accounts (§14)"),
    ("wechatpy_changeopenid", "moving followers to another account, once, by hand (§15, 63178)"),
    ("cgibin_media_upload_news_", "retired with the draft box (§7.2)"),
    (
        "cgibin_media_voice_",
        "speech recognition and translation: the recognized text comes with the voice (§2.2)",
    ),
    ("cgibin_short_url_", "withdrawn by WeChat; shorten took its place (§9)"),
    ("wechatpy_shorturl", "withdrawn by WeChat; shorten took its place (§9)"),
    (
        "cgibin_message_subscribe_send_",
        "mini programs; an official account sends with bizsend (§6.2)",
    ),
    ("wechatpy_sns_jscode2session", "mini programs"),
    ("wechatpy_wxa_business_getuserphonenumber", "mini programs"),
    (
        "cgibin_get_current_auto_reply_info_",
        "WeChat's own automatic replies are off while a server answers (§1.1)",
    ),
    (
        "wechatpy_get_current_autoreply_info",
        "WeChat's own automatic replies are off while a server answers (§1.1)",
    ),
    ("custom_service_work_", "agents bound to WeCom; not among the calls of §5.4"),
];

/// Files that neither are covered nor out of scope. It only goes down; 0 when all families are in.
const OPEN: usize = 0;

/// Runs the cases, each on its file, and gives the names of the files.
pub fn run(cases: &[Case]) -> BTreeSet<&'static str> {
    let Some(folder) = super::recorded("fixtures/wechat/api-json") else { return BTreeSet::new() };
    for (name, check) in cases {
        let text = fs::read_to_string(folder.join(name)).unwrap_or_else(|_| panic!("no {name}"));
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        println!("{name}");
        check(&json);
    }
    cases.iter().map(|(name, _)| *name).collect()
}

/// Compares what we send with a recording.
///
/// `without` are JSON pointers of what the recording has and we leave out on purpose (branches of
/// other kinds, fields that WeChat retired); `more` of what we add. Everything else must be equal.
pub fn sends(ours: &Value, recorded: &Value, without: &[&str], more: &[&str]) {
    let (mut ours, mut recorded) = (ours.clone(), recorded.clone());
    for pointer in without {
        assert!(ours.pointer(pointer).is_none(), "{pointer} is sent after all");
        remove(&mut recorded, pointer);
    }
    for pointer in more {
        assert!(recorded.pointer(pointer).is_none(), "{pointer} is in the recording after all");
        remove(&mut ours, pointer);
    }
    assert_eq!(ours, recorded);
}

fn remove(value: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
    assert!(parent.is_some_and(|object| object.remove(name).is_some()), "no {pointer}");
}

#[test]
fn every_recorded_body_is_checked_or_out_of_scope_or_listed() {
    let Some(folder) = super::recorded("fixtures/wechat/api-json") else { return };
    let mut owner = BTreeMap::new();
    for (family, cases) in FAMILIES {
        for name in run(cases) {
            let former = owner.insert(name, family);
            assert!(former.is_none(), "{name} is checked by {former:?} and by {family}");
        }
    }
    let all: BTreeSet<String> = fs::read_dir(folder)
        .expect("the recordings")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let mut reasons = BTreeSet::new();
    let (mut outside, mut open) = (0, Vec::new());
    for name in all.iter().filter(|name| !owner.contains_key(name.as_str())) {
        match OUT_OF_SCOPE.iter().find(|(beginning, _)| name.starts_with(beginning)) {
            Some((beginning, reason)) => {
                outside += 1;
                reasons.insert(*beginning);
                println!("out of scope  {name}: {reason}");
            }
            None => open.push(name),
        }
    }
    for name in &open {
        println!("not covered   {name}");
    }
    println!(
        "covered {} / all {} (out of scope {outside}, not covered {})",
        owner.len(),
        all.len(),
        open.len()
    );
    for (beginning, _) in OUT_OF_SCOPE {
        assert!(reasons.contains(beginning), "{beginning}: the reason is stale");
    }
    assert_eq!(open.len(), OPEN, "files without a family; the number only goes down");
}
