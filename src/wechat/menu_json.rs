//! Menus in WeChat's JSON (wechat-protocol.md §8).

use serde_json::{Map, Value, json};

use super::client::integer;
use super::menu::{
    Audience, Button, ConditionalMenu, Does, EventKind, Menu, Menus, Platform, ShownMenu,
};

const KINDS: [(EventKind, &str); 7] = [
    (EventKind::Click, "click"),
    (EventKind::ScanCodePush, "scancode_push"),
    (EventKind::ScanCodeWait, "scancode_waitmsg"),
    (EventKind::Camera, "pic_sysphoto"),
    (EventKind::CameraOrAlbum, "pic_photo_or_album"),
    (EventKind::WechatAlbum, "pic_weixin"),
    (EventKind::Location, "location_select"),
];

const PLATFORMS: [(Platform, &str); 3] =
    [(Platform::Ios, "1"), (Platform::Android, "2"), (Platform::Others, "3")];

impl Menu {
    /// The value of `button` in a request.
    pub fn to_json(&self) -> Value {
        self.buttons.iter().map(Button::to_json).collect()
    }

    /// Reads the value of `button` in an answer, or what [`Menu::to_json`] wrote; nothing when it is
    /// no list of buttons.
    pub fn from_json(value: &Value) -> Option<Menu> {
        let buttons = value.as_array()?.iter().map(Button::from_json).collect::<Option<_>>()?;
        Some(Menu { buttons })
    }
}

impl EventKind {
    /// WeChat's name for it.
    pub fn code(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("click", |(_, code)| code)
    }

    /// The kind of WeChat's name.
    pub fn from_code(code: &str) -> Option<Self> {
        KINDS.iter().find(|(_, known)| *known == code).map(|(kind, _)| *kind)
    }
}

impl Platform {
    /// WeChat's number for it, as text.
    pub fn code(self) -> &'static str {
        PLATFORMS.iter().find(|(platform, _)| *platform == self).map_or("3", |(_, code)| code)
    }

    /// The platform of WeChat's number.
    pub fn from_code(code: &str) -> Option<Self> {
        PLATFORMS.iter().find(|(_, known)| *known == code).map(|(platform, _)| *platform)
    }
}

impl Audience {
    /// The value of `matchrule` in a request; ids are texts there.
    pub fn to_json(self) -> Value {
        let mut rule = Map::new();
        if let Some(tag) = self.tag {
            rule.insert("tag_id".to_owned(), json!(tag.to_string()));
        }
        if let Some(platform) = self.platform {
            rule.insert("client_platform_type".to_owned(), json!(platform.code()));
        }
        Value::Object(rule)
    }

    /// Reads a `matchrule`; tags used to be called groups.
    pub fn from_json(value: &Value) -> Audience {
        let tag = integer(&value["tag_id"]).or_else(|| integer(&value["group_id"]));
        let platform = integer(&value["client_platform_type"]).map(|number| number.to_string());
        Audience { tag, platform: platform.and_then(|code| Platform::from_code(&code)) }
    }
}

impl Menus {
    /// Reads the answer of `menu/get`.
    pub(super) fn from_json(answer: &Value) -> Option<Menus> {
        let conditional = answer["conditionalmenu"].as_array().map_or(&[][..], Vec::as_slice);
        let conditional = conditional.iter().map(|value| {
            Some(ConditionalMenu {
                id: menu_id(&value["menuid"])?,
                menu: Menu::from_json(&value["button"])?,
                audience: Audience::from_json(&value["matchrule"]),
            })
        });
        Some(Menus {
            default: Menu::from_json(&answer["menu"]["button"])?,
            conditional: conditional.collect::<Option<_>>()?,
        })
    }
}

impl ShownMenu {
    /// Reads the answer of `get_current_selfmenu_info`.
    pub(super) fn from_json(answer: &Value) -> Option<ShownMenu> {
        let open = integer(&answer["is_menu_open"])? != 0;
        // An account without a menu has no list either.
        let buttons = answer["selfmenu_info"]["button"].as_array().cloned().unwrap_or_default();
        Some(ShownMenu { open, menu: Menu::from_json(&Value::Array(buttons))? })
    }
}

/// An id of a menu, which comes as a number or as text.
pub(super) fn menu_id(value: &Value) -> Option<String> {
    match value {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

impl Button {
    fn to_json(&self) -> Value {
        let mut value = match &self.does {
            Does::Group(below) => {
                json!({ "sub_button": below.iter().map(Button::to_json).collect::<Vec<_>>() })
            }
            Does::View { url } => json!({ "type": "view", "url": url }),
            Does::MiniProgram { app_id, path, url } => {
                json!({ "type": "miniprogram", "appid": app_id, "pagepath": path, "url": url })
            }
            Does::Event { kind, key } => json!({ "type": kind.code(), "key": key }),
            Does::Media { media_id } => json!({ "type": "media_id", "media_id": media_id }),
            Does::OldArticle { media_id } => {
                json!({ "type": "view_limited", "media_id": media_id })
            }
            Does::Article { article_id } => {
                json!({ "type": "article_id", "article_id": article_id })
            }
            Does::ArticlePage { article_id } => {
                json!({ "type": "article_view_limited", "article_id": article_id })
            }
            Does::Other(fields) => Value::Object(fields.clone()),
        };
        value["name"] = json!(self.name);
        value
    }

    fn from_json(value: &Value) -> Option<Button> {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        // menu/get gives every button a list below it, mostly an empty one;
        // get_current_selfmenu_info wraps the list once more.
        let below =
            value["sub_button"].as_array().or_else(|| value["sub_button"]["list"].as_array());
        let does = match below.filter(|below| !below.is_empty()) {
            Some(below) => Does::Group(below.iter().map(Button::from_json).collect::<Option<_>>()?),
            None => match text("type").as_str() {
                "" if below.is_some() => Does::Group(Vec::new()),
                "view" => Does::View { url: text("url") },
                "miniprogram" => Does::MiniProgram {
                    app_id: text("appid"),
                    path: text("pagepath"),
                    url: text("url"),
                },
                "media_id" => Does::Media { media_id: text("media_id") },
                "view_limited" => Does::OldArticle { media_id: text("media_id") },
                "article_id" => Does::Article { article_id: text("article_id") },
                "article_view_limited" => Does::ArticlePage { article_id: text("article_id") },
                code => match EventKind::from_code(code) {
                    Some(kind) => Does::Event { kind, key: text("key") },
                    None => Does::Other(value.as_object()?.clone()),
                },
            },
        };
        Some(Button { name: text("name"), does })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_survives_the_way_to_wechat_and_back() {
        let view = Does::View { url: "https://example.com/".to_owned() };
        let view = Button { name: "官网".to_owned(), does: view };
        let group = Button { name: "更多".to_owned(), does: Does::Group(vec![view]) };
        assert_eq!(Button::from_json(&group.to_json()), Some(group));
        for (kind, field) in [
            ("media_id", "media_id"),
            ("view_limited", "media_id"),
            ("article_id", "article_id"),
            ("article_view_limited", "article_id"),
            ("location_select", "key"),
            ("news", "value"),
        ] {
            let json = json!({ "name": "钮", "type": kind, field: "M" });
            assert_eq!(Button::from_json(&json).unwrap().to_json(), json);
        }
        let bare = json!({ "name": "空", "sub_button": [] });
        assert_eq!(Button::from_json(&bare).unwrap().to_json(), bare);
    }
}
