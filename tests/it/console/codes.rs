//! QR codes: made, printed, scanned, counted.

use std::time::Duration;

use axum::http::{StatusCode, header};
use pufa::simulator::ApiFault;

use super::browser::{Browser, House, Page};

const CREATE: &str = "/cgi-bin/qrcode/create";
const FORM: &str = "/console/codes/new";

async fn make(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    let made = browser.submit(FORM, FORM, fields).await;
    assert_eq!(made.location(), "/console/codes?done=code", "{}", made.body);
    browser.get("/console/codes").await
}

/// The cells of the row that names `title`, without their markup.
fn row(page: &Page, title: &str) -> String {
    let from = page.body.find(&format!("<td class=\"lead\">{title}")).expect("the row");
    page.body[from..].split("</tr>").next().unwrap().to_owned()
}

fn figures(page: &Page, title: &str) -> Vec<i64> {
    let row = row(page, title);
    row.split("class=\"num\">")
        .skip(1)
        .map(|c| c.split('<').next().unwrap().parse().unwrap())
        .collect()
}

in_both! {
    async fn who_comes_through_a_code_is_counted_for_it_and_led_to_its_organization(house: House) {
        let operator = house.log_in("operator").await;
        let family = house.app.family.to_string();
        let fields = [("kind", "organization"), ("title", "家事服务窗口"), ("organization", &family)];
        let list = make(&operator, &fields).await;
        assert!(list.has("长期有效"));
        assert_eq!(figures(&list, "家事服务窗口"), [0, 0, 0]);

        let scene = house.app.text("SELECT scene FROM scenes").await;
        house.app.simulator.add_citizen("oNEW", "新来的", false);
        house.app.simulator.follow("oNEW", Some(&scene)).await;
        let chat = house.app.simulator.chat("oNEW");
        assert!(chat.iter().any(|b| b.text().is_some_and(|t| t.contains("family 服务中心的二维码"))));
        house.app.simulator.text("oNEW", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
        house.app.settle().await;
        assert_eq!(figures(&operator.get("/console/codes").await, "家事服务窗口"), [1, 1, 1]);
        let reasons = house.app.text("SELECT reasons FROM offers").await;
        assert!(reasons.contains("群众扫的是该单位或其站点的码"), "{reasons}");
    }
}

in_both! {
    async fn a_station_is_registered_with_its_code_and_printed_in_two_sizes(house: House) {
        let manager = house.log_in("manager").await;
        let fields = [("kind", "station"), ("title", "湖塘窗口"), ("territory", "320412100"), ("days", "30")];
        let list = make(&manager, &fields).await;
        assert!(row(&list, "湖塘窗口").contains("有效至"));
        let id = house.app.text("SELECT COALESCE(title, '') FROM scenes").await;
        assert_eq!(id, "湖塘窗口");
        let href = list.body.split("/console/codes/").find(|part| part.contains("/sheet")).unwrap();
        let code = href.split('/').next().unwrap();
        for (size, other) in [("a4", "A6"), ("a6", "A4")] {
            let sheet = manager.get(&format!("/console/codes/{code}/sheet?size={size}")).await;
            assert!(sheet.has(&format!("<body class=\"{size}\">")) && sheet.has(&format!("改用 {other}")));
            assert!(sheet.has("湖塘窗口") && sheet.has("扫一扫就能问") && sheet.has("本码有效至"));
        }
        for size in ["a4", "a6"] {
            let address = format!("/console/codes/{code}/pdf?size={size}");
            assert!(manager.get(&format!("/console/codes/{code}/sheet?size={size}")).await.has(&address));
            let pdf = manager.get(&address).await;
            assert_eq!(pdf.headers[header::CONTENT_TYPE], "application/pdf");
            let name = pdf.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
            assert!(name.starts_with("attachment;") && name.ends_with(&format!("-{size}.pdf\"")), "{name}");
            let millimetres = if size == "a4" { 210.0 } else { 105.0 };
            let width = format!("[0 0 {}", millimetres * 72.0 / 25.4);
            assert!(pdf.body.starts_with("%PDF-") && pdf.has(&width[..8]), "{width}");
            assert!(pdf.has("/UniGB-UTF16-H") && !pdf.has("/FontFile"), "{size}");
        }
        let picture = manager.get(&format!("/console/codes/{code}/picture")).await;
        assert_eq!(picture.headers[header::CONTENT_TYPE], "image/svg+xml");
        assert!(picture.has("<svg"));

        // The same station needs no second code, and another one's is none of theirs.
        assert!(!manager.get(FORM).await.has(">湖塘窗口<"));
        house.app.clock.advance(Duration::from_secs(31 * 86_400));
        let manager = house.log_in("manager").await;
        assert!(row(&manager.get("/console/codes").await, "湖塘窗口").contains("已过期"));
        let renewed = manager.submit("/console/codes", &format!("/console/codes/{code}/renew"), &[]).await;
        assert_eq!(renewed.location(), "/console/codes?done=code");
        assert!(row(&manager.get("/console/codes").await, "湖塘窗口").contains("有效至"));
    }
}

in_both! {
    async fn what_wechat_refuses_stays_in_the_list_with_the_reason_and_can_be_asked_for_again(house: House) {
        let operator = house.log_in("operator").await;
        house.app.simulator.faults().on_api(CREATE, ApiFault::Errcode { errcode: 45029 }, 1);
        let list = make(&operator, &[("kind", "campaign"), ("title", "宪法宣传周")]).await;
        let refused = row(&list, "宪法宣传周");
        assert!(refused.contains("没有生成") && refused.contains("45029"), "{refused}");
        let action = refused.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        operator.submit("/console/codes", &action, &[]).await;
        let made = row(&operator.get("/console/codes").await, "宪法宣传周");
        assert!(made.contains("长期有效") && !made.contains("没有生成"), "{made}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_refused_in_words_and_stays_in_the_form() {
    let house = House::open().await;
    let operator = house.log_in("operator").await;
    for (fields, words) in [
        ([("title", ""), ("days", "")], "名称要填写"),
        ([("title", "某处"), ("days", "31")], "临时二维码最长 30 天"),
        ([("title", "某处"), ("days", "十")], "有效天数请填"),
    ] {
        let refused = operator.submit(FORM, FORM, &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has(words), "{words}");
        assert!(refused.has(&format!("value=\"{}\"", fields[0].1)));
    }
    assert_eq!(house.app.number("SELECT count(*) FROM scenes").await, 0);
}
