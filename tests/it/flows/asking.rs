//! What a citizen writes, and what comes back at once.

use std::time::Duration;

both! {
    async fn a_clear_question_gets_number_field_place_and_promise_in_the_first_reply(app: TestApp) {
        let answer = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
        let receipt = answer.reply_text.expect("a receipt");
        for part in ["-0001", "劳动人事", "武进区 湖塘镇", "labor 服务中心", "前", "/c/i/"] {
            assert!(receipt.contains(part), "{part} is missing in: {receipt}");
        }
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'offered'").await, 1);
        assert!(app.text("SELECT reasons FROM offers").await.contains("服务武进区"));
    }
}

both! {
    async fn messages_in_a_burst_are_one_inquiry_with_one_receipt(app: TestApp) {
        let first = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
        let second = app.simulator.text("oCITIZEN", "一共一万二千块").await;
        let third = app.simulator.voice("oCITIZEN", Some("还有加班费也没有给")).await;
        assert!(first.reply_text.is_some());
        assert_eq!((second.reply_text, third.reply_text), (None, None));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE author = 'citizen'").await, 3);
    }
}

both! {
    async fn what_is_not_said_is_asked_with_taps_and_then_routed(app: TestApp) {
        let asked = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，怎么办？").await;
        let asked = asked.reply_text.expect("a question back");
        assert!(asked.contains("武进区") && asked.contains("place:320412:"), "{asked}");
        let number = asked.split("编号 ").nth(1).expect("a number")[..9].to_owned();
        let tapped = app.simulator.reply_link_tap("oCITIZEN", "武进区", &format!("place:320412:{number}")).await;
        assert!(tapped.reply_text.expect("an update").contains("labor 服务中心"));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'offered' AND territory_id = '320412'").await, 1);
    }
}

both! {
    async fn a_question_nobody_can_place_reaches_the_operators_after_a_while(app: TestApp) {
        app.simulator.text("oCITIZEN", "我想问一个很奇怪的事情，关于一棵树和一只猫之间的纠葛").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM offers").await, 0);
        app.clock.advance(Duration::from_secs(301));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'waiting' AND organization_id IS NULL").await, 1);
        assert!(app.text("SELECT reasons FROM offers").await.contains("值班人员"));
    }
}

both! {
    async fn danger_brings_the_emergency_numbers_at_once_and_the_inquiry_goes_first(app: TestApp) {
        let answer = app.simulator.text("oCITIZEN", "他又打我了，拿着刀，我不想活了").await;
        let card = answer.reply_text.expect("a card");
        assert!(card.contains("110") && card.contains("12348"), "{card}");
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE urgent AND dangers <> ''").await, 1);
    }
}

both! {
    async fn numbers_that_identify_people_are_masked_before_staff_read_them(app: TestApp) {
        app.simulator.text("oCITIZEN", "老板欠我工资，他电话13812345678，我在武进湖塘").await;
        app.settle().await;
        let body = app.text("SELECT body FROM messages").await;
        assert!(!body.contains("13812345678") && body.contains("138****5678"), "{body}");
        assert!(!app.text("SELECT first_line FROM inquiries").await.contains("13812345678"));
    }
}

both! {
    async fn a_station_is_remembered_and_gives_the_place(app: TestApp) {
        app.simulator.add_citizen("oNEW", "新人", false);
        let welcome = app.simulator.follow("oNEW", Some("st-labor")).await;
        assert!(welcome.reply_text.expect("a welcome").contains("labor 站点"));
        let receipt = app.simulator.text("oNEW", "老板拖欠我三个月工资怎么办").await;
        assert!(receipt.reply_text.expect("a receipt").contains("武进区 湖塘镇"));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE station_id IS NOT NULL").await, 1);
    }
}

both! {
    async fn greetings_thanks_and_menus_open_no_inquiry(app: TestApp) {
        for words in ["你好", "谢谢", "我的咨询", "人工", "帮助", "我要咨询"] {
            let answer = app.simulator.text("oCITIZEN", words).await;
            assert!(answer.reply_text.is_some(), "{words} is left without an answer");
        }
        for key in ["ASK", "MINE", "HUMAN", "HELP"] {
            let answer = app.simulator.menu_tap("oCITIZEN", key).await;
            assert!(answer.reply_text.is_some(), "{key} is left without an answer");
        }
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 0);
    }
}

both! {
    async fn pictures_and_unclear_speech_are_kept_and_answered(app: TestApp) {
        let picture = app.simulator.image("oCITIZEN", "payslip").await;
        assert!(picture.reply_text.expect("an answer").contains("请再打几个字"));
        let speech = app.simulator.voice("oCITIZEN", None).await;
        assert!(speech.reply_text.expect("an answer").contains("没有听清"));
        let place = app.simulator.location("oCITIZEN", 31.712, 119.951, "湖塘").await;
        assert!(place.reply_text.is_some());
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 3);
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE territory_id = '320412100'").await, 1);
    }
}

both! {
    async fn another_matter_can_be_split_off_with_one_tap(app: TestApp) {
        let receipt = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
        let number = receipt.reply_text.expect("a receipt").split("编号 ").nth(1).expect("a number")[..9].to_owned();
        app.settle().await;
        app.clock.advance(Duration::from_secs(3600));
        let joined = app.simulator.text("oCITIZEN", "楼上漏水把我家天花板泡坏了").await;
        assert!(joined.reply_text.expect("an answer").contains(&format!("new:{number}")));
        app.settle().await;
        app.simulator.reply_link_tap("oCITIZEN", "这是另一件事", &format!("new:{number}")).await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 2);
        let moved = app.text("SELECT m.body FROM messages m JOIN inquiries i ON i.id = m.inquiry_id WHERE i.number LIKE '%-0002'").await;
        assert!(moved.contains("漏水"));
    }
}

both! {
    async fn places_of_two_districts_are_asked_about_with_two_taps_and_never_guessed(app: TestApp) {
        // Words against words.
        let asked = app.simulator.text("oTWO", "我住武进湖塘，在溧阳天目湖上班，老板拖欠我三个月工资").await;
        let asked = asked.reply_text.expect("a question back");
        assert!(asked.contains("武进区 湖塘镇") && asked.contains("溧阳市 天目湖镇"), "{asked}");
        assert!(!asked.contains("place:320413:"), "only what was named: {asked}");
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM offers").await, 0);
        let number = asked.split("编号 ").nth(1).expect("a number")[..9].to_owned();
        let none = app.simulator.reply_link_tap("oTWO", "都不是", &format!("fixplace:{number}")).await;
        assert!(none.reply_text.expect("all districts").contains("place:320413:"));
        let tapped = app.simulator.reply_link_tap("oTWO", "武进区 湖塘镇", &format!("place:320412100:{number}")).await;
        assert!(tapped.reply_text.expect("an update").contains("labor 服务中心"));

        // A position sent before against words.
        app.simulator.location("oBEFORE", 31.416, 119.484, "溧阳").await;
        let asked = app.simulator.text("oBEFORE", "武进的老板拖欠我三个月工资").await;
        let asked = asked.reply_text.expect("a question back");
        assert!(asked.contains("place:320412:") && asked.contains("place:320481002:"), "{asked}");

        // Words against a position sent afterwards.
        app.simulator.text("oAFTER", "武进的老板拖欠我三个月工资").await;
        let asked = app.simulator.location("oAFTER", 31.416, 119.484, "溧阳").await;
        let asked = asked.reply_text.expect("a question back");
        assert!(asked.contains("place:320412:") && asked.contains("place:320481002:"), "{asked}");
        app.settle().await;
        let kept = "SELECT count(*) FROM inquiries i JOIN citizens c ON c.id = i.citizen_id \
            WHERE c.openid = 'oAFTER' AND i.territory_id = '320412'";
        assert_eq!(app.number(kept).await, 1, "the words count until the citizen chooses");
    }
}

both! {
    async fn a_position_makes_the_named_district_exact_and_two_towns_of_one_district_are_no_conflict(app: TestApp) {
        app.simulator.text("oEXACT", "武进的老板拖欠我三个月工资").await;
        app.simulator.location("oEXACT", 31.712, 119.951, "湖塘").await;
        app.simulator.text("oBOTH", "住在武进湖塘，厂在武进牛塘，老板拖欠我三个月工资").await;
        app.simulator.text("oGROUND", "武进区的横林镇，老板拖欠我三个月工资").await;
        app.settle().await;
        let placed = "SELECT string_agg(c.openid || '=' || i.territory_id, ' ' ORDER BY c.openid) \
            FROM inquiries i JOIN citizens c ON c.id = i.citizen_id";
        assert_eq!(app.text(placed).await, "oBOTH=320412 oEXACT=320412100 oGROUND=320412105");
    }
}
