//! Sample pages of the official account: its menu and its followers.

use pufa::citizens::views::{FollowersPage, RunRow};
use pufa::menus::views::{
    AudienceFields, MenuEditPage, MenusPage, Phone, PhoneButton, Slot, TopSlot, VersionCard,
    VersionRow,
};
use pufa::platform::http::shell::{Choice, Input};

use super::desk::{ago, shell};

fn accounts() -> Vec<Choice> {
    vec![Choice::new("main", "main", true), Choice::new("second", "second", false)]
}

fn card(name: &str) -> VersionCard {
    let button = |name: &str| PhoneButton {
        name: name.into(),
        does: "发送指令 ASK".into(),
        below: Vec::new(),
    };
    let more = PhoneButton { below: vec![button("人工"), button(name)], ..button("更多") };
    let phone = |title: &str| Phone {
        title: title.into(),
        buttons: vec![button("我要咨询"), button(name), more.clone()],
    };
    VersionCard {
        version: 7,
        who: "周运营".into(),
        when: ago(30),
        problem: Some(format!("没有读到微信上的菜单：{name}")),
        phones: vec![phone("所有人"), phone("标签“志愿者”")],
    }
}

pub fn menus(name: &str) -> MenusPage {
    let row = |version: i64| VersionRow {
        version,
        state: "以前使用".into(),
        class: "off",
        who: "周运营".into(),
        when: ago(1000),
        note: format!("恢复自第 2 版。{name}"),
        may_restore: true,
    };
    MenusPage {
        shell: shell("公众号菜单", "/console/menu"),
        account: "main".into(),
        accounts: accounts(),
        shown: Some(card(name)),
        draft: Some(card(name)),
        revision: 3,
        faults: vec![format!("第 1 个一级按钮“{name}”的名称有 18 字节，最多 16 字节。")],
        publishing: Some(6),
        history: (1..=30).rev().map(row).collect(),
    }
}

pub fn menus_empty() -> MenusPage {
    MenusPage { shell: shell("公众号菜单", "/console/menu"), ..MenusPage::default() }
}

pub fn menu_edit(name: &str) -> MenuEditPage {
    let kinds = ["（不用）", "打开下级菜单", "发送指令", "打开网页", "打开小程序", "拍照发图"];
    let slot = |id: String| Slot {
        title: "第 1 个一级按钮".into(),
        name: Input::new(name),
        does: kinds.map(|kind| Choice::new(kind, kind, kind == "打开网页")).to_vec(),
        value: Input::new("https://example.cn/c/organizations"),
        path: Input::default(),
        url: Input::default(),
        faults: vec![format!("按钮“{name}”没有填写网址。请填写，或去掉这个按钮。")],
        id,
    };
    let top = |top: usize| TopSlot {
        slot: slot(format!("b{top}")),
        below: (0..5).map(|sub| slot(format!("b{top}s{sub}"))).collect(),
    };
    MenuEditPage {
        shell: shell("修改菜单草稿", "/console/menu"),
        account: "main".into(),
        at: 1,
        menus: vec![
            ("默认菜单".into(), "/console/menu/edit?account=main&menu=0".into()),
            (name.to_owned(), String::new()),
        ],
        revision: 3,
        faults: vec!["菜单要有 1 到 3 个一级按钮，现在有 0 个。".into()],
        error: Some("这份草稿刚被别人修改。".into()),
        audience: Some(AudienceFields { tags: accounts(), platforms: accounts() }),
        tops: (0..3).map(top).collect(),
    }
}

pub fn followers() -> FollowersPage {
    let run = |n: u64| RunRow {
        state: "已完成".into(),
        class: "good",
        started: ago(n * 1440),
        seen: "读到 1000000 人，微信计 1000000 人；新增 12，重新关注 3，取消关注 5。".into(),
        problem: String::new(),
    };
    FollowersPage {
        shell: shell("关注者", "/console/menu"),
        account: "main".into(),
        accounts: accounts(),
        figures: vec![("关注者".into(), "1000000".into())],
        percent: Some(45),
        runs: (0..10).map(run).collect(),
        tags: vec![("星标组".into(), 0), ("志愿者".into(), 310)],
    }
}
