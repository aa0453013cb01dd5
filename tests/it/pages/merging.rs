//! Samples of other inquiries of a citizen, and of the page that asks whether to merge two.

use pufa::inquiries::views::conversation::Related;
use pufa::merging::views::{MergePage, Side};

use super::desk::{ago, shell};

/// What else the citizen asked, once about the same matter.
pub fn related() -> Vec<Related> {
    vec![Related {
        href: "/console/inquiries/q0".into(),
        number: "2611-0831".into(),
        state: "待认领",
        first_line: "加班没有加班费合法吗".into(),
        asked: ago(60_000),
        same: true,
        merge_href: "/console/inquiries/q1/merge?with=q0".into(),
    }]
}

/// What merging two inquiries means, or why it cannot be done now.
pub fn merge(refused: Option<&str>) -> MergePage {
    let side = |number: &str| Side {
        href: "/console/inquiries/q0".into(),
        number: number.into(),
        state: "待认领".into(),
        asked: ago(600),
        due: ago(60),
        first_line: "老板拖欠工资<b>".into(),
    };
    MergePage {
        shell: shell("合并咨询", "/console/inbox"),
        id: "q1".into(),
        with: "q0".into(),
        stays: side("2611-0831"),
        goes: side("2611-0837"),
        same: refused.is_some(),
        refused: refused.map(str::to_owned),
    }
}
