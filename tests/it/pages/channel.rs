//! Sample pages of the official account: its menu and its followers.

use pufa::agents::views::{AgentRow, AgentsPage, TalkRow};
use pufa::citizens::views::{
    BlockPage, FollowerPage, FollowerRow, FollowersPage, HistoryLine, RunRow, TagRow, TagsPage,
};
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
        on_the_phone: vec![(name.to_owned(), "/console/menu/phone?menu=0".into())],
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

pub fn followers(name: &str) -> FollowersPage {
    let run = |n: u64| RunRow {
        state: "已完成".into(),
        class: "good",
        started: ago(n * 1440),
        seen: "读到 1000000 人，微信计 1000000 人；新增 12，重新关注 3，取消关注 5。".into(),
        problem: String::new(),
    };
    let row = |id: i64| FollowerRow {
        id,
        label: format!("关注者 {id}"),
        remark: name.to_owned(),
        tags: vec![name.to_owned(), "网格员".into()],
        since: Some(ago(2000)),
        source: "扫描二维码".into(),
        following: true,
        blocked: id == 3,
    };
    FollowersPage {
        shell: shell("关注者", "/console/menu"),
        account: "main".into(),
        accounts: accounts(),
        figures: vec![("关注者".into(), "1000000".into())],
        percent: Some(45),
        runs: (0..5).map(run).collect(),
        q: name.to_owned(),
        lists: vec![
            ("关注中".into(), "/console/followers".into(), true),
            (name.to_owned(), "/console/followers?tag=100".into(), false),
        ],
        listed: name.to_owned(),
        blacklist: false,
        rows: (1..=50).map(row).collect(),
        first: "/console/followers".into(),
        next: "/console/followers?before=1".into(),
        tags: vec![Choice::new("100", name, false)],
    }
}

pub fn followers_empty() -> FollowersPage {
    FollowersPage { shell: shell("关注者", "/console/menu"), ..FollowersPage::default() }
}

pub fn follower(name: &str) -> FollowerPage {
    let line =
        |what: &str| HistoryLine { when: ago(60), what: what.into(), by: "周运营".into() };
    FollowerPage {
        shell: shell("关注者", "/console/menu"),
        account: "main".into(),
        id: 7,
        label: "群众 beef".into(),
        following: true,
        facts: vec![("来源".into(), name.to_owned())],
        remark: Input::wrong(name, "备注有 30 字节，微信最多收 29 字节。请缩短。"),
        has: vec![(100, name.to_owned())],
        others: vec![Choice::new("101", name, false)],
        blocked: Some(name.to_owned()),
        changes: vec![line("关注"), line("取消关注")],
        record: vec![line(name)],
    }
}

pub fn block(name: &str) -> BlockPage {
    BlockPage {
        shell: shell("加入黑名单", "/console/menu"),
        account: "main".into(),
        remove: false,
        people: (1..=50).map(|id| (id, format!("关注者 {id}"), name.to_owned())).collect(),
        reasons: accounts(),
        note: name.to_owned(),
        error: Some(name.to_owned()),
    }
}

pub fn tags(name: &str) -> TagsPage {
    let row = |id: i64| TagRow { id, name: name.to_owned(), followers: 310, fixed: id == 2 };
    TagsPage {
        shell: shell("标签", "/console/menu"),
        account: "main".into(),
        accounts: accounts(),
        rows: [2].into_iter().chain(100..199).map(row).collect(),
        left: 0,
    }
}

pub fn agents(name: &str) -> AgentsPage {
    let row = |n: u64| AgentRow {
        account: format!("lawyer{n}@cz_pufa"),
        nickname: name.to_owned(),
        state: "在线".into(),
        class: "good",
        detail: name.to_owned(),
        may_invite: n == 1,
    };
    let talk = |n: u64| TalkRow {
        who: format!("关注者 {n}"),
        href: "/console/followers/7".into(),
        agent: name.to_owned(),
        last: ago(n),
        amount: "群众 3 条，客服 4 条，前后 12 分钟".into(),
    };
    AgentsPage {
        shell: shell("微信客服", "/console/menu"),
        account: "main".into(),
        accounts: accounts(),
        transfers: true,
        rows: (1..=3).map(row).collect(),
        summary: "共 3 位，3 位在线，正在接待 0 人，0 人在等。".into(),
        home: "cz_pufa".into(),
        talks: (1..=50).map(talk).collect(),
        talks_problem: None,
        problem: None,
    }
}

pub fn agents_unread() -> AgentsPage {
    let why = Some("公众号未开通新版客服功能，请到公众平台开通。".to_owned());
    AgentsPage {
        problem: why.clone(),
        talks_problem: why,
        rows: Vec::new(),
        transfers: false,
        ..agents("")
    }
}
