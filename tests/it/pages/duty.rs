//! Sample pages of the duty roster.

use pufa::platform::http::shell::Choice;
use pufa::roster::views::{
    AbsenceRow, DayColumn, DutyPage, DutyRow, HandoverRow, OwnDesk, RosterPage, ShiftRow, SwapRow,
};

use super::desk::{ago, shell};

const DAYS: [&str; 7] = [
    "11月30日 周一",
    "12月1日 周二",
    "12月2日 周三",
    "12月3日 周四",
    "12月4日 周五",
    "12月5日 周六",
    "12月6日 周日",
];

/// A manager's week in which everything occurs; `words` stand wherever people typed something.
pub fn roster(words: &str) -> RosterPage {
    let shift = |n: usize| ShiftRow {
        id: format!("s{n}"),
        span: "09:00–12:00".into(),
        person: words.into(),
        mine: n == 0,
        away: n == 1,
        doubled: n == 2,
    };
    let day = |(n, name): (usize, &&str)| DayColumn {
        name: (*name).into(),
        today: n == 1,
        over: n == 0,
        special: if n == 3 { "全员培训".into() } else { String::new() },
        shifts: (0..3 - n / 3).map(shift).collect(),
        gaps: if n == 2 { "13:30–17:30".into() } else { String::new() },
    };
    let choice = |n: usize| Choice::new(format!("v{n}"), words, n == 1);
    RosterPage {
        shell: shell("值班表", "/console/roster"),
        organization_name: "武进区劳动者权益服务中心".into(),
        base: "/console/members/m1/roster".into(),
        monday: "2026-11-30".into(),
        before: "2026-11-23".into(),
        after: "2026-12-07".into(),
        this_week: true,
        error: Some("每段时间的结束要晚于开始；跨过半夜的班请分成两天填写。".into()),
        told: Some("已复制 9 个班。跳过：1 个班遇到休息日。".into()),
        now: "现在值班：王芳（到 12:00）。".into(),
        counts: true,
        manages: true,
        own: Some(OwnDesk {
            my_shifts: vec![choice(0)],
            colleagues: vec![choice(1)],
            in_return: vec![choice(2)],
            feed: Some(format!("https://pufa.example/console/roster/calendar/{}", "a".repeat(43))),
        }),
        days: DAYS.iter().enumerate().map(day).collect(),
        empty: false,
        people: vec![choice(0), choice(1)],
        open_days: DAYS[1..].iter().map(|day| Choice::new(*day, *day, false)).collect(),
        spans: words.into(),
        absences: vec![AbsenceRow {
            id: "a1".into(),
            sentence: format!("{words}　12月1日 周二 至 12月3日 周四　病假"),
            removable: true,
        }],
        reasons: vec![Choice::new("ill", "病假", false)],
        swaps: [(true, false), (false, true), (false, false)]
            .into_iter()
            .enumerate()
            .map(|(n, (for_me, from_me))| SwapRow {
                id: format!("w{n}"),
                sentence: "王芳请李明换班：12月2日 周三 09:00–12:00".into(),
                remark: words.into(),
                state: if for_me || from_me { "等待同意" } else { "已换班" },
                for_me,
                from_me,
            })
            .collect(),
        handovers: vec![HandoverRow { author: "王芳".into(), at: ago(90), body: words.into() }],
    }
}

/// The week of somebody who may only look, before anything is planned.
pub fn empty_roster() -> RosterPage {
    RosterPage {
        manages: false,
        own: Some(OwnDesk::default()),
        empty: true,
        error: None,
        told: None,
        counts: false,
        days: DAYS
            .iter()
            .map(|name| DayColumn { name: (*name).into(), ..DayColumn::default() })
            .collect(),
        absences: Vec::new(),
        swaps: Vec::new(),
        handovers: Vec::new(),
        ..roster("")
    }
}

pub fn duty(words: &str) -> DutyPage {
    let row = |(state, class, icon): (&'static str, &'static str, &'static str)| DutyRow {
        organization: words.into(),
        href: "/console/members/m1/roster".into(),
        state,
        class,
        icon,
        detail: "现在无人值班，下一班 12月2日 周三 09:00–12:00 王芳。".into(),
        days_with_gaps: 2,
    };
    let states =
        [("值班中", "good", "check"), ("无人值班", "warn", "clock"), ("未排班", "off", "clock")];
    DutyPage {
        shell: shell("值班", "/console/roster"),
        rows: states.into_iter().map(row).collect(),
    }
}

pub fn no_duty() -> DutyPage {
    DutyPage { shell: shell("值班", "/console/roster"), rows: Vec::new() }
}
