//! The menu of an official account: what is shown, the draft, the versions.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::citizens::store::followers::{self, KnownTag};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::menus::views::{MenusPage, Phone, VersionCard, VersionRow};
use crate::menus::{MenuSet, MenuState, Version, actions, rules, store};
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::{Choice, href};
use crate::staff::{self, StaffId};
use crate::wechat::menu::{Audience, Platform};

/// Versions listed.
const HISTORY: i64 = 30;

/// Sorts of telephones in words.
pub const PLATFORMS: [(Platform, &str); 3] =
    [(Platform::Ios, "苹果手机"), (Platform::Android, "安卓手机"), (Platform::Others, "其他手机")];

/// The account a request is about: the one it names, or the first; nothing when none is configured.
///
/// # Errors
/// Not found when it names one that is not configured.
pub fn account(web: &Web, fields: &Fields) -> Result<Option<String>> {
    let accounts = &web.config.wechat.accounts;
    match fields.text("account") {
        "" => Ok(accounts.keys().next().cloned()),
        named if accounts.contains_key(named) => Ok(Some(named.to_owned())),
        _ => Err(Error::not_found()),
    }
}

/// The account of a form.
///
/// # Errors
/// Not found when there is none.
pub fn needed(web: &Web, fields: &Fields) -> Result<String> {
    account(web, fields)?.ok_or_else(Error::not_found)
}

/// The accounts to choose from.
pub fn account_choices(web: &Web, chosen: &str) -> Vec<Choice> {
    let accounts = web.config.wechat.accounts.keys();
    accounts.map(|id| Choice::new(id, id, id == chosen)).collect()
}

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let shell = frame::desk(&web, &signed, "公众号菜单", "/console/menu", &asked).await?;
    let Some(account) = account(&web, &asked)? else {
        return page(&MenusPage { shell, ..MenusPage::default() });
    };
    let mut link = web.deps.db.read().await?;
    let versions = store::newest(&mut link, &account, HISTORY).await?;
    let shown = store::in_state(&mut link, &account, MenuState::Shown).await?;
    let tags = followers::tags(&mut link, &account).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let see = Seen { web: &web, tags: &tags, names: &names };
    let draft = versions.iter().find(|one| one.state == MenuState::Draft);
    let publishing = versions.iter().find(|one| one.state == MenuState::Publishing);
    let faults = draft.map(|draft| rules::faults(&draft.set)).unwrap_or_default();
    page(&MenusPage {
        shell,
        accounts: account_choices(&web, &account),
        account,
        shown: shown.as_ref().map(|version| see.card(version)),
        draft: draft.map(|version| see.card(version)),
        revision: draft.map_or(0, |draft| draft.revision),
        on_the_phone: draft
            .filter(|_| simulated_phone(&web).is_some())
            .map_or_else(Vec::new, |draft| see.on_the_phone(draft)),
        faults: faults.into_iter().map(|fault| named(fault.menu, fault.sentence)).collect(),
        publishing: publishing.map(|version| version.version),
        history: versions.iter().map(|version| see.row(version)).collect(),
    })
}

/// A sentence about one of several menus.
fn named(menu: usize, sentence: String) -> String {
    if menu == 0 { sentence } else { format!("个性化菜单 {menu}：{sentence}") }
}

struct Seen<'a> {
    web: &'a Web,
    tags: &'a [KnownTag],
    names: &'a HashMap<StaffId, String>,
}

impl Seen<'_> {
    fn who(&self, version: &Version) -> String {
        let id = version.published_by.or(version.made_by).map(StaffId);
        id.and_then(|id| self.names.get(&id)).cloned().unwrap_or_else(|| "系统".into())
    }

    fn card(&self, version: &Version) -> VersionCard {
        VersionCard {
            version: version.version,
            who: self.who(version),
            when: frame::when(self.web, version.published_at.unwrap_or(version.changed_at)),
            problem: version.problem.clone(),
            phones: phones(&version.set, self.tags),
        }
    }

    /// The menus of a draft with their places on the simulated phone.
    fn on_the_phone(&self, draft: &Version) -> Vec<(String, String)> {
        let phones = phones(&draft.set, self.tags).into_iter().enumerate();
        let place = |at: usize| {
            let (account, at) = (draft.account_id.as_str(), at.to_string());
            href("/console/menu/phone", &[("account", account), ("menu", &at)])
        };
        phones.map(|(at, phone)| (phone.title, place(at))).collect()
    }

    fn row(&self, version: &Version) -> VersionRow {
        let from = version.from_version.map(|from| format!("恢复自第 {from} 版。"));
        let note = [from, version.problem.clone()].into_iter().flatten().collect::<String>();
        VersionRow {
            version: version.version,
            state: version.state.name().to_owned(),
            class: match version.state {
                MenuState::Shown => "good",
                MenuState::Failed => "bad",
                MenuState::Draft | MenuState::Publishing => "calm",
                MenuState::Former => "off",
            },
            who: self.who(version),
            when: frame::when(self.web, version.published_at.unwrap_or(version.changed_at)),
            note,
            may_restore: version.state == MenuState::Former,
        }
    }
}

/// Address of the simulated phone, which exists in a demo only.
fn simulated_phone(web: &Web) -> Option<&str> {
    let address = web.config.wechat.api_base_url.as_str();
    (web.installation.demo && address.starts_with("http://")).then_some(address)
}

/// Leads to the simulated phone with a menu of the draft in the fragment, which the phone shows
/// until told otherwise. WeChat knows no preview, so this exists in a demo only.
pub async fn on_the_phone(State(web): State<Web>, Asked(asked): Asked) -> Answer {
    let account = needed(&web, &asked)?;
    let none = || {
        Error::invalid("模拟手机只在演示环境里有，真实的微信没有菜单预览。请直接看画出来的样子。")
    };
    let phone = simulated_phone(&web).ok_or_else(none)?;
    let mut link = web.deps.db.read().await?;
    let draft = store::in_state(&mut link, &account, MenuState::Draft).await?;
    drop(link);
    let menu = draft.as_ref().and_then(|draft| draft.set.get(asked.read("menu").unwrap_or(0)));
    let gone = || Error::conflict("草稿里已经没有这个菜单。请刷新菜单页，再选一次。");
    let buttons = menu.ok_or_else(gone)?.to_json().to_string();
    let preview = href("", &[("preview", &buttons)]);
    let preview = preview.trim_start_matches('?');
    Ok(Redirect::to(&format!("{phone}/#{preview}")).into_response())
}

fn phones(set: &MenuSet, tags: &[KnownTag]) -> Vec<Phone> {
    let special = set.special.iter().map(|one| Phone::of(audience(one.audience, tags), &one.menu));
    std::iter::once(Phone::of("所有人", &set.default)).chain(special).collect()
}

/// Who sees a menu, in words.
pub fn audience(audience: Audience, tags: &[KnownTag]) -> String {
    let tag = audience.tag.map(|id| {
        let known = tags.iter().find(|tag| tag.tag_id == id);
        known.map_or_else(|| format!("标签 {id}"), |tag| format!("标签“{}”", tag.name))
    });
    let platform = audience.platform.and_then(|platform| {
        let found = PLATFORMS.iter().find(|(known, _)| *known == platform);
        found.map(|(_, word)| (*word).to_owned())
    });
    let words: Vec<_> = tag.into_iter().chain(platform).collect();
    if words.is_empty() { "还没有选择给谁看".to_owned() } else { words.join("，") }
}

fn back(account: &str, done: &str) -> Response {
    Redirect::to(&href("/console/menu", &[("account", account), ("done", done)])).into_response()
}

/// Sends the draft to WeChat.
pub async fn publish(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let revision = fields.read("revision").unwrap_or(0);
    actions::publish(&web.deps, signed.member.id.0, &account, revision).await?;
    Ok(back(&account, "menu"))
}

/// Throws the draft away.
pub async fn discard(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let revision = fields.read("revision").unwrap_or(0);
    actions::discard_draft(&web.deps, signed.member.id.0, &account, revision).await?;
    Ok(back(&account, "discarded"))
}

/// Puts an earlier version back up.
pub async fn restore(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let version = fields.read("version");
    let version =
        version.ok_or_else(|| Error::invalid("没有说恢复哪一版。请返回菜单页再选一次。"))?;
    actions::restore(&web.deps, signed.member.id.0, &account, version).await?;
    Ok(back(&account, "menu"))
}

/// Reads what WeChat has into a draft.
pub async fn import(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    actions::ask_import(&web.deps, signed.member.id.0, &account).await?;
    Ok(back(&account, "reading"))
}
