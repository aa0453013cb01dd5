//! Doing one thing to several inquiries, undoing it, and sorting by labels.

use axum::http::StatusCode;

use super::browser::{Browser, House};

const CLAIMED: &str = "SELECT count(*) FROM inquiries WHERE state = 'claimed'";

async fn act(who: &Browser, action: &str, ids: &[&str], label: &str) -> String {
    let mut fields = vec![("action", action), ("tab", "organization"), ("label", label)];
    fields.extend(ids.iter().map(|id| ("id", *id)));
    let done = who.post("/console/inbox/bulk", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    done.location().to_owned()
}

in_both! {
    async fn several_are_claimed_at_once_and_put_back_by_one_tap(house: House) {
        let first = house.labor_inquiry().await.to_string();
        let second = house.asked("oSECOND", "工资被拖欠，我在武进湖塘").await.to_string();
        let foreign = house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await.to_string();
        let li = house.log_in("li").await;
        let list = li.get("/console/inbox?select=1").await;
        assert!(list.has(&format!("name=\"id\" value=\"{first}\"")) && !list.has(&foreign));
        let done = act(&li, "claim", &[&first, &second, &foreign], "").await;
        assert_eq!(house.app.number(CLAIMED).await, 2, "the foreign one is untouched");
        let shown = li.get(&done).await;
        assert!(shown.has("认领：2 件") && shown.has("另有 1 件没有做成"), "{}", shown.body);
        assert!(shown.has("value=\"release\">撤销"));
        act(&li, "release", &[&first, &second], "").await;
        assert_eq!(house.app.number(CLAIMED).await, 0);
        let nothing = li.post("/console/inbox/bulk", &[("action", "claim")]).await;
        assert!(nothing.status == StatusCode::BAD_REQUEST && nothing.has("什么也没有做"));
    }
}

in_both! {
    async fn labels_sort_the_own_list_and_stay_in_the_house(house: House) {
        let id = house.labor_inquiry().await;
        let other = house.asked("oSECOND", "工资被拖欠，我在武进湖塘").await.to_string();
        let (page, li) = (format!("/console/inquiries/{id}"), house.log_in("li").await);
        li.submit(&page, &format!("{page}/label"), &[("label", " 集体讨薪 ")]).await;
        let refused = li.submit(&page, &format!("{page}/label"), &[("label", "十三个字的标签实在太长了呀")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let list = li.get("/console/inbox?tab=organization&label=集体讨薪").await;
        assert!(list.has("共 1 条") && list.has(&page) && !list.has(&other), "{}", list.body);
        act(&li, "label", &[&other], "集体讨薪").await;
        assert!(li.get("/console/inbox?tab=organization&label=集体讨薪").await.has("共 2 条"));
        act(&li, "unlabel", &[&other], "集体讨薪").await;
        assert!(li.get("/console/inbox?tab=organization&label=集体讨薪").await.has("共 1 条"));

        // Handed on, the inquiry says nothing of how it was sorted before.
        let to = house.app.family.to_string();
        let operator = house.log_in("manager").await;
        let moved = [("organization", to.as_str()), ("reason", "婚姻问题")];
        operator.submit(&page, &format!("{page}/reassign"), &moved).await;
        let stranger = house.log_in("stranger").await.get(&page).await;
        assert_eq!(stranger.status, StatusCode::OK);
        assert!(!stranger.has("集体讨薪"), "{}", stranger.body);
    }
}
