//! Sample pages of referrals.

use pufa::inquiries::views::Sla;
use pufa::platform::http::shell::{Choice, CitizenShell};
use pufa::referrals::ReferralState;
use pufa::referrals::views::{
    ChecklistView, CitizenReferral, ConsentPage, ItemView, ReferralFormPage, ReferralPage,
    ReferralRow, ReferralsPage, StepView, colours,
};

use super::desk::{NOW, ago, shell, site};

fn row(n: usize, words: &str) -> ReferralRow {
    let state = ReferralState::ALL[n % ReferralState::ALL.len()];
    let (class, icon) = colours(state);
    ReferralRow {
        href: format!("/console/referrals/r{n}"),
        number: format!("2611-{n:04}"),
        kind: "法律援助",
        receiver: words.into(),
        state: state.name(),
        class,
        icon,
        clock: n.is_multiple_of(2).then(|| Sla::new(Some(NOW), None, NOW)),
        proposed: ago(90),
    }
}

pub fn list(count: usize, words: &str) -> ReferralsPage {
    ReferralsPage {
        shell: shell("转介", "/console/referrals"),
        rows: (0..count).map(|n| row(n, words)).collect(),
    }
}

pub fn form(words: &str, error: Option<&str>) -> ReferralFormPage {
    ReferralFormPage {
        shell: shell("转介", "/console/referrals"),
        inquiry_href: "/console/inquiries/q1".into(),
        number: "2611-0837".into(),
        action: "/console/inquiries/q1/refer".into(),
        kinds: vec![("/console/inquiries/q1/refer?kind=legal_aid".into(), "法律援助", true)],
        kind: "legal_aid",
        kind_name: "法律援助",
        clock: "7 日内决定",
        error: error.map(str::to_owned),
        receiver: words.into(),
        question: words.into(),
        checklist: vec![ChecklistView {
            article: 31,
            meaning: "可以申请",
            grounds: vec![Choice::new("31-5", "支付劳动报酬", true)],
        }],
        matters: vec![Choice::new("cause", "看事情发生在哪里", true)],
        districts: vec![Choice::new("320412", "武进区", true)],
        about: "劳动人事、武进区".into(),
        answered: true,
        with_answer: true,
        remark: words.into(),
    }
}

fn items(words: &str) -> Vec<ItemView> {
    ["事情经过", "地区"]
        .iter()
        .enumerate()
        .map(|(n, name)| ItemView { key: "question", name, value: words.into(), agreed: n == 0 })
        .collect()
}

pub fn one(words: &str) -> ReferralPage {
    let steps = [("accept", "对方受理了", false), ("decline", "对方没有受理", true)];
    ReferralPage {
        shell: shell("转介", "/console/referrals"),
        id: "r3".into(),
        inquiry_href: "/console/inquiries/q1".into(),
        row: row(3, words),
        clock_words: "7 日内决定",
        items: items(words),
        decided: true,
        contact: true,
        leaves: true,
        remark: words.into(),
        steps: steps.map(|(code, name, words)| StepView { code, name, words }).into(),
        error: Some("请写明结果。".into()),
        history: vec![(words.into(), ago(5))],
    }
}

pub fn consent(asked: bool, words: &str) -> ConsentPage {
    let referral = CitizenReferral {
        id: "r3".into(),
        kind: "法律援助",
        receiver: words.into(),
        state: "等您决定",
        until: "对方最迟应在明天 10:00 前答复我们".into(),
        remark: words.into(),
        items: items(words),
        asked,
        may_withdraw: !asked,
        left: true,
    };
    ConsentPage {
        shell: CitizenShell {
            title: "转给别的机构".into(),
            once: "5c1e6a0b".into(),
            site: site(),
            ..CitizenShell::default()
        },
        token: "t0k3n".into(),
        error: asked.then(|| "您没有勾选任何内容。".into()),
        referrals: if words.is_empty() { Vec::new() } else { vec![referral] },
    }
}
