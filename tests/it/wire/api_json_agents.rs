//! Recorded requests and answers of customer service (wechat-protocol.md §5).
//!
//! A recorded request may carry more than we send: `password` has been without effect since WeChat
//! binds agents to WeChat ids. A recorded answer may carry more than we read.

use pufa::wechat::agents::{
    RecordsWanted, agent_body, agents_of, invitation_body, online_of, records_body, records_of,
    session_body, session_of, sessions_of, waiting_of,
};
use pufa::wechat::client::CallError;
use pufa::wechat::custom::{CustomMessage, TapMenu, custom_body, typing_body};
use pufa::wechat::reply::NewsItem;
use serde_json::{Value, json};

/// File and check of every recorded payload of this family.
pub const CASES: &[super::api_json::Case] = &[
    ("cgibin_custom_service_get_kf_list_response.json", three_agents),
    ("wechatpy_customservice_getkflist.json", two_agents),
    ("cgibin_custom_service_get_online_kf_list_response.json", on_duty),
    ("wechatpy_customservice_getonlinekflist.json", on_duty),
    ("custom_service_kf_account_add_request.json", named),
    ("custom_service_kf_account_update_request.json", named),
    ("custom_service_kf_account_delete_request.json", removed),
    ("custom_service_kf_account_invite_worker_request.json", invited),
    ("wechatpy_customservice_kfaccount_add.json", done),
    ("wechatpy_customservice_kfaccount_del.json", done),
    ("wechatpy_customservice_kfaccount_update.json", done),
    ("wechatpy_customservice_kfaccount_uploadheadimg.json", done),
    ("custom_service_kf_session_create_request.json", conversation),
    ("custom_service_kf_session_close_request.json", conversation),
    ("wechatpy_customservice_kfsession_create.json", done),
    ("wechatpy_customservice_kfsession_close.json", done),
    ("custom_service_kf_session_get_session_response.json", served),
    ("wechatpy_customservice_kfsession_getsession.json", served),
    ("custom_service_kf_session_get_session_list_response.json", serving),
    ("wechatpy_customservice_kfsession_getsessionlist.json", serving),
    ("custom_service_kf_session_get_wait_case_response.json", waiting),
    ("wechatpy_customservice_kfsession_getwaitcase.json", waiting),
    ("custom_service_message_record_get_message_list_request.json", records_wanted),
    ("custom_service_message_record_get_message_list_response.json", records),
    ("wechatpy_customservice_msgrecord_getmsglist.json", records),
    ("cgibin_message_custom_send_request.json", every_message),
    ("cgibin_message_custom_typing_request.json", typing),
    ("wechatpy_message_custom_send.json", done),
];

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Everything we send stands in the recorded request with the same value.
fn within(ours: &Value, recorded: &Value) {
    for (name, value) in ours.as_object().expect("an object") {
        assert_eq!(value, &recorded[name], "{name}");
    }
}

fn done(answer: &Value) {
    assert_eq!(answer["errcode"], 0);
}

fn two_agents(answer: &Value) {
    let agents = agents_of(answer).expect("agents");
    assert_eq!(agents.len(), answer["kf_list"].as_array().expect("a list").len());
    for (agent, recorded) in agents.iter().zip(answer["kf_list"].as_array().expect("a list")) {
        assert_eq!(agent.account, recorded["kf_account"]);
        assert_eq!(agent.nickname, recorded["kf_nick"]);
        assert_eq!(agent.id, recorded["kf_id"]);
    }
}

fn three_agents(answer: &Value) {
    two_agents(answer);
    let agents = agents_of(answer).expect("agents");
    assert_eq!(agents[0].wechat_id.as_deref(), Some("kfwx1"));
    assert!(!agents[0].picture.is_empty() && agents[0].invitation.is_none());
    let invitation = agents[2].invitation.as_ref().expect("an invitation");
    assert_eq!(invitation.wechat_id, "kfwx3");
    assert_eq!((invitation.expires_at, invitation.status.as_str()), (Some(123_456_789), "waiting"));
}

fn on_duty(answer: &Value) {
    let agents = online_of(answer).expect("agents");
    assert_eq!(agents[1].account, "test2@test");
    assert_eq!((agents[1].id.as_str(), agents[1].status, agents[1].serving), ("1002", 1, 2));
}

fn named(request: &Value) {
    within(&agent_body(&text(&request["kf_account"]), &text(&request["nickname"])), request);
}

fn removed(request: &Value) {
    // We name the agent in the query, as the other documented form has it.
    let fields: Vec<_> = request.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["kf_account"]);
}

fn invited(request: &Value) {
    let ours = invitation_body(&text(&request["kf_account"]), &text(&request["invite_wx"]));
    assert_eq!(&ours, request);
}

fn conversation(request: &Value) {
    let ours = session_body(&text(&request["kf_account"]), &text(&request["openid"]));
    assert_eq!(&ours, request);
}

fn served(answer: &Value) {
    let session = session_of(answer).expect("a conversation");
    assert_eq!((session.account.as_str(), session.since), ("test1@test", 123_456_789));
    assert_eq!(session_of(&json!({"kf_account": "", "createtime": 0})), None);
}

fn serving(answer: &Value) {
    let sessions = sessions_of(answer).expect("conversations");
    assert_eq!((sessions.len(), sessions[1].openid.as_str()), (2, "OPENID"));
    assert_eq!(sessions[1].since, 123_456_789);
}

fn waiting(answer: &Value) {
    let waiting = waiting_of(answer).expect("a queue");
    assert_eq!((waiting.count, waiting.first.len()), (150, 2));
    assert_eq!((waiting.first[0].openid.as_str(), waiting.first[0].since), ("OPENID", 123_456_789));
}

fn records_wanted(request: &Value) {
    let number = |name: &str| request[name].as_i64().expect("a number");
    let wanted = RecordsWanted {
        from: number("starttime"),
        until: number("endtime"),
        after: request["msgid"].as_u64().expect("a number"),
        number: u32::try_from(number("number")).expect("a small number"),
    };
    assert_eq!(&records_body(&wanted), request);
}

fn records(answer: &Value) {
    let records = records_of(answer).expect("records");
    assert_eq!(records.lines.len(), 2);
    assert_eq!(records.lines[0].opercode, 2002);
    assert_eq!(records.lines[1].text, answer["recordlist"][1]["text"]);
    assert_eq!(records.lines[0].time, 1_400_563_710);
    assert_eq!(records.next, answer["msgid"].as_u64());
}

fn typing(request: &Value) {
    assert_eq!(&typing_body("OPENID", true), request);
}

/// The recorded request shows all types at once; each of ours is compared with its part.
fn every_message(request: &Value) {
    let part = |kind: &str, name: &str| text(&request[kind][name]);
    let article = &request["news"]["articles"][0];
    let menu = &request["msgmenu"];
    let entries = menu["list"].as_array().expect("entries").iter();
    let ours = [
        CustomMessage::Text(part("text", "content")),
        CustomMessage::Image { media_id: part("image", "media_id") },
        CustomMessage::Voice { media_id: part("voice", "media_id") },
        CustomMessage::Video {
            media_id: part("video", "media_id"),
            thumb_media_id: part("video", "thumb_media_id"),
            title: part("video", "title"),
            description: part("video", "description"),
        },
        CustomMessage::Music {
            title: part("music", "title"),
            description: part("music", "description"),
            url: part("music", "musicurl"),
            hq_url: part("music", "hqmusicurl"),
            thumb_media_id: part("music", "thumb_media_id"),
        },
        CustomMessage::News(NewsItem {
            title: text(&article["title"]),
            description: text(&article["description"]),
            url: text(&article["url"]),
            pic_url: text(&article["picurl"]),
        }),
        CustomMessage::Menu(TapMenu {
            head: text(&menu["head_content"]),
            entries: entries.map(|e| (text(&e["id"]), text(&e["content"]))).collect(),
            tail: text(&menu["tail_content"]),
        }),
        CustomMessage::Card { card_id: part("wxcard", "card_id") },
        CustomMessage::MiniProgram {
            title: part("miniprogrampage", "title"),
            app_id: part("miniprogrampage", "appid"),
            page_path: part("miniprogrampage", "pagepath"),
            thumb_media_id: part("miniprogrampage", "thumb_media_id"),
        },
    ];
    let agent = text(&request["customservice"]["kf_account"]);
    let mut compared = 0;
    for message in &ours {
        let body = custom_body(&text(&request["touser"]), message, Some(&agent));
        let kind = text(&body["msgtype"]);
        assert_eq!(body[&kind], request[&kind], "{kind}");
        assert_eq!(body["customservice"], request["customservice"]);
        assert_eq!(body.as_object().expect("an object").len(), 4, "{kind}");
        compared += 1;
    }
    // touser, msgtype and customservice stand beside the types.
    assert_eq!(compared, request.as_object().expect("an object").len() - 3);
}

#[test]
fn recorded_customer_service_is_sent_and_read_as_recorded() {
    super::run_cases(CASES);
}

#[test]
fn an_answer_without_what_was_asked_for_is_unreadable() {
    let empty = json!({"errcode": 0});
    assert!(matches!(agents_of(&empty), Err(CallError::Unreadable(_))));
    assert!(matches!(online_of(&empty), Err(CallError::Unreadable(_))));
    assert!(matches!(records_of(&empty), Err(CallError::Unreadable(_))));
    assert!(matches!(waiting_of(&json!({"waitcaselist": []})), Err(CallError::Unreadable(_))));
}
