//! Sample pages of the console's desk: log-in, inbox, conversation, conflict.

use std::time::Duration;

use super::composing::{picker, preview};
use super::finding::kept;
use super::merging::related;
use pufa::inquiries::views::citing::{CitedArticle, Citing};
use pufa::inquiries::views::conflict::ConflictPage;
use pufa::inquiries::views::conversation::{
    CardOffer, Composer, ConversationPage, DeliveryState, DeliveryView, Entry, EntryKind, Fact,
    InquiryHead, Permitted, SimilarPast,
};
use pufa::inquiries::views::inbox::{InboxPage, InboxQuery, InboxRow, InboxTab, TabCount};
use pufa::inquiries::views::sorting::Sorting;
use pufa::inquiries::views::{Part, RatingView, Recording, Sla};
use pufa::platform::clock::{Entropy, Moment};
use pufa::platform::http::shell::{Choice, NavItem, Notice, NoticeKind, Shell, Site, Who};
use pufa::platform::http::when::When;
use pufa::staff::Stage;
use pufa::staff::views::login::{DemoAccount, LoginPage};
use pufa::staff::views::wechat::{Screen, WechatBindingPage, WechatLoginPage};

/// 2025-11-23 20:13:20 in Shanghai.
pub const NOW: Moment = Moment(1_763_900_000_000);
/// What an attacker writes.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

pub fn ago(minutes: u64) -> When {
    When::new(NOW.minus(Duration::from_secs(minutes * 60)), NOW)
}

pub fn site() -> Site {
    Site {
        publisher: "常州市司法局".into(),
        icp: "苏ICP备00000000号".into(),
        support_phone: "0519-00000000".into(),
        ..Site::default()
    }
}

pub fn shell(title: &str, at: &str) -> Shell {
    let item = |label: &str, href: &str, icon: &'static str, count| NavItem {
        label: label.into(),
        href: href.into(),
        icon,
        current: href == at,
        count,
    };
    Shell {
        title: title.into(),
        demo: true,
        alerts: Vec::new(),
        who: Some(Who {
            name: "李晓明".into(),
            role_name: "答复人员".into(),
            organization_name: "武进区劳动者权益服务中心".into(),
        }),
        nav: vec![
            item("咨询", "/console/inbox", "inbox", Some(12)),
            item("待分派", "/console/unmatched", "queue", Some(3)),
            item("单位", "/console/members", "members", None),
            item("人员", "/console/members/m1/staff", "people", Some(0)),
            item("规则", "/console/rules", "rules", None),
            item("设置", "/console/settings", "settings", None),
            item("健康", "/console/health", "health", Some(1)),
        ],
        notice: None,
        tour: false,
        live: true,
        once: "5c1e6a0b".into(),
        site: site(),
    }
}

fn sla(hours: i64) -> Sla {
    Sla::new(Some(Moment(NOW.0 + hours * 3_600_000)), None, NOW)
}

const QUESTIONS: [&str; 8] = [
    "老板拖欠三个月工资，一直说资金紧张，我该怎么要回来？",
    "邻居装修把我家墙面打裂了，物业不管，能不能要求赔偿？",
    "网上买的保健品吃了没有用，商家不给退钱怎么办",
    "父亲去世没有留下遗嘱，房子怎么分",
    "送外卖路上被车撞了，平台说我不是员工，不算工伤",
    "租房合同没到期，房东要我下周搬走，押金也不退",
    "孩子在学校被同学打伤，学校说跟他们没有关系",
    "借给朋友五万块钱，只有微信聊天记录，能打官司吗",
];
const FIELDS: [&str; 4] = ["劳动人事", "房产物业相邻", "继承", "债权债务"];
const PLACES: [&str; 4] = ["武进区 湖塘镇", "天宁区", "新北区 薛家镇", "溧阳市 天目湖镇"];

pub fn rows(count: usize) -> Vec<InboxRow> {
    (0..count)
        .map(|n| InboxRow {
            stage: None,
            id: format!("q{n}"),
            href: format!("/console/inquiries/q{n}?tab=organization"),
            number: format!("2611-{:04}", 837 + n),
            citizen: if n % 5 == 3 {
                "匿名".into()
            } else {
                format!("群众 {:04x}", 0x3f2a + n * 977)
            },
            first_line: QUESTIONS[n % 8].into(),
            field: Some(FIELDS[n % 4].into()),
            place: Some(PLACES[n % 4].into()),
            asked: ago(7 + 53 * n as u64),
            sla: sla([-2, 1, 4, 9, 20][n % 5]),
            state: "待认领".into(),
            unread: n % 3 == 0,
            danger: n == 6,
            call_back: n == 4,
            claimed_by: (n % 4 == 1).then(|| "王芳".into()),
            mine: n % 4 == 2,
            current: false,
            labels: vec![],
        })
        .collect()
}

pub fn inbox(count: usize) -> InboxPage {
    InboxPage {
        shell: Shell { tour: true, ..shell("咨询", "/console/inbox") },
        query: InboxQuery { tab: InboxTab::Organization, ..InboxQuery::default() },
        tabs: InboxTab::ALL
            .into_iter()
            .zip([12, 3, 86, 4, 1_920])
            .map(|(tab, count)| TabCount { tab, count })
            .collect(),
        fields: vec![
            Choice::new("labor", "劳动人事", false),
            Choice::new("family", "婚姻家庭", false),
        ],
        territories: vec![
            Choice::new("wujin", "武进区", false),
            Choice::new("tianning", "天宁区", false),
        ],
        labels: vec![Choice::new("集体讨薪", "集体讨薪", false)],
        may_act: true,
        bulk: None,
        saved: vec![kept("湖塘欠薪", false), kept("本周到期", true)],
        rows: rows(count),
        total: if count == 50 { 86 } else { count as i64 },
        next_after: (count == 50).then(|| "q49".into()),
        next_duty: Some("11月25日 13:30–17:30".into()),
    }
}

/// Characters without pattern, about as hard to pack as real letters of many people.
fn noise(seed: u64, length: usize) -> String {
    let chance = Entropy::seeded(seed);
    let pick = |_| char::from_u32(0x4e00 + chance.below(600) as u32).unwrap_or('字');
    (0..length).map(pick).collect()
}

/// A full page of rows that have nothing in common.
pub fn varied_inbox() -> InboxPage {
    let mut page = inbox(50);
    for (n, row) in page.rows.iter_mut().enumerate() {
        row.first_line = noise(n as u64, 40);
        row.id = format!("{:032x}", u128::from(n as u64) * 0x9e37_79b9_7f4a_7c15_f39c);
        row.href = format!("/console/inquiries/{}?tab=organization", row.id);
    }
    page
}

pub fn hostile_inbox() -> InboxPage {
    let mut page = inbox(1);
    page.query.q = HOSTILE.into();
    page.saved = vec![kept(HOSTILE, false)];
    page.rows[0].first_line = format!("{HOSTILE} 👩‍👩‍👧‍👦🧧 مرحبا");
    page.rows[0].citizen = HOSTILE.into();
    page.rows[0].field = Some(HOSTILE.into());
    page.rows[0].claimed_by = Some("欧阳".repeat(30));
    page.shell.notice = Some(Notice::new(NoticeKind::Failed, HOSTILE));
    page
}

fn text(words: &str) -> Vec<Part> {
    vec![Part::Text(words.into())]
}

fn entry(seq: i64, kind: EntryKind, who: &str, minutes: u64, parts: Vec<Part>) -> Entry {
    Entry { seq, kind, who: who.into(), when: ago(minutes), parts, details: vec![] }
}

fn answer(state: DeliveryState, reason: Option<&str>) -> EntryKind {
    EntryKind::Answer(DeliveryView { state, reason: reason.map(Into::into) })
}

pub const ANSWER: &str = "可以要回来，而且不用花钱。\n\n三步走：\n1. 先给老板发一条书面催款（微信也行），写明欠哪几个月、共多少钱；\n2. 三天内不给，到武进区劳动保障监察大队投诉，带上工资条、打卡记录、聊天记录；\n3. 仍不解决，申请劳动仲裁，从离职之日起一年内提出。\n\n依据：《劳动合同法》第三十条、第八十五条。";

fn timeline() -> Vec<Entry> {
    let offered = Entry {
        details: vec![
            "领域是“劳动人事”，由“工资 拖欠”判断".into(),
            "地区是“武进区”，由群众自己选择".into(),
            "本单位现在有人值班，6 个名额用了 2 个".into(),
        ],
        ..entry(2, EntryKind::Event, "系统", 130, text("派给武进区劳动者权益服务中心"))
    };
    vec![
        offered,
        entry(3, EntryKind::Event, "系统", 120, text("李晓明 认领")),
        entry(
            4,
            EntryKind::Citizen,
            "群众 3f2a",
            110,
            vec![
                Part::Voice {
                    seconds: Some(21),
                    recognition: Some(
                        "工地在湖塘这边一共欠了我两万四，还有十几个老乡也没有拿到".into(),
                    ),
                    recording: Recording {
                        href: Some("/console/media/1".into()),
                        file: "AMR 录音，13 KB".into(),
                        ..Recording::default()
                    },
                },
                Part::Picture { href: "/console/media/2".into() },
                Part::Location { label: "武进区湖塘镇 人民路附近".into() },
            ],
        ),
        entry(
            5,
            EntryKind::Note,
            "李晓明",
            90,
            text("十几个人，可能是群体性欠薪，已电话问过监察大队，可以集体登记。"),
        ),
        entry(6, answer(DeliveryState::Delivered, None), "李晓明", 80, text(ANSWER)),
        entry(7, EntryKind::Citizen, "群众 3f2a", 40, text("老板说没签合同就不算，是真的吗？👷")),
        entry(8, EntryKind::HandOver, "王芳", 35, text("王芳 转给 李晓明：当事人要求继续由您答复")),
        entry(
            9,
            answer(DeliveryState::Waiting, Some("客服消息窗口已关闭，群众下次来信时先送出")),
            "李晓明",
            20,
            text("不是真的。没签合同也是劳动关系，还可以要双倍工资。"),
        ),
        entry(
            10,
            answer(DeliveryState::Failed, Some("群众已取消关注（43004）")),
            "李晓明",
            5,
            text("请把打卡记录拍照保存好。"),
        ),
    ]
}

pub fn conversation() -> ConversationPage {
    ConversationPage {
        promise: Default::default(),
        shell: shell("咨询 2611-0837", "/console/inbox"),
        inquiry: InquiryHead {
            id: "q1".into(),
            number: "2611-0837".into(),
            citizen: "群众 3f2a".into(),
            state: "办理中".into(),
            asked: ago(131),
            sla: sla(4),
            field: Some("劳动人事 · 拖欠工资".into()),
            place: Some("武进区 湖塘镇".into()),
            flags: vec!["可能符合法律援助".into(), "群体性（10 人以上）".into()],
            claimed_by: Some("李晓明".into()),
            mine: true,
            presence: Some("王芳 正在查看".into()),
            ..InquiryHead::default()
        },
        question: text(
            "你好，我在湖塘一个工地做了三个月，老板一直说资金紧张，一分钱工资都没有发，一共两万四。现在工程快结束了，我怕他跑掉，我该怎么要回来？没有签过合同，只有微信聊天和打卡照片。",
        ),
        facts: [
            ("编号", "2611-0837"),
            ("来源", "公众号 · 语音"),
            ("服务站点", "湖塘镇法律服务站"),
            ("接收单位", "武进区劳动者权益服务中心"),
        ]
        .map(|(label, value)| Fact { label: label.into(), value: value.into() })
        .into(),
        reasons: vec![
            "领域是“劳动人事”，地区是“武进区”".into(),
            "符合规则 4：武进区的劳动人事咨询 → 本单位".into(),
        ],
        related: related(),
        cards: vec![CardOffer {
            href: "/c/k/labor-unpaid-wages".into(),
            title: "公司拖欠工资怎么办？".into(),
            text: "先保存证据。\n依据：劳动合同法第30条。".into(),
            fill_href: "/console/inquiries/q1?card=labor-unpaid-wages#body".into(),
            standing: "编写并核对法条于 2026-11-23，尚未经法律专业人员审核".into(),
        }],
        citing: Citing {
            articles: vec![
                CitedArticle {
                    title: "《工资支付法》第二条".into(),
                    insert: "《工资支付法》第二条".into(),
                    text: "拖欠工资的，责令限期支付。".into(),
                    why: "答复中引用了",
                    judged: Some((true, "李晓明".into())),
                    name: "工资支付法".into(),
                    number: 2,
                    insertion: 0,
                },
                CitedArticle {
                    title: "《工程承包法》第一条".into(),
                    why: "与问题相近",
                    name: "工程承包法".into(),
                    number: 1,
                    ..CitedArticle::default()
                },
            ],
            doubts: vec!["《旧工资条例》第一条：这部法律已经失效，请改引现行法律。".into()],
            may_judge: true,
        },
        similar: vec![SimilarPast {
            href: "/console/inquiries/q7".into(),
            first_line: "工地欠薪三个月".into(),
            answer: "先到劳动监察投诉。".into(),
            asked: ago(90_000),
        }],
        timeline: timeline(),
        seen: 10,
        composer: Composer {
            body: "没有合同也可以主张权利。".into(),
            saved_at: Some("20:12:05".into()),
            byte_limit: 2040,
            sends_left: Some(4),
            window: "客服消息可发到 11月25日 19:33".into(),
            picker: picker(),
            files: super::composing::files(),
            ..Composer::default()
        },
        may: Permitted {
            release: true,
            decline: vec![Choice::new("busy", "人手不足，不能按时答复", false)],
            note: true,
            reassign_to: vec![
                Choice::new("m2", "常州市法律援助基金会", false),
                Choice::new("m3", "天宁区红梅街道法律服务社", false),
            ],
            close: true,
            unclear: true,
            ..Permitted::default()
        },
        sorting: Sorting {
            fields: vec![Choice::new("labor", "劳动人事", true)],
            masked: 2,
            ..Sorting::default()
        },
        rating: None,
        back_href: "/console/inbox?tab=organization".into(),
        list_src: "/console/inbox?tab=organization&part=list".into(),
        ..ConversationPage::default()
    }
}

/// Offered, taken by nobody, dangerous, nothing said yet.
pub fn fresh_conversation() -> ConversationPage {
    let mut page = conversation();
    page.inquiry.claimed_by = None;
    page.inquiry.mine = false;
    page.inquiry.state = "待认领".into();
    page.inquiry.danger = true;
    page.inquiry.presence = None;
    page.timeline.clear();
    page.composer =
        Composer { shut: Some("认领以后才能写答复。".into()), ..Composer::default() };
    page.may = Permitted { claim: true, ..Permitted::default() };
    page
}

/// Closed, rated badly.
pub fn closed_conversation() -> ConversationPage {
    let mut page = conversation();
    page.inquiry.closed = true;
    page.inquiry.state = "已办结".into();
    page.inquiry.sla = Sla::new(Some(NOW), Some(NOW.minus(Duration::from_secs(9_000))), NOW);
    page.rating =
        Some(RatingView { score: 2, comment: "还是没有拿到钱".into(), when: ago(3) });
    page.composer = Composer {
        shut: Some("已办结，重新打开后可以继续答复。".into()),
        ..Composer::default()
    };
    page.may = Permitted { reopen: true, ..Permitted::default() };
    page
}

/// Fifty lines of some length that have nothing in common.
pub fn long_conversation() -> ConversationPage {
    let mut page = conversation();
    page.older_href = Some("/console/inquiries/q1?before=10".into());
    page.timeline = (0..50)
        .map(|n| match n % 3 {
            0 => entry(n, EntryKind::Citizen, "群众 3f2a", 500, text(&noise(n as u64, 80))),
            1 => entry(
                n,
                answer(DeliveryState::Delivered, None),
                "李晓明",
                400,
                text(&noise(n as u64, 300)),
            ),
            _ => entry(n, EntryKind::Note, "王芳", 300, text(&noise(n as u64, 40))),
        })
        .collect();
    page
}

pub fn hostile_conversation() -> ConversationPage {
    let mut page = conversation();
    page.inquiry.citizen = HOSTILE.into();
    page.inquiry.flags = vec![HOSTILE.into()];
    page.question = vec![
        Part::Text(HOSTILE.into()),
        Part::Link { title: HOSTILE.into(), url: format!("javascript:{HOSTILE}") },
        Part::Location { label: HOSTILE.into() },
        Part::Other(HOSTILE.into()),
    ];
    page.composer.body = format!("</textarea>{HOSTILE}");
    page.composer.pick = HOSTILE.into();
    page.composer.picker.found[0].text = HOSTILE.into();
    page.composer.preview = Some(preview(HOSTILE));
    page.timeline[0].details = vec![HOSTILE.into()];
    page.shell.once = HOSTILE.into();
    page
}

pub fn conflict() -> ConflictPage {
    ConflictPage {
        supplement: true,
        shell: shell("先看一看", "/console/inbox"),
        id: "q1".into(),
        number: "2611-0837".into(),
        what: "王芳 在 20:11 已经答复了群众".into(),
        news: vec![entry(
            11,
            answer(DeliveryState::Delivered, None),
            "王芳",
            2,
            text("没签合同不影响要工资，带上打卡照片去监察大队登记就可以。"),
        )],
        body: "没有合同也可以主张权利，打卡照片、聊天记录都是证据。".into(),
        seen: 11,
        byte_limit: 2040,
    }
}

pub fn login(error: Option<&str>, wait_seconds: u64) -> LoginPage {
    let account = |role: &str, name: &str| DemoAccount {
        role_name: role.into(),
        username: name.into(),
        password: "demo-Ganjiang-7".into(),
    };
    LoginPage {
        shell: Shell { who: None, nav: vec![], live: false, ..shell("登录", "") },
        username: error.map(|_| "li.xiaoming".into()).unwrap_or_default(),
        next: "/console/inbox".into(),
        error: error.map(Into::into),
        wait_seconds,
        wechats: vec![Choice::new("main", "", true)],
        demo_accounts: vec![
            account("答复人员", "responder"),
            account("成员单位管理员", "manager"),
            account("联盟运营", "operator"),
        ],
    }
}

fn screen(stage: Stage) -> Screen {
    Screen {
        stage,
        picture: "/console/login/wechat/picture?at=1763900000000".into(),
        until: "20:15:20".into(),
        scanned: if stage == Stage::Open { String::new() } else { "20:13:41".into() },
        phone_href: String::new(),
    }
}

pub fn wechat_login(stage: Option<Stage>, error: Option<&str>) -> WechatLoginPage {
    WechatLoginPage {
        shell: Shell { who: None, nav: vec![], live: false, ..shell("用微信扫码登录", "") },
        next: "/console/inbox".into(),
        error: error.map(Into::into),
        screen: stage.map(screen),
        wechats: vec![Choice::new("main", "", true)],
        step_src: "/console/login/wechat?part=step&next=%2Fconsole%2Finbox".into(),
    }
}

pub fn wechat_binding(stage: Option<Stage>, error: Option<&str>) -> WechatBindingPage {
    WechatBindingPage {
        shell: shell("绑定微信", "/console/account"),
        error: error.map(Into::into),
        screen: stage.map(screen),
    }
}
