//! Every route, for every role, with an own, a foreign and an unknown id; generated from the one
//! table of routes, so that a new route is walked without anybody remembering it.

use std::collections::HashMap;

use axum::http::StatusCode;
use pufa::campaigns::{CampaignEdit, CampaignId, Kind};
use pufa::canned::CannedId;
use pufa::console::auth::Who;
use pufa::console::{Method, ROUTES, Route};
use pufa::inquiries::actions::filtering;
use pufa::inquiries::{FilterId, InquiryId};
use pufa::members::{OrgScope, OrganizationId};
use pufa::notices;
use pufa::referrals::actions::{Proposal, propose};
use pufa::referrals::{Item, ItemKey, ReferralId, ReferralKind};
use pufa::scenes::{NewScene, SceneId, SceneKind, actions};
use pufa::simulator::ANSWERED_TEMPLATE;
use pufa::staff::Role;
use pufa::staff::policy::{Right, allows};
use uuid::Uuid;

use super::browser::{Browser, House, Page};
use super::repeating::forms;
use crate::support::Backend;
use crate::support::database::postgres_is_missing;

/// What the walk puts into the places of a path: own, foreign, unknown.
type Ids = HashMap<&'static str, [String; 3]>;

fn place_of(route: &Route) -> Option<&'static str> {
    let path = route.path;
    [
        ("/console/inquiries/{id}", "inquiry"),
        ("/console/inbox/filters/{id}", "filter"),
        ("/console/media/{id}", "media"),
        ("/console/content/{id}", "article"),
        ("/console/campaigns/{id}", "campaign"),
        ("/console/pictures/{id}", "picture"),
        ("/console/members/{id}", "member"),
        ("/console/hub/members/{id}", "member"),
        ("/console/hub/offers/{id}", "inquiry"),
        ("/console/staff/{id}", "person"),
        ("/console/rules/{id}", "rule"),
        ("/console/triage/corrections/{id}", "correction"),
        ("/console/knowledge/lessons/{id}", "lesson"),
        ("/console/alerts/{id}", "alert"),
        ("/console/referrals/{id}", "referral"),
        ("/console/quality/{id}", "sample"),
        ("/console/reviews/{id}", "sample"),
        ("/console/codes/{id}", "code"),
        ("/console/settings/texts/{key}", "text"),
        ("/console/notices/{template}", "template"),
        ("/console/followers/{id}", "follower"),
        ("/console/roster/calendar/{token}", "feed"),
        ("/console/calendar/feed/{token}", "feed"),
        ("/console/calendar/rules/{code}", "date_rule"),
        ("/console/calendar/{id}", "date"),
        ("/c/i/{token}", "token"),
        ("/console/help/{id}", "chapter"),
        ("/console/canned/{id}", "canned"),
        ("/console/quiz/bank/{id}", "question"),
        ("/console/quiz/rounds/{id}", "question"),
        ("/c/quiz/{id}", "question"),
        ("/c/certificate/{code}", "question"),
        ("/console/cards/{id}", "card"),
        ("/c/articles/{id}", "article"),
        ("/c/pictures/{id}", "picture"),
        ("/c/k/{id}", "card"),
        ("/assets/{file}", "file"),
    ]
    .into_iter()
    .find_map(|(prefix, place)| path.starts_with(prefix).then_some(place))
}

fn fill(path: &str, value: &str) -> String {
    let Some((before, rest)) = path.split_once('{') else { return path.to_owned() };
    let (_, after) = rest.split_once('}').expect("a closed place");
    assert!(!after.contains('{'), "{path}: one place a path");
    format!("{before}{value}{after}")
}

async fn ids(house: &House) -> Ids {
    let own = house.labor_inquiry().await;
    let foreign = house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
    let placed = "SELECT count(*) FROM inquiries WHERE state = 'offered'";
    assert_eq!(house.app.number(placed).await, 2);
    let (deps, by) = (&house.app.app.web.deps, house.people["wang"].0);
    notices::actions::request_listing(deps, by, "main").await.expect("a listing");
    house.app.settle().await;
    house.app.simulator.follow("oLABOR", None).await;
    house.app.settle().await;
    pufa::cards::actions::lay_out(deps, &pufa::cards::pack::SHIPPED).await.expect("cards");
    let media = [house.pictured("oLABOR").await, house.pictured("oFAMILY").await];
    let unknown = Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001).to_string();
    let three = |own: &dyn ToString, foreign: &dyn ToString| {
        [own.to_string(), foreign.to_string(), unknown.clone()]
    };
    let media = [media[0].to_string(), media[1].to_string(), unknown.clone()];
    let token = |id| house.street(id).trim_start_matches("/c/i/").to_owned();
    HashMap::from([
        ("inquiry", three(&own, &foreign)),
        ("media", media),
        ("member", three(&house.app.labor, &house.app.family)),
        ("person", three(&house.people["wang"], &house.people["stranger"])),
        ("sample", three(&unknown, &unknown)),
        ("rule", three(&unknown, &unknown)),
        ("filter", three(&filter(house, "li").await, &filter(house, "stranger").await)),
        ("lesson", three(&unknown, &unknown)),
        ("alert", three(&unknown, &unknown)),
        ("correction", three(&unknown, &unknown)),
        ("code", three(&code(house, house.app.labor).await, &code(house, house.app.family).await)),
        (
            "referral",
            three(&referral(house, "wang", own).await, &referral(house, "stranger", foreign).await),
        ),
        ("canned", three(&canned(house, "wang").await, &canned(house, "stranger").await)),
        ("card", three(&"labor-unpaid-wages", &unknown)),
        ("question", three(&unknown, &unknown)),
        ("article", three(&unknown, &unknown)),
        ("campaign", three(&campaign(house).await, &unknown)),
        ("picture", three(&unknown, &unknown)),
        ("chapter", ["answering", "nothing", "nothing"].map(str::to_owned)),
        ("date", ["2026-constitution-day", "2026-nothing", "2026-nothing"].map(str::to_owned)),
        ("date_rule", ["constitution-day", "nothing", "nothing"].map(str::to_owned)),
        ("text", ["joined", "nothing", "nothing"].map(str::to_owned)),
        ("follower", three(&house.app.number("SELECT min(id) FROM followers").await, &unknown)),
        ("template", three(&ANSWERED_TEMPLATE, &unknown)),
        ("token", [token(own), "forged".into(), "forged".into()]),
        ("feed", ["forged", "forged", "forged"].map(str::to_owned)),
        ("file", ["none", "none", "none"].map(str::to_owned)),
    ])
}

/// A filter that somebody keeps.
async fn filter(house: &House, by: &str) -> FilterId {
    let deps = &house.app.app.web.deps;
    let id = FilterId(deps.entropy.id_at(deps.clock.now()));
    filtering::keep(deps, house.people[by], id, "湖塘", "tab=mine&q=x".into()).await.unwrap();
    id
}

/// A canned answer of the organization somebody works for.
async fn canned(house: &House, by: &str) -> CannedId {
    let deps = &house.app.app.web.deps;
    let id = CannedId(deps.entropy.id_at(deps.clock.now()));
    let mut link = house.app.db().read().await.unwrap();
    let by = pufa::staff::store::get(&mut link, house.people[by]).await.unwrap().unwrap();
    drop(link);
    pufa::canned::actions::add(deps, &by, id, "开头", "您好！").await.expect("a canned answer");
    id
}

/// A campaign somebody is writing.
async fn campaign(house: &House) -> CampaignId {
    let deps = &house.app.app.web.deps;
    let id = CampaignId(deps.entropy.id_at(deps.clock.now()));
    let edit = CampaignEdit {
        account: "main".into(),
        title: "国家宪法日".into(),
        kind: Some(Kind::Text),
        body: "今天是国家宪法日。".into(),
        send_at: Some(deps.clock.now()),
        ..CampaignEdit::default()
    };
    let by = house.people["operator"].0;
    pufa::campaigns::actions::add(deps, by, id, edit).await.expect("a campaign");
    id
}

/// A QR code of an organization.
async fn code(house: &House, owner: OrganizationId) -> SceneId {
    let web = &house.app.app.web;
    let new = NewScene {
        account: "main".into(),
        kind: SceneKind::Organization,
        title: "窗口".into(),
        station: None,
        territory: None,
        organization: Some(owner),
        days: None,
    };
    let by = house.people["operator"].0;
    actions::make(&web.deps, &web.clients["main"], by, OrgScope::Everything, &new).await.unwrap()
}

/// A referral of an inquiry that `by` may answer.
async fn referral(house: &House, by: &str, inquiry: InquiryId) -> ReferralId {
    let deps = &house.app.app.web.deps;
    let mut link = house.app.db().read().await.unwrap();
    let by = pufa::staff::store::get(&mut link, house.people[by]).await.unwrap().unwrap();
    drop(link);
    let proposal = Proposal {
        once: ReferralId(deps.entropy.id_at(deps.clock.now())),
        kind: ReferralKind::Notary,
        receiver: "某公证处".into(),
        items: vec![Item {
            key: ItemKey::Question, value: "想公证遗嘱".into(), codes: vec![]
        }],
        invitation: "请确认".into(),
    };
    propose(deps, &by, inquiry, proposal).await.unwrap()
}

async fn walk(browser: &Browser, route: &Route, path: &str) -> Page {
    match route.method {
        Method::Get if path == "/console/live" => {
            let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
            let (parts, _) = browser.send(request).await.into_parts();
            Page { status: parts.status, headers: parts.headers, body: String::new() }
        }
        Method::Get => browser.get(path).await,
        Method::Post => browser.post(path, &[]).await,
    }
}

/// Ends the session of whoever walks it.
fn is_goodbye(route: &Route) -> bool {
    route.path == "/console/logout"
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_only_public_routes_answer() {
    let house = House::open().await;
    let ids = ids(&house).await;
    let browser = house.stranger();
    for route in ROUTES {
        let value = place_of(route).map_or("", |place| ids[place][0].as_str());
        let page = walk(&browser, route, &fill(route.path, value)).await;
        let at_login = page.location().split('?').next() == Some("/console/login");
        match (route.who, route.method) {
            (Who::Public, _) => {
                assert!(!at_login, "{}", route.path);
                assert!(!page.status.is_server_error(), "{}", route.path);
            }
            (_, Method::Get) => {
                assert!(page.status == StatusCode::SEE_OTHER && at_login, "{}", route.path);
            }
            (_, Method::Post) => {
                assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", route.path)
            }
        }
    }
}

const ROLES: [(&str, Role); 9] = [
    ("li", Role::Responder),
    ("manager", Role::OrgManager),
    ("hub", Role::HubManager),
    ("operator", Role::Operator),
    ("approver", Role::Approver),
    ("supervisor", Role::Supervisor),
    ("sysadmin", Role::Sysadmin),
    ("secadmin", Role::Secadmin),
    ("auditor", Role::Auditor),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_role_reaches_what_its_rights_open_and_foreign_ids_are_like_unknown_ones() {
    every_role_walks_every_route(&House::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_reaches_the_same_on_postgres() {
    if !postgres_is_missing() {
        every_role_walks_every_route(&House::open_on(Backend::Postgres).await).await;
    }
}

async fn every_role_walks_every_route(house: &House) {
    let ids = ids(house).await;
    assert_eq!(ROLES.map(|(_, role)| role).as_slice(), Role::ALL);
    for (username, role) in ROLES {
        let browser = house.log_in(username).await;
        for route in ROUTES.iter().filter(|route| !is_goodbye(route)) {
            let name = format!("{role:?} {:?} {}", route.method, route.path);
            let admitted = match route.who {
                Who::Public | Who::Session => true,
                Who::Right(rights) => rights.iter().any(|right| allows(role, *right)),
            };
            let values = place_of(route).map(|place| &ids[place]);
            let mut pages = Vec::new();
            for n in 0..3 {
                let value = values.map_or("", |values| values[n].as_str());
                pages.push(walk(&browser, route, &fill(route.path, value)).await);
            }
            for page in &pages {
                for form in forms(&page.body) {
                    assert!(form.contains("name=\"once\" value=\"0"), "{name}: {form}");
                }
                assert!(!page.status.is_server_error(), "{name}: {}", page.status);
                assert!(!page.location().starts_with("/console/login?next"), "{name}");
                assert_eq!(
                    page.status == StatusCode::FORBIDDEN,
                    !admitted,
                    "{name}: {}",
                    page.status
                );
            }
            let [own, foreign, unknown] = pages.as_slice() else { unreachable!() };
            if admitted && values.is_some() && foreign_is_hidden(route, role) {
                assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{name}");
                assert_eq!(foreign.body, unknown.body, "{name}");
                assert_eq!(foreign.headers, unknown.headers, "{name}");
            }
            if admitted && own_is_there(route, role) {
                assert_ne!(own.status, StatusCode::NOT_FOUND, "{name}");
            }
        }
    }
}

/// Whether the ids of another organization are none of this role's business on this route.
fn foreign_is_hidden(route: &Route, role: Role) -> bool {
    match place_of(route) {
        Some("inquiry" | "media" | "referral") => {
            !allows(role, Right::ReadInquiries) || role != Role::Supervisor
        }
        Some("member") if route.path.contains("/hours") => role == Role::OrgManager,
        Some("member") if route.path.contains("/roster") => {
            matches!(role, Role::Responder | Role::OrgManager)
        }
        Some("member" | "person") => {
            !allows(role, Right::ManageAllStaff) && !allows(role, Right::ManageMembers)
        }
        Some("code") => role != Role::Operator,
        _ => true,
    }
}

/// Whether the own id must be found by this role on this route.
fn own_is_there(route: &Route, role: Role) -> bool {
    match place_of(route) {
        // They are pictures of whoever asked for a code or a key a moment ago.
        // And there is nothing to set up where there is staff.
        None => !route.path.ends_with("/picture") && route.path != "/console/setup",
        // Operators see only what nobody has; both inquiries of the walk are placed.
        // And both are placed, so that they stand in no list to pick from; what the walk has handed
        // back before is no member's any more.
        Some("inquiry" | "media" | "referral") => {
            let elsewhere =
                route.path.ends_with("/pick") || route.path.starts_with("/console/hub/");
            role != Role::Operator && !elsewhere
        }
        // Operators keep the alliance's.
        Some("canned") => role != Role::Operator,
        Some(
            "sample" | "rule" | "correction" | "lesson" | "alert" | "feed" | "file" | "article"
            | "picture" | "filter" | "question",
        ) => false,
        _ => true,
    }
}

#[test]
fn every_address_in_a_template_has_a_route() {
    let known = |address: &str| {
        let parts: Vec<&str> = address.split('/').collect();
        ROUTES.iter().any(|route| {
            let pattern: Vec<&str> = route.path.split('/').collect();
            pattern.len() == parts.len()
                && pattern.iter().zip(&parts).all(|(p, a)| p.starts_with('{') || p == a)
        })
    };
    let mut seen = 0;
    for folder in std::fs::read_dir("src").unwrap() {
        let templates = folder.unwrap().path().join("templates");
        let Ok(files) = std::fs::read_dir(templates) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for mark in
                ["href=\"", "action=\"", "data-draft=\"", "data-live=\"", "data-live-src=\""]
            {
                for rest in text.split(mark).skip(1) {
                    let address = rest.split(['"', '?']).next().unwrap();
                    let address = plain(address);
                    if !["/console", "/c/", "/public"].iter().any(|p| address.starts_with(p)) {
                        continue;
                    }
                    seen += 1;
                    // Reopening is the citizen's alone: the template's form is never shown.
                    let dormant = address.ends_with("/reopen");
                    assert!(dormant || known(&address), "{}: {address}", path.display());
                }
            }
        }
    }
    assert!(seen > 30, "{seen} addresses");
}

/// An address of a template with its variables standing for anything.
fn plain(address: &str) -> String {
    let mut out = String::new();
    let mut rest = address;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        out.push('x');
        rest = after.split_once("}}").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest.split('#').next().unwrap_or(""));
    out
}
