//! Samples of the pages that share work out: rules, the list to pick from, the hub's view.

use pufa::inquiries::views::Sla;
use pufa::platform::clock::Moment;
use pufa::platform::http::shell::{Choice, Input};
use pufa::routing::views::{
    CandidateRow, HubPage, MemberRow, ModeChange, MovableRow, PickPage, PickRow, RulePage, RuleRow,
    RulesPage, TrialView, Verdict,
};

use super::desk::{HOSTILE, NOW, ago, shell};
use super::office::{DISTRICTS, FIELDS, ORGANIZATIONS, choices};

fn rule(rank: i64, when: &[(&str, &str)], organization: &str) -> RuleRow {
    RuleRow {
        href: format!("/console/rules/r{rank}"),
        rank,
        when: when.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect(),
        organization_name: organization.into(),
        note: "按联盟章程".into(),
        enabled: rank != 2,
        fallback: rank == 9,
    }
}

pub fn rules() -> RulesPage {
    RulesPage {
        shell: shell("分派规则", "/console/rules"),
        rows: vec![
            rule(1, &[("领域", "劳动人事"), ("地区", "武进区")], ORGANIZATIONS[0]),
            rule(2, &[("出现", "家暴 或 打人")], ORGANIZATIONS[2]),
            rule(9, &[], ORGANIZATIONS[2]),
        ],
        may_edit: true,
        gaps: vec![(FIELDS[2].into(), DISTRICTS[..2].join("、"))],
        text: "老板拖欠工资三个月".into(),
        territories: choices(&DISTRICTS, 3),
        modes: vec![
            Choice::new("base", "基础型", true),
            Choice::new("professional", "专业型", false),
        ],
        pick_minutes: 60,
        mode_changes: vec![ModeChange { sentence: HOSTILE.into(), ..ModeChange::default() }],
        verdict: Some(Verdict {
            organization_name: Some(ORGANIZATIONS[0].into()),
            listed_for: None,
            reading: vec!["领域判断为“劳动人事”，依据：工资、拖欠".into()],
            rules: vec![("当 领域=劳动人事 → 湖塘".into(), "符合，由它决定".into())],
            candidates: vec![
                CandidateRow {
                    name: ORGANIZATIONS[0].into(),
                    points: 62,
                    words: "服务武进区 +40，专业型单位 +25，在办 3 件 -3".into(),
                    why_not: None,
                    chosen: true,
                },
                CandidateRow {
                    name: ORGANIZATIONS[2].into(),
                    points: 40,
                    words: "面向全市 +15，专业型单位 +25".into(),
                    why_not: Some("现在无人值班"),
                    chosen: false,
                },
            ],
            elsewhere: ORGANIZATIONS[1].into(),
            steps: vec!["第 1 条规则符合：领域＝劳动人事 且 地区＝武进区".into()],
        }),
    }
}

pub fn rules_empty() -> RulesPage {
    let verdict = Some(Verdict { steps: vec![HOSTILE.into()], ..Verdict::default() });
    RulesPage {
        shell: shell("分派规则", "/console/rules"),
        text: HOSTILE.into(),
        verdict,
        ..RulesPage::default()
    }
}

pub fn rule_form() -> RulePage {
    RulePage {
        shell: shell("分派规则", "/console/rules"),
        action: "/console/rules/r1".into(),
        new: false,
        fields: choices(&FIELDS, 2),
        territories: choices(&DISTRICTS, 3),
        organizations: choices(&ORGANIZATIONS, 0),
        rank: Input::new("1"),
        note: Input::new("按联盟章程"),
        version: 2,
        enabled: true,
        trial: Some(TrialView {
            asked: 240,
            changed: 12,
            loads: vec![("湖塘暖言法律服务社".into(), 80, 68)],
            examples: vec![(
                "2611-0042".into(),
                "湖塘暖言法律服务社".into(),
                "天宁法律服务社".into(),
            )],
        }),
        history: Vec::new(),
        error: Some("第 3 条规则的条件完全一样，请先停用其中一条。".into()),
    }
}

/// A list with one inquiry in it that may not be taken just now.
pub fn pick(said: &str) -> PickPage {
    let row = PickRow {
        id: "q1".into(),
        number: "2611-0837".into(),
        first_line: said.to_owned(),
        field: FIELDS[2].into(),
        place: DISTRICTS[3].into(),
        asked: ago(30),
        sla: Sla::new(Some(Moment(NOW.0 + 7_200_000)), None, NOW),
        until: "今天 18:30".into(),
    };
    let rows = vec![row.clone(), PickRow { id: "q2".into(), ..row }];
    let shell = shell("自选列表", "/console/pick");
    PickPage { shell, rows, shut: None, picks: true }
}

pub fn pick_empty() -> PickPage {
    let shut = Some("本单位在办件数已达上限。".to_owned());
    PickPage { shell: shell("自选列表", "/console/pick"), shut, picks: true, rows: vec![] }
}

/// Two members, one of them with offers that can and cannot be moved.
pub fn hub(name: &str) -> HubPage {
    let offer = |id: &str, takers| MovableRow {
        id: id.into(),
        number: "2611-0837".into(),
        field: FIELDS[2].into(),
        place: DISTRICTS[3].into(),
        urgent: true,
        asked: ago(200),
        sla: Sla::new(Some(Moment(NOW.0 - 7_200_000)), None, NOW),
        takers,
    };
    let busy = MemberRow {
        id: "m1".into(),
        name: name.to_owned(),
        standing: "在办件数已达上限",
        untaken: 2,
        taken: 12,
        overdue: 1,
        ages: (3, 8, 3),
        cap: "12".into(),
        offers: vec![offer("q1", choices(&ORGANIZATIONS, 9)), offer("q2", Vec::new())],
        ..MemberRow::default()
    };
    let free = MemberRow {
        id: "m2".into(),
        name: ORGANIZATIONS[1].into(),
        standing: "有人值班",
        takes: true,
        ..MemberRow::default()
    };
    let shell = shell("统筹", "/console/hub");
    HubPage { shell, hub: "武进法律服务联合会".into(), members: vec![busy, free] }
}

pub fn hub_empty() -> HubPage {
    HubPage { shell: shell("统筹", "/console/hub"), ..HubPage::default() }
}
