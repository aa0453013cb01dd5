//! The stored texts that reach citizens by themselves.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::console::views::{SettingsPage, TextPage, TextRow, TextVersion};
use crate::content::texts::{SHIPPED, Shipped, places};
use crate::content::{actions, store};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;
use crate::staff::{self, StaffId};

/// Bytes that a stored text may have; what is filled in comes on top.
const LONGEST: usize = 1500;

/// All texts.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let saved = store::newest(&mut web.deps.db.read().await?).await?;
    let saved: HashMap<_, _> = saved.into_iter().map(|text| (text.key.clone(), text)).collect();
    let row = |(key, shipped): (&String, &Shipped)| {
        let known = saved.get(key);
        TextRow {
            href: format!("/console/settings/texts/{key}"),
            key: key.clone(),
            purpose: shipped.about.clone(),
            body: known.map_or(&shipped.body, |text| &text.body).trim_end().to_owned(),
            version: known.map_or(0, |text| text.version),
        }
    };
    page(&SettingsPage {
        shell: frame::desk(&web, &signed, "设置", "/console/settings", &asked).await?,
        rows: SHIPPED.iter().map(row).collect(),
    })
}

/// The form of one text with its earlier versions.
pub async fn show(State(web): State<Web>, signed: SignedIn, Target(key): Target<String>) -> Answer {
    page(&form(&web, &signed, &key).await?)
}

/// Saves a new version.
pub async fn save(
    State(web): State<Web>,
    signed: SignedIn,
    Target(key): Target<String>,
    Form(fields): Form,
) -> Answer {
    if !SHIPPED.contains_key(&key) {
        return Err(Error::not_found().into());
    }
    let (seen, body) = (fields.read("version").unwrap_or(0), fields.text("body"));
    match actions::save_text(&web.deps, signed.member.id.0, &key, seen, body).await {
        Ok(()) => {
            web.directory.refresh().await?;
            Ok(Redirect::to("/console/settings?done=saved").into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut form = form(&web, &signed, &key).await?;
            form.body = Input::wrong(body, error.public());
            Ok((status_of(error.kind()), page(&form)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(web: &Web, signed: &SignedIn, key: &str) -> Result<TextPage> {
    let shipped = SHIPPED.get(key).ok_or_else(Error::not_found)?;
    let mut link = web.deps.db.read().await?;
    let history = store::history(&mut link, key).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let shell = frame::desk(web, signed, "设置", "/console/settings", &Fields::default()).await?;
    let body = history.first().map_or(&shipped.body, |newest| &newest.body).trim_end().to_owned();
    let version = |text: &store::SavedText| TextVersion {
        version: text.version,
        who: author(text, &names),
        when: frame::when(web, text.saved_at),
        body: text.body.clone(),
    };
    Ok(TextPage {
        shell,
        key: key.to_owned(),
        purpose: shipped.about.clone(),
        placeholders: places(&shipped.body)
            .into_iter()
            .map(|name| (format!("{{{name}}}"), meaning(name).to_owned()))
            .collect(),
        body: Input::new(body),
        version: history.first().map_or(0, |newest| newest.version),
        byte_limit: LONGEST,
        history: history.iter().skip(1).map(version).collect(),
    })
}

fn author(text: &store::SavedText, names: &HashMap<StaffId, String>) -> String {
    let known = text.saved_by.and_then(|id| names.get(&StaffId(id)));
    known.cloned().unwrap_or_else(|| "工作人员".into())
}

/// What is filled in at a place.
fn meaning(name: &str) -> &'static str {
    match name {
        "alliance" => "联盟名称",
        "station" => "服务站点名称",
        "number" => "咨询编号",
        "field" => "法律领域",
        "place" => "地区",
        "due" => "预计答复时间",
        "organization" => "接收单位",
        "answer" => "答复全文",
        "links" => "可以点的快捷回复",
        "page" => "这件咨询的网页",
        "privacy" => "个人信息说明的网页",
        "list" => "咨询清单",
        _ => "发送时自动填入",
    }
}
