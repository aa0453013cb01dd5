//! What every known push is read as.

use std::collections::BTreeMap;

use pufa::platform::clock::Moment;
use pufa::wechat::message::{
    Content, Event, MassSendStatus, Message, PlatformPush, Push, TemplateStatus, parse, parse_outer,
};

use super::recorded;

/// Kind of push, then the recorded files that must be read as it. `unknown` stands before the
/// kinds that the product does not use.
const RECORDED: &str = "
event/click: inbound-xml/event_click.xml inbound-xml/wechatpy_ev_click_event.xml
    inbound-xml/wechatpy_parse_click_event.xml
event/kf_close_session: inbound-xml/wechatpy_ev_kf_close_session_event.xml
event/kf_create_session: inbound-xml/wechatpy_ev_kf_create_session_event.xml
event/kf_switch_session: inbound-xml/wechatpy_ev_kf_switch_session_event.xml
event/location: inbound-xml/event_location.xml inbound-xml/wechatpy_ev_location_event.xml
    inbound-xml/wechatpy_parse_location_event.xml
event/location_select: inbound-xml/wechatpy_ev_location_select_event.xml
event/masssendjobfinish: inbound-xml/event_job_mass_send_job_finish.xml
    inbound-xml/wechatpy_ev_mass_send_job_finish_event.xml
    inbound-xml/wxjava_fromxml_masssendjobfinish.xml synthetic/event_mass_send_success.xml
event/pic_photo_or_album: inbound-xml/wechatpy_ev_pic_photo_or_album_event.xml
    synthetic/event_pic_album_two_piclists_quirk.xml
event/pic_sysphoto: inbound-xml/wechatpy_ev_pic_sysphoto_event.xml
event/pic_weixin: inbound-xml/wechatpy_ev_pic_wechat_event.xml
event/publishjobfinish: inbound-xml/event_job_free_publish_job_finish.xml
    synthetic/event_publish_job_finish_original_fail.xml
    synthetic/event_publish_job_finish_success.xml
event/scan: inbound-xml/event_scan.xml inbound-xml/wechatpy_ev_scan_event.xml
    inbound-xml/wechatpy_parse_scan_event.xml
event/scancode_push: inbound-xml/event_scan_code.xml
    inbound-xml/wechatpy_ev_scan_code_push_event.xml
event/scancode_waitmsg: inbound-xml/wechatpy_ev_scan_code_waitmsg_event.xml
event/subscribe: inbound-xml/event_subscribe.xml inbound-xml/wechatpy_ev_subscribe_event.xml
    inbound-xml/wechatpy_ev_subscribe_scan_event.xml
    inbound-xml/wechatpy_parse_subscribe_event.xml
    inbound-xml/wechatpy_parse_subscribe_event_with_last_trade_no.xml
    inbound-xml/wechatpy_parse_subscribe_scan_event.xml
    inbound-xml/wechatpy_parse_subscribe_scan_product_event.xml
    inbound-xml/wechatpy_parse_subscribe_scan_product_event_2.xml
    synthetic/event_subscribe_empty_eventkey.xml synthetic/event_subscribe_qrscene_str.xml
event/subscribe_msg_change_event: inbound-xml/event_subscribe_message_change.xml
    inbound-xml/wechatpy_ev_template_subscribe_msg_change_event.xml
    inbound-xml/wxjava_submsgchangefromxml.xml push-json/event_subscribe_message_change.json
event/subscribe_msg_popup_event: inbound-xml/event_subscribe_message_popup.xml
    inbound-xml/wechatpy_ev_template_subscribe_msg_popup_event.xml
    inbound-xml/wxjava_submsgpopupfromxml.xml
    push-json/event_subscribe_message_popup_event_list.json
    push-json/event_subscribe_message_popup_event_object.json
event/subscribe_msg_sent_event: inbound-xml/event_subscribe_message_sent.xml
    inbound-xml/wechatpy_ev_template_subscribe_msg_sent_event.xml
    inbound-xml/wxjava_submsgsentfromxml.xml push-json/event_subscribe_message_sent.json
event/templatesendjobfinish: inbound-xml/event_job_template_send_job_finish.xml
    inbound-xml/wechatpy_ev_template_send_job_finish_event.xml
    synthetic/event_template_send_system_failed.xml synthetic/event_template_send_user_block.xml
event/unsubscribe: inbound-xml/event_unsubscribe.xml inbound-xml/wechatpy_ev_unsubscribe_event.xml
event/user_authorization_cancellation: synthetic/event_user_authorization_cancellation.xml
event/user_authorization_revoke: inbound-xml/event_user_authorization_revoke.xml
    push-json/event_user_authorization_revoke.json
event/user_info_modified: inbound-xml/event_user_info_modified.xml
    push-json/event_user_info_modified.json
event/verification: inbound-xml/event_verify_annual_renew.xml
    inbound-xml/event_verify_naming_verify_fail.xml
    inbound-xml/event_verify_naming_verify_success.xml
    inbound-xml/event_verify_qualification_verify_fail.xml
    inbound-xml/event_verify_qualification_verify_success.xml
    inbound-xml/event_verify_verify_expired.xml inbound-xml/wechatpy_ev_annual_renew_event.xml
    inbound-xml/wechatpy_ev_naming_verify_fail_event.xml
    inbound-xml/wechatpy_ev_naming_verify_success_event.xml
    inbound-xml/wechatpy_ev_qualification_verify_fail_event.xml
    inbound-xml/wechatpy_ev_qualification_verify_success_event.xml
    inbound-xml/wechatpy_ev_verify_expired_event.xml
event/view: inbound-xml/event_view.xml inbound-xml/wechatpy_ev_view_event.xml
    inbound-xml/wechatpy_parse_view_event.xml synthetic/event_view_with_menuid.xml
event/view_miniprogram: inbound-xml/event_view_mini_program.xml
image: inbound-xml/msg_image.xml inbound-xml/wechatpy_parse_image_message.xml
link: inbound-xml/wechatpy_parse_link_message.xml
location: inbound-xml/msg_location.xml inbound-xml/wechatpy_parse_location_message.xml
platform/verify_ticket: inbound-xml/component_component_verify_ticket.xml
shortvideo: inbound-xml/msg_short_video.xml
text: inbound-xml/msg_text.xml inbound-xml/wechatpy_parse_text_message.xml
    inbound-xml/wxjava_fromxml.xml inbound-xml/wxjava_fromxml2.xml push-json/msg_text.json
    synthetic/msg_text_emoji_cdata_split.xml synthetic/msg_text_from_article.xml
    synthetic/msg_text_from_msgmenu_reply.xml
unknown event/guide_qrcode_scan_event: inbound-xml/event_guide_qrcode_scan.xml
unknown event/user_enter_tempsession: inbound-xml/event_user_enter_temp_session.xml
    push-json/event_user_enter_temp_session.json
video: inbound-xml/msg_video.xml inbound-xml/wechatpy_parse_video_message.xml
voice: inbound-xml/msg_voice.xml inbound-xml/wechatpy_parse_voice_message.xml
    synthetic/msg_voice_recognition_16k.xml
";

/// Reads a push whose own elements are `inside`.
fn push(inside: &str) -> Push {
    parse(
        format!(
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]>\
             </FromUserName><CreateTime>1760000000</CreateTime>{inside}</xml>"
        )
        .as_bytes(),
    )
    .unwrap()
}

fn event(name: &str, inside: &str) -> Event {
    let inside = format!("<MsgType>event</MsgType><Event><![CDATA[{name}]]></Event>{inside}");
    match push(&inside).content {
        Content::Event(event) => event,
        other => panic!("{name} was read as {other:?}"),
    }
}

fn described(push: &Push) -> String {
    let known = !matches!(push.content, Content::Unknown { .. });
    format!("{}{}", if known { "" } else { "unknown " }, push.kind())
}

#[test]
fn every_recorded_push_is_read_as_what_it_is() {
    let mut expected = BTreeMap::new();
    let mut kind = "";
    for line in RECORDED.lines() {
        let files = match line.split_once(": ") {
            Some((name, files)) => {
                kind = name;
                files
            }
            None => line,
        };
        expected.extend(files.split_whitespace().map(|file| (file.to_owned(), kind.to_owned())));
    }
    let mut found = BTreeMap::new();
    for folder in ["inbound-xml", "push-json", "synthetic"] {
        let Some(path) = recorded(&format!("fixtures/wechat/{folder}")) else { return };
        for entry in std::fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            let push = parse(&std::fs::read(entry.path()).unwrap());
            found
                .insert(name, push.map_or_else(|error| error.to_string(), |push| described(&push)));
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn a_text_carries_its_id_the_menu_entry_tapped_and_its_emoji() {
    let push = push(
        "<MsgType>text</MsgType><Content><![CDATA[满意😀 a]]]]><![CDATA[> b & <c>]]></Content>\
         <MsgId>18446744073709551615</MsgId><bizmsgmenuid>101</bizmsgmenuid>",
    );
    assert_eq!((push.to.as_str(), push.from.as_str()), ("gh_1", "o1"));
    assert_eq!(push.created, Moment::from_seconds(1_760_000_000));
    assert_eq!(
        push.content,
        Content::Message {
            id: Some(u64::MAX),
            menu_id: Some("101".to_owned()),
            body: Message::Text { content: "满意😀 a]]> b & <c>".to_owned() },
        }
    );
}

#[test]
fn a_voice_message_has_a_transcription_only_when_it_is_not_empty() {
    let voice = |recognition: &str| {
        let inside = format!(
            "<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format>\
             <MediaId16K>k</MediaId16K><Recognition><![CDATA[{recognition}]]></Recognition>"
        );
        match push(&inside).content {
            Content::Message {
                body: Message::Voice { recognition, media_id_16k: Some(_), .. },
                ..
            } => recognition,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(voice("我想问"), Some("我想问".to_owned()));
    assert_eq!(voice(""), None);
}

#[test]
fn a_place_without_usable_coordinates_is_kept_as_unknown() {
    let place = |x: &str| {
        described(&push(&format!(
            "<MsgType>location</MsgType><Location_X>{x}</Location_X><Location_Y>119.9</Location_Y>"
        )))
    };
    assert_eq!(place("31.8"), "location");
    for bad in ["NaN", "inf", "", "north"] {
        assert_eq!(place(bad), "unknown location");
    }
}

#[test]
fn only_the_first_prefix_of_a_scene_is_removed() {
    let follow = |key: &str| match event("subscribe", key) {
        Event::Subscribe { scene, raw_key, .. } => (scene, raw_key),
        other => panic!("{other:?}"),
    };
    let key = |text: &str| format!("<EventKey><![CDATA[{text}]]></EventKey>");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(follow(&key("qrscene_a")), (some("a"), some("qrscene_a")));
    assert_eq!(follow(&key("qrscene_qrscene_a")).0, some("qrscene_a"));
    assert_eq!(follow(&key("qrscene_")).0, None);
    assert_eq!(follow(&key("last_trade_no_4")), (None, some("last_trade_no_4")));
    assert_eq!(follow(&key("")), (None, None));
    assert_eq!(follow(""), (None, None));
}

#[test]
fn names_of_events_are_matched_in_any_case() {
    assert_eq!(event("Click", "<EventKey>k</EventKey>"), Event::Click { key: "k".to_owned() });
    assert_eq!(event("UNSUBSCRIBE", ""), Event::Unsubscribe);
    for name in ["PUBLISHJOBFINISH", "freepublishjobfinish"] {
        let inside = "<PublishEventInfo><publish_id>1</publish_id><publish_status>2\
                      </publish_status><fail_idx>1</fail_idx><fail_idx>3</fail_idx>\
                      </PublishEventInfo>";
        let Event::PublishFinished(result) = event(name, inside) else { panic!("{name}") };
        assert_eq!((result.publish_id.as_str(), result.status), ("1", 2));
        assert_eq!(result.failed, [1, 3]);
    }
}

#[test]
fn pictures_in_several_lists_are_all_found() {
    let list = |sum| format!("<PicList><item><PicMd5Sum>{sum}</PicMd5Sum></item></PicList>");
    let inside = format!("<SendPicsInfo><Count>2</Count>{}{}</SendPicsInfo>", list("a"), list("b"));
    match event("pic_weixin", &inside) {
        Event::Pictures { md5s, .. } => assert_eq!(md5s, ["a", "b"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_result_of_a_mass_send_is_read_in_full() {
    let inside = "<MsgID>1000001625</MsgID><Status><![CDATA[err(30003)]]></Status>\
        <TotalCount>100</TotalCount><FilterCount>80</FilterCount><SentCount>75</SentCount>\
        <ErrorCount>5</ErrorCount><CopyrightCheckResult><Count>1</Count><ResultList><item>\
        <ArticleIdx>1</ArticleIdx><UserDeclareState>0</UserDeclareState><AuditState>2</AuditState>\
        <OriginalArticleUrl>u</OriginalArticleUrl><OriginalArticleType>1</OriginalArticleType>\
        <CanReprint>1</CanReprint><NeedReplaceContent>0</NeedReplaceContent>\
        <NeedShowReprintSource>1</NeedShowReprintSource></item></ResultList>\
        <CheckState>3</CheckState></CopyrightCheckResult><ArticleUrlResult><Count>1</Count>\
        <ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>v</ArticleUrl></item></ResultList>\
        </ArticleUrlResult>";
    let Event::MassSendFinished(result) = event("MASSSENDJOBFINISH", inside) else { panic!() };
    assert_eq!(result.message_id, Some(1_000_001_625));
    assert_eq!(result.status, MassSendStatus::Refused(30_003));
    assert_eq!((result.total, result.filtered, result.sent, result.failed), (100, 80, 75, 5));
    assert_eq!(result.copyright_state, Some(3));
    let check = &result.copyright[0];
    assert_eq!((check.article, check.audit), (1, Some(2)));
    assert!(check.can_reprint && !check.replaces_content && check.shows_source);
    assert_eq!(result.article_urls, [(1, "v".to_owned())]);
}

#[test]
fn the_fate_of_a_template_message_is_read_with_or_without_a_space() {
    for (status, expected) in [
        ("success", TemplateStatus::Delivered),
        ("failed:user block", TemplateStatus::UserBlocked),
        ("failed: user block", TemplateStatus::UserBlocked),
        ("failed: system failed", TemplateStatus::SystemFailed),
        ("failed: moon", TemplateStatus::Other("failed: moon".to_owned())),
    ] {
        let inside = format!("<MsgID>7</MsgID><Status><![CDATA[{status}]]></Status>");
        assert_eq!(
            event("TEMPLATESENDJOBFINISH", &inside),
            Event::TemplateSendFinished { message_id: Some(7), status: expected }
        );
    }
}

#[test]
fn subscriptions_read_the_same_from_xml_and_from_both_kinds_of_json() {
    let xml = "<SubscribeMsgPopupEvent><List><TemplateId>T</TemplateId><SubscribeStatusString>\
               accept</SubscribeStatusString><PopupScene>2</PopupScene></List>\
               </SubscribeMsgPopupEvent>";
    let from_xml = Content::Event(event("subscribe_msg_popup_event", xml));
    let item = r#"{"TemplateId":"T","SubscribeStatusString":"accept","PopupScene":"2"}"#;
    for list in [item.to_owned(), format!("[{item}]")] {
        let json = format!(
            r#" {{"ToUserName":"g","FromUserName":"o","CreateTime":"1","MsgType":"event",
                "Event":"subscribe_msg_popup_event","List":{list}}}"#
        );
        assert_eq!(parse(json.as_bytes()).unwrap().content, from_xml);
    }
}

#[test]
fn whose_authorisation_ended_is_read_from_the_event_and_not_from_its_sender() {
    for inside in ["<OpenID>o9</OpenID><AppID>wx9</AppID>", "<openid>o9</openid><appid>wx9</appid>"]
    {
        match event("user_info_modified", inside) {
            Event::UserInfoModified { openid, app_id } => {
                assert_eq!((openid.as_str(), app_id.as_str()), ("o9", "wx9"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn notices_to_a_platform_have_no_follower() {
    let xml = "<xml><AppId>wxp</AppId><CreateTime>1</CreateTime><InfoType>unauthorized</InfoType>\
               <AuthorizerAppid>wxa</AuthorizerAppid></xml>";
    let push = parse(xml.as_bytes()).unwrap();
    assert_eq!((push.to.as_str(), push.from.as_str()), ("wxp", ""));
    let expected = PlatformPush::Unauthorized { app_id: "wxa".to_owned() };
    assert_eq!(push.content, Content::Platform(expected));
}

#[test]
fn an_unknown_push_is_kept_whole_under_a_bounded_name() {
    let push = push(&format!("<MsgType>{}</MsgType><New>1</New>", "法".repeat(100)));
    match &push.content {
        Content::Unknown { kind, raw } => {
            assert!(kind.len() <= 80 && kind.starts_with('法'));
            assert!(raw.starts_with("<xml>") && raw.contains("<New>1</New>"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_outside_is_read_in_every_mode() {
    let safe =
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[QQ==]]></Encrypt></xml>";
    let outer = parse_outer(safe.as_bytes()).unwrap();
    assert_eq!((outer.to.as_str(), outer.encrypt.as_deref()), ("gh_1", Some("QQ==")));
    let compatible = safe.replace("<Encrypt>", "<MsgType>text</MsgType><Encrypt>");
    assert_eq!(parse_outer(compatible.as_bytes()).unwrap(), outer);
    let json = br#"{"ToUserName":"gh_1","Encrypt":"QQ=="}"#;
    assert_eq!(parse_outer(json).unwrap(), outer);
    let plain = "<xml><ToUserName>gh_1</ToUserName><MsgType>text</MsgType></xml>";
    assert_eq!(parse_outer(plain.as_bytes()).unwrap().encrypt, None);
}

#[test]
fn keys_tell_pushes_apart_that_are_not_the_same() {
    let text = |from: &str, id: u64| {
        let xml = format!(
            "<xml><ToUserName>g</ToUserName><FromUserName>{from}</FromUserName><CreateTime>1\
             </CreateTime><MsgType>text</MsgType><Content>c</Content><MsgId>{id}</MsgId></xml>"
        );
        parse(xml.as_bytes()).unwrap().dedup_key()
    };
    assert_eq!(text("oA", 7), "oA:7");
    assert_ne!(text("oA", 7), text("oB", 7));
    let keys: Vec<String> = [
        "<Event>LOCATION</Event><Latitude>1</Latitude><Longitude>2</Longitude>",
        "<Event>unsubscribe</Event>",
        "<Event>CLICK</Event><EventKey>a</EventKey>",
        "<Event>CLICK</Event><EventKey>b</EventKey>",
        "<Event>VIEW</Event><EventKey>a</EventKey><MenuId>1</MenuId>",
        "<Event>VIEW</Event><EventKey>a</EventKey><MenuId>2</MenuId>",
        "<Event>SCAN</Event><EventKey>a</EventKey><Ticket>1</Ticket>",
        "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID><Status>success</Status>",
        "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>2</MsgID><Status>success</Status>",
        "<Event>new_event</Event><EventKey>a</EventKey>",
        "<Event>new_event</Event><EventKey>b</EventKey>",
    ]
    .iter()
    .map(|inside| push(&format!("<MsgType>event</MsgType>{inside}")).dedup_key())
    .collect();
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    assert_eq!(keys[2], "o1:1760000000:event/click:a");
}

#[test]
fn keys_stay_short_however_long_the_push() {
    let long = |end: &str| {
        let inside = format!(
            "<MsgType>event</MsgType><Event>VIEW</Event><EventKey>{}{end}</EventKey>",
            "x".repeat(1_000)
        );
        push(&inside).dedup_key()
    };
    assert!(long("a").len() <= 160);
    assert_eq!(long("a"), long("a"));
    assert_ne!(long("a"), long("b"));
}

#[test]
fn a_push_printed_for_debugging_shows_no_person_and_no_text() {
    let push = push("<MsgType>text</MsgType><Content>秘密</Content><MsgId>1</MsgId>");
    let printed = format!("{push:?}");
    assert!(!printed.contains("秘密") && !printed.contains("o1"), "{printed}");
}
