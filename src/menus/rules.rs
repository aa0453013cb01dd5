//! What is wrong with a menu, in words that name the button and the limit.

use std::collections::BTreeSet;

use super::{MenuSet, SpecialMenu};
use crate::wechat::menu::{Button, Does, Menu, MenuFault, Part, Place, Why};

/// All menus for some together may lead to this many domains (65316).
const DOMAIN_LIMIT: usize = 3;
/// Chinese characters of a name that a phone shows, at the top and below.
const SHOWN: (usize, usize) = (4, 8);

/// Something that must be mended before the menu can go up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which menu: 0 is the default.
    pub menu: usize,
    /// Where in it.
    pub place: Place,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// Everything that keeps a set from going up; nothing when it is sound.
pub fn faults(set: &MenuSet) -> Vec<Fault> {
    let mut faults = of_menu(0, &set.default);
    for (at, special) in set.special.iter().enumerate() {
        if special.audience.tag.is_none() && special.audience.platform.is_none() {
            let sentence = "还没有选择给谁看。请选择一个标签或一种手机。".to_owned();
            faults.push(Fault { menu: at + 1, place: Place::Whole, sentence });
        }
        faults.extend(of_menu(at + 1, &special.menu));
    }
    let domains = domains(&set.special);
    if domains.len() > DOMAIN_LIMIT {
        let list: Vec<_> = domains.into_iter().collect();
        let sentence = format!(
            "所有个性化菜单合起来最多链接到 {DOMAIN_LIMIT} 个域名，现在有 {} 个：{}。请减少。",
            list.len(),
            list.join("、")
        );
        faults.push(Fault { menu: 1, place: Place::Whole, sentence });
    }
    faults
}

fn of_menu(menu: usize, buttons: &Menu) -> Vec<Fault> {
    let sentence = |fault: &MenuFault| {
        format!("{}{}", subject(buttons, fault.place, &fault.name), complaint(fault))
    };
    let fault = |fault: &MenuFault| Fault { menu, place: fault.place, sentence: sentence(fault) };
    buttons.faults().iter().map(fault).collect()
}

fn subject(menu: &Menu, place: Place, name: &str) -> String {
    let named = if name.is_empty() { String::new() } else { format!("“{name}”") };
    match place {
        Place::Whole => "菜单".to_owned(),
        Place::Top(top) => format!("第 {} 个一级按钮{named}", top + 1),
        Place::Sub(top, sub) => {
            let parent = menu.buttons.get(top).map_or("", |button| button.name.as_str());
            format!("“{parent}”下面第 {} 个按钮{named}", sub + 1)
        }
    }
}

fn complaint(fault: &MenuFault) -> String {
    match fault.why {
        Why::Count { count, most } if fault.place == Place::Whole => {
            format!("要有 1 到 {most} 个一级按钮，现在有 {count} 个。")
        }
        Why::Count { count, most } => {
            format!("下面要有 1 到 {most} 个按钮，现在有 {count} 个。请增减，或换成别的动作。")
        }
        Why::Missing(part) => format!("没有填写{}。请填写，或去掉这个按钮。", word(part)),
        Why::TooLong { part, bytes, limit } => format!(
            "的{}有 {bytes} 字节，最多 {limit} 字节（一个汉字占 3 字节，最多 {} 个汉字）。请缩短。",
            word(part),
            limit / 3
        ),
        Why::NotHttp => "的网址要以 https:// 或 http:// 开头。请改正。".to_owned(),
        Why::TooDeep => "下面不能再有下级菜单。请换成别的动作。".to_owned(),
        Why::Foreign => {
            "没有可以发布的动作：它没有选择动作，或是只能在微信后台设置的类型。请选择一个动作。"
                .to_owned()
        }
    }
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Name => "名称",
        Part::Key => "指令",
        Part::Url => "网址",
        Part::MediaId => "素材编号",
        Part::ArticleId => "文章编号",
        Part::AppId => "小程序 AppID",
        Part::Path => "小程序页面",
    }
}

fn domains(special: &[SpecialMenu]) -> BTreeSet<String> {
    let url = |button: &Button| match &button.does {
        Does::View { url } | Does::MiniProgram { url, .. } => Some(url.clone()),
        _ => None,
    };
    let urls = special.iter().flat_map(|one| one.menu.leaves().filter_map(url));
    urls.filter_map(|url| {
        let (_, rest) = url.split_once("://")?;
        Some(rest.split(['/', '?', '#']).next()?.to_lowercase())
    })
    .collect()
}

/// A name as a phone shows it: cut after the characters that fit, of which Latin ones count half.
pub fn as_shown(name: &str, at_the_top: bool) -> String {
    let most = 2 * if at_the_top { SHOWN.0 } else { SHOWN.1 };
    let mut width = 0;
    let mut shown = String::new();
    for letter in name.chars() {
        width += if letter.is_ascii() { 1 } else { 2 };
        if width > most {
            shown.push('…');
            break;
        }
        shown.push(letter);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::menu::{Audience, EventKind};

    fn button(name: &str, does: Does) -> Button {
        Button { name: name.to_owned(), does }
    }

    fn click(name: &str) -> Button {
        button(name, Does::Event { kind: EventKind::Click, key: "ASK".to_owned() })
    }

    fn sentences(set: &MenuSet) -> Vec<String> {
        faults(set).into_iter().map(|fault| fault.sentence).collect()
    }

    #[test]
    fn a_fault_names_the_button_and_the_limit_in_bytes() {
        let view = button("官网", Does::View { url: "example.cn".to_owned() });
        let group = button("更多", Does::Group(vec![view, click(&"字".repeat(21))]));
        let menu = Menu { buttons: vec![click("我要咨询律师"), group] };
        let set = MenuSet { default: menu, special: Vec::new() };
        assert_eq!(
            sentences(&set),
            [
                "第 1 个一级按钮“我要咨询律师”的名称有 18 字节，最多 16 字节（一个汉字占 3 字节，最多 5 个汉字）。请缩短。",
                "“更多”下面第 1 个按钮“官网”的网址要以 https:// 或 http:// 开头。请改正。",
                "“更多”下面第 2 个按钮“字字字字字字字字字字字字字字字字字字字字字”的名称有 63 字节，最多 60 字节（一个汉字占 3 字节，最多 20 个汉字）。请缩短。",
            ]
        );
        assert_eq!(sentences(&MenuSet::first("https://example.cn")), Vec::<String>::new());
    }

    #[test]
    fn menus_for_some_need_an_audience_and_few_domains() {
        let view = |n: usize| button("页", Does::View { url: format!("https://{n}.cn/x") });
        let special = |n: usize, tag| SpecialMenu {
            audience: Audience { tag, platform: None },
            menu: Menu { buttons: vec![view(n), view(n + 1)] },
        };
        let mut set = MenuSet::first("https://example.cn");
        set.special = vec![special(1, Some(2)), special(3, None)];
        let found = sentences(&set);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("选择给谁看") && found[1].contains("现在有 4 个：1.cn、2.cn"));
    }

    #[test]
    fn names_are_cut_as_on_a_phone() {
        assert_eq!(as_shown("我要咨询", true), "我要咨询");
        assert_eq!(as_shown("我要咨询律", true), "我要咨询…");
        assert_eq!(as_shown("12348热线", true), "12348热…");
        assert_eq!(as_shown("我要咨询律师事务", false), "我要咨询律师事务");
    }
}
