//! A small alliance with somebody in every role, and browsers that use it.

use std::collections::HashMap;
use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use pufa::console;
use pufa::console::state::Web;
use pufa::inquiries::InquiryId;
use pufa::members::OrganizationId;
use pufa::platform::clock::{Entropy, Moment};
use pufa::platform::config::Config;
use pufa::platform::http::shell::href;
use pufa::staff::policy::needs_second_factor;
use pufa::staff::store::NewStaff;
use pufa::staff::{Role, StaffId, store as staff};
use tower::Service;
use uuid::Uuid;

use crate::support::{Backend, TestApp};

/// Everybody's password.
pub const PASSWORD: &str = "一句容易记住的话 2026";
/// The key in the app of everybody whose role must have a second factor.
pub const APP_KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The program with people in it.
pub struct House {
    pub app: TestApp,
    pub people: HashMap<&'static str, StaffId>,
    /// Where the database lies.
    pub folder: std::path::PathBuf,
}

/// A page as it came.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the first hidden field `name`.
    pub fn hidden(&self, name: &str) -> &str {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self.body.find(&mark).unwrap_or_else(|| panic!("no {name}: {}", self.body));
        self.body[from + mark.len()..].split('"').next().unwrap()
    }

    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

/// One browser with its cookie.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    entropy: Entropy,
    pub cookie: Option<String>,
}

impl Browser {
    /// A browser nobody is signed in with.
    pub fn to(web: Web) -> Self {
        let entropy = web.deps.entropy.clone();
        Self { router: console::routes(web), entropy, cookie: None }
    }

    /// The same person at another process.
    pub fn through(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub async fn send(&self, mut request: Request<Body>) -> Response<Body> {
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        self.router.clone().call(request).await.unwrap()
    }

    pub async fn ask(&self, request: Request<Body>) -> Page {
        let (parts, body) = self.send(request).await.into_parts();
        let body: Bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Page { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form; without `once` among the fields it is a new one.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(path, fields, &[]).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(HeaderName, &str)],
    ) -> Page {
        let mut request = Request::post(path)
            .header(header::HOST, "pufa.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let fresh = Uuid::from_u128(u128::from_be_bytes(self.entropy.bytes())).to_string();
        let mut fields = fields.to_vec();
        if !fields.iter().any(|(name, _)| *name == "once") {
            fields.push(("once", &fresh));
        }
        let body = href("", &fields).trim_start_matches('?').to_owned();
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// Takes over the cookies that a page gives, as browsers do.
    pub fn keep(&mut self, page: &Page) {
        let mut jar: Vec<(String, String)> = Vec::new();
        let mut put = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap();
            jar.retain(|(known, _)| known != name);
            if !value.is_empty() {
                jar.push((name.to_owned(), value.to_owned()));
            }
        };
        self.cookie.iter().flat_map(|kept| kept.split("; ")).for_each(&mut put);
        for given in page.headers.get_all(header::SET_COOKIE) {
            put(given.to_str().unwrap().split(';').next().unwrap());
        }
        let pairs: Vec<String> =
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.cookie = (!pairs.is_empty()).then(|| pairs.join("; "));
    }

    /// Opens a page, then sends its form with its own hidden fields.
    pub async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let shown = self.get(page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        let mut all: Vec<(&str, &str)> = vec![("once", shown.hidden("once"))];
        for name in ["seen", "version"] {
            if shown.has(&format!("name=\"{name}\"")) {
                all.push((name, shown.hidden(name)));
            }
        }
        all.extend(fields);
        self.post(action, &all).await
    }

    /// Sends an answer on the page of an inquiry, also when asked to look at it once more.
    pub async fn answer(&self, talk: &str, body: &str) -> Page {
        let to = format!("{talk}/answer");
        let sent = self.submit(talk, &to, &[("body", body)]).await;
        if !sent.has("name=\"warned\"") {
            return sent;
        }
        let again = ["once", "seen", "warned"].map(|name| (name, sent.hidden(name)));
        self.post(&to, &[&again[..], &[("body", body)]].concat()).await
    }
}

/// What the app of somebody with this key shows at a moment.
pub fn digits_at(key: &str, now: Moment) -> String {
    let key = totp_rs::Secret::try_from_base32(key).expect("a key");
    let app = totp_rs::Builder::new().with_secret(key).build().expect("an app");
    app.generate(now.seconds().unsigned_abs()).to_string()
}

/// A real hash takes long on purpose, at every log-in again; this one costs next to nothing. What
/// real ones do is tested where they are made.
fn hash() -> String {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        let params = Params::new(8, 1, 1, None).expect("parameters");
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        cheap.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("a hash").to_string()
    });
    HASH.clone()
}

impl House {
    pub async fn open() -> Self {
        Self::open_on(Backend::Sqlite).await
    }

    pub async fn open_on(backend: Backend) -> Self {
        Self::open_with(backend, |_| ()).await
    }

    /// The program with some settings of its own.
    pub async fn open_with(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let app = TestApp::start_with(backend, change).await;
        let path = app.folder.path().to_owned();
        let mut house = Self { app, people: HashMap::new(), folder: path };
        let (labor, family) = (house.app.labor, house.app.family);
        for (username, name, role, organization) in [
            ("li", "李答复", Role::Responder, Some(labor)),
            ("wang", "王答复", Role::Responder, Some(labor)),
            ("manager", "赵管理", Role::OrgManager, Some(labor)),
            ("hub", "钱枢纽", Role::HubManager, Some(labor)),
            ("stranger", "孙外单位", Role::Responder, Some(family)),
            ("operator", "周运营", Role::Operator, None),
            ("approver", "吴审批", Role::Approver, None),
            ("supervisor", "郑监管", Role::Supervisor, None),
            ("sysadmin", "冯系统", Role::Sysadmin, None),
            ("secadmin", "陈安全", Role::Secadmin, None),
            ("auditor", "褚审计", Role::Auditor, None),
        ] {
            house.employ(username, name, role, organization).await;
        }
        house
    }

    pub async fn employ(
        &mut self,
        username: &'static str,
        name: &str,
        role: Role,
        organization: Option<OrganizationId>,
    ) {
        let deps = &self.app.app.web.deps;
        let now = deps.clock.now();
        let person = NewStaff {
            id: StaffId(deps.entropy.id_at(now)),
            username: username.to_owned(),
            name: name.to_owned(),
            role,
            organization,
            password_hash: hash(),
        };
        let mut tx = deps.db.begin().await.unwrap();
        assert!(staff::insert(&mut tx, &person, now).await.unwrap());
        if needs_second_factor(role) {
            let about = [person.id.0.as_bytes(), &b"second factor"[..]].concat();
            let sealed = deps.vault.seal(&deps.entropy, &about, APP_KEY).unwrap();
            staff::second::set_pending(&mut tx, person.id, &sealed, now).await.unwrap();
            assert!(staff::second::confirm(&mut tx, person.id, &sealed, 0, now).await.unwrap());
        }
        tx.commit().await.unwrap();
        self.people.insert(username, person.id);
    }

    /// A browser nobody is signed in with.
    pub fn stranger(&self) -> Browser {
        Browser::to(self.app.app.web.clone())
    }

    /// A browser somebody has given the right password in.
    pub async fn half_way(&self, username: &str) -> Browser {
        let mut browser = self.stranger();
        let fields = [("username", username), ("password", PASSWORD)];
        let page = browser.post("/console/login", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{username}");
        browser.keep(&page);
        browser
    }

    /// A browser somebody has logged in with.
    pub async fn log_in(&self, username: &str) -> Browser {
        let mut browser = self.half_way(username).await;
        if browser.cookie.as_ref().is_some_and(|cookie| cookie.contains("__Host-pufa-half=")) {
            // Nobody here waits for the next digits, as people must who come in twice in a minute.
            let mut tx = self.app.db().begin().await.unwrap();
            let forget = "UPDATE staff_second_factors SET last_step = 0";
            pufa::run!(&mut tx, sqlx::query(forget)).unwrap();
            tx.commit().await.unwrap();
            let page = browser.post("/console/login/code", &[("code", &self.digits())]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{username}: {}", page.body);
            browser.keep(&page);
        }
        browser
    }

    /// What the apps with [`APP_KEY`] show now.
    pub fn digits(&self) -> String {
        digits_at(APP_KEY, self.app.clock.now())
    }

    /// A citizen asks; gives the inquiry once it is placed.
    pub async fn asked(&self, openid: &str, text: &str) -> InquiryId {
        self.app.simulator.add_citizen(openid, "群众", true);
        self.app.simulator.text(openid, text).await;
        self.app.settle().await;
        let sql = "SELECT i.id FROM inquiries i JOIN citizens c ON c.id = i.citizen_id \
            WHERE c.openid = $1 ORDER BY i.opened_at DESC LIMIT 1";
        let mut link = self.app.db().read().await.unwrap();
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(openid).fetch_one(c).await).unwrap()
    }

    /// An inquiry of the labour centre.
    pub async fn labor_inquiry(&self) -> InquiryId {
        self.asked("oLABOR", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await
    }

    /// A citizen sends a picture; gives the message it came with.
    pub async fn pictured(&self, openid: &str) -> Uuid {
        self.app.simulator.image(openid, "payslip").await;
        self.app.settle().await;
        let sql = "SELECT m.id FROM messages m JOIN inquiries i ON i.id = m.inquiry_id \
            JOIN citizens c ON c.id = i.citizen_id WHERE c.openid = $1 AND m.kind = 'image' \
            ORDER BY m.at DESC LIMIT 1";
        let mut link = self.app.db().read().await.unwrap();
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(openid).fetch_one(c).await).unwrap()
    }

    /// Address of an inquiry's page for its citizen.
    pub fn street(&self, id: InquiryId) -> String {
        let now = self.app.clock.now();
        format!("/c/i/{}", self.app.app.web.links.token(id, now))
    }
}
