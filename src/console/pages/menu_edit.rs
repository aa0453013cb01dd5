//! The form of a menu: three buttons at the top, five below each, and for some menus whom they
//! are for.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::menu::{PLATFORMS, audience, needed};
use crate::citizens::store::followers::{self, KnownTag};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::menus::rules::{self, Fault};
use crate::menus::views::{AudienceFields, EVENTS, MenuEditPage, Slot, TopSlot};
use crate::menus::{MenuSet, MenuState, SpecialMenu, actions, store};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input, href};
use crate::wechat::menu::{
    Audience, Button, Does, EventKind, Menu, Place, Platform, SUB_LIMIT, TOP_LIMIT,
};

/// What else a button can do: code in the form, words.
const OTHERS: [(&str, &str); 6] = [
    ("view", "打开网页"),
    ("miniprogram", "打开小程序"),
    ("article_id", "发送已发布的文章"),
    ("article_view_limited", "打开已发布的文章"),
    ("media_id", "发送永久素材"),
    ("view_limited", "打开旧图文素材（微信即将停用）"),
];
const GROUP: &str = "group";

/// The draft, or what a new one begins with, and its revision (0 without a draft).
async fn begun(web: &Web, account: &str) -> Result<(MenuSet, i64)> {
    let mut link = web.deps.db.read().await?;
    let versions = store::newest(&mut link, account, 10).await?;
    if let Some(draft) = versions.iter().find(|one| one.state == MenuState::Draft) {
        return Ok((draft.set.clone(), draft.revision));
    }
    let last = versions.into_iter().find(|one| {
        matches!(one.state, MenuState::Shown | MenuState::Failed | MenuState::Publishing)
    });
    let first = || MenuSet::first(&web.config.server.public_url);
    Ok((last.map_or_else(first, |one| one.set), 0))
}

/// The form.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let account = needed(&web, &asked)?;
    let at = asked.read("menu").unwrap_or(0);
    let (set, revision) = begun(&web, &account).await?;
    set.get(at).ok_or_else(Error::not_found)?;
    page(&form(&web, &signed, &asked, &account, (&set, revision), at, None).await?)
}

/// Saves the draft; it may still have faults, which the form then names.
pub async fn save(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let at: usize = fields.read("menu").unwrap_or(0);
    let revision = fields.read("revision").unwrap_or(0);
    let (mut set, _) = begun(&web, &account).await?;
    let menu = read_menu(&fields);
    let next = match (at, set.special.get_mut(at.wrapping_sub(1))) {
        (0, _) => {
            set.default = menu;
            at
        }
        (_, Some(_)) if fields.text("then") == "drop" => {
            set.special.remove(at - 1);
            0
        }
        (_, Some(special)) => {
            *special = SpecialMenu { audience: read_audience(&fields), menu };
            at
        }
        (_, None) => return Err(Error::not_found().into()),
    };
    let next = if fields.text("then") == "add" {
        let menu = set.default.clone();
        set.special.push(SpecialMenu { audience: Audience::default(), menu });
        set.special.len()
    } else {
        next
    };
    match actions::save_draft(&web.deps, signed.member.id.0, &account, revision, &set).await {
        Ok(()) => {
            let next = next.to_string();
            let to = [("account", account.as_str()), ("menu", &next), ("done", "saved")];
            Ok(Redirect::to(&href("/console/menu/edit", &to)).into_response())
        }
        Err(error) if error.kind() == Kind::Conflict => {
            let at = at.min(set.special.len());
            let why = Some(error.public());
            let form = form(&web, &signed, &fields, &account, (&set, revision), at, why).await?;
            Ok((status_of(error.kind()), page(&form)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn read_audience(fields: &Fields) -> Audience {
    Audience { tag: fields.read("tag"), platform: Platform::from_code(fields.text("platform")) }
}

fn read_menu(fields: &Fields) -> Menu {
    let top = |top: usize| {
        let id = format!("b{top}");
        let below = (0..SUB_LIMIT).filter_map(|sub| read_button(fields, &format!("{id}s{sub}")));
        let below: Vec<Button> = below.collect();
        let code = fields.text(&format!("{id}-does"));
        if code == GROUP || (code.is_empty() && !below.is_empty()) {
            let name = fields.text(&format!("{id}-name")).trim().to_owned();
            return Some(Button { name, does: Does::Group(below) });
        }
        read_button(fields, &id)
    };
    Menu { buttons: (0..TOP_LIMIT).filter_map(top).collect() }
}

/// The button of one slot; nothing when the slot is empty.
fn read_button(fields: &Fields, id: &str) -> Option<Button> {
    let text = |part: &str| fields.text(&format!("{id}-{part}")).trim().to_owned();
    let (name, code, value) = (text("name"), text("does"), text("value"));
    if name.is_empty() && code.is_empty() && value.is_empty() {
        return None;
    }
    let does = match code.as_str() {
        "view" => Does::View { url: value },
        "miniprogram" => Does::MiniProgram { app_id: value, path: text("path"), url: text("url") },
        "article_id" => Does::Article { article_id: value },
        "article_view_limited" => Does::ArticlePage { article_id: value },
        "media_id" => Does::Media { media_id: value },
        "view_limited" => Does::OldArticle { media_id: value },
        code => match EventKind::from_code(code) {
            Some(kind) => Does::Event { kind, key: value },
            None => Does::Other(serde_json::Map::new()),
        },
    };
    Some(Button { name, does })
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    asked: &Fields,
    account: &str,
    (set, revision): (&MenuSet, i64),
    at: usize,
    error: Option<&str>,
) -> Result<MenuEditPage> {
    let tags = followers::tags(&mut web.deps.db.read().await?, account).await?;
    let menu = set.get(at).ok_or_else(Error::not_found)?;
    // Without a draft nothing was written yet that could be wrong.
    let faults = if revision == 0 { Vec::new() } else { rules::faults(set) };
    let faults: Vec<Fault> = faults.into_iter().filter(|fault| fault.menu == at).collect();
    let at_place = |place: Place| -> Vec<String> {
        let here = faults.iter().filter(|fault| fault.place == place);
        here.map(|fault| fault.sentence.clone()).collect()
    };
    let top = |top: usize| {
        let button = menu.buttons.get(top);
        let inside = match button.map(|button| &button.does) {
            Some(Does::Group(below)) => below.as_slice(),
            _ => &[],
        };
        let below = (0..SUB_LIMIT).map(|sub| {
            let title = format!("下级第 {} 个", sub + 1);
            let found = at_place(Place::Sub(top, sub));
            slot(format!("b{top}s{sub}"), title, inside.get(sub), false, found)
        });
        let title = format!("第 {} 个一级按钮", top + 1);
        let found = at_place(Place::Top(top));
        let below = below.collect();
        TopSlot { slot: slot(format!("b{top}"), title, button, true, found), below }
    };
    Ok(MenuEditPage {
        shell: frame::desk(web, signed, "修改菜单草稿", "/console/menu", asked).await?,
        account: account.to_owned(),
        at,
        menus: menus(account, set, at, &tags),
        revision,
        faults: at_place(Place::Whole),
        error: error.map(str::to_owned),
        audience: at
            .checked_sub(1)
            .and_then(|at| set.special.get(at))
            .map(|one| audience_fields(one.audience, &tags)),
        tops: (0..TOP_LIMIT).map(top).collect(),
    })
}

/// The menus of the set, to go from one to the other.
fn menus(account: &str, set: &MenuSet, here: usize, tags: &[KnownTag]) -> Vec<(String, String)> {
    let special = set.special.iter().map(|one| audience(one.audience, tags));
    let titles = std::iter::once("默认菜单".to_owned()).chain(special).enumerate();
    let link = |(at, title): (usize, String)| {
        let number = at.to_string();
        let pairs = [("account", account), ("menu", number.as_str())];
        let to = if at == here { String::new() } else { href("/console/menu/edit", &pairs) };
        (title, to)
    };
    titles.map(link).collect()
}

fn audience_fields(audience: Audience, tags: &[KnownTag]) -> AudienceFields {
    let tag = |tag: &KnownTag| {
        let label = format!("{}（{} 人）", tag.name, tag.followers);
        Choice::new(tag.tag_id.to_string(), label, audience.tag == Some(tag.tag_id))
    };
    let mut choices: Vec<_> = tags.iter().map(tag).collect();
    if let Some(id) = audience.tag.filter(|id| tags.iter().all(|tag| tag.tag_id != *id)) {
        choices.push(Choice::new(id.to_string(), format!("标签 {id}（微信上没有）"), true));
    }
    let platform = |(platform, word): &(Platform, &str)| {
        Choice::new(platform.code(), *word, audience.platform == Some(*platform))
    };
    AudienceFields { tags: choices, platforms: PLATFORMS.iter().map(platform).collect() }
}

fn slot(
    id: String,
    title: String,
    button: Option<&Button>,
    at_the_top: bool,
    faults: Vec<String>,
) -> Slot {
    let name = button.map_or("", |button| button.name.as_str());
    let (code, value, path, url) = button.map_or(("", "", "", ""), |button| parts(&button.does));
    let group = at_the_top.then_some((GROUP, "打开下级菜单"));
    let events = EVENTS.iter().map(|(kind, word)| (kind.code(), *word));
    let all = [("", "（不用）")].into_iter().chain(group).chain(events).chain(OTHERS);
    Slot {
        id,
        title,
        name: Input::new(name),
        does: all.map(|(known, word)| Choice::new(known, word, known == code)).collect(),
        value: Input::new(value),
        path: Input::new(path),
        url: Input::new(url),
        faults,
    }
}

/// What a button does, as the form has it: code, value, page and address of a mini program.
fn parts(does: &Does) -> (&str, &str, &str, &str) {
    match does {
        Does::Group(_) => (GROUP, "", "", ""),
        Does::View { url } => ("view", url, "", ""),
        Does::MiniProgram { app_id, path, url } => ("miniprogram", app_id, path, url),
        Does::Event { kind, key } => (kind.code(), key, "", ""),
        Does::Media { media_id } => ("media_id", media_id, "", ""),
        Does::OldArticle { media_id } => ("view_limited", media_id, "", ""),
        Does::Article { article_id } => ("article_id", article_id, "", ""),
        Does::ArticlePage { article_id } => ("article_view_limited", article_id, "", ""),
        Does::Other(_) => ("", "", "", ""),
    }
}
