//! What operators see of menus: the phone, the form, the versions.

use askama::Template;

use super::rules::as_shown;
use crate::platform::http::shell::{Choice, Input, Shell};
use crate::platform::http::when::When;
use crate::wechat::menu::{Button, Does, EventKind, Menu};

/// Buttons that send events, in words.
pub const EVENTS: [(EventKind, &str); 7] = [
    (EventKind::Click, "发送指令"),
    (EventKind::ScanCodePush, "扫码"),
    (EventKind::ScanCodeWait, "扫码并等待回复"),
    (EventKind::Camera, "拍照发图"),
    (EventKind::CameraOrAlbum, "拍照或相册发图"),
    (EventKind::WechatAlbum, "微信相册发图"),
    (EventKind::Location, "发送位置"),
];

/// A button on the drawn phone.
#[derive(Clone, Debug, Default)]
pub struct PhoneButton {
    /// As much of its name as a phone shows.
    pub name: String,
    /// What happens on a tap.
    pub does: String,
    /// Buttons that open above it.
    pub below: Vec<PhoneButton>,
}

/// One menu at the foot of a phone.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    /// Who sees it: 所有人, or those with a tag.
    pub title: String,
    /// From left to right.
    pub buttons: Vec<PhoneButton>,
}

impl Phone {
    /// Draws a menu.
    pub fn of(title: impl Into<String>, menu: &Menu) -> Self {
        let buttons = menu.buttons.iter().map(|button| phone_button(button, true)).collect();
        Self { title: title.into(), buttons }
    }
}

fn phone_button(button: &Button, at_the_top: bool) -> PhoneButton {
    let below = match &button.does {
        Does::Group(below) => below.iter().map(|button| phone_button(button, false)).collect(),
        _ => Vec::new(),
    };
    PhoneButton { name: as_shown(&button.name, at_the_top), does: in_words(&button.does), below }
}

fn in_words(does: &Does) -> String {
    match does {
        Does::Group(below) => format!("打开下级菜单（{} 个）", below.len()),
        Does::View { url } => format!("打开网页 {url}"),
        Does::MiniProgram { app_id, path, .. } => format!("打开小程序 {app_id} {path}"),
        Does::Event { kind, key } => {
            let word = EVENTS.iter().find(|(known, _)| known == kind).map_or("", |(_, word)| word);
            format!("{word} {key}")
        }
        Does::Media { media_id } => format!("发送素材 {media_id}"),
        Does::OldArticle { media_id } => format!("打开旧图文素材 {media_id}"),
        Does::Article { article_id } => format!("发送已发布的文章 {article_id}"),
        Does::ArticlePage { article_id } => format!("打开已发布的文章 {article_id}"),
        Does::Other(_) => "没有可以发布的动作".to_owned(),
    }
}

/// A version with its phones.
#[derive(Clone, Debug, Default)]
pub struct VersionCard {
    /// Its number.
    pub version: i64,
    /// Who made it.
    pub who: String,
    /// When it was changed or went up.
    pub when: When,
    /// Why it did not go up, or what is odd about it.
    pub problem: Option<String>,
    /// The default menu and those for some.
    pub phones: Vec<Phone>,
}

/// A line of the history.
#[derive(Clone, Debug, Default)]
pub struct VersionRow {
    /// Its number.
    pub version: i64,
    /// How it stands, in words.
    pub state: String,
    /// Class of the colours.
    pub class: &'static str,
    /// Who published or made it.
    pub who: String,
    /// When.
    pub when: When,
    /// Where it came from, or why it did not go up; may be empty.
    pub note: String,
    /// Whether it can be put back up.
    pub may_restore: bool,
}

/// `/console/menu`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "menus.html", config = "src/console/askama.toml")]
pub struct MenusPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account it is about; empty when none is configured.
    pub account: String,
    /// All accounts.
    pub accounts: Vec<Choice>,
    /// What followers see.
    pub shown: Option<VersionCard>,
    /// What is being worked on.
    pub draft: Option<VersionCard>,
    /// Revision of the draft.
    pub revision: i64,
    /// Where the draft's menus can be tried on the simulated phone: who sees them, address. Empty
    /// outside of a demo.
    pub on_the_phone: Vec<(String, String)>,
    /// What keeps the draft from going up.
    pub faults: Vec<String>,
    /// Number of the version on its way.
    pub publishing: Option<i64>,
    /// All versions, newest first.
    pub history: Vec<VersionRow>,
}

/// One button of the form. The ids of its fields begin with `id`.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// `b0`, or `b0s1` below it.
    pub id: String,
    /// 第 1 个按钮.
    pub title: String,
    /// Name.
    pub name: Input,
    /// What it does.
    pub does: Vec<Choice>,
    /// Key, address, id or AppID.
    pub value: Input,
    /// Page of a mini program.
    pub path: Input,
    /// Address for clients without mini programs.
    pub url: Input,
    /// What is wrong with it.
    pub faults: Vec<String>,
}

/// A button at the top with its five below.
#[derive(Clone, Debug, Default)]
pub struct TopSlot {
    /// The button.
    pub slot: Slot,
    /// Those below.
    pub below: Vec<Slot>,
}

/// Whom a menu for some is for.
#[derive(Clone, Debug, Default)]
pub struct AudienceFields {
    /// Tags to choose from.
    pub tags: Vec<Choice>,
    /// Sorts of telephones to choose from.
    pub platforms: Vec<Choice>,
}

/// `/console/menu/edit`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "menu_edit.html", config = "src/console/askama.toml")]
pub struct MenuEditPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account.
    pub account: String,
    /// Which menu of the set: 0 is the default.
    pub at: usize,
    /// The menus of the set, to go to: label and address; an empty address is this one.
    pub menus: Vec<(String, String)>,
    /// Revision of the draft it was made from; 0 without one.
    pub revision: i64,
    /// What is wrong with the menu as a whole.
    pub faults: Vec<String>,
    /// Why it was not saved.
    pub error: Option<String>,
    /// Whom it is for; nothing for the default.
    pub audience: Option<AudienceFields>,
    /// The three buttons at the top.
    pub tops: Vec<TopSlot>,
}
