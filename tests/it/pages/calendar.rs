//! Sample pages of the calendar.

use pufa::calendar::views::{
    DateRow, HeldPage, MonthPage, QuotaRow, RulePage, SendingRow, StepRow, TaskRow, YearPage,
};
use pufa::platform::http::shell::{Choice, Input};

use super::desk::shell;

const AT: &str = "/console/calendar";

fn row(words: &str, owner: &str) -> DateRow {
    DateRow {
        href: "/console/calendar/2026-constitution-day".into(),
        name: words.into(),
        theme: words.into(),
        when: "12月4日 周五".into(),
        lead: words.into(),
        basis: words.into(),
        owner: owner.into(),
        progress: "完成 3/8，下一项：宣传审核通过（11月27日 周五）".into(),
    }
}

pub fn month(words: &str) -> MonthPage {
    MonthPage {
        shell: shell("普法日历", AT),
        month: "2026 年 12 月".into(),
        year: 2026,
        before: "2026-11".into(),
        after: "2027-01".into(),
        current: true,
        quotas: [(3, 4), (4, 4), (5, 4)]
            .map(|(used, allowed)| QuotaRow { account: words.into(), used, allowed })
            .into(),
        collisions: vec![words.into()],
        sendings: vec![SendingRow {
            when: "12月4日 周五 09:00".into(),
            account: words.into(),
            title: words.into(),
            state: "已排期",
        }],
        dates: vec![row(words, words), row(words, "")],
        undated: vec![row(words, "")],
        tasks: ["good", "warn", "bad", "calm"]
            .map(|class| TaskRow {
                href: "/console/calendar/2026-constitution-day".into(),
                date: words.into(),
                name: "法律审核".into(),
                due: "11月20日 周五".into(),
                owner: words.into(),
                class,
                icon: "clock",
                state: "还有 3 天".into(),
            })
            .into(),
        may_write: true,
        feed: Some("https://pufa.test/console/calendar/feed/abc".into()),
    }
}

pub fn quiet_month() -> MonthPage {
    MonthPage {
        shell: shell("普法日历", AT),
        month: "2026 年 2 月".into(),
        before: "2026-01".into(),
        after: "2026-03".into(),
        year: 2026,
        ..MonthPage::default()
    }
}

pub fn year(words: &str) -> YearPage {
    YearPage {
        shell: shell("普法日历", AT),
        year: 2026,
        months: vec![
            ("5 月".into(), vec![row(words, words); 4]),
            ("12 月".into(), vec![row(words, "")]),
        ],
        dropped: vec![("/console/calendar/rules/fire-safety".into(), words.into())],
        may_write: true,
    }
}

pub fn date(words: &str, may_write: bool) -> HeldPage {
    let step = |code: &str, done| StepRow {
        code: code.into(),
        name: "法律审核".into(),
        due: "11月20日 周五".into(),
        done,
        state: words.into(),
        class: if done { "good" } else { "bad" },
        icon: if done { "check" } else { "alert" },
    };
    HeldPage {
        shell: shell("国家宪法日", AT),
        action: "/console/calendar/2026-constitution-day".into(),
        back: "/console/calendar?month=2026-12".into(),
        rule_href: "/console/calendar/rules/constitution-day".into(),
        name: words.into(),
        year: 2026,
        when: "12月4日 周五".into(),
        rule: "每年 12 月 4 日".into(),
        lead: words.into(),
        basis: words.into(),
        source: words.into(),
        theme: Input::new(words),
        owner: words.into(),
        owners: vec![Choice::new("1", words, true)],
        first: Input::new("2026-12-04"),
        last: Input::new("2026-12-04"),
        version: 1,
        steps: vec![step("plan", true), step("legal", false)],
        may_write,
        error: Some("年度主题最多 60 个字，请缩短。".into()),
    }
}

pub fn rule(words: &str, new: bool) -> RulePage {
    let choices = |words: &str| vec![Choice::new("1", words, true)];
    RulePage {
        shell: shell("普法日历", AT),
        action: if new { format!("{AT}/new") } else { format!("{AT}/rules/constitution-day") },
        new,
        shipped: !new,
        name: Input::new(words),
        kinds: choices("固定的一天"),
        month: Input::new("12"),
        day: Input::new("4"),
        nths: choices("第一个"),
        weekdays: choices("星期一"),
        lead: Input::new(words),
        basis: Input::new(words),
        source: Input::new(words),
        templates: choices("普法活动"),
        version: 1,
        coming: if new { vec![] } else { vec!["2026 年：12月4日 周五".into()] },
        error: new.then(|| "请填写名称和依据。".into()),
        ..RulePage::default()
    }
}
