//! Pictures and recordings in the conversation, for those who may see them.

use axum::http::{StatusCode, header};

use super::browser::House;

in_both! {
    async fn a_picture_is_shown_to_its_readers_under_a_policy_that_lets_it_do_nothing(house: House) {
        let id = house.labor_inquiry().await;
        let message = house.pictured("oLABOR").await;
        let li = house.log_in("li").await;
        let address = format!("/console/media/{message}");
        let talk = li.get(&format!("/console/inquiries/{id}")).await;
        assert!(talk.has(&format!("<img src=\"{address}\"")) && talk.has("查看图片"));
        let file = li.get(&address).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.body.contains("PNG"));
        for (name, value) in [
            (header::CONTENT_TYPE, "image/png"),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            assert_eq!(file.headers[&name], value, "{name}");
        }
        let way = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(way.starts_with("inline; filename=\"") && way.ends_with(".png\""), "{way}");

        let stranger = house.log_in("stranger").await.get(&address).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
        assert!(house.stranger().get(&address).await.location().starts_with("/console/login"));
        assert_eq!(house.log_in("sysadmin").await.get(&address).await.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn a_recording_has_its_words_beside_it_and_is_handed_over_as_a_file(house: House) {
        let id = house.labor_inquiry().await;
        house.app.simulator.voice("oLABOR", Some("工地一共欠了我两万四")).await;
        house.app.settle().await;
        let li = house.log_in("li").await;
        let talk = li.get(&format!("/console/inquiries/{id}")).await;
        assert!(talk.has("工地一共欠了我两万四") && talk.has("浏览器不能直接播放"));
        assert!(talk.has("下载原声（AMR 录音，1 KB）"), "{}", talk.body);
        let from = talk.body.find("/console/media/").expect("a link");
        let address = talk.body[from..].split('"').next().unwrap();
        let file = li.get(address).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.body.starts_with("#!AMR"));
        assert_eq!(file.headers[header::CONTENT_TYPE], "audio/amr");
        let way = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(way.starts_with("attachment;"), "{way}");
    }
}

in_both! {
    async fn a_file_that_is_not_what_it_claims_is_named_and_never_kept(house: House) {
        let id = house.labor_inquiry().await;
        let media_id = house.app.simulator.keep_file("image/png", "a.png", b"<script>alert(1)</script>");
        let now = house.app.clock.now().seconds();
        let xml = format!(
            "<xml><ToUserName>gh_test00000001</ToUserName><FromUserName>oLABOR</FromUserName>\
             <CreateTime>{now}</CreateTime><MsgType>image</MsgType><PicUrl>http://x</PicUrl>\
             <MediaId>{media_id}</MediaId><MsgId>77</MsgId></xml>"
        );
        house.app.simulator.raw_push("oLABOR", &xml).await;
        house.app.settle().await;
        let talk = house.log_in("li").await.get(&format!("/console/inquiries/{id}")).await;
        assert!(talk.has("文件内容与类型不符") && !talk.has("/console/media/"));
    }
}
