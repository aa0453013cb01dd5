//! Putting menus up and taking them down (wechat-protocol.md §8).

use serde_json::json;

use super::client::{CallError, Client, lacking};
use super::menu::{Audience, Menu, Menus, ShownMenu};
use super::menu_json::menu_id;

/// There is no menu made by API.
const NO_MENU: i64 = 46003;

impl Client {
    /// Puts up `menu` as the default in place of the present one; conditional menus stay. Followers
    /// see it within five minutes.
    ///
    /// # Errors
    /// [`CallError`]; [`Menu::faults`] first spares most of them.
    pub async fn create_menu(&self, menu: &Menu) -> Result<(), CallError> {
        let body = json!({ "button": menu.to_json() });
        self.post_json("/cgi-bin/menu/create", &body).await.map(drop)
    }

    /// The default menu and the conditional ones, if a menu was made by API.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn menus(&self) -> Result<Option<Menus>, CallError> {
        match self.get_json("/cgi-bin/menu/get", &[]).await {
            Err(CallError::Refused { errcode: NO_MENU, .. }) => Ok(None),
            answer => Menus::from_json(&answer?).ok_or_else(lacking).map(Some),
        }
    }

    /// What followers see at present, also when it was made in WeChat's console. The one call about
    /// menus that accounts without verification may make.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn shown_menu(&self) -> Result<ShownMenu, CallError> {
        let answer = self.get_json("/cgi-bin/get_current_selfmenu_info", &[]).await?;
        ShownMenu::from_json(&answer).ok_or_else(lacking)
    }

    /// Takes down the default menu and every conditional one.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn delete_menus(&self) -> Result<(), CallError> {
        self.get_json("/cgi-bin/menu/delete", &[]).await.map(drop)
    }

    /// Puts up a menu for some of the followers and gives its id. Of several that fit, the one put
    /// up last is shown.
    ///
    /// # Errors
    /// [`CallError`]; 65303 when there is no default menu.
    pub async fn add_conditional_menu(
        &self,
        menu: &Menu,
        audience: Audience,
    ) -> Result<String, CallError> {
        let body = json!({ "button": menu.to_json(), "matchrule": audience.to_json() });
        let answer = self.post_json("/cgi-bin/menu/addconditional", &body).await?;
        menu_id(&answer["menuid"]).ok_or_else(lacking)
    }

    /// Takes down one conditional menu.
    ///
    /// # Errors
    /// [`CallError`]; 65301 when there is none of that id.
    pub async fn delete_conditional_menu(&self, id: &str) -> Result<(), CallError> {
        self.post_json("/cgi-bin/menu/delconditional", &json!({ "menuid": id })).await.map(drop)
    }

    /// The menu that the user `user` (an openid or a WeChat id) sees.
    ///
    /// # Errors
    /// [`CallError`]; 65302 when nobody is called that.
    pub async fn menu_of(&self, user: &str) -> Result<Menu, CallError> {
        let answer = self.post_json("/cgi-bin/menu/trymatch", &json!({ "user_id": user })).await?;
        // Both shapes are documented: the list itself, and inside a menu.
        let buttons = Some(&answer["button"]).filter(|list| list.is_array());
        Menu::from_json(buttons.unwrap_or(&answer["menu"]["button"])).ok_or_else(lacking)
    }
}
