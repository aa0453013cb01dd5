//! QR codes: the list with what came through them, the form, the sheet for the wall.

use std::collections::HashSet;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::members::OrganizationId;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input, href};
use crate::platform::http::when::When;
use crate::routing::rules::Directory;
use crate::scenes::sheet::{self, Paper, Sheet};
use crate::scenes::views::{CodeFormPage, CodeRow, CodeSheetPage, CodesPage};
use crate::scenes::{NewScene, Scene, SceneId, SceneKind, actions, store};
use crate::wechat::client::Client;

/// Rows on one page.
const PAGE: i64 = 50;
/// Codes read to see which stations have one.
const ALL: i64 = 1_000_000;

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let scope = signed.member.reach();
    let from: i64 = asked.read("from").unwrap_or(0).max(0);
    let mut link = web.deps.db.read().await?;
    let scenes = store::list(&mut link, scope, from, PAGE).await?;
    let total = store::count(&mut link, scope).await?;
    let figures = store::figures(&mut link).await?;
    drop(link);
    let directory = web.directory.current();
    let rows = scenes.iter().map(|scene| {
        let key = (scene.account_id.clone(), scene.scene.clone());
        let came = figures.get(&key).copied().unwrap_or_default();
        row(&web, scene, &directory, [came.scans, came.followers, came.inquiries])
    });
    let next = from + PAGE;
    page(&CodesPage {
        rows: rows.collect(),
        total,
        next_href: (next < total).then(|| href("/console/codes", &[("from", &next.to_string())])),
        shell: frame::desk(&web, &signed, "二维码", "/console/codes", &asked).await?,
    })
}

fn row(web: &Web, scene: &Scene, directory: &Directory, figures: [i64; 3]) -> CodeRow {
    let now = web.deps.clock.now();
    let several = web.config.wechat.accounts.len() > 1;
    CodeRow {
        title: scene.title.clone(),
        kind_name: scene.kind.name().to_owned(),
        owner: owner(scene, directory).unwrap_or_else(|| "联盟".into()),
        account: if several { scene.account_id.clone() } else { String::new() },
        works: scene.works(now),
        failure: scene
            .failure
            .clone()
            .or_else(|| scene.url.is_none().then(|| "微信还没有生成，请点“重新生成”。".to_owned())),
        expires: scene.expires_at.map(|at| When::new(at, now)),
        figures,
        sheet_href: format!("/console/codes/{}/sheet", scene.id),
        renew_action: format!("/console/codes/{}/renew", scene.id),
        renewable: scene.url.is_none() || scene.failure.is_some() || scene.life_seconds.is_some(),
    }
}

fn owner(scene: &Scene, directory: &Directory) -> Option<String> {
    let organization = scene.organization_id.and_then(|id| directory.organization(id));
    organization.map(|organization| organization.short_name.clone())
}

/// The form.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    page(&form(&web, &signed, &Fields::default(), None).await?)
}

/// Makes one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let made = match (new_scene(&web, &signed, &fields), client(&web, fields.text("account"))) {
        (Ok(new), Ok(client)) => {
            let (by, reach) = (signed.member.id.0, signed.member.reach());
            actions::make(&web.deps, client, by, reach, &new).await
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match made {
        Ok(_) => {
            web.directory.refresh().await?;
            Ok(Redirect::to("/console/codes?done=code").into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let shown = form(&web, &signed, &fields, Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks WeChat for one again.
pub async fn renew(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SceneId>,
) -> Answer {
    let scene = find(&web, &signed, id).await?;
    let client = client(&web, &scene.account_id)?;
    let (by, reach) = (signed.member.id.0, signed.member.reach());
    actions::renew(&web.deps, client, by, reach, id).await?;
    Ok(Redirect::to("/console/codes?done=code").into_response())
}

/// The sheet for the wall, `size=a4` or `size=a6`.
pub async fn sheet(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SceneId>,
    Asked(asked): Asked,
) -> Answer {
    let scene = find(&web, &signed, id).await?;
    let paper = paper(&asked);
    let other = if paper == Paper::A4 { Paper::A6 } else { Paper::A4 };
    let at = |what: &str, paper: Paper| {
        href(&format!("/console/codes/{id}/{what}"), &[("size", paper.code())])
    };
    page(&CodeSheetPage {
        sheet: sheet_of(&web, scene),
        paper,
        other: (at("sheet", other), other.name()),
        picture: format!("/console/codes/{id}/picture"),
        pdf: at("pdf", paper),
    })
}

/// The same sheet as a PDF.
pub async fn pdf(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SceneId>,
    Asked(asked): Asked,
) -> Answer {
    let scene = find(&web, &signed, id).await?;
    let url = scene.url.clone().ok_or_else(Error::not_found)?;
    let code = QrCode::new(url.as_bytes()).map_err(Problem::internal)?;
    let paper = paper(&asked);
    let name = format!("attachment; filename=\"{}-{}.pdf\"", scene.scene, paper.code());
    let headers =
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, sheet::pdf(&sheet_of(&web, scene), paper, &code)).into_response())
}

/// The paper asked for; A4 when none is.
fn paper(asked: &Fields) -> Paper {
    Paper::from_code(asked.text("size")).unwrap_or(Paper::A4)
}

fn sheet_of(web: &Web, scene: Scene) -> Sheet {
    let until = scene.expires_at.map(|at| {
        let day = at.in_shanghai();
        format!("{}年{}月{}日", day.year(), day.month(), day.day())
    });
    Sheet {
        alliance: web.config.alliance.name.clone(),
        demo: web.installation.demo,
        owner: owner(&scene, &web.directory.current()).unwrap_or_default(),
        title: scene.title,
        until: until.unwrap_or_default(),
    }
}

/// The code as a picture, drawn here: WeChat's own carries no more.
pub async fn picture(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SceneId>,
) -> Answer {
    let scene = find(&web, &signed, id).await?;
    let url = scene.url.ok_or_else(Error::not_found)?;
    draw(&url)
}

/// A picture of what a code says.
pub(super) fn draw(url: &str) -> Answer {
    let drawn = QrCode::new(url.as_bytes()).map_err(Problem::internal)?;
    let svg = drawn.render::<svg::Color<'_>>().min_dimensions(600, 600).build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

async fn find(web: &Web, signed: &SignedIn, id: SceneId) -> Result<Scene> {
    let found = store::get(&mut web.deps.db.read().await?, signed.member.reach(), id).await?;
    found.ok_or_else(Error::not_found)
}

fn client<'a>(web: &'a Web, account: &str) -> Result<&'a Client> {
    web.clients.get(account_of(web, account)).ok_or_else(|| {
        Error::invalid("还没有配置公众号，不能制作二维码。请先让系统管理员完成配置。")
    })
}

/// The chosen account, or the first.
fn account_of<'a>(web: &'a Web, account: &'a str) -> &'a str {
    let accounts = &web.config.wechat.accounts;
    match accounts.contains_key(account) {
        true => account,
        false => accounts.keys().next().map_or("", String::as_str),
    }
}

fn new_scene(web: &Web, signed: &SignedIn, fields: &Fields) -> Result<NewScene> {
    let days = fields.text("days").trim();
    let days = match days.is_empty() {
        true => None,
        false => Some(
            days.parse().map_err(|_| Error::invalid("有效天数请填 1 到 30 的整数，或者留空。"))?,
        ),
    };
    let known = |id: &&str| web.directory.current().atlas.get(id).is_some();
    let own = signed.member.organization_id;
    Ok(NewScene {
        account: account_of(web, fields.text("account")).to_owned(),
        kind: SceneKind::from_code(fields.text("kind")).unwrap_or(SceneKind::Station),
        title: fields.text("title").to_owned(),
        station: fields.read("station"),
        territory: Some(fields.text("territory")).filter(known).map(str::to_owned),
        organization: own.or_else(|| fields.read::<OrganizationId>("organization")),
        days,
    })
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    typed: &Fields,
    error: Option<&str>,
) -> Result<CodeFormPage> {
    let directory = web.directory.current();
    let reach = signed.member.reach();
    let scenes = store::list(&mut web.deps.db.read().await?, reach, 0, ALL).await?;
    let taken: HashSet<_> = scenes.iter().filter_map(|scene| scene.station_id).collect();
    let free = directory.stations.iter();
    let free = free.filter(|s| reach.covers(s.organization_id) && !taken.contains(&s.id));
    let chosen = |name: &str, value: &str| typed.text(name) == value;
    let choice = |name: &str, id: String, label: &str| {
        let selected = chosen(name, &id);
        Choice::new(id, label, selected)
    };
    let organizations = directory.organizations.iter().filter(|o| reach.covers(Some(o.id)));
    let kinds = SceneKind::ALL.iter();
    Ok(CodeFormPage {
        shell: frame::desk(web, signed, "制作二维码", "/console/codes", &Fields::default()).await?,
        error: error.map(str::to_owned),
        kinds: kinds.map(|k| choice("kind", k.code().to_owned(), k.name())).collect(),
        title: Input::new(typed.text("title")),
        stations: free.map(|s| choice("station", s.id.to_string(), &s.name)).collect(),
        territories: frame::place_choices(&directory, typed.text("territory")),
        organizations: organizations
            .map(|o| choice("organization", o.id.to_string(), &o.short_name))
            .collect(),
        accounts: web
            .config
            .wechat
            .accounts
            .keys()
            .map(|id| choice("account", id.clone(), id))
            .collect(),
        days: Input::new(typed.text("days")),
    })
}
