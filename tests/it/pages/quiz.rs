//! Sample pages of the quiz.

use askama::Template;
use pufa::platform::http::shell::Choice;
use pufa::quiz::views::bank::{BankPage, QuestionPage, QuestionRow, VersionRow};
use pufa::quiz::views::flags::{FlagRow, FlagsPage};
use pufa::quiz::views::honours::{CertificatePage, VerifyPage};
use pufa::quiz::views::playing::{
    DrawPage, LeaguePage, OpenRoundsPage, OptionView, PlayPage, ResultPage, RoundHomePage, TeamRow,
    Told,
};
use pufa::quiz::views::rounds::{RoundPage, RoundRow, RoundsPage};

use super::{desk, street};

const CONSOLE: &str = "/console/quiz";
const STATE: (&str, &str, &str) = ("可用", "good", "check");

/// Every sample, by name.
pub fn pages() -> Vec<(&'static str, askama::Result<String>)> {
    vec![
        ("quiz-bank", bank("国家宪法日", 20).render()),
        ("quiz-bank-empty", bank("", 0).render()),
        ("quiz-bank-hostile", bank(desk::HOSTILE, 2).render()),
        ("quiz-question", question("几岁成年？", false).render()),
        ("quiz-question-read", question("几岁成年？", true).render()),
        ("quiz-question-hostile", question(desk::HOSTILE, false).render()),
        ("quiz-rounds", rounds("宪法周答题").render()),
        ("quiz-rounds-hostile", rounds(desk::HOSTILE).render()),
        ("quiz-round", round("宪法周答题").render()),
        ("quiz-round-hostile", round(desk::HOSTILE).render()),
        ("quiz-flags", flags(desk::HOSTILE).render()),
        ("street-quiz-open", open("宪法周答题").render()),
        ("street-quiz-home", home("宪法周答题", false).render()),
        ("street-quiz-home-joined", home(desk::HOSTILE, true).render()),
        ("street-quiz-play", play("几岁成年？", false, false).render()),
        ("street-quiz-play-many", play(desk::HOSTILE, true, false).render()),
        ("street-quiz-told", play(desk::HOSTILE, false, true).render()),
        ("street-quiz-result", result(desk::HOSTILE).render()),
        ("street-quiz-league", league(desk::HOSTILE).render()),
        ("street-quiz-draw", draw(desk::HOSTILE).render()),
        ("street-quiz-certificate", certificate(desk::HOSTILE).render()),
        ("street-quiz-verify", verify().render()),
    ]
}

fn choices() -> Vec<Choice> {
    vec![Choice::new("a", "全部", true), Choice::new("b", "婚姻家庭", false)]
}

pub fn bank(words: &str, count: usize) -> BankPage {
    let row = |n: usize| QuestionRow {
        href: format!("/console/quiz/bank/{n}"),
        question: format!("{words}{n}"),
        kind: "单选题",
        law: "《民法典》第十七条".into(),
        difficulty: 1,
        state: STATE,
        doubt: words.into(),
        when: desk::ago(60),
    };
    BankPage {
        shell: desk::shell("题库", CONSOLE),
        words: words.into(),
        kinds: choices(),
        fields: choices(),
        states: choices(),
        rows: (0..count).map(row).collect(),
        counts: (count, count),
        may_write: true,
    }
}

pub fn question(words: &str, decidable: bool) -> QuestionPage {
    let version = VersionRow {
        version: 1,
        question: words.into(),
        options: "甲\n乙\n答案：A".into(),
        who: "叶婉 写，待校核".into(),
        reason: words.into(),
        when: desk::ago(60),
    };
    QuestionPage {
        shell: desk::shell("题库", CONSOLE),
        id: "q1".into(),
        version: 1,
        kinds: choices(),
        fields: choices(),
        situation: words.into(),
        question: words.into(),
        options: words.into(),
        key: "A".into(),
        explanation: words.into(),
        law: "民法典".into(),
        article: "第十七条".into(),
        source: words.into(),
        difficulties: choices(),
        expires_on: "2027-12-31".into(),
        error: Some(words.into()),
        state: STATE,
        doubt: words.into(),
        may_write: !decidable,
        decidable,
        why_not: "等同事校核。",
        retired: false,
        preview: vec![(words.into(), true), ("乙".into(), false)],
        history: vec![version],
    }
}

pub fn rounds(words: &str) -> RoundsPage {
    let row = RoundRow {
        href: "/console/quiz/rounds/r1".into(),
        title: words.into(),
        days: "2026-12-01 至 2026-12-07".into(),
        state: STATE,
    };
    let (shell, rows) = (desk::shell("答题活动", CONSOLE), vec![row]);
    RoundsPage { shell, rows, may_write: true, waiting: 3 }
}

pub fn round(words: &str) -> RoundPage {
    RoundPage {
        shell: desk::shell("答题活动", CONSOLE),
        id: "r1".into(),
        version: 1,
        accounts: choices(),
        title: words.into(),
        intro: words.into(),
        prizes: words.into(),
        winners: "10".into(),
        least_right: "3".into(),
        opens_on: "2026-12-01".into(),
        closes_on: "2026-12-07".into(),
        period_days: "1".into(),
        per_period: "5".into(),
        fields: choices(),
        hardest: "5".into(),
        units: words.into(),
        population: words.into(),
        population_source: words.into(),
        error: Some(words.into()),
        reason: words.into(),
        state: STATE,
        rules: vec![words.into()],
        may_write: true,
        submittable: true,
        decidable: true,
        why_not: String::new(),
        drawable: true,
        published: true,
        figures: vec![("参加人数".into(), "12 人".into())],
        questions: vec![(words.into(), 12, 58)],
    }
}

pub fn flags(words: &str) -> FlagsPage {
    let row = |decidable| FlagRow {
        number: "0a1b2c3d4e5f".into(),
        kind: "pace",
        name: "答得比读题还快",
        detail: words.into(),
        appeal: words.into(),
        decided: words.into(),
        decidable,
    };
    FlagsPage {
        shell: desk::shell("答题异常", CONSOLE),
        id: "r1".into(),
        title: words.into(),
        error: Some(words.into()),
        rows: vec![row(true), row(true), row(false)],
        drawn: false,
    }
}

pub fn open(words: &str) -> OpenRoundsPage {
    let row = ("/c/quiz/r1".into(), words.into(), "到 2026-12-07 为止".into());
    OpenRoundsPage { shell: street::shell("普法答题"), rows: vec![row] }
}

pub fn home(words: &str, joined: bool) -> RoundHomePage {
    RoundHomePage {
        shell: street::shell("宪法周答题"),
        id: "r1".into(),
        title: words.into(),
        intro: words.into(),
        rules: vec![words.into()],
        standing: "正在进行。".into(),
        running: true,
        recognized: true,
        enter: String::new(),
        joined,
        places: choices(),
        units: choices(),
        error: Some(words.into()),
        nickname: words.into(),
        commitment: "0".repeat(64),
    }
}

pub fn play(words: &str, many: bool, told: bool) -> PlayPage {
    let option = |n: u8| OptionView {
        value: 1 << n,
        letter: char::from(b'A' + n),
        text: words.into(),
        mark: if told { "正确答案" } else { "" },
    };
    PlayPage {
        shell: street::shell("第 2 题，共 5 题"),
        id: "r1".into(),
        title: words.into(),
        period: 0,
        place: 2,
        progress: "第 2 题，共 5 题".into(),
        kind: "案例题",
        many,
        situation: words.into(),
        question: words.into(),
        options: (0..4).map(option).collect(),
        error: (!told).then(|| words.into()),
        told: told.then(|| Told {
            right: false,
            explanation: words.into(),
            law: "《民法典》第十七条".into(),
        }),
        before: 1,
        after: 3,
    }
}

pub fn result(words: &str) -> ResultPage {
    ResultPage {
        shell: street::shell("我的成绩"),
        id: "r1".into(),
        title: words.into(),
        number: "0a1b2c3d4e5f".into(),
        figures: vec![("累计答对".into(), "3 / 5 题".into())],
        meaning: words.into(),
        open: true,
        flags: vec![("答得比读题还快", words.into())],
        may_object: true,
        error: Some(words.into()),
        certified: true,
        surveying: true,
    }
}

pub fn league(words: &str) -> LeaguePage {
    let row = TeamRow {
        name: words.into(),
        players: 12,
        right_answers: 40,
        percent: 66,
        rate: "0.1%".into(),
    };
    LeaguePage {
        shell: street::shell("排行榜"),
        id: "r1".into(),
        title: words.into(),
        tables: vec![("按区", vec![row]), ("按单位", vec![])],
        source: words.into(),
        least: 5,
    }
}

pub fn draw(words: &str) -> DrawPage {
    DrawPage {
        shell: street::shell("抽奖公示"),
        id: "r1".into(),
        title: words.into(),
        prizes: words.into(),
        commitment: "0".repeat(64),
        count: 2,
        least_right: 3,
        seed: "1".repeat(64),
        list_hash: "2".repeat(64),
        entries: 12,
        winners: vec![(1, "0a1b2c3d4e5f".into(), words.into())],
    }
}

pub fn certificate(words: &str) -> CertificatePage {
    CertificatePage {
        shell: street::shell("答题证书"),
        picture: "/c/certificate/x/picture".into(),
        code: "0a1b-2c3d-4e5f-6071".into(),
        title: words.into(),
        number: "0a1b2c3d4e5f".into(),
        right_answers: 5,
        issued: desk::ago(60),
        round: "/c/quiz/r1".into(),
    }
}

pub fn verify() -> VerifyPage {
    VerifyPage { shell: street::shell("验证证书"), unknown: true }
}
