//! Sample pages of the back office: queue, members, people, rules, settings, health.

use pufa::accounts::views::{AccountView, NamedFigure, OfficialAccountsPage, QuotaLine};
use pufa::console::views::{HealthPage, HealthRow, HealthState};
use pufa::inquiries::views::unmatched::{UnmatchedCard, UnmatchedPage};
use pufa::inquiries::views::{Part, Sla};
use pufa::language::Field;
use pufa::members::views::{
    OrganizationPage, OrganizationRow, OrganizationsPage, StationRow, StationsPage,
};
use pufa::notices::views::{
    AccountTemplates, FieldChoice, NoticeTemplatePage, NoticesPage, TemplateRow,
};
use pufa::platform::clock::Moment;
use pufa::platform::http::shell::{Choice, ChoiceGroup, Input, Notice, NoticeKind};
use pufa::staff::views::account::{AccountPage, SessionRow, WechatRow};
use pufa::staff::views::people::{PeoplePage, PersonPage, PersonRow};
use pufa::triage::views::{Comparison, CorrectionRow, ModelRow, TriagePage};
use pufa::triage::{Report, Side};
use pufa::wording::views::{TextPage, TextRow, TextVersion, TextsPage, WaitingText};

use super::desk::{NOW, ago, shell};

pub fn choices(words: &[&str], chosen: usize) -> Vec<Choice> {
    words.iter().enumerate().map(|(n, w)| Choice::new(format!("v{n}"), *w, n == chosen)).collect()
}

pub const FIELDS: [&str; 9] = [
    "婚姻家庭",
    "继承",
    "劳动人事",
    "交通事故",
    "债权债务",
    "合同",
    "房产物业相邻",
    "征收与农村土地",
    "消费者产品旅游",
];
pub const DISTRICTS: [&str; 7] =
    ["天宁区", "钟楼区", "新北区", "武进区", "常州经济开发区", "金坛区", "溧阳市"];
pub const ORGANIZATIONS: [&str; 3] =
    ["武进区劳动者权益服务中心", "湖塘镇法律服务社", "常州市法律援助基金会"];

pub fn unmatched(words: &str) -> UnmatchedPage {
    UnmatchedPage {
        shell: shell("待分派", "/console/unmatched"),
        cards: vec![UnmatchedCard {
            id: "q9".into(),
            number: "2611-0901".into(),
            citizen: "匿名".into(),
            asked: ago(75),
            sla: Sla::new(Some(Moment(NOW.0 + 3_600_000)), None, NOW),
            question: vec![Part::Text(words.into())],
            guess: "婚姻家庭（把握不大），没有说地区".into(),
            why: "没有一条规则同时符合领域和地区".into(),
            organizations: choices(&ORGANIZATIONS, 1),
        }],
        total: 3,
        next_href: Some("/console/unmatched?after=q9".into()),
    }
}

pub fn unmatched_empty() -> UnmatchedPage {
    UnmatchedPage { shell: shell("待分派", "/console/unmatched"), ..UnmatchedPage::default() }
}

pub fn organizations(count: usize, name: &str) -> OrganizationsPage {
    let row = |n: usize| OrganizationRow {
        href: format!("/console/members/m{n}"),
        staff_href: format!("/console/members/m{n}/staff"),
        hours_href: format!("/console/members/m{n}/hours"),
        name: format!("{name}{}", ORGANIZATIONS[n % 3]),
        kind_name: ["基础型", "专业型", "枢纽型"][n % 3].into(),
        status_name: ["正式", "试运行", "暂停"][n % 3].into(),
        active: n % 3 != 2,
        district: DISTRICTS[n % 7].into(),
        fields: "劳动人事、合同、侵权人格权".into(),
        open: (n * 7 % 23) as i64,
        overdue: (n % 4) as i64,
    };
    OrganizationsPage {
        shell: shell("成员单位", "/console/members"),
        q: name.into(),
        kinds: choices(&["基础型", "枢纽型", "专业型", "行业型", "网络型"], 9),
        districts: choices(&DISTRICTS, 3),
        rows: (0..count).map(row).collect(),
        total: count as i64,
        next_href: (count == 50).then(|| "/console/members?after=m49".into()),
        may_add: true,
    }
}

pub fn organization(new: bool) -> OrganizationPage {
    let towns = |label: &str, words: &[&str]| ChoiceGroup {
        label: label.into(),
        choices: choices(words, 0),
    };
    OrganizationPage {
        shell: shell("成员单位", "/console/members"),
        action: "/console/members/m1".into(),
        staff_href: if new { String::new() } else { "/console/members/m1/staff".into() },
        new,
        name: Input::new("常州市武进区劳动者权益服务中心"),
        short_name: Input::wrong("武进区劳动者权益服务中心（湖塘）", "太长了，请不超过 12 个字"),
        version: 3,
        error: None,
        phone: Input::new("0519-00000000"),
        address: Input::new("人民路 1 号"),
        hours: Input::new("周一至周五 9:00–17:00"),
        entrances: vec![Choice::new("yes", "没有台阶，轮椅能进", true)],
        promise_amount: Input::new("24"),
        counted: vec![Choice::new("clock", "自然小时", true)],
        presets: vec![Choice::new("message", "12348 留言：24 小时，紧急 1 小时", false)],
        urgent_hours: Input::new(""),
        transfer_workdays: Input::new(""),
        most_workdays: Input::new(""),
        most_open: Input::new(""),
        kinds: choices(&["基础型", "枢纽型", "专业型", "行业型", "网络型"], 2),
        statuses: choices(&["申请中", "试运行", "正式", "暂停", "退出"], 2),
        districts: choices(&DISTRICTS, 3),
        fields: choices(&FIELDS, 2),
        territories: vec![
            towns("武进区", &["湖塘镇", "牛塘镇", "洛阳镇", "雪堰镇", "前黄镇"]),
            towns("天宁区", &["雕庄街道", "青龙街道", "茶山街道", "红梅街道"]),
        ],
        open: 14,
    }
}

pub fn stations(count: usize) -> StationsPage {
    let row = |n: usize| StationRow {
        name: format!("湖塘镇第 {n} 法律服务站"),
        organization_name: ORGANIZATIONS[n % 3].into(),
        place: "武进区 湖塘镇".into(),
        address: "人民路 1 号便民服务中心 2 楼".into(),
        phone: if n.is_multiple_of(2) { "0519-00000000".into() } else { String::new() },
        hours: "周一至周五 9:00–17:00".into(),
        questions: n as i64 * 3,
    };
    StationsPage {
        shell: shell("服务站点", "/console/members"),
        rows: (1..=count).map(row).collect(),
        total: count as i64,
        next_href: None,
    }
}

pub fn people(count: usize, name: &str) -> PeoplePage {
    let row = |n: usize| PersonRow {
        href: format!("/console/staff/p{n}"),
        name: format!("{name}{n}"),
        username: format!("li.xiaoming{n}"),
        role_name: ["答复人员", "成员单位管理员"][n % 2].into(),
        active: n % 5 != 4,
        open: (n % 6) as i64,
        last_seen: (n % 3 != 2).then(|| ago(90 + n as u64)),
    };
    PeoplePage {
        shell: shell("人员", "/console/members/m1/staff"),
        organization_name: ORGANIZATIONS[0].into(),
        new_href: "/console/members/m1/staff/new".into(),
        rows: (0..count).map(row).collect(),
    }
}

pub fn person(new: bool) -> PersonPage {
    PersonPage {
        shell: shell("人员", "/console/members/m1/staff"),
        action: "/console/staff/p1".into(),
        back_href: "/console/members/m1/staff".into(),
        organization_name: ORGANIZATIONS[0].into(),
        new,
        version: 3,
        error: None,
        name: Input::new("李晓明"),
        username: Input::wrong("li xiaoming", "用户名里不能有空格"),
        password: Input::default(),
        roles: choices(&["答复人员", "成员单位管理员"], 0),
        qualifications: choices(&["执业律师", "志愿者"], 0),
        licence: Input::new("13204201510000001"),
        active: true,
        open: 3,
        second: !new,
    }
}

pub fn account() -> AccountPage {
    let session = |n: u64, device: &str| SessionRow {
        id: format!("s{n}"),
        device: device.into(),
        since: ago(n * 1_500),
        used: ago(n * 20),
        current: n == 0,
    };
    AccountPage {
        shell: shell("我的账号", "/console/account"),
        username: "li.xiaoming".into(),
        name: "李晓明".into(),
        role: "答复人员 · 武进区劳动者权益服务中心".into(),
        wechats: vec![WechatRow {
            account: "main".into(),
            name: "main".into(),
            bound: ago(9_000),
            used: Some(ago(70)),
        }],
        unbound: choices(&["second", "third"], 0),
        password: Input::wrong("", "密码不对。请检查后再试。"),
        last_login: Some("昨天 08:31，密码和动态码，Edge · Windows".into()),
        second_since: Some(ago(9_000)),
        sessions: vec![session(0, "Chrome · Windows"), session(1, "微信 · Android")],
        current: Input::wrong("", "现在的密码不对"),
        fresh: Input::default(),
        again: Input::default(),
        least_length: 12,
    }
}

/// What was put right, a candidate beside the model in force, the history.
pub fn triage(said: &str) -> TriagePage {
    let side = |accuracy| Side { accuracy, macro_f1: 0.6, coverage: 0.4 };
    let report = Report {
        questions: 40,
        old: side(0.72),
        new: side(0.81),
        changed: vec![(Field::Consumer, Field::Housing, Field::Consumer, 3)],
    };
    TriagePage {
        shell: shell("自动归类", "/console/triage"),
        reads: "随程序提供的模型".into(),
        total: 12,
        comparison: Some(Comparison::new("m1".into(), &report, true)),
        models: vec![ModelRow {
            id: "m1".into(),
            name: "用 12 条更正学成".into(),
            state: "可以启用".into(),
            note: said.to_owned(),
            may_activate: true,
            ..ModelRow::default()
        }],
        corrections: vec![CorrectionRow {
            id: "q1".into(),
            text: said.to_owned(),
            old: "房产物业相邻".into(),
            new: "消费者权益".into(),
            who: "群众".into(),
            ..CorrectionRow::default()
        }],
        ..TriagePage::default()
    }
}

pub fn texts(body: &str) -> TextsPage {
    let row = |key: &str, purpose: &str, version| TextRow {
        href: format!("/console/settings/texts/{key}"),
        key: key.into(),
        purpose: purpose.into(),
        body: body.into(),
        version,
        waiting: version > 0,
    };
    TextsPage {
        shell: shell("设置", "/console/settings"),
        rows: vec![row("welcome", "关注后的欢迎语", 0), row("receipt", "收到问题后的回执", 3)],
        may_write: true,
    }
}

pub fn text(said: &str, decidable: bool) -> TextPage {
    TextPage {
        shell: shell("设置", "/console/settings"),
        action: "/console/settings/texts/receipt".into(),
        purpose: "收到问题后的回执".into(),
        in_force: "已收到您的问题，编号 2611-0837。".into(),
        placeholders: vec![("{number}".into(), "咨询编号".into())],
        may_write: !decidable,
        body: Input::wrong(said, "{nummer} 不是可用的占位词"),
        preview: Some(said.into()),
        version: 3,
        byte_limit: 1500,
        waiting: Some(WaitingText {
            who: "王芳".into(),
            when: ago(600),
            body: said.into(),
            shown: said.into(),
            own: !decidable,
            decidable,
            reason: said.into(),
            ..WaitingText::default()
        }),
        stuck: (!decidable).then_some("现在没有别人能审批。"),
        error: Some("退回要写明原因。".into()),
        history: vec![TextVersion {
            name: "第 2 版".into(),
            who: "王芳 写，刘敏 审批".into(),
            when: ago(9_000),
            reason: said.into(),
            body: "已收到，编号 {number}。".into(),
        }],
    }
}

pub fn notices(title: &str) -> NoticesPage {
    let row = |used: bool| TemplateRow {
        href: "/console/notices/T1?account=main".into(),
        title: title.into(),
        kind: "订阅通知".into(),
        fields: "咨询编号、答复单位、答复时间".into(),
        used_for: used.then(|| "咨询有了答复".into()),
        consents: "12 位群众同意接收，共 15 条".into(),
        figures: if used {
            vec![("已送达".into(), 31), ("结果不明".into(), 1)]
        } else {
            vec![]
        },
    };
    NoticesPage {
        shell: shell("通知模板", "/console/settings"),
        accounts: vec![
            AccountTemplates {
                account: "main".into(),
                listed: Some(ago(30)),
                failure: Some("模板消息：公众号没有这个接口的权限（48001）".into()),
                any_used: true,
                rows: vec![row(true), row(false)],
            },
            AccountTemplates { account: "second".into(), ..AccountTemplates::default() },
        ],
    }
}

pub fn notice_template(error: Option<&str>) -> NoticeTemplatePage {
    let field = |key: &str, label: &str| FieldChoice {
        key: key.into(),
        label: label.into(),
        fillers: choices(&["咨询编号", "答复单位"], 0),
    };
    NoticeTemplatePage {
        shell: shell("通知模板", "/console/settings"),
        action: "/console/notices/T1".into(),
        account: "main".into(),
        title: "咨询回复通知".into(),
        kind: "订阅通知".into(),
        content: "咨询编号:{{character_string1.DATA}}\n答复单位:{{thing2.DATA}}".into(),
        purpose: "answered",
        purposes: choices(&["咨询有了答复", "提醒工作人员"], 0),
        used: error.is_none(),
        fields: vec![field("character_string1", "咨询编号"), field("thing2", "答复单位")],
        error: error.map(Into::into),
    }
}

pub fn health() -> HealthPage {
    let row = |name: &str, state, seen: &str, why: &str, todo: &str| HealthRow {
        name: name.into(),
        state,
        seen: seen.into(),
        why: why.into(),
        todo: todo.into(),
    };
    let mut shell = shell("健康", "/console/health");
    shell.notice = Some(Notice::new(NoticeKind::Done, "已重新检查"));
    HealthPage {
        shell,
        checked: ago(0),
        rows: vec![
            row(
                "微信接口凭证",
                HealthState::Broken,
                "连续 3 次没有取到",
                "服务器地址不在微信的 IP 白名单里（40164）",
                "登录公众平台，在“设置与开发 · 基本配置 · IP 白名单”里加入本机地址",
            ),
            row(
                "备份",
                HealthState::Watch,
                "最近一次 30 小时前",
                "昨晚没有运行",
                "检查备份盘是否已满",
            ),
            row("微信推送", HealthState::Good, "最近一次 3 分钟前", "", ""),
            row("证书", HealthState::Unknown, "没有启用", "", ""),
        ],
    }
}

/// The official accounts with everything that can be shown.
pub fn official_accounts() -> OfficialAccountsPage {
    let figure = |name: &str, value: &str| NamedFigure { name: name.into(), value: value.into() };
    let account = AccountView {
        id: "main".into(),
        kind_name: "服务号".into(),
        quotas: vec![QuotaLine {
            path: "/cgi-bin/template/get_all_private_template".into(),
            calls: 120,
            refused: 3,
            counted: "微信统计所有程序共 130 次，上限 500，还剩 370".into(),
        }],
        figures: vec![figure("关注总人数", "1217056")],
        figures_day: "2026-11-22".into(),
        gaps: vec!["2026-11-22 10 时：微信统计 40 条，本系统收到 3 条，可能丢失 37 条".into()],
        clearings: 2,
        clearings_allowed: 10,
    };
    OfficialAccountsPage {
        shell: shell("公众号明细", "/console/health"),
        may_mend: true,
        accounts: vec![account],
        rid: Input::wrong("x", "rid 由字母、数字和短横线组成。"),
        record: vec![figure("结果", "45009：今日接口调用次数已用完")],
        failed: "本月清零配额的次数已用完。".into(),
    }
}
