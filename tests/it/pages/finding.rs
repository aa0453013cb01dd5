//! Sample pages of finding: filters under names, the command bar.

use pufa::console::views::{FoundRow, GoPage};
use pufa::inquiries::views::inbox::{FiltersPage, NamedFilter};

use super::desk::shell;

pub fn kept(name: &str, current: bool) -> NamedFilter {
    NamedFilter {
        action: "/console/inbox/filters/f1".into(),
        name: name.into(),
        href: "/console/inbox?tab=mine&q=%E5%B7%A5%E8%B5%84".into(),
        current,
    }
}

pub fn filters(name: &str) -> FiltersPage {
    FiltersPage {
        shell: shell("常用筛选", "/console/inbox"),
        filters: if name.is_empty() { vec![] } else { vec![kept(name, false)] },
        error: (!name.is_empty()).then(|| format!("已有叫“{name}”的常用筛选。")),
    }
}

pub fn going(words: &str) -> GoPage {
    let row = |href: &str, about: &str| FoundRow {
        href: href.into(),
        title: words.into(),
        about: about.into(),
        when: None,
    };
    let found = [row("/console/canned", "页面"), row("/console/help/answering", "手册")];
    GoPage {
        shell: shell("直达", "/console/go"),
        words: words.into(),
        found: if words.is_empty() { vec![] } else { found.into() },
    }
}
