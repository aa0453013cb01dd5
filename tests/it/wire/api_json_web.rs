//! Recorded answers of web authorization and of the JS-SDK ticket (wechat-protocol.md §11). Answers
//! may carry more than we read.

use std::time::Duration;

use pufa::wechat::js_sdk::ticket_of;
use pufa::wechat::oauth::{WebProfile, WebUser};
use serde_json::Value;

/// File and check of every recorded payload of this family.
pub const CASES: &[super::api_json::Case] = &[
    ("sns_oauth2_access_token_response.json", snapshot),
    ("wechatpy_sns_oauth2_access_token.json", person),
    ("sns_oauth2_refresh_token_response.json", person),
    ("wechatpy_sns_oauth2_refresh_token.json", person),
    ("sns_user_info_response.json", profile),
    ("wechatpy_sns_userinfo.json", profile),
    ("wechatpy_sns_auth.json", holds),
    ("cgibin_ticket_get_ticket_response.json", ticket),
    ("wechatpy_ticket_getticket.json", ticket),
];

fn person(answer: &Value) {
    let user = WebUser::read(answer).expect("a person");
    assert_eq!((user.openid.as_str(), user.scope.as_str()), ("OPENID", "SCOPE"));
    assert_eq!(user.access_token.reveal(), "ACCESS_TOKEN");
    assert_eq!(user.refresh_token.reveal(), "REFRESH_TOKEN");
    assert_eq!(user.expires_in, 7200);
    assert_eq!(user.is_virtual, answer.get("is_snapshotuser").is_some());
}

fn snapshot(answer: &Value) {
    person(answer);
    let user = WebUser::read(answer).expect("a person");
    assert!(user.is_virtual);
    assert_eq!(user.union_id.as_deref(), Some("UNIONID"));
}

fn profile(answer: &Value) {
    let profile: WebProfile = serde_json::from_value(answer.clone()).expect("a profile");
    assert_eq!((profile.openid.as_str(), profile.nickname.as_str()), ("OPENID", "NICKNAME"));
    assert_eq!(profile.picture, answer["headimgurl"]);
    assert_eq!(profile.union_id.is_some(), answer.get("unionid").is_some());
}

fn holds(answer: &Value) {
    assert_eq!(answer["errcode"], 0);
}

fn ticket(answer: &Value) {
    let (ticket, lasting) = ticket_of(answer).expect("a ticket");
    assert_eq!(ticket, answer["ticket"]);
    assert_eq!(lasting, Duration::from_secs(7200));
}

#[test]
fn recorded_answers_about_visitors_and_tickets_are_read() {
    super::run_cases(CASES);
}
