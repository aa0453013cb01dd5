//! The menu at the foot of the chat and WeChat's limits on it (wechat-protocol.md §8).
//!
//! `menu_json` next door turns it into WeChat's JSON and back, `menu_calls` puts it up.

use std::fmt;

use serde_json::{Map, Value};

/// Most buttons at the top.
pub const TOP_LIMIT: usize = 3;
/// Most buttons under one of them.
pub const SUB_LIMIT: usize = 5;
/// Longest name at the top, in bytes of UTF-8; about four Chinese characters are shown.
pub const TOP_NAME_LIMIT_BYTES: usize = 16;
/// Longest name below, in bytes of UTF-8; about eight Chinese characters are shown.
pub const SUB_NAME_LIMIT_BYTES: usize = 60;
/// Longest key, in bytes.
pub const KEY_LIMIT_BYTES: usize = 128;
/// Longest address, in bytes.
pub const URL_LIMIT_BYTES: usize = 1024;

/// A menu: one to [`TOP_LIMIT`] buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// From left to right.
    pub buttons: Vec<Button>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub name: String,
    /// What it does.
    pub does: Does,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Opens a submenu of one to [`SUB_LIMIT`] buttons; only at the top.
    Group(Vec<Button>),
    /// Opens a page.
    View {
        /// Which.
        url: String,
    },
    /// Opens a mini program.
    MiniProgram {
        /// Its AppID.
        app_id: String,
        /// Page and query.
        path: String,
        /// For clients that cannot.
        url: String,
    },
    /// Sends us an event with `key`: `click`, `scancode_push`, `scancode_waitmsg`,
    /// `pic_sysphoto`, `pic_photo_or_album`, `pic_weixin` or `location_select`.
    Event {
        /// Which kind of event.
        kind: EventKind,
        /// Comes back with the event.
        key: String,
    },
    /// Sends a piece of permanent material.
    Media {
        /// Which.
        media_id: String,
    },
    /// Opens an article of old material; WeChat is retiring it.
    OldArticle {
        /// Which.
        media_id: String,
    },
    /// Sends a published article as a card (`article_id`).
    Article {
        /// Which.
        article_id: String,
    },
    /// Opens a published article (`article_view_limited`).
    ArticlePage {
        /// Which.
        article_id: String,
    },
    /// A button of another type, made elsewhere; its fields as they came.
    Other(Map<String, Value>),
}

/// Buttons that send events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A plain tap.
    Click,
    /// Scans a code; the client acts on it.
    ScanCodePush,
    /// Scans a code and waits for a reply.
    ScanCodeWait,
    /// Takes a picture.
    Camera,
    /// Takes or chooses pictures.
    CameraOrAlbum,
    /// Chooses pictures in WeChat.
    WechatAlbum,
    /// Chooses a place.
    Location,
}

/// Whom a conditional menu is for; at least one of the two must be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Audience {
    /// Followers with this tag.
    pub tag: Option<i64>,
    /// Followers on such a telephone.
    pub platform: Option<Platform>,
}

/// A sort of telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Apple.
    Ios,
    /// Android.
    Android,
    /// Anything else.
    Others,
}

/// A menu for some of the followers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionalMenu {
    /// WeChat's id for it.
    pub id: String,
    /// What they see.
    pub menu: Menu,
    /// Who they are. Conditions that WeChat has withdrawn (sex, place, language) are left out.
    pub audience: Audience,
}

/// Everything that was put up by API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menus {
    /// What everybody else sees.
    pub default: Menu,
    /// Menus for some, in the order WeChat gives them.
    pub conditional: Vec<ConditionalMenu>,
}

/// What followers see at present, also when it was made in WeChat's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownMenu {
    /// Whether it is switched on.
    pub open: bool,
    /// The buttons. Those of the console that the API cannot make are [`Does::Other`].
    pub menu: Menu,
}

/// Why a menu would be refused, and which button is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the button \"{name}\" ({place}): {why}")]
pub struct MenuFault {
    /// Where the button is.
    pub place: Place,
    /// Its name; empty for the menu as a whole.
    pub name: String,
    /// What is wrong.
    pub why: Why,
}

/// Where a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The menu as a whole.
    Whole,
    /// At the top, from 0.
    Top(usize),
    /// Below a button at the top, both from 0.
    Sub(usize, usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => f.write_str("menu"),
            Place::Top(top) => write!(f, "{}", top + 1),
            Place::Sub(top, sub) => write!(f, "{}.{}", top + 1, sub + 1),
        }
    }
}

/// What is wrong with a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Number of buttons out of `1..=most`.
    #[error("{count} buttons where 1 to {most} may be")]
    Count {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// A value is missing.
    #[error("{0:?} is missing")]
    Missing(Part),
    /// A value is too long.
    #[error("{part:?} has {bytes} bytes of {limit}")]
    TooLong {
        /// Which value.
        part: Part,
        /// Its length, in bytes of UTF-8.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The address begins neither with `http://` nor with `https://`.
    #[error("the address is no http address")]
    NotHttp,
    /// A submenu inside a submenu.
    #[error("a submenu inside a submenu")]
    TooDeep,
    /// A type that only WeChat's console can make.
    #[error("a type that cannot be made by API")]
    Foreign,
}

/// A value of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What it says.
    Name,
    /// What comes back with the event.
    Key,
    /// Address of a page.
    Url,
    /// Id of material.
    MediaId,
    /// Id of a published article.
    ArticleId,
    /// AppID of a mini program.
    AppId,
    /// Page of a mini program.
    Path,
}

impl Menu {
    /// Everything in which the menu exceeds WeChat's limits; nothing when it is sound.
    pub fn faults(&self) -> Vec<MenuFault> {
        let mut faults = Vec::new();
        count(&mut faults, Place::Whole, "", self.buttons.len(), TOP_LIMIT);
        for (top, button) in self.buttons.iter().enumerate() {
            let place = Place::Top(top);
            button.check(&mut faults, place, TOP_NAME_LIMIT_BYTES);
            let Does::Group(below) = &button.does else { continue };
            count(&mut faults, place, &button.name, below.len(), SUB_LIMIT);
            for (sub, button) in below.iter().enumerate() {
                let place = Place::Sub(top, sub);
                button.check(&mut faults, place, SUB_NAME_LIMIT_BYTES);
                if matches!(button.does, Does::Group(_)) {
                    let name = button.name.clone();
                    faults.push(MenuFault { place, name, why: Why::TooDeep });
                }
            }
        }
        faults
    }

    /// Every button that does something by itself, submenus opened.
    pub fn leaves(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().flat_map(|button| match &button.does {
            Does::Group(below) => below.as_slice(),
            _ => std::slice::from_ref(button),
        })
    }
}

fn count(faults: &mut Vec<MenuFault>, place: Place, name: &str, count: usize, most: usize) {
    if !(1..=most).contains(&count) {
        faults.push(MenuFault { place, name: name.to_owned(), why: Why::Count { count, most } });
    }
}

impl Button {
    fn check(&self, faults: &mut Vec<MenuFault>, place: Place, name_limit: usize) {
        let wrong = self.values(name_limit).into_iter().filter_map(|(part, value, limit)| {
            let bytes = value.len();
            match bytes {
                0 => Some(Why::Missing(part)),
                _ if bytes > limit => Some(Why::TooLong { part, bytes, limit }),
                _ if part == Part::Url && !is_http(value) => Some(Why::NotHttp),
                _ => None,
            }
        });
        let foreign = matches!(self.does, Does::Other(_)).then_some(Why::Foreign);
        let name = || self.name.clone();
        faults.extend(wrong.chain(foreign).map(|why| MenuFault { place, name: name(), why }));
    }

    /// Every value that must be there, with its longest length in bytes. Where WeChat states no
    /// limit for an id or a path, that of an address holds.
    fn values(&self, name_limit: usize) -> Vec<(Part, &str, usize)> {
        let mut values = vec![(Part::Name, self.name.as_str(), name_limit)];
        match &self.does {
            Does::Group(_) | Does::Other(_) => {}
            Does::View { url } => values.push((Part::Url, url, URL_LIMIT_BYTES)),
            Does::MiniProgram { app_id, path, url } => values.extend([
                (Part::AppId, app_id.as_str(), KEY_LIMIT_BYTES),
                (Part::Path, path, URL_LIMIT_BYTES),
                (Part::Url, url, URL_LIMIT_BYTES),
            ]),
            Does::Event { key, .. } => values.push((Part::Key, key, KEY_LIMIT_BYTES)),
            Does::Media { media_id } | Does::OldArticle { media_id } => {
                values.push((Part::MediaId, media_id, URL_LIMIT_BYTES));
            }
            Does::Article { article_id } | Does::ArticlePage { article_id } => {
                values.push((Part::ArticleId, article_id, URL_LIMIT_BYTES));
            }
        }
        values
    }
}

fn is_http(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(name: &str, does: Does) -> Button {
        Button { name: name.to_owned(), does }
    }

    fn click(name: &str) -> Button {
        button(name, Does::Event { kind: EventKind::Click, key: "K".to_owned() })
    }

    fn whys(buttons: Vec<Button>) -> Vec<(String, Why)> {
        let faults = Menu { buttons }.faults();
        faults.into_iter().map(|fault| (fault.place.to_string(), fault.why)).collect()
    }

    fn at(place: &str, why: Why) -> (String, Why) {
        (place.to_owned(), why)
    }

    #[test]
    fn limits_are_counted_in_bytes_and_every_fault_is_named() {
        assert_eq!(whys(vec![click("我要咨询")]), []);
        let six = "我要咨询律师";
        let too_long = |part, bytes, limit| Why::TooLong { part, bytes, limit };
        let faults = whys(vec![click(six), click("")]);
        let expected = [at("1", too_long(Part::Name, 18, 16)), at("2", Why::Missing(Part::Name))];
        assert_eq!(faults, expected);
        assert_eq!(whys(vec![button("更多", Does::Group(vec![click(six)]))]), []);
        let long = Does::Event { kind: EventKind::Location, key: "k".repeat(129) };
        assert_eq!(whys(vec![button("问", long)]), [at("1", too_long(Part::Key, 129, 128))]);
        let script = Does::View { url: "javascript:alert(1)".to_owned() };
        assert_eq!(whys(vec![button("页", script)]), [at("1", Why::NotHttp)]);
    }

    #[test]
    fn numbers_of_buttons_and_depth_are_checked() {
        assert_eq!(whys(Vec::new()), [at("menu", Why::Count { count: 0, most: 3 })]);
        assert_eq!(whys(vec![click("一"); 4]), [at("menu", Why::Count { count: 4, most: 3 })]);
        let group = button("更多", Does::Group(vec![click("子")]));
        let deep = whys(vec![button("深", Does::Group(vec![group]))]);
        assert_eq!(deep, [at("1.1", Why::TooDeep)]);
        let full = button("满", Does::Group(vec![click("子"); 6]));
        assert_eq!(whys(vec![full]), [at("1", Why::Count { count: 6, most: 5 })]);
    }
}
