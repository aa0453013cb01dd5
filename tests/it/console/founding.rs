//! The first administrator of an empty database, and what they find to do.

use std::time::Duration;

use axum::http::{StatusCode, header};
use futures_util::future::join_all;
use pufa::accounts::jobs::check_all;
use pufa::app::App;
use pufa::language::Field;
use pufa::members::OrganizationEdit;
use pufa::members::actions::add_first;
use pufa::platform::clock::{Clock, Entropy};
use pufa::platform::config::Config;
use pufa::platform::jobs::Outcome;
use pufa::platform::secrets::Secret;
use pufa::simulator::ApiFault;
use pufa::staff::actions::founding;
use tempfile::TempDir;

use super::browser::{Browser, House, PASSWORD, Page, digits_at};
use crate::support::Backend;
use crate::support::database::{fresh, postgres_is_missing};

const SETUP: &str = "/console/setup";
const FOUNDER: [(&str, &str); 3] =
    [("username", "chen.anquan"), ("name", "陈安全"), ("password", PASSWORD)];

/// A program on an empty database.
struct Empty {
    app: App,
    clock: Clock,
    _folder: TempDir,
}

impl Empty {
    async fn open(backend: Backend) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut config = Config::load(None).expect("the defaults");
        config.store.url = fresh(backend, &folder).await;
        let clock = Clock::system();
        let app = App::open(config, clock.clone(), Entropy::seeded(11)).await.expect("it opens");
        Self { app, clock, _folder: folder }
    }

    fn browser(&self) -> Browser {
        Browser::to(self.app.web.clone())
    }

    async fn invited(&self) -> Secret {
        founding::invite(&self.app.web.deps).await.expect("a database").expect("an invitation")
    }

    async fn number(&self, sql: &'static str) -> i64 {
        let mut link = self.app.web.deps.db.read().await.expect("a connection");
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).expect(sql)
    }
}

async fn on_both<F: Future<Output = ()>>(visit: impl Fn(Empty) -> F) {
    visit(Empty::open(Backend::Sqlite).await).await;
    if !postgres_is_missing() {
        visit(Empty::open(Backend::Postgres).await).await;
    }
}

async fn founds(browser: &Browser, token: &Secret) -> Page {
    browser.post(SETUP, &[&FOUNDER[..], &[("token", token.reveal())]].concat()).await
}

fn is_not_there(page: &Page) -> bool {
    page.status == StatusCode::NOT_FOUND && !page.headers.contains_key(header::SET_COOKIE)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_from_the_terminal_makes_one_administrator_and_then_nobody() {
    on_both(|empty| async move {
        let mut browser = empty.browser();
        assert!(is_not_there(&browser.get(SETUP).await), "before anybody is invited");
        let token = empty.invited().await;
        let stored = "SELECT count(*) FROM setup_invitations WHERE length(token_hash) = 32";
        assert_eq!(empty.number(stored).await, 1, "a digest, not the secret");
        let address = format!("{SETUP}?token={}", token.reveal());
        let form = browser.get(&address).await;
        assert!(form.has("安全管理员") && form.has("name=\"password\""), "{}", form.body);
        assert!(is_not_there(&browser.get(&format!("{SETUP}?token=x")).await));
        assert!(is_not_there(&founds(&browser, &Secret::from("x".to_owned())).await));

        let mut wrong = FOUNDER;
        wrong[2].1 = "short";
        let refused =
            browser.post(SETUP, &[&wrong[..], &[("token", token.reveal())]].concat()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("密码至少 10 个字符") && refused.has("chen.anquan"));

        let done = founds(&browser, &token).await;
        let onward = "/console/login/code?next=%2Fconsole%2Fstart";
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, onward));
        for page in
            [browser.get(SETUP).await, browser.get(&address).await, founds(&browser, &token).await]
        {
            assert!(is_not_there(&page));
        }
        assert!(founding::invite(&empty.app.web.deps).await.unwrap().is_none(), "nor another one");
        assert_eq!(empty.number("SELECT count(*) FROM staff WHERE role = 'secadmin'").await, 1);

        // No way in without the second factor, not even now.
        browser.keep(&done);
        assert!(browser.get("/console/start").await.location().starts_with("/console/login"));
        let page = browser.get(done.location()).await;
        let key = page.body.split("id=\"key\">").nth(1).unwrap().split('<').next().unwrap();
        let code = digits_at(&key.replace(' ', ""), empty.clock.now());
        let fields = [("code", code.as_str()), ("next", page.hidden("next"))];
        let entered = browser.post("/console/login/code", &fields).await;
        assert!(entered.has("href=\"/console/start\""), "{}", entered.body);
        browser.keep(&entered);

        let start = browser.get("/console/start").await;
        assert!(start.has("配置里还没有公众号") && start.has("[wechat.accounts.main]"));
        let add = "/console/start/organization";
        let refused = browser.submit("/console/start", add, &[("name", "")]).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("单位名称要填写"));
        let fields =
            [("name", "湖塘法律服务社"), ("short_name", "湖塘"), ("phone", "0519-80000000")];
        let added = browser.submit("/console/start", add, &fields).await;
        assert!(added.location().ends_with("/staff/new"), "{}", added.body);
        let form = added.location().to_owned();
        let person = [
            ("name", "李答复"),
            ("username", "li"),
            ("role", "org_manager"),
            ("active", "1"),
            ("password", PASSWORD),
        ];
        assert_eq!(browser.submit(&form, &form, &person).await.status, StatusCode::SEE_OTHER);
        let again = browser.post(add, &fields).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.has("已经有成员单位"), "{}", again.body);
        assert_eq!(empty.number("SELECT count(*) FROM organizations").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_hold_the_address_one_becomes_administrator() {
    on_both(|empty| async move {
        let token = empty.invited().await;
        let pages = join_all((0..8).map(|n| {
            let (browser, token) = (empty.browser(), token.clone());
            async move {
                let username = format!("founder{n}");
                let mut fields = FOUNDER.to_vec();
                fields[0].1 = &username;
                fields.push(("token", token.reveal()));
                browser.post(SETUP, &fields).await.status
            }
        }))
        .await;
        let count = |status| pages.iter().filter(|page| **page == status).count();
        assert_eq!((count(StatusCode::SEE_OTHER), count(StatusCode::NOT_FOUND)), (1, 7));
        assert_eq!(empty.number("SELECT count(*) FROM staff").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_holds_an_hour_and_until_the_next_one_is_printed() {
    on_both(|empty| async move {
        let (browser, first) = (empty.browser(), empty.invited().await);
        let second = empty.invited().await;
        assert!(is_not_there(&founds(&browser, &first).await), "the former one is void");
        empty.clock.advance(Duration::from_secs(3601));
        assert!(is_not_there(&browser.get(&format!("{SETUP}?token={}", second.reveal())).await));
        assert!(is_not_there(&founds(&browser, &second).await));
        assert_eq!(empty.number("SELECT count(*) FROM staff").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_there_is_an_organization_accounts_are_asked_every_minute_then_every_hour() {
    on_both(|empty| async move {
        let (web, now) = (&empty.app.web, empty.clock.now());
        let next = async || {
            let window = Duration::from_secs(300);
            match check_all(web.deps.clone(), web.accounts.clone(), window).await.unwrap() {
                Outcome::RetryAt(at, _) => at.since(now).as_secs(),
                other => panic!("{other:?}"),
            }
        };
        assert!(next().await <= 90, "whoever sets it up waits for it");
        let edit = OrganizationEdit {
            name: "湖塘法律服务社".into(),
            short_name: "湖塘".into(),
            phone: "0519-80000000".into(),
            fields: Field::all().to_vec(),
            ..OrganizationEdit::blank(24)
        };
        add_first(&web.deps, uuid::Uuid::nil(), &edit).await.expect("the first organization");
        assert!(next().await >= 3600, "nobody waits for it any more");
    })
    .await;
}

in_both! {
    async fn the_account_is_checked_and_every_refusal_comes_with_its_remedy(house: House) {
        let secadmin = house.log_in("secadmin").await;
        let page = secadmin.get("/console/start").await;
        let url = format!("{}/wechat/main", house.app.url);
        assert!(page.has(&url) && page.has("安全模式") && page.has("从未收到"), "{}", page.body);
        for secret in [crate::support::app::TOKEN, crate::support::app::AES_KEY] {
            assert!(!page.has(secret), "never on a page");
        }
        let check = "/console/start/check";
        let done = secadmin.submit("/console/start", check, &[]).await;
        assert_eq!(done.location(), "/console/start?done=checked", "{}", done.body);
        assert!(secadmin.get("/console/start").await.has("微信接受 AppID、AppSecret 和本服务器的 IP"));

        let fault = ApiFault::Errcode { errcode: 40164 };
        house.app.simulator.faults().on_api("/cgi-bin/stable_token", fault, 50);
        house.app.clock.advance(Duration::from_secs(3 * 3600));
        let secadmin = house.log_in("secadmin").await;
        secadmin.submit("/console/start", check, &[]).await;
        let page = secadmin.get("/console/start").await;
        assert!(page.has("把 127.0.0.1 加入 IP 白名单"), "{}", page.body);
        let sysadmin = house.log_in("sysadmin").await;
        assert_eq!(sysadmin.get("/console/start").await.status, StatusCode::FORBIDDEN);
    }
}
