//! Sample pages of quality.

use pufa::platform::http::shell::Choice;
use pufa::quality::rules::RUBRIC;
use pufa::quality::views::{
    CriterionView, LineView, Mark, MonthRow, QualityPage, QualityReadPage, ReadingRow, RunRow,
    UncorrectedPage, UncorrectedRow,
};

use super::desk::{ago, shell};

pub fn overview(count: usize, own: bool, words: &str) -> QualityPage {
    let reading = |n: usize| ReadingRow {
        id: format!("s{n}"),
        number: format!("2611-{n:04}"),
        href: if own { format!("/console/inquiries/q{n}") } else { String::new() },
        organization: if own { String::new() } else { words.into() },
        why: "随机抽中",
        marks: RUBRIC
            .iter()
            .map(|line| Mark { name: line.name, mark: 5, anchor: line.anchors[4] })
            .collect(),
        remark: words.into(),
        correction: if n % 3 == 2 { String::new() } else { words.into() },
        state: "等单位更正",
        waits: n.is_multiple_of(3),
        read: ago(30),
    };
    let run = RunRow {
        month: "2026-10".into(),
        answered: 214,
        picked: 15,
        read: 9,
        open: 1,
        seed: -4_611_686_018,
        drawn: ago(4000),
    };
    QualityPage {
        shell: shell("质量评议", "/console/quality"),
        error: (count == 0).then(|| "现在没有别的单位的答复要您评议。".into()),
        to_read: own.then_some(count),
        in_hand: if count > 1 { "/console/quality/s1".into() } else { String::new() },
        own,
        readings: (0..count).map(reading).collect(),
        supervises: !own,
        runs: (!own).then(|| if count == 0 { Vec::new() } else { vec![run] }),
        month: "2026-11".into(),
    }
}

pub fn uncorrected(count: usize, words: &str) -> UncorrectedPage {
    let month = |nth: usize| MonthRow {
        month: format!("2026-{:02}", 11 - nth),
        shown: nth == 0,
        wrong: 4,
        sent: 1,
        refused: 2,
        waiting: 1,
    };
    let row = |n: usize| UncorrectedRow {
        href: format!("/console/inquiries/q{n}"),
        number: format!("2611-{n:04}"),
        organization: words.into(),
        why: "群众不满意",
        reason: words.into(),
        read: ago(3000),
        decided: n.is_multiple_of(2).then(|| ago(2000)),
    };
    UncorrectedPage {
        shell: shell("没有更正的答复", "/console/quality"),
        months: (0..count.min(2)).map(month).collect(),
        month: "2026-11".into(),
        rows: (1..count).map(row).collect(),
    }
}

pub fn read(words: &str) -> QualityReadPage {
    let line =
        |n: usize| LineView {
            citizen: n == 0, body: words.into(), after: "提问后 3 小时".into()
        };
    QualityReadPage {
        shell: shell("评议一件答复", "/console/quality"),
        action: "/console/quality/s1".into(),
        error: Some("五项都要打分。".into()),
        lines: (0..2).map(line).collect(),
        rubric: RUBRIC
            .iter()
            .map(|line| CriterionView {
                code: line.code,
                name: line.name,
                asks: line.asks,
                anchors: vec![Choice::new("5", line.anchors[4], true)],
            })
            .collect(),
        remark: words.into(),
        wrong: true,
        correction: words.into(),
    }
}
