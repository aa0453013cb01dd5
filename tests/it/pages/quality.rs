//! Sample pages of second readers.

use pufa::inquiries::reviewing::views::{
    LentPage, LentRow, ReviewPanel, ReviewPolicyPage, ReviewRow, ReviewsPage,
};
use pufa::inquiries::views::conversation::{Composer, ConversationPage};
use pufa::inquiries::views::{Part, Sla};
use pufa::platform::http::shell::Choice;

use super::desk::{NOW, ago, conversation, shell};

fn sla() -> Sla {
    Sla::new(Some(NOW), None, NOW)
}

pub fn reviews(count: usize, words: &str) -> ReviewsPage {
    let row = |n: usize| ReviewRow {
        href: format!("/console/inquiries/q{n}#review"),
        number: format!("2611-{n:04}"),
        first_line: words.into(),
        author: words.into(),
        reason: "新人的答复",
        own: n % 3 == 1,
        returned: n % 3 == 2,
        remark: if n % 3 == 2 { words.into() } else { String::new() },
        sla: sla(),
        written: ago(12),
    };
    ReviewsPage {
        shell: shell("答复复核", "/console/reviews"),
        policy: "先复核再送出的答复：每个人的前 5 条；其余随机 10%。".into(),
        policy_href: "/console/members/m1/review".into(),
        rows: (0..count).map(row).collect(),
        lent: (0..count / 3).map(|_| lent_row(words)).collect(),
    }
}

fn lent_row(words: &str) -> LentRow {
    LentRow {
        href: "/console/reviews/a1".into(),
        number: "2611-0042".into(),
        first_line: words.into(),
        organization: words.into(),
        reason: "重点领域",
        sla: sla(),
        written: ago(40),
    }
}

pub fn lent(words: &str) -> LentPage {
    LentPage {
        shell: shell("代别的单位复核", "/console/reviews"),
        row: lent_row(words),
        field: "劳动人事".into(),
        body: words.into(),
        attached: words.into(),
        version: 7,
    }
}

pub fn policy(readers: usize, error: Option<&str>) -> ReviewPolicyPage {
    ReviewPolicyPage {
        shell: shell("哪些答复先复核", "/console/reviews"),
        organization_name: "阳湖中心".into(),
        action: "/console/members/m1/review".into(),
        error: error.map(str::to_owned),
        first_answers: "5".into(),
        share: "10".into(),
        fields: vec![
            Choice::new("labor", "劳动人事", true),
            Choice::new("debt", "债权债务", false),
        ],
        readers,
    }
}

pub fn held(returned: bool, words: &str) -> ConversationPage {
    let mut page = conversation();
    page.composer =
        Composer { shut: Some("上面的答复正在等待复核。".into()), ..page.composer };
    page.referrals = vec![("/console/referrals/r1".into(), words.into())];
    page.review = Some(ReviewPanel {
        returned,
        sentence: "王芳 写于 今天 20:01，复核原因：新人的答复。".into(),
        body: words.into(),
        files: vec![Part::File {
            label: words.into(),
            href: "/console/inquiries/q1/attached?file=f1".into(),
        }],
        remark: if returned { words.into() } else { String::new() },
        sla: sla(),
        version: 7,
        may_release: !returned,
        may_return: !returned,
        may_withdraw: !returned,
        alone: if returned { "" } else { "已请外单位复核。" },
    });
    page
}
