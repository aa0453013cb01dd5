//! Finding inquiries by words: within one's own scope, masked, and gone when erased.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::inquiries::actions::page::Rating;
use pufa::inquiries::actions::terms;
use pufa::inquiries::{InquiryId, store};
use pufa::members::OrgScope;

use super::browser::House;

async fn catch_up(house: &House) {
    while terms::catch_up(&house.app.app.web.deps, 32).await.expect("caught up") > 0 {}
}

in_both! {
    async fn words_are_found_in_questions_and_answers_of_the_own_organization_only(house: House) {
        let id = house.asked("oLABOR", "我在武进湖塘做电焊，老板拖欠工资，包工头叫冯青竹").await;
        let foreign = house.asked("oFAMILY", "我在武进湖塘，想离婚，邻居冯青竹作证").await;
        let li = house.log_in("li").await;
        let talk = format!("/console/inquiries/{id}");
        li.submit(&talk, &format!("{talk}/answer"), &[("body", "请到鸣凰路窗口登记。")]).await;
        li.submit(&talk, &format!("{talk}/note"), &[("body", "内部：注意蔷薇事项")]).await;
        catch_up(&house).await;
        for (words, found) in [
            ("冯青竹", true), ("電焊", true), ("鸣凰路", true), ("鸣凰路+冯青竹", true), ("冯青竹+离婚", false),
            ("蔷薇", false), ("不存在的词", false),
        ] {
            let page = li.get(&format!("/console/search?q={words}")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert_eq!(page.has(&talk), found, "{words}: {}", page.body);
            assert!(!page.has(&foreign.to_string()), "{words}: of another organization");
        }
        let number = house.app.text("SELECT number FROM inquiries ORDER BY number LIMIT 1").await;
        assert!(li.get(&format!("/console/search?q={number}")).await.has(&talk));
        let stranger = house.log_in("stranger").await;
        let page = stranger.get("/console/search?q=冯青竹").await;
        assert!(!page.has(&id.to_string()) && page.has(&foreign.to_string()));
        let short = li.get("/console/search?q=冯").await;
        assert!(short.has("请至少写两个连在一起的字"));
        let no_scope = house.log_in("sysadmin").await.get("/console/search?q=冯青竹").await;
        assert_eq!(no_scope.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn numbers_of_people_are_neither_kept_for_the_search_nor_shown(house: House) {
        let id = house.asked("oLABOR", "我在武进湖塘上班，老板拖欠工资，电话13912345678").await;
        let li = house.log_in("li").await;
        let talk = format!("/console/inquiries/{id}");
        li.answer(&talk, "请联系窗口13987654321。").await;
        catch_up(&house).await;
        for words in ["13912345678", "12345", "13987654321"] {
            assert!(!li.get(&format!("/console/search?q={words}")).await.has(&talk), "{words}");
        }
        let page = li.get("/console/search?q=拖欠工资").await;
        assert!(page.has(&talk) && !page.has("13912345678"), "{}", page.body);
    }
}

in_both! {
    async fn an_erased_inquiry_leaves_no_term_behind(house: House) {
        let id = house.asked("oLABOR", "我在武进湖塘上班，老板拖欠工资，暗号金丝雀").await;
        catch_up(&house).await;
        let li = house.log_in("li").await;
        assert!(li.get("/console/search?q=金丝雀").await.has(&id.to_string()));
        let before = house.app.number("SELECT count(*) FROM inquiry_terms").await;
        assert!(before > 20);
        // Something said last, whose terms are still to be written, must not come back either.
        house.app.simulator.text("oLABOR", "补充：金丝雀还在").await;
        house.app.settle().await;
        pufa::governance::actions::erase_inquiry(&house.app.app.web.deps, id).await.expect("erased");
        catch_up(&house).await;
        assert_eq!(house.app.number("SELECT count(*) FROM inquiry_terms").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM inquiry_terms_wanted").await, 0);
        assert!(!li.get("/console/search?q=金丝雀").await.has(&id.to_string()));
    }
}

async fn answered(house: &House, openid: &str, question: &str, stars: i64) -> InquiryId {
    let id = house.asked(openid, question).await;
    let li = house.log_in("li").await;
    let talk = format!("/console/inquiries/{id}");
    li.answer(&talk, "先到监察大队，电话13987654321。").await;
    house.app.settle().await;
    let deps = &house.app.app.web.deps;
    let once = pufa::inquiries::MessageId(deps.entropy.id_at(deps.clock.now()));
    let rating = Rating { stars, comment: "", hidden: false, once };
    pufa::inquiries::actions::page::rate(deps, id, rating).await.expect("rated");
    id
}

in_both! {
    async fn what_was_answered_well_before_is_offered_to_the_own_organization_masked(house: House) {
        let good = answered(&house, "oONE", "我在武进湖塘电子厂，老板拖欠加班工资不给，电话13911112222", 5).await;
        let poor = answered(&house, "oTWO", "我在武进湖塘电子厂，老板拖欠加班工资不给，赖账", 2).await;
        house.app.clock.advance(Duration::from_secs(60));
        let now = house.asked("oLABOR", "武进湖塘的电子厂老板拖欠加班工资不给怎么要").await;
        catch_up(&house).await;
        let li = house.log_in("li").await;
        let page = li.get(&format!("/console/inquiries/{now}")).await;
        assert!(page.has("本单位答过的类似咨询（1）"), "{}", page.body);
        assert!(page.has(&format!("/console/inquiries/{good}")) && page.has("先到监察大队"));
        assert!(!page.has(&format!("/console/inquiries/{poor}")), "rated badly");
        assert!(!page.has("13911112222") && !page.has("13987654321"), "masked");
        let web = &house.app.app.web;
        let mut link = web.deps.db.read().await.expect("a connection");
        let question = "武进湖塘的电子厂老板拖欠加班工资不给怎么要";
        let foreign = OrgScope::Own(house.app.family);
        assert!(terms::similar(&mut link, foreign, question, now).await.expect("asked").is_empty());
        let none = terms::similar(&mut link, OrgScope::Nothing, question, now).await;
        assert!(none.expect("asked").is_empty());
        let own = terms::similar(&mut link, OrgScope::Own(house.app.labor), question, now).await;
        let own: Vec<InquiryId> = own.expect("asked").iter().map(|inquiry| inquiry.id).collect();
        assert_eq!(own, [good]);
        assert!(store::wanted_terms(&mut link, 1).await.expect("read").is_empty());
    }
}
