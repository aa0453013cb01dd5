//! The menu at the foot of the chat (wechat-protocol.md §8).

use serde_json::{Map, Value, json};

use super::client::{CallError, Client, lacking};

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
    /// Shows a published article.
    Article {
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

const KINDS: [(EventKind, &str); 7] = [
    (EventKind::Click, "click"),
    (EventKind::ScanCodePush, "scancode_push"),
    (EventKind::ScanCodeWait, "scancode_waitmsg"),
    (EventKind::Camera, "pic_sysphoto"),
    (EventKind::CameraOrAlbum, "pic_photo_or_album"),
    (EventKind::WechatAlbum, "pic_weixin"),
    (EventKind::Location, "location_select"),
];

/// Why a menu would be refused. Carries the name of the button at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MenuFault {
    /// No button or too many, at the top (empty name) or under the button named.
    #[error("wrong number of buttons under \"{0}\"")]
    Count(String),
    /// Name empty or too long.
    #[error("the name \"{0}\" is empty or too long")]
    Name(String),
    /// Key empty or too long.
    #[error("the key of \"{0}\" is empty or too long")]
    Key(String),
    /// Address too long or not http(s).
    #[error("the address of \"{0}\" is too long or no http address")]
    Url(String),
    /// An id or path is empty.
    #[error("\"{0}\" says not what to open")]
    Target(String),
    /// A submenu inside a submenu.
    #[error("\"{0}\" is a submenu inside a submenu")]
    Depth(String),
}

impl Menu {
    /// Checks the limits WeChat has on menus.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), MenuFault> {
        if !(1..=TOP_LIMIT).contains(&self.buttons.len()) {
            return Err(MenuFault::Count(String::new()));
        }
        for button in &self.buttons {
            button.check(TOP_NAME_LIMIT_BYTES)?;
            if let Does::Group(below) = &button.does {
                if !(1..=SUB_LIMIT).contains(&below.len()) {
                    return Err(MenuFault::Count(button.name.clone()));
                }
                for button in below {
                    button.check(SUB_NAME_LIMIT_BYTES)?;
                    if matches!(button.does, Does::Group(_)) {
                        return Err(MenuFault::Depth(button.name.clone()));
                    }
                }
            }
        }
        Ok(())
    }
}

impl Button {
    fn check(&self, name_limit: usize) -> Result<(), MenuFault> {
        let name = || self.name.clone();
        if self.name.is_empty() || self.name.len() > name_limit {
            return Err(MenuFault::Name(name()));
        }
        let is_url = |url: &str| {
            url.len() <= URL_LIMIT_BYTES
                && (url.starts_with("https://") || url.starts_with("http://"))
        };
        match &self.does {
            Does::View { url } | Does::MiniProgram { url, .. } if !is_url(url) => {
                Err(MenuFault::Url(name()))
            }
            Does::MiniProgram { app_id, path, .. } if app_id.is_empty() || path.is_empty() => {
                Err(MenuFault::Target(name()))
            }
            Does::Event { key, .. } if key.is_empty() || key.len() > KEY_LIMIT_BYTES => {
                Err(MenuFault::Key(name()))
            }
            Does::Article { article_id } if article_id.is_empty() => Err(MenuFault::Target(name())),
            _ => Ok(()),
        }
    }

    fn to_json(&self) -> Value {
        let mut value = match &self.does {
            Does::Group(below) => {
                json!({ "sub_button": below.iter().map(Button::to_json).collect::<Vec<_>>() })
            }
            Does::View { url } => json!({ "type": "view", "url": url }),
            Does::MiniProgram { app_id, path, url } => {
                json!({ "type": "miniprogram", "appid": app_id, "pagepath": path, "url": url })
            }
            Does::Event { kind, key } => {
                let name = KINDS.iter().find(|(each, _)| each == kind).map(|(_, name)| *name);
                json!({ "type": name, "key": key })
            }
            Does::Article { article_id } => {
                json!({ "type": "article_id", "article_id": article_id })
            }
            Does::Other(fields) => Value::Object(fields.clone()),
        };
        value["name"] = json!(self.name);
        value
    }

    fn from_json(value: &Value) -> Option<Button> {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        // Every button of menu/get carries a sub_button list, mostly an empty one.
        let below = value["sub_button"].as_array().filter(|below| !below.is_empty());
        let kind = text("type");
        let does = if let Some(below) = below {
            Does::Group(below.iter().map(Button::from_json).collect::<Option<_>>()?)
        } else if let Some((kind, _)) = KINDS.iter().find(|(_, name)| *name == kind) {
            Does::Event { kind: *kind, key: text("key") }
        } else {
            match kind.as_str() {
                "view" => Does::View { url: text("url") },
                "miniprogram" => Does::MiniProgram {
                    app_id: text("appid"),
                    path: text("pagepath"),
                    url: text("url"),
                },
                "article_id" => Does::Article { article_id: text("article_id") },
                _ => Does::Other(value.as_object()?.clone()),
            }
        };
        Some(Button { name: text("name"), does })
    }
}

impl Client {
    /// Puts up `menu` in place of the present one. Followers see it within five minutes.
    ///
    /// # Errors
    /// [`CallError`]; [`Menu::check`] first spares most of them.
    pub async fn create_menu(&self, menu: &Menu) -> Result<(), CallError> {
        let buttons: Vec<Value> = menu.buttons.iter().map(Button::to_json).collect();
        self.post_json("/cgi-bin/menu/create", &json!({ "button": buttons })).await.map(drop)
    }

    /// The default menu, if one was made by API.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn menu(&self) -> Result<Option<Menu>, CallError> {
        let answer = match self.get_json("/cgi-bin/menu/get", &[]).await {
            Err(CallError::Refused { errcode: 46003, .. }) => return Ok(None),
            other => other?,
        };
        let buttons = answer["menu"]["button"].as_array().ok_or_else(lacking)?;
        let buttons = buttons.iter().map(Button::from_json).collect::<Option<_>>();
        Ok(Some(Menu { buttons: buttons.ok_or_else(lacking)? }))
    }

    /// Takes down the default menu and every conditional one.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn delete_menu(&self) -> Result<(), CallError> {
        self.get_json("/cgi-bin/menu/delete", &[]).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn click(name: &str) -> Button {
        let does = Does::Event { kind: EventKind::Click, key: "K".to_owned() };
        Button { name: name.to_owned(), does }
    }

    #[test]
    fn a_button_survives_the_way_to_wechat_and_back() {
        let group = Button {
            name: "更多".to_owned(),
            does: Does::Group(vec![
                click("帮助"),
                Button {
                    name: "官网".to_owned(),
                    does: Does::View { url: "https://example.com/".to_owned() },
                },
            ]),
        };
        assert_eq!(Button::from_json(&group.to_json()), Some(group));
        let odd = json!({ "name": "旧", "type": "view_limited", "media_id": "M" });
        assert_eq!(Button::from_json(&odd).unwrap().to_json(), odd);
    }

    #[test]
    fn the_limits_are_counted_in_bytes() {
        let menu = |buttons| Menu { buttons };
        assert_eq!(menu(vec![click("我要咨询")]).check(), Ok(()));
        let long = "我要咨询律师".to_owned();
        assert_eq!(menu(vec![click(&long)]).check(), Err(MenuFault::Name(long.clone())));
        let group = Button { name: "更多".to_owned(), does: Does::Group(vec![click(&long)]) };
        assert_eq!(menu(vec![group.clone()]).check(), Ok(()));
        let deep = Button { name: "深".to_owned(), does: Does::Group(vec![group]) };
        assert_eq!(menu(vec![deep]).check(), Err(MenuFault::Depth("更多".to_owned())));
        assert_eq!(menu(vec![click("一"); 4]).check(), Err(MenuFault::Count(String::new())));
        assert_eq!(menu(Vec::new()).check(), Err(MenuFault::Count(String::new())));
        let view = Does::View { url: "javascript:alert(1)".to_owned() };
        let view = Button { name: "页".to_owned(), does: view };
        assert_eq!(menu(vec![view]).check(), Err(MenuFault::Url("页".to_owned())));
    }
}
