//! Sample pages for citizens and the public.

use pufa::citizens::views::PrivacyPage;
use pufa::disclosure::views::{Figure, PublicHomePage, PublicMember};
use pufa::inquiries::views::citizen::{
    CaseLine, CasePage, CasesPage, ErasePage, ExpiredPage, Said,
};
use pufa::inquiries::views::{Part, RatingView, Recording};
use pufa::members::views::{DirectoryEntry, DirectoryGroup, DirectoryPage};
use pufa::notices::views::{ConsentPage, ConsentRow};
use pufa::platform::http::shell::{Choice, CitizenShell};
use pufa::visits::views::UnrecognizedPage;

use super::desk::{ANSWER, HOSTILE, ago, site};

pub fn shell(title: &str) -> CitizenShell {
    CitizenShell {
        title: title.into(),
        demo: true,
        large: false,
        large_href: "/c/i/tok?large=1".into(),
        notice: None,
        once: "77aa".into(),
        site: site(),
    }
}

fn text(words: &str) -> Vec<Part> {
    vec![Part::Text(words.into())]
}

pub fn case_waiting() -> CasePage {
    CasePage {
        shell: shell("我的咨询"),
        token: "tok".into(),
        number: "2611-0837".into(),
        state: "已转给 武进区劳动者权益服务中心，预计明天 10:00 前答复".into(),
        about: "劳动人事 · 武进区 湖塘镇".into(),
        question: text("我在工地做了三个月，老板一分钱工资都没有发，我该怎么要回来？"),
        asked: ago(40),
        may_write: true,
        ..CasePage::default()
    }
}

pub fn case_answered() -> CasePage {
    let mut page = case_waiting();
    page.state = "已答复".into();
    page.answered = true;
    page.may_rate = true;
    page.said = vec![
        Said {
            own: true,
            told: false,
            correction: false,
            by: String::new(),
            when: ago(30),
            parts: text("一共两万四。"),
        },
        Said {
            told: false,
            own: false,
            correction: true,
            by: "李晓明 · 武进区劳动者权益服务中心 · 执业律师".into(),
            when: ago(10),
            parts: text(ANSWER),
        },
    ];
    page.rating = Some(RatingView { score: 4, comment: "说得清楚".into(), when: ago(1) });
    page
}

pub fn case_large() -> CasePage {
    let mut page = case_answered();
    page.shell.large = true;
    page.rating = None;
    page
}

pub fn case_hostile() -> CasePage {
    let mut page = case_answered();
    page.question = vec![
        Part::Text(HOSTILE.into()),
        Part::Link { title: HOSTILE.into(), url: HOSTILE.into() },
        Part::Voice {
            seconds: Some(3),
            recognition: Some(HOSTILE.into()),
            recording: Recording::default(),
        },
    ];
    page.body = format!("</textarea>{HOSTILE}");
    page.error = Some(HOSTILE.into());
    page.rating = Some(RatingView { score: 1, comment: HOSTILE.into(), when: ago(1) });
    page.unsolved = true;
    page
}

pub fn erase(done: bool) -> ErasePage {
    ErasePage {
        shell: shell("删除资料"),
        token: "tok".into(),
        number: "2611-0837".into(),
        done,
        until: "11月30日".into(),
    }
}

pub fn expired() -> ExpiredPage {
    ExpiredPage { shell: shell("链接已失效") }
}

pub fn unrecognized() -> UnrecognizedPage {
    UnrecognizedPage {
        shell: shell("这次确认已经失效"),
        what: "这次确认已经失效".into(),
        why: HOSTILE.into(),
        todo: "点“再试一次”。".into(),
        again: "/c/enter?next=%2Fc%2Finquiries".into(),
    }
}

pub fn cases(count: usize) -> CasesPage {
    let line = |n: usize| CaseLine {
        href: format!("/c/i/tok{n}"),
        first_line: "老板拖欠三个月工资，一直说资金紧张，我该怎么要回来？".into(),
        state: "已转给 武进区劳动者权益服务中心，预计明天 10:00 前答复".into(),
        asked: ago(30 + n as u64 * 800),
    };
    CasesPage {
        shell: shell("我的咨询"),
        recognized: count > 0,
        enter: "/c/enter?next=%2Fc%2Finquiries".into(),
        lines: (0..count).map(line).collect(),
    }
}

pub fn directory(districts: usize, each: usize) -> DirectoryPage {
    let entry = |n: usize| DirectoryEntry {
        name: format!("湖塘镇第 {n} 法律服务社"),
        fields: "劳动人事、婚姻家庭、房产物业相邻".into(),
        address: "武进区湖塘镇人民路 1 号便民服务中心 2 楼".into(),
        phone: format!("0519-{n:08}"),
        hours: "周一至周五 9:00–17:00".into(),
        step_free: [None, Some(true), Some(false)][n % 3],
    };
    let group = |d: usize| DirectoryGroup {
        district: format!("第 {d} 区"),
        entries: (0..each).map(entry).collect(),
    };
    DirectoryPage {
        shell: shell("谁能帮忙"),
        districts: vec![Choice::new("wujin", "武进区", true)],
        fields: vec![Choice::new("labor", "劳动人事", false)],
        groups: (0..districts).map(group).collect(),
        next_href: None,
    }
}

pub fn privacy() -> PrivacyPage {
    PrivacyPage {
        shell: shell("个人信息怎么保护"),
        version: "1".into(),
        kept_for: "办结后保存 2 年".into(),
        contact: "电话 0519-00000000".into(),
    }
}

pub fn public_home(members: usize) -> PublicHomePage {
    let figure = |label: &str, value: &str| Figure {
        label: label.into(),
        value: value.into(),
        meaning: "2025 年 1 月至 10 月，按办结日期统计".into(),
    };
    PublicHomePage {
        shell: CitizenShell { large_href: String::new(), ..shell("信息公开") },
        about: vec!["联盟由常州各地的法律服务组织组成，在微信上免费解答群众的法律问题。".into()],
        figures: if members == 0 {
            vec![]
        } else {
            vec![
                figure("答复咨询", "12 840 条"),
                figure("24 小时内答复", "96.2 %"),
                figure("满意", "94 %（3 120 人评价）"),
                figure("成员单位", "86 家"),
            ]
        },
        members: (0..members)
            .map(|n| PublicMember {
                name: format!("第 {n} 法律服务社"),
                kind_name: "基础型".into(),
                district: "武进区".into(),
                fields: "劳动人事、合同".into(),
            })
            .collect(),
        updated: "2025年11月1日".into(),
        responsible: "联盟秘书处".into(),
        complaints: "0519-00000000".into(),
    }
}

pub fn consent(title: &str) -> ConsentPage {
    ConsentPage {
        shell: shell("答复提醒"),
        recognized: true,
        enter: String::new(),
        account: "main".into(),
        templates: "T1".into(),
        rows: vec![ConsentRow {
            id: "T1".into(),
            title: title.into(),
            tells: "咨询编号、答复单位、答复时间".into(),
            state: "您已同意，还会提醒 2 次。".into(),
            granted: true,
            chosen: Some(ago(90)),
        }],
        demo: true,
    }
}

pub fn consent_of_a_stranger() -> ConsentPage {
    ConsentPage {
        recognized: false,
        enter: "/c/enter?next=%2Fc%2Fnotices".into(),
        ..consent("通知")
    }
}
