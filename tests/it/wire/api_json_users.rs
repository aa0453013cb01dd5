//! Users, tags and the blacklist against the recorded requests and answers. A request must be the
//! recorded one, value for value; an answer must be read with its values.

use pufa::wechat::client::Client;
use pufa::wechat::user::{OpenidPage, UserInfo};
use serde_json::Value;

use super::exchange::{read, sent, walk};

/// Recorded file and its check.
pub const CASES: &[super::api_json::Case] = &[
    ("cgibin_user_get_response.json", followers),
    ("wechatpy_user_get.json", followers),
    ("cgibin_user_info_response.json", info),
    ("wechatpy_user_info.json", info),
    ("cgibin_user_info_batch_get_request.json", infos_request),
    ("cgibin_user_info_batch_get_response.json", infos),
    ("wechatpy_user_info_batchget.json", infos),
    ("cgibin_user_info_update_remark_request.json", remark),
    ("wechatpy_user_info_updateremark.json", remark_done),
    ("cgibin_user_tag_get_request.json", tagged_request),
    ("cgibin_user_tag_get_response.json", tagged),
    ("wechatpy_user_tag_get.json", tagged),
    ("cgibin_tags_create_request.json", create_request),
    ("cgibin_tags_create_response.json", created),
    ("cgibin_tags_get_response.json", tags),
    ("cgibin_tags_update_request.json", rename),
    ("cgibin_tags_delete_request.json", delete),
    ("cgibin_tags_members_batch_tagging_request.json", tag_users),
    ("cgibin_tags_members_batch_untagging_request.json", untag_users),
    ("cgibin_tags_get_id_list_request.json", ids_request),
    ("cgibin_tags_get_id_list_response.json", ids),
    ("cgibin_tags_members_get_black_list_request.json", blacklist_request),
    ("cgibin_tags_members_get_black_list_response.json", blacklist),
    ("cgibin_tags_members_batch_black_list_request.json", block),
    ("cgibin_tags_members_batch_unblack_list_request.json", unblock),
    ("cgibin_change_open_id_request.json", moved_request),
    ("cgibin_change_open_id_response.json", moved),
];

#[test]
fn users_and_tags_are_asked_and_understood_as_recorded() {
    walk(CASES);
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).expect(pointer)
}

fn same_page(page: OpenidPage, recorded: &Value) {
    assert_eq!(page.openids, texts(&recorded["data"]["openid"]));
    assert_eq!(page.total, recorded["total"].as_u64());
    assert_eq!(page.next.as_deref(), recorded["next_openid"].as_str());
}

fn same_user(user: &UserInfo, recorded: &Value) {
    assert_eq!(user.openid, text(recorded, "/openid"));
    assert_eq!(i64::from(user.follows), recorded["subscribe"].as_i64().unwrap());
    assert_eq!(user.unionid.as_deref(), recorded["unionid"].as_str());
    assert_eq!(user.subscribe_time, recorded["subscribe_time"].as_i64());
    assert_eq!(user.subscribe_scene.as_deref(), recorded["subscribe_scene"].as_str());
    assert_eq!(user.qr_scene, recorded["qr_scene"].as_i64().unwrap_or(0));
    let tags: Vec<i64> = serde_json::from_value(recorded["tagid_list"].clone()).unwrap_or_default();
    assert_eq!(user.tagid_list, tags);
}

fn followers(answer: &Value) {
    same_page(read(answer, |c: Client| async move { c.followers(None).await }).unwrap(), answer);
}

fn info(answer: &Value) {
    let user = read(answer, |c: Client| async move { c.user_info("o").await });
    same_user(&user.unwrap(), answer);
}

fn infos_request(request: &Value) {
    let users = request["user_list"].as_array().unwrap();
    let openids: Vec<String> = users.iter().map(|user| text(user, "/openid").to_owned()).collect();
    let (path, body) = sent(|c: Client| async move { c.user_infos(&openids).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/user/info/batchget", request));
}

fn infos(answer: &Value) {
    let users = read(answer, |c: Client| async move { c.user_infos(&["o".to_owned()]).await });
    let (users, recorded) = (users.unwrap(), answer["user_info_list"].as_array().unwrap());
    assert_eq!(users.len(), recorded.len());
    users.iter().zip(recorded).for_each(|(user, recorded)| same_user(user, recorded));
}

fn remark(request: &Value) {
    let (openid, remark) = (text(request, "/openid"), text(request, "/remark"));
    let (path, body) = sent(|c: Client| async move { c.set_remark(openid, remark).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/user/info/updateremark", request));
}

fn remark_done(answer: &Value) {
    read(answer, |c: Client| async move { c.set_remark("o", "备注").await }).unwrap();
}

fn tagged_request(request: &Value) {
    let id = request["tagid"].as_i64().unwrap();
    let (path, body) = sent(|c: Client| async move { c.tagged(id, None).await.is_ok() });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/user/tag/get", request));
}

fn tagged(answer: &Value) {
    same_page(read(answer, |c: Client| async move { c.tagged(1, None).await }).unwrap(), answer);
}

fn create_request(request: &Value) {
    let name = text(request, "/tag/name");
    let (path, body) = sent(|c: Client| async move { c.create_tag(name).await.is_ok() });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/create", request));
}

fn created(answer: &Value) {
    let tag = read(answer, |c: Client| async move { c.create_tag("广东").await }).unwrap();
    assert_eq!((tag.id, tag.name.as_str()), (134, text(answer, "/tag/name")));
}

fn tags(answer: &Value) {
    let tags = read(answer, |c: Client| async move { c.tags().await }).unwrap();
    let recorded = answer["tags"].as_array().unwrap();
    assert_eq!(tags.len(), recorded.len());
    for (tag, recorded) in tags.iter().zip(recorded) {
        assert_eq!(tag.name, text(recorded, "/name"));
        let numbers = (recorded["id"].as_i64(), recorded["count"].as_u64());
        assert_eq!((Some(tag.id), Some(tag.count)), numbers);
    }
}

fn rename(request: &Value) {
    let (id, name) = (request["tag"]["id"].as_i64().unwrap(), text(request, "/tag/name"));
    let (path, body) = sent(|c: Client| async move { c.rename_tag(id, name).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/update", request));
}

fn delete(request: &Value) {
    let id = request["tag"]["id"].as_i64().unwrap();
    let (path, body) = sent(|c: Client| async move { c.delete_tag(id).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/delete", request));
}

fn tag_users(request: &Value) {
    let (id, openids) = (request["tagid"].as_i64().unwrap(), texts(&request["openid_list"]));
    let (path, body) = sent(|c: Client| async move { c.tag_users(id, &openids).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/members/batchtagging", request));
}

fn untag_users(request: &Value) {
    let (id, openids) = (request["tagid"].as_i64().unwrap(), texts(&request["openid_list"]));
    let (path, body) = sent(|c: Client| async move { c.untag_users(id, &openids).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/members/batchuntagging", request));
}

fn ids_request(request: &Value) {
    let openid = text(request, "/openid");
    let (path, body) = sent(|c: Client| async move { c.tags_of(openid).await.is_ok() });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/getidlist", request));
}

fn ids(answer: &Value) {
    let ids = read(answer, |c: Client| async move { c.tags_of("o").await }).unwrap();
    assert_eq!(serde_json::json!(ids), answer["tagid_list"]);
}

fn blacklist_request(request: &Value) {
    let begin = text(request, "/begin_openid");
    let (path, body) = sent(|c: Client| async move { c.blacklist(Some(begin)).await.is_ok() });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/members/getblacklist", request));
}

fn blacklist(answer: &Value) {
    same_page(read(answer, |c: Client| async move { c.blacklist(None).await }).unwrap(), answer);
}

fn block(request: &Value) {
    let openids = texts(&request["openid_list"]);
    let (path, body) = sent(|c: Client| async move { c.block_users(&openids).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/members/batchblacklist", request));
}

fn unblock(request: &Value) {
    let openids = texts(&request["openid_list"]);
    let (path, body) = sent(|c: Client| async move { c.unblock_users(&openids).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/tags/members/batchunblacklist", request));
}

fn moved_request(request: &Value) {
    let (from, openids) = (text(request, "/from_appid"), texts(&request["openid_list"]));
    let (path, body) =
        sent(|c: Client| async move { c.moved_openids(from, &openids).await.is_ok() });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/changeopenid", request));
}

fn moved(answer: &Value) {
    let moved =
        read(answer, |c: Client| async move { c.moved_openids("wx", &["o".to_owned()]).await });
    for (moved, recorded) in moved.unwrap().iter().zip(answer["result_list"].as_array().unwrap()) {
        assert_eq!(moved.former, text(recorded, "/ori_openid"));
        assert_eq!(moved.present.as_deref(), recorded["new_openid"].as_str());
    }
}

#[test]
fn tagging_that_failed_for_some_names_them() {
    let answer = serde_json::json!({ "errcode": 45171, "fail_openid_list": ["o2"] });
    let list = ["o1".to_owned(), "o2".to_owned()];
    let failed = read(&answer, |c: Client| async move { c.tag_users(134, &list).await });
    assert_eq!(failed.unwrap(), ["o2"]);
}
