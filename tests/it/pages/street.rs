//! Sample pages for citizens and the public.

use pufa::citizens::views::{ConsentRow as OwnConsent, EraseAllPage, PrivacyPage};
use pufa::disclosure::views::{Figure, PublicHomePage, PublicMember};
use pufa::governance::actions::person::{
    CopiedConsent, CopiedInquiry, CopiedMessage, CopiedQuiz, Copy,
};
use pufa::governance::views::CopyPage;
use pufa::inquiries::views::citizen::{
    ArrivingPage, AskPage, CaseLine, CasePage, CasesPage, CitedLaw, ConsentChoice, ErasePage,
    ExpiredPage, Said,
};
use pufa::inquiries::views::{Part, RatingView, Recording};
use pufa::members::views::{DirectoryEntry, DirectoryGroup, DirectoryPage};
use pufa::notices::views::{ConsentPage, ConsentRow};
use pufa::platform::http::shell::{Choice, CitizenShell};
use pufa::publishing::reading::readable;
use pufa::publishing::views::{ReadingPage, ReadingsPage};
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
    page.said = vec![Said {
        own: true,
        told: false,
        correction: false,
        by: String::new(),
        when: ago(30),
        parts: text("一共两万四。"),
    }];
    page.answer = Some(Said {
        told: false,
        own: false,
        correction: true,
        by: "李晓明 · 武进区劳动者权益服务中心 · 执业律师".into(),
        when: ago(10),
        parts: text(ANSWER),
    });
    page.laws = vec![CitedLaw {
        name: "《劳动合同法》第三十条".into(),
        text: "用人单位应当按照劳动合同约定和国家规定，及时足额支付劳动报酬。".into(),
        note: "答复以后法律有修改，这里是现在的条文。",
    }];
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

/// The page to ask; `error` is what was wrong with an attempt.
pub fn ask(body: &str, error: Option<&str>) -> AskPage {
    let consent = |subject, needed| ConsentChoice {
        subject,
        body: "我同意普法联盟为了答复我的问题，保存我写的内容，交给接手的成员单位人员阅读和答复。",
        version: "2026-11",
        needed,
        given: false,
    };
    AskPage {
        shell: shell("我要提问"),
        recognized: true,
        enter: String::new(),
        body: body.into(),
        fields: vec![
            Choice::new("labor", "工作、工资、工伤", false),
            Choice::new("family", "婚姻、孩子、老人", false),
            Choice::new("", "不清楚，或者是别的事", true),
        ],
        districts: vec![Choice::new("320412", "武进区", false)],
        anonymous: true,
        consents: vec![consent("asking", true), consent("sensitive", false)],
        error: error.map(str::to_owned),
    }
}

pub fn ask_of_a_stranger() -> AskPage {
    AskPage {
        shell: shell("我要提问"),
        enter: "/c/enter?next=%2Fc%2Fask".into(),
        ..AskPage::default()
    }
}

pub fn arriving() -> ArrivingPage {
    ArrivingPage { shell: shell("已收到"), here: "/c/i/tok?done=asked".into() }
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
        enter: "/c/enter?next=%2Fc%2Fprivacy".into(),
        ..PrivacyPage::default()
    }
}

pub fn own_privacy() -> PrivacyPage {
    let consent = |withdrawn| OwnConsent {
        subject: "asking",
        name: "提问和答复",
        version: "2026-11".into(),
        body: "我同意普法联盟为了答复我的问题，保存我写的内容。",
        given: ago(900),
        withdrawn,
    };
    PrivacyPage {
        recognized: true,
        enter: String::new(),
        topics: "劳动人事、婚姻家庭".into(),
        consents: vec![consent(None), consent(Some(ago(20)))],
        ..privacy()
    }
}

pub fn erase_all(done: bool) -> EraseAllPage {
    EraseAllPage { shell: shell("删除我的全部资料"), done }
}

/// A copy of somebody's data with one inquiry in which `words` were said.
pub fn copy(words: &str) -> CopyPage {
    let message = |by: &str, text: &str| CopiedMessage {
        at: "2026-11-23T20:13:00+08:00".into(),
        by: by.into(),
        kind: "文字",
        text: text.into(),
    };
    let inquiry = CopiedInquiry {
        number: "2611-0837".into(),
        asked_at: "2026-11-23T20:13:00+08:00".into(),
        state: "已答复",
        field: Some("劳动人事"),
        territory: Some("320412".into()),
        anonymous: true,
        rating: Some(4),
        rating_comment: words.into(),
        messages: vec![message("您", words), message("李晓明", ANSWER)],
        referrals: vec![("武进区法律援助中心".into(), "已转出")],
    };
    let consent = CopiedConsent {
        subject: "提问和答复",
        version: "2026-11".into(),
        given_at: "2026-11-23T20:13:00+08:00".into(),
        withdrawn_at: None,
    };
    let quiz = CopiedQuiz {
        title: "宪法周答题".into(),
        number: "0a1b2c3d4e5f".into(),
        nickname: "小王".into(),
        territory: "320412".into(),
        unit: "第一小学".into(),
        joined_at: "2026-11-23T20:13:00+08:00".into(),
        answered: (5, 4),
    };
    CopyPage {
        shell: shell("我的资料"),
        copy: Copy {
            topics: vec![("劳动人事", "2026-11-28T09:00:00+08:00".into())],
            made_at: "2026-11-28T09:00:00+08:00".into(),
            consents: vec![consent],
            notices: vec![],
            inquiries: vec![inquiry],
            quizzes: vec![quiz],
        },
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

/// A published article with this body.
pub fn reading(title: &str) -> ReadingPage {
    let body = "<h2>先留证据</h2><p onclick=\"x\">劳动合同、考勤、工资条都截图存好。</p>\
        <img src=\"/console/pictures/0193b1c2-0000-7000-8000-000000000001\">"
        .to_owned();
    ReadingPage {
        shell: shell(title),
        title: title.into(),
        author: "湖塘暖言法律服务社".into(),
        credit: format!("供稿：{title}"),
        published: ago(9000),
        body: readable(&body.repeat(40)),
        changed: vec![(
            "《劳动合同法》第三十条".into(),
            "在文章发布以后有修改，请以现行规定为准。",
        )],
    }
}

pub fn readings(count: usize, title: &str) -> ReadingsPage {
    let row = |n: usize| {
        let href = format!("/c/articles/{n}");
        (href, title.to_owned(), "留好证据，按顺序做三件事。".to_owned(), ago(900))
    };
    ReadingsPage { shell: shell("普法文章"), rows: (0..count).map(row).collect() }
}
