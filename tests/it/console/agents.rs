//! WeChat's own agents: added, invited, renamed, removed; who is on duty; the last conversations.

use axum::http::StatusCode;
use pufa::simulator::ApiFault;

use super::browser::House;

const PAGE: &str = "/console/agents";

in_both! {
    async fn an_agent_is_added_invited_goes_on_duty_is_renamed_and_removed(house: House) {
        let operator = house.log_in("operator").await;
        let page = operator.get(PAGE).await;
        assert!(page.has("还没有客服") && page.has("由成员单位答复"), "{}", page.body);
        let mut new = vec![("name", "lawyer-1"), ("home", "cz_pufa"), ("nickname", "朱律师")];
        let refused = operator.post("/console/agents/new", &new).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("1 到 10 个英文字母、数字或下划线"));
        new[0] = ("name", "lawyer1");
        let added = operator.post("/console/agents/new", &new).await;
        assert_eq!(added.location(), "/console/agents?account=main&done=added", "{}", added.body);
        let page = operator.get(PAGE).await;
        assert!(page.has("lawyer1@cz_pufa") && page.has("还没有邀请"), "{}", page.body);
        assert!(page.has("name=\"home\" type=\"text\" autocomplete=\"off\" value=\"cz_pufa\""));

        let agent = ("agent", "lawyer1@cz_pufa");
        operator.post("/console/agents/invite", &[agent, ("wechat_id", "zhu_lawyer")]).await;
        let page = operator.get(PAGE).await;
        assert!(page.has("等对方接受") && page.has("已邀请微信号 zhu_lawyer"), "{}", page.body);
        assert!(house.app.simulator.set_agent("main", "lawyer1@cz_pufa", true));
        let page = operator.get(PAGE).await;
        assert!(page.has("在线") && page.has("共 1 位，1 位在线，正在接待 0 人，0 人在等"), "{}", page.body);
        operator.post("/console/agents/rename", &[agent, ("nickname", "朱大律师")]).await;
        assert!(operator.get(PAGE).await.has("朱大律师"));
        let unsure = operator.post("/console/agents/remove", &[agent]).await;
        assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
        operator.post("/console/agents/remove", &[agent, ("sure", "yes")]).await;
        assert!(operator.get(PAGE).await.has("还没有客服"));
        let sql = "SELECT count(*) FROM audit WHERE object = 'agent:lawyer1@cz_pufa' \
            AND staff_id IS NOT NULL AND action IN ('agent.add', 'agent.invite', 'agent.rename', 'agent.remove')";
        assert_eq!(house.app.number(sql).await, 4);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE detail LIKE '%zhu_lawyer%'").await, 0);
    }
}

in_both! {
    async fn the_last_conversations_are_counted_and_their_words_stay_with_wechat(house: House) {
        let client = house.app.app.web.clients["main"].clone();
        client.add_agent("night@cz", "夜班小陆").await.unwrap();
        client.invite_agent("night@cz", "lu_night").await.unwrap();
        house.app.simulator.set_agent("main", "night@cz", true);
        client.open_session("night@cz", "oCITIZEN").await.unwrap();
        house.app.simulator.text("oCITIZEN", "我想私下问问").await;
        assert!(house.app.simulator.agent_says("main", "oCITIZEN", "您请讲"));
        let operator = house.log_in("operator").await;
        operator.post("/console/followers/sync", &[]).await;
        house.app.settle().await;
        let page = operator.get(PAGE).await;
        assert!(page.has("群众 1 条，客服 1 条") && page.has("夜班小陆"), "{}", page.body);
        assert!(page.has("正在接待 1 人，0 人在等") && page.has("href=\"/console/followers/"));
        assert!(!page.has("私下") && !page.has("您请讲") && !page.has("oCITIZEN"));
    }
}

in_both! {
    async fn what_wechat_refuses_stands_on_the_page_in_words(house: House) {
        let operator = house.log_in("operator").await;
        let faults = house.app.simulator.faults();
        faults.on_api("/cgi-bin/customservice/getkflist", ApiFault::Errcode { errcode: 65400 }, 1);
        let page = operator.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.has("未开通新版客服功能，请到公众平台开通") && page.has("没有会话"), "{}", page.body);
        let new = [("name", "a"), ("home", "cz"), ("nickname", "甲")];
        faults.on_api("/customservice/kfaccount/add", ApiFault::Errcode { errcode: 65405 }, 1);
        let refused = operator.post("/console/agents/new", &new).await;
        assert!(refused.has("错误码 65405") && refused.has("请先删除不用的账号"), "{}", refused.body);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'agent.add'").await, 0);
        assert_eq!(house.log_in("li").await.get(PAGE).await.status, StatusCode::FORBIDDEN);
    }
}
