//! Operators tag, remark and block followers; WeChat is asked first, and nothing names an openid.

use axum::http::StatusCode;
use pufa::simulator::{ApiFault, BubbleBody};

use super::browser::{Browser, House, Page};

const LIST: &str = "/console/followers";

/// An operator, after a reading of the list of `oCITIZEN` and `crowd` others.
async fn operator(house: &House, crowd: u64) -> Browser {
    house.app.simulator.set_crowd("main", crowd, []);
    let operator = house.log_in("operator").await;
    operator.post("/console/followers/sync", &[]).await;
    house.app.settle().await;
    operator
}

/// The numbers of the followers on a page.
fn numbers(page: &Page) -> Vec<String> {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(!page.has("oSYN") && !page.has("oCITIZEN"), "an openid on the page");
    let marks = page.body.split("name=\"id\" value=\"").skip(1);
    marks.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// Our number of a follower.
async fn number_of(house: &House, openid: &str) -> String {
    let sql = "SELECT id FROM followers WHERE openid = $1";
    let mut link = house.app.db().read().await.unwrap();
    let id: i64 =
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(openid).fetch_one(c).await).unwrap();
    id.to_string()
}

async fn make_tag(operator: &Browser, name: &str) -> Page {
    operator.post("/console/followers/tags", &[("name", name)]).await
}

fn only_tag(page: &Page) -> String {
    page.hidden("tag").to_owned()
}

in_both! {
    async fn a_tag_is_made_renamed_given_taken_and_removed(house: House) {
        let operator = operator(&house, 3).await;
        assert_eq!(make_tag(&operator, " 志愿者 ").await.location(), "/console/followers/tags?account=main&done=added");
        let page = operator.get("/console/followers/tags").await;
        assert!(page.has("志愿者") && page.has("还可以建 98 个") && page.has("微信自带的标签"), "{}", page.body);
        let tag = only_tag(&page);
        assert!(make_tag(&operator, "志愿者").await.has("已经有标签“志愿者”"));
        assert!(make_tag(&operator, &"字".repeat(31)).await.has("31 个字，微信最多收 30 个"));
        let renamed = [("tag", tag.as_str()), ("name", "普法志愿者")];
        operator.post("/console/followers/tags/rename", &renamed).await;

        let list = numbers(&operator.get(LIST).await);
        assert_eq!(list.len(), 4);
        let give = [("id", list[0].as_str()), ("id", &list[2]), ("tag", &tag), ("do", "give")];
        let given = operator.post("/console/followers/tag", &give).await;
        assert!(given.location().ends_with("&done=tagged"), "{} {}", given.location(), given.body);
        let client = &house.app.app.web.clients["main"];
        let counted = client.tags().await.unwrap();
        assert!(counted.iter().any(|tag| tag.name == "普法志愿者" && tag.count == 2), "{counted:?}");
        let tagged = operator.get(given.location()).await;
        assert_eq!(numbers(&tagged), [list[0].clone(), list[2].clone()]);
        assert!(tagged.has("名单：标签“普法志愿者”"));

        let take = [("id", list[0].as_str()), ("tag", &tag), ("do", "take"), ("from", "one")];
        let taken = operator.post("/console/followers/tag", &take).await;
        assert_eq!(taken.location(), format!("{LIST}/{}?done=untagged", list[0]));
        let one = operator.get(taken.location()).await;
        assert!(one.has("贴上标签“普法志愿者”") && one.has("去掉标签“普法志愿者”") && one.has("周运营"));
        assert!(operator.get("/console/followers/tags").await.has("1 人"));

        let unsure = operator.post("/console/followers/tags/delete", &[("tag", &tag)]).await;
        assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
        operator.post("/console/followers/tags/delete", &[("tag", &tag), ("sure", "yes")]).await;
        assert!(!operator.get("/console/followers/tags").await.has("普法志愿者"));
        assert_eq!(house.app.number("SELECT count(*) FROM followers WHERE tags <> '[]'").await, 0);
        assert_eq!(client.tags().await.unwrap().len(), 1, "only WeChat's own is left");
        let sql = "SELECT count(*) FROM audit WHERE action IN ('tag.create', 'tag.rename', \
            'tag.delete', 'follower.tag', 'follower.untag') AND staff_id IS NOT NULL";
        assert_eq!(house.app.number(sql).await, 6);
    }
}

in_both! {
    async fn what_wechat_refuses_or_leaves_open_changes_nothing_here_and_is_told(house: House) {
        let operator = operator(&house, 2).await;
        make_tag(&operator, "志愿者").await;
        let tag = only_tag(&operator.get("/console/followers/tags").await);
        let one = number_of(&house, "oCITIZEN").await;
        let faults = house.app.simulator.faults();
        let give = [("id", one.as_str()), ("tag", &tag), ("do", "give")];

        let path = "/cgi-bin/tags/members/batchtagging";
        faults.on_api(path, ApiFault::Errcode { errcode: 45059 }, 1);
        let refused = operator.post("/console/followers/tag", &give).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("标签已达 20 个，请先取消不用的标签") && refused.has("错误码 45059，rid"), "{}", refused.body);
        faults.on_api(path, ApiFault::Errcode { errcode: 45009 }, 1);
        assert!(operator.post("/console/followers/tag", &give).await.has("请零点以后再做"));
        house.app.clock.advance(std::time::Duration::from_secs(61));
        faults.on_api(path, ApiFault::AcceptThenReset, 1);
        let open = operator.post("/console/followers/tag", &give).await;
        assert_eq!(open.status, StatusCode::CONFLICT);
        assert!(open.has("不知道改成了没有"), "{}", open.body);
        assert_eq!(house.app.number("SELECT count(*) FROM followers WHERE tags <> '[]'").await, 0);
        let audit = "SELECT count(*) FROM audit WHERE action = 'follower.tag'";
        assert_eq!(house.app.number(audit).await, 1, "only the one nobody knows of");

        faults.on_api("/cgi-bin/user/info/updateremark", ApiFault::Errcode { errcode: -1 }, 1);
        let remark = format!("{LIST}/{one}/remark");
        let busy = operator.post(&remark, &[("remark", "王阿姨")]).await;
        assert_eq!(busy.status, StatusCode::BAD_REQUEST);
        assert!(busy.has("微信正忙") && busy.has("value=\"王阿姨\""), "what was typed is kept");
        assert_eq!(house.app.number("SELECT count(*) FROM followers WHERE remark <> ''").await, 0);
    }
}

in_both! {
    async fn a_remark_is_measured_in_bytes_kept_and_found(house: House) {
        let operator = operator(&house, 60).await;
        let one = number_of(&house, "oCITIZEN").await;
        let remark = format!("{LIST}/{one}/remark");
        let long = operator.post(&remark, &[("remark", "一二三四五六七八九十")]).await;
        assert_eq!(long.status, StatusCode::BAD_REQUEST);
        assert!(long.has("备注有 30 字节，微信最多收 29 字节"), "{}", long.body);
        let kept = operator.post(&remark, &[("remark", " 湖塘 50% 阿姨 ")]).await;
        assert_eq!(kept.location(), format!("{LIST}/{one}?done=saved"));
        let info = house.app.app.web.clients["main"].user_info("oCITIZEN").await.unwrap();
        assert_eq!(info.remark.as_deref(), Some("湖塘 50% 阿姨"));
        let found = |q: &'static str| {
            let operator = operator.clone();
            async move { numbers(&operator.get(&format!("{LIST}?q={q}")).await) }
        };
        assert_eq!(found("%E6%B9%96%E5%A1%98").await, std::slice::from_ref(&one));
        assert_eq!(found("50%25").await, [one]);
        assert_eq!(found("5_").await, [""; 0], "a sign of the pattern is only a sign");
        let sql = "SELECT count(*) FROM audit WHERE detail LIKE '%阿姨%'";
        assert_eq!(house.app.number(sql).await, 0, "the audit log holds no names");
    }
}

in_both! {
    async fn the_list_is_paged_by_number_and_every_follower_comes_once(house: House) {
        let operator = operator(&house, 119).await;
        let (mut seen, mut at) = (Vec::new(), LIST.to_owned());
        for expected in [50, 50, 20] {
            let page = operator.get(&at).await;
            let some = numbers(&page);
            assert_eq!(some.len(), expected);
            seen.extend(some.into_iter().map(|number| number.parse::<i64>().unwrap()));
            let next = page.body.split("rel=\"next\" href=\"").nth(1);
            at = next.map_or_else(String::new, |rest| {
                rest.split('"').next().unwrap().replace("&#38;", "&")
            });
        }
        assert!(at.is_empty(), "the last page leads nowhere: {at}");
        assert!(seen.is_sorted_by(|a, b| a > b) && seen.len() == 120, "{seen:?}");
    }
}

in_both! {
    async fn the_blacklist_asks_first_and_keeps_reason_and_reader(house: House) {
        let operator = operator(&house, 2).await;
        let one = number_of(&house, "oCITIZEN").await;
        let ask = operator.get(&format!("{LIST}/block?id={one}&do=add")).await;
        assert!(ask.has("下面 1 位发来的消息微信不再转给我们"), "{}", ask.body);
        let mut fields = vec![("id", one.as_str()), ("do", "add"), ("reason", "other"), ("note", "")];
        let unsure = operator.post("/console/followers/block", &fields).await;
        assert!(unsure.status == StatusCode::BAD_REQUEST && unsure.has("请先看一遍名单"));
        fields.push(("sure", "yes"));
        let unsaid = operator.post("/console/followers/block", &fields).await;
        assert!(unsaid.has("请在说明里写明") && unsaid.has("value=\"other\" selected"), "{}", unsaid.body);
        let client = &house.app.app.web.clients["main"];
        assert_eq!(client.blacklist(None).await.unwrap().openids, [""; 0]);
        fields[3] = ("note", "连发广告");
        let done = operator.post("/console/followers/block", &fields).await;
        assert!(done.location().ends_with("&list=blocked&done=blocked"), "{}", done.body);
        assert_eq!(numbers(&operator.get(done.location()).await), std::slice::from_ref(&one));
        let pushed = house.app.simulator.text("oCITIZEN", "老板拖欠我三个月工资").await;
        assert_eq!(pushed.reply_text, None, "WeChat keeps it to itself");

        // A reading of the list finds the same, and what was done in WeChat's own console.
        let other = number_of(&house, "oSYN000000000000000000000001").await;
        house.app.clock.advance(std::time::Duration::from_secs(60));
        client.block_users(&["oSYN000000000000000000000001".to_owned()]).await.unwrap();
        operator.post("/console/followers/sync", &[]).await;
        house.app.settle().await;
        assert_eq!(numbers(&operator.get(done.location()).await).len(), 2);
        let outside = operator.get(&format!("{LIST}/{other}")).await;
        assert!(outside.has("是在微信公众平台里加入的"), "{}", outside.body);

        let mut off = vec![("id", one.as_str()), ("do", "remove"), ("sure", "yes")];
        let unsaid = operator.post("/console/followers/block", &off).await;
        assert!(unsaid.has("没有写为什么移出黑名单"));
        off.push(("note", "本人道歉"));
        operator.post("/console/followers/block", &off).await;
        assert_eq!(client.blacklist(None).await.unwrap().openids.len(), 1);
        let page = operator.get(&format!("{LIST}/{one}")).await;
        assert!(page.has("加入黑名单：其他（请写明）。连发广告") && page.has("移出黑名单：本人道歉"), "{}", page.body);
        let pushed = house.app.simulator.text("oCITIZEN", "老板拖欠我三个月工资").await;
        assert!(pushed.reply_text.is_some(), "it reaches us again");
        assert!(matches!(house.app.simulator.chat("oCITIZEN").last().unwrap().body, BubbleBody::Text { .. }));
    }
}

in_both! {
    async fn coming_leaving_and_coming_back_stand_on_the_page_of_one_follower(house: House) {
        for step in 0..3 {
            house.app.clock.advance(std::time::Duration::from_secs(3600));
            match step {
                1 => house.app.simulator.unfollow("oCITIZEN").await,
                _ => house.app.simulator.follow("oCITIZEN", None).await,
            };
        }
        house.app.settle().await;
        let operator = house.log_in("operator").await;
        let one = number_of(&house, "oCITIZEN").await;
        let page = operator.get(&format!("{LIST}/{one}")).await;
        let changes = page.body.split("id=\"changes-title\"").nth(1).unwrap();
        let changes = changes.split("id=\"record-title\"").next().unwrap();
        assert_eq!(changes.matches("微信当时推送").count(), 3, "{changes}");
        assert_eq!(changes.matches("取消关注<br>").count(), 1, "{changes}");
        assert!(!page.has("oCITIZEN"));
        house.app.clock.advance(std::time::Duration::from_secs(60));
        house.app.simulator.unfollow("oCITIZEN").await;
        house.app.settle().await;
        assert_eq!(numbers(&operator.get(LIST).await), [""; 0]);
        assert_eq!(numbers(&operator.get(&format!("{LIST}?list=left")).await), [one]);
    }
}
