//! Several problems in one message: offered to be dealt with apart, and what becomes of that.

use crate::support::TestApp;

/// Wages for the labour centre of 武进区, a divorce for the family society.
const BOTH: &str = "公司拖欠我三个月工资，没签劳动合同，也不交社保，我想申请劳动仲裁，\
    我在武进湖塘，老板电话13812345678。另外，我想和老公离婚，我电话13987654321";

async fn told_of_both(app: &TestApp) -> String {
    let receipt = app.simulator.text("oCITIZEN", BOTH).await.reply_text.expect("a receipt");
    for part in ["劳动人事、婚姻家庭", "分开办", "合在一起办", "labor 服务中心"]
    {
        assert!(receipt.contains(part), "{part} is missing in: {receipt}");
    }
    app.settle().await;
    receipt.split("编号 ").nth(1).expect("a number")[..9].to_owned()
}

async fn divided(app: &TestApp) -> (String, String) {
    let number = told_of_both(app).await;
    let tap = format!("divide:{number}");
    let reply = app.simulator.reply_link_tap("oCITIZEN", "分开办", &tap).await;
    let reply = reply.reply_text.expect("an answer");
    let other = format!("{}2", &number[..8]);
    for part in [&number, &other, "labor 服务中心", "family 服务中心"] {
        assert!(reply.contains(part), "{part} is missing in: {reply}");
    }
    app.settle().await;
    (number, other)
}

async fn said_in(app: &TestApp, words: &'static str) -> String {
    let sql = "SELECT i.number FROM inquiries i JOIN messages m ON m.inquiry_id = i.id \
        WHERE m.body = $1";
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(words).fetch_one(c).await).expect(words)
}

both! {
    async fn each_problem_gets_a_number_and_an_organization_of_its_own(app: TestApp) {
        let (_, _) = divided(&app).await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'offered'").await, 2);
        assert_eq!(app.number("SELECT count(DISTINCT organization_id) FROM inquiries").await, 2);
        let whole = app.text("SELECT m.body FROM messages m JOIN inquiries i ON i.id = m.inquiry_id WHERE i.field = 'labor'").await;
        assert!(whole.contains("工资") && whole.contains("离婚"), "nothing leaves the first: {whole}");
        let part = app.text("SELECT m.body FROM messages m JOIN inquiries i ON i.id = m.inquiry_id WHERE i.field = 'family'").await;
        assert!(part.starts_with("另外，我想和老公离婚") && part.contains("139****4321"), "{part}");
        assert!(!part.contains("工资"), "{part}");
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE action = 'inquiry.divide'").await, 2);
    }
}

both! {
    async fn who_does_not_tap_keeps_one_inquiry_with_every_word(app: TestApp) {
        told_of_both(&app).await;
        app.clock.advance(std::time::Duration::from_secs(3600));
        app.simulator.text("oCITIZEN", "工资一共一万二").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE author = 'citizen'").await, 2);
    }
}

both! {
    async fn a_tap_for_together_and_a_second_tap_for_apart_open_nothing_more(app: TestApp) {
        let number = told_of_both(&app).await;
        let keep = format!("keep:{number}");
        let kept = app.simulator.reply_link_tap("oCITIZEN", "合在一起办", &keep).await;
        assert!(kept.reply_text.expect("an answer").contains("合在一起办理"));
        let late = format!("divide:{number}");
        app.simulator.reply_link_tap("oCITIZEN", "分开办", &late).await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
    }
}

both! {
    async fn later_messages_join_the_problem_they_speak_of_or_that_was_tapped(app: TestApp) {
        let (labor, family) = divided(&app).await;
        app.clock.advance(std::time::Duration::from_secs(3600));
        let joined = app.simulator.text("oCITIZEN", "离婚的时候孩子的抚养费怎么算").await;
        assert!(joined.reply_text.expect("an answer").contains(&family));
        let back = app.simulator.text("oCITIZEN", "拖欠的工资有欠条，要去劳动仲裁吗").await;
        assert!(back.reply_text.expect("an answer").contains(&labor));
        let tap = format!("more:{family}");
        let more = app.simulator.reply_link_tap("oCITIZEN", "补充这件", &tap).await;
        assert!(more.reply_text.expect("an answer").contains(&family));
        app.simulator.text("oCITIZEN", "我手里有照片，要不要交给你们").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 2);
        assert_eq!(said_in(&app, "离婚的时候孩子的抚养费怎么算").await, family);
        assert_eq!(said_in(&app, "拖欠的工资有欠条，要去劳动仲裁吗").await, labor);
        assert_eq!(said_in(&app, "我手里有照片，要不要交给你们").await, family);
    }
}

both! {
    async fn one_place_told_afterwards_places_every_part(app: TestApp) {
        let text = "老板拖欠我三个月工资。另外，我想和老公离婚，孩子抚养权归谁";
        let receipt = app.simulator.text("oCITIZEN", text).await.reply_text.expect("a receipt");
        let number = receipt.split("编号 ").nth(1).expect("a number")[..9].to_owned();
        let tap = format!("divide:{number}");
        let asked = app.simulator.reply_link_tap("oCITIZEN", "分开办", &tap).await;
        assert!(asked.reply_text.expect("an answer").contains("place:320412:"));
        let place = format!("place:320412:{number}");
        app.simulator.reply_link_tap("oCITIZEN", "武进区", &place).await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'offered' AND territory_id = '320412'").await, 2);
        assert_eq!(app.number("SELECT count(DISTINCT organization_id) FROM inquiries").await, 2);
    }
}
