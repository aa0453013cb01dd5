//! The menu of an official account: drafted with faults, mended, published, put back; and the page
//! of followers.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::simulator::ApiFault;
use pufa::wechat::client::Client;
use pufa::wechat::menu::Menu;

use super::browser::{Browser, House, Page};

const EDIT: &str = "/console/menu/edit";

async fn save(operator: &Browser, page: &Page, menu: &str, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("menu", menu), ("revision", page.hidden("revision"))];
    all.extend(fields);
    operator.post(EDIT, &all).await
}

fn client(house: &House) -> Client {
    house.app.app.web.clients["main"].clone()
}

fn names(menu: &Menu) -> Vec<&str> {
    menu.buttons.iter().map(|button| button.name.as_str()).collect()
}

/// The names on top of what a follower sees.
async fn seen_by(house: &House, openid: &str) -> Vec<String> {
    let menu = client(house).menu_of(openid).await.expect("a menu");
    names(&menu).into_iter().map(str::to_owned).collect()
}

async fn publish(house: &House, operator: &Browser) -> Page {
    let shown = operator.get("/console/menu").await;
    let done =
        operator.post("/console/menu/publish", &[("revision", shown.hidden("revision"))]).await;
    house.app.settle().await;
    done
}

const SOUND: [(&str, &str); 3] = [("b0-name", "问律师"), ("b0-does", "click"), ("b0-value", "ASK")];

in_both! {
    async fn a_draft_names_its_faults_in_bytes_and_goes_up_when_it_is_mended(house: House) {
        let operator = house.log_in("operator").await;
        let form = operator.get(EDIT).await;
        assert!(form.has("我要咨询") && form.has("成员单位"), "it begins with the shipped menu");
        let wrong = [
            ("b0-name", "我要咨询律师"), ("b0-does", "click"), ("b0-value", "ASK"),
            ("b1-name", "更多"), ("b1-does", "group"),
            ("b1s0-name", "官网"), ("b1s0-does", "view"), ("b1s0-value", "example.cn"),
        ];
        let saved = save(&operator, &form, "0", &wrong).await;
        assert_eq!(saved.location(), "/console/menu/edit?account=main&menu=0&done=saved");
        let form = operator.get(EDIT).await;
        assert!(form.has("第 1 个一级按钮“我要咨询律师”的名称有 18 字节，最多 16 字节"), "{}", form.body);
        assert!(form.has("“更多”下面第 1 个按钮“官网”的网址要以 https:// 或 http:// 开头"));
        let refused = publish(&house, &operator).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("18 字节") && client(&house).menus().await.unwrap().is_none());

        save(&operator, &form, "0", &SOUND).await;
        let stale = save(&operator, &form, "0", &SOUND).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let done = publish(&house, &operator).await;
        assert_eq!(done.location(), "/console/menu?account=main&done=menu");
        assert_eq!(seen_by(&house, "oCITIZEN").await, ["问律师"]);
        let page = operator.get("/console/menu").await;
        assert!(page.has("使用中") && page.has("周运营") && !page.has("丢弃草稿"));
        let sql = "SELECT count(*) FROM audit WHERE action IN ('menu.publish', 'menu.shown')";
        assert_eq!(house.app.number(sql).await, 2);
    }
}

in_both! {
    async fn a_menu_for_a_tag_is_seen_by_those_who_have_it(house: House) {
        let client = client(&house);
        let tag = client.create_tag("志愿者").await.expect("a tag");
        let failed = client.tag_users(tag.id, &["oCITIZEN".to_owned()]).await.expect("tagged");
        assert_eq!(failed, Vec::<String>::new());
        let operator = house.log_in("operator").await;
        operator.post("/console/followers/sync", &[]).await;
        house.app.settle().await;
        let form = operator.get(EDIT).await;
        let mut and_one_more = SOUND.to_vec();
        and_one_more.push(("then", "add"));
        let added = save(&operator, &form, "0", &and_one_more).await;
        assert_eq!(added.location(), "/console/menu/edit?account=main&menu=1&done=saved");
        let form = operator.get("/console/menu/edit?menu=1").await;
        assert!(form.has("志愿者（1 人）") && form.has("还没有选择给谁看"), "{}", form.body);
        let tag = tag.id.to_string();
        let volunteers =
            [("tag", tag.as_str()), ("b0-name", "去值班"), ("b0-does", "click"), ("b0-value", "HUMAN")];
        save(&operator, &form, "1", &volunteers).await;
        assert!(operator.get("/console/menu").await.has("标签“志愿者”"));
        assert_eq!(publish(&house, &operator).await.status, StatusCode::SEE_OTHER);
        house.app.simulator.add_citizen("oOTHER", "别人", true);
        assert_eq!(seen_by(&house, "oCITIZEN").await, ["去值班"]);
        assert_eq!(seen_by(&house, "oOTHER").await, ["问律师"]);

        // Published again without it, everybody sees the default.
        let form = operator.get("/console/menu/edit?menu=1").await;
        save(&operator, &form, "1", &[("then", "drop")]).await;
        publish(&house, &operator).await;
        assert_eq!(seen_by(&house, "oCITIZEN").await, ["问律师"]);
        assert_eq!(client.menus().await.unwrap().unwrap().conditional, []);
    }
}

in_both! {
    async fn an_earlier_version_is_put_back_up(house: House) {
        let operator = house.log_in("operator").await;
        for name in ["第一版", "第二版"] {
            let form = operator.get(EDIT).await;
            let fields = [("b0-name", name), ("b0-does", "click"), ("b0-value", "ASK")];
            save(&operator, &form, "0", &fields).await;
            publish(&house, &operator).await;
            assert_eq!(seen_by(&house, "oCITIZEN").await, [name]);
        }
        let put_back = |version: &'static str| {
            let operator = operator.clone();
            async move { operator.post("/console/menu/restore", &[("version", version)]).await }
        };
        assert_eq!(put_back("1").await.status, StatusCode::SEE_OTHER);
        house.app.settle().await;
        assert_eq!(seen_by(&house, "oCITIZEN").await, ["第一版"]);
        assert!(operator.get("/console/menu").await.has("恢复自第 1 版"));
        assert_eq!(put_back("9").await.status, StatusCode::NOT_FOUND);
        let sql = "SELECT count(*) FROM menus WHERE state = 'shown'";
        assert_eq!(house.app.number(sql).await, 1);
    }
}

in_both! {
    async fn what_wechat_refuses_stands_on_the_page_and_what_passes_is_repeated(house: House) {
        let operator = house.log_in("operator").await;
        let form = operator.get(EDIT).await;
        save(&operator, &form, "0", &SOUND).await;
        let faults = house.app.simulator.faults();
        faults.on_api("/cgi-bin/menu/create", ApiFault::AcceptThenReset, 1);
        publish(&house, &operator).await;
        assert!(operator.get("/console/menu").await.has("正在发布"));
        house.app.clock.advance(Duration::from_secs(60));
        house.app.settle().await;
        assert_eq!(seen_by(&house, "oCITIZEN").await, ["问律师"]);
        assert!(operator.get("/console/menu").await.has("使用中"));

        let form = operator.get(EDIT).await;
        save(&operator, &form, "0", &SOUND).await;
        faults.on_api("/cgi-bin/menu/create", ApiFault::Errcode { errcode: 40054 }, 1);
        publish(&house, &operator).await;
        let page = operator.get("/console/menu").await;
        assert!(page.has("发布失败") && page.has("错误码 40054，rid"), "{}", page.body);
        assert!(page.has("群众看到的还是原来的菜单"));
    }
}

in_both! {
    async fn what_wechat_has_becomes_a_draft(house: House) {
        let operator = house.log_in("operator").await;
        operator.post("/console/menu/import", &[]).await;
        house.app.settle().await;
        let page = operator.get("/console/menu").await;
        assert!(page.has("微信上现在没有菜单"), "{}", page.body);
        let again = operator.post("/console/menu/import", &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        operator.post("/console/menu/discard", &[("revision", "1")]).await;
        let menu = serde_json::json!([{"type": "click", "name": "别处做的", "key": "X"}]);
        let menu = Menu::from_json(&menu).expect("a menu");
        client(&house).create_menu(&menu).await.expect("a menu is put up");
        operator.post("/console/menu/import", &[]).await;
        house.app.settle().await;
        assert!(operator.get(EDIT).await.has("别处做的"));
    }
}

in_both! {
    async fn the_page_of_followers_shows_figures_and_progress(house: House) {
        house.app.simulator.set_crowd("main", 40, []);
        let operator = house.log_in("operator").await;
        assert!(operator.get("/console/followers").await.has("还没有核对过"));
        operator.post("/console/followers/sync", &[]).await;
        house.app.settle().await;
        let page = operator.get("/console/followers").await;
        assert!(page.has("读到 41 人，微信计 41 人；新增 41"), "{}", page.body);
        let unknown = operator.get("/console/followers?account=nobody").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        assert_eq!(house.log_in("li").await.get("/console/menu").await.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn in_a_demo_a_draft_is_tried_on_one_simulated_phone_before_it_goes_up(house: House) {
        let mut house = house;
        let operator = house.log_in("operator").await;
        let form = operator.get(EDIT).await;
        save(&operator, &form, "0", &SOUND).await;
        publish(&house, &operator).await;
        let form = operator.get(EDIT).await;
        let draft = [("b0-name", "试一试"), ("b0-does", "click"), ("b0-value", "HELP")];
        save(&operator, &form, "0", &draft).await;
        assert!(!operator.get("/console/menu").await.has("模拟手机"), "there is none outside of a demo");
        let outside = operator.get("/console/menu/phone?menu=0").await;
        assert!(outside.status == StatusCode::BAD_REQUEST && outside.has("只在演示环境里有"));

        house.app.app.web.installation.demo = true;
        let operator = house.log_in("operator").await;
        let page = operator.get("/console/menu").await;
        assert!(page.has("/console/menu/phone?account=main&#38;menu=0"), "{}", page.body);
        let led = operator.get("/console/menu/phone?account=main&menu=0").await;
        let phone = house.app.app.web.config.wechat.api_base_url.clone();
        let buttons = led.location().strip_prefix(&format!("{phone}/#preview=")).expect("the phone");
        let buttons: serde_json::Value = serde_json::from_str(&decoded(buttons)).expect("buttons");
        assert_eq!(buttons[0]["name"], "试一试");

        assert!(house.app.simulator.preview_menu("oCITIZEN", Some(buttons)));
        house.app.simulator.add_citizen("oOTHER", "别人", true);
        assert_eq!(on_phone(&phone, "oCITIZEN").await, "试一试");
        assert_eq!(on_phone(&phone, "oOTHER").await, "问律师");
        assert_eq!(seen_by(&house, "oCITIZEN").await, ["问律师"], "WeChat knows nothing of it");
        house.app.simulator.preview_menu("oCITIZEN", None);
        assert_eq!(on_phone(&phone, "oCITIZEN").await, "问律师");
        let wrong = serde_json::json!([{"type": "dance", "name": "舞"}]);
        assert!(!house.app.simulator.preview_menu("oCITIZEN", Some(wrong)));
    }
}

/// A text with `%xx` undone.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next().unwrap()).to_digit(16).unwrap() as u8;
        bytes.push(if byte == b'%' { digit() * 16 + digit() } else { byte });
    }
    String::from_utf8(bytes).unwrap()
}

/// Name of the first button on somebody's simulated phone.
async fn on_phone(phone: &str, openid: &str) -> String {
    let answer = super::visiting::fetch(&format!("{phone}/sim/state")).await;
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let state: serde_json::Value = serde_json::from_str(body).expect("the state");
    let citizens = state["citizens"].as_array().expect("citizens");
    let one = citizens.iter().find(|one| one["openid"] == openid).expect("somebody");
    one["menu"][0]["name"].as_str().expect("a button").to_owned()
}
