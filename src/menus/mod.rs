//! The menu of an official account: drafted, checked, previewed, published, and put back.
//!
//! Every version is kept. One may be a draft, one is shown; publishing is written down before WeChat
//! is called and settled after it. A menu is put up as a whole — the default and those for some —
//! and putting it up twice changes nothing more, so an unknown outcome is simply repeated.
//!
//! Refuses to know: citizens, what a key means to the conversation.

pub mod actions;
pub mod jobs;
pub mod rules;
pub mod store;
pub mod views;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::entity_id;
use crate::platform::clock::Moment;
use crate::text_enum;
use crate::wechat::menu::{Audience, Button, Does, EventKind, Menu};

entity_id!(
    /// Id of a version of a menu.
    MenuId
);

text_enum!(
    /// How a version of a menu stands.
    MenuState {
        /// Being worked on.
        Draft = "draft", "草稿";
        /// On its way to WeChat.
        Publishing = "publishing", "正在发布";
        /// What followers see.
        Shown = "shown", "使用中";
        /// WeChat refused it.
        Failed = "failed", "发布失败";
        /// Was shown before.
        Former = "former", "以前使用";
    }
);

/// Everything an account puts up at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuSet {
    /// What everybody else sees.
    pub default: Menu,
    /// Menus for some; of several that fit, the first is shown.
    pub special: Vec<SpecialMenu>,
}

/// A menu for some of the followers (个性化菜单).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialMenu {
    /// Who sees it.
    pub audience: Audience,
    /// What they see.
    pub menu: Menu,
}

/// One version of the menu of an account.
#[derive(Clone, Debug)]
pub struct Version {
    /// Id.
    pub id: MenuId,
    /// The account.
    pub account_id: String,
    /// 1, 2, … within the account.
    pub version: i64,
    /// How it stands.
    pub state: MenuState,
    /// The menus.
    pub set: MenuSet,
    /// Grows with every change of a draft; an edit against an older one is refused.
    pub revision: i64,
    /// The version it was put back from.
    pub from_version: Option<i64>,
    /// Who changed it last.
    pub made_by: Option<Uuid>,
    /// When it was changed last.
    pub changed_at: Moment,
    /// Who published it.
    pub published_by: Option<Uuid>,
    /// Since when WeChat has it.
    pub published_at: Option<Moment>,
    /// Why it did not go up, in a Chinese sentence.
    pub problem: Option<String>,
}

impl MenuSet {
    /// The menu an account begins with: ask, see what was asked, and the rest below; `public_url` is
    /// the address of our own pages.
    pub fn first(public_url: &str) -> Self {
        let button = |name: &str, does: Does| Button { name: name.to_owned(), does };
        let tap = |name: &str, key: &str| {
            button(name, Does::Event { kind: EventKind::Click, key: key.to_owned() })
        };
        let view = |name: &str, path: &str| {
            button(name, Does::View { url: format!("{public_url}{path}") })
        };
        let more = vec![
            tap("人工", "HUMAN"),
            tap("帮助", "HELP"),
            view("答复提醒", "/c/notices"),
            view("成员单位", "/c/organizations"),
            view("信息公开", "/public"),
        ];
        let buttons = vec![
            tap("我要咨询", "ASK"),
            tap("我的咨询", "MINE"),
            button("更多", Does::Group(more)),
        ];
        Self { default: Menu { buttons }, special: Vec::new() }
    }

    /// As it is kept: WeChat's own words for buttons and conditions.
    pub fn to_json(&self) -> Value {
        let special = |one: &SpecialMenu| json!({ "button": one.menu.to_json(), "matchrule": one.audience.to_json() });
        let special: Vec<_> = self.special.iter().map(special).collect();
        json!({ "button": self.default.to_json(), "special": special })
    }

    /// Reads what [`MenuSet::to_json`] wrote; nothing when it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let special = value["special"].as_array()?.iter().map(|one| {
            let audience = Audience::from_json(&one["matchrule"]);
            Some(SpecialMenu { audience, menu: Menu::from_json(&one["button"])? })
        });
        let special = special.collect::<Option<_>>()?;
        Some(Self { default: Menu::from_json(&value["button"])?, special })
    }

    /// The menu number `at`: 0 is the default, then those for some in their order.
    pub fn get(&self, at: usize) -> Option<&Menu> {
        match at {
            0 => Some(&self.default),
            _ => self.special.get(at - 1).map(|one| &one.menu),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::menu::Platform;

    #[test]
    fn a_set_is_kept_as_it_is() {
        let mut set = MenuSet::first("https://example.cn");
        let audience = Audience { tag: Some(101), platform: Some(Platform::Ios) };
        set.special.push(SpecialMenu { audience, menu: set.default.clone() });
        assert_eq!(MenuSet::from_json(&set.to_json()), Some(set.clone()));
        assert!(set.get(1).is_some() && set.get(2).is_none());
        assert_eq!(MenuSet::from_json(&json!({ "button": 1 })), None);
    }
}
