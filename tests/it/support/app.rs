//! [`TestApp`]: the program on a free port, with a small alliance and the simulated WeChat.

use std::collections::BTreeMap;
use std::time::Duration;

use pufa::app::{App, Parts};
use pufa::language::Field;
use pufa::members::store as members;
use pufa::members::{
    MemberStatus, OrganizationEdit, OrganizationId, OrganizationKind, Station, StationId,
};
use pufa::platform::clock::{Clock, Entropy};
use pufa::platform::config::{Account, AccountKind, Config, PushMode};
use pufa::platform::db::Db;
use pufa::platform::jobs;
use pufa::platform::secrets::Secret;
use pufa::simulator::{Options, SimulatedAccount, Simulator};
use pufa::staff::store::NewStaff;
use pufa::staff::{Role, StaffId, StaffMember, store as staff};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::database::{self, Backend};

pub const APP_ID: &str = "wxtest0000000001";
pub const TOKEN: &str = "testtoken";
pub const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// The program, the simulated WeChat and a small alliance: a labour centre for 武进区 with a
/// responder, and a city-wide family society with a responder.
pub struct TestApp {
    pub app: App,
    pub simulator: Simulator,
    pub clock: Clock,
    pub url: String,
    pub labor: OrganizationId,
    pub family: OrganizationId,
    pub labor_responder: StaffMember,
    pub family_responder: StaffMember,
    pub folder: TempDir,
}

impl TestApp {
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| ()).await
    }

    /// The program with some settings of its own.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = database::prepared(backend, &folder).await;
        let (clock, entropy) = (Clock::system(), Entropy::seeded(7));
        let web = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let wechat = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", web.local_addr().expect("an address"));
        let api = format!("http://{}", wechat.local_addr().expect("an address"));
        let mut config = config(&store, &url, &api);
        config.store.media_dir = folder.path().join("media");
        change(&mut config);
        let accounts =
            config.wechat.accounts.iter().map(|(id, known)| simulated(&url, id, known)).collect();
        let app =
            App::open(config, clock.clone(), entropy.clone()).await.expect("the program opens");
        let simulator = Simulator::new(Options {
            accounts,
            clock: clock.clone(),
            clock_is_shared: true,
            entropy,
            demo_scenes: Vec::new(),
            console_url: None,
            public_url: None,
        });
        app.serve(wechat, simulator.router());
        let (labor, labor_responder) =
            organization(&app, "labor", &[Field::Labor], &["320412"]).await;
        let (family, family_responder) = organization(&app, "family", &[Field::Family], &[]).await;
        app.web.directory.refresh().await.expect("the directory");
        app.start(Parts::All, web).expect("the program starts");
        let made = Self {
            app,
            simulator,
            clock,
            url,
            labor,
            family,
            labor_responder,
            family_responder,
            folder,
        };
        made.simulator.add_citizen("oCITIZEN", "群众", true);
        made
    }

    pub fn db(&self) -> &Db {
        &self.app.web.deps.db
    }

    /// Waits until everything that is due has been done.
    pub async fn settle(&self) {
        let done = async {
            loop {
                let mut link = self.db().read().await.expect("a connection");
                let now = self.clock.now();
                if jobs::store::standing(&mut link, now).await.expect("jobs").due == 0 {
                    return;
                }
                drop(link);
                // Looking without pause would take the processor from the work waited for.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), done).await.expect("work comes to an end");
    }

    /// A whole number from the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let mut link = self.db().read().await.expect("a connection");
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).expect(sql)
    }

    /// A text from the database.
    pub async fn text(&self, sql: &'static str) -> String {
        let mut link = self.db().read().await.expect("a connection");
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).expect(sql)
    }
}

fn config(store: &str, url: &str, api: &str) -> Config {
    let mut config = Config::load(None).expect("the defaults");
    config.store.url = store.to_owned();
    // Answers leave at once, except where calling them back is what a test is about.
    config.console.recall_seconds = 0;
    config.server.public_url = url.to_owned();
    config.wechat.api_base_url = api.to_owned();
    config.wechat.authorize_base_url = api.to_owned();
    config.alerts.robot_base_url = api.to_owned();
    let secret = |text: &str| Secret::from(text.to_owned());
    let account = Account {
        app_id: APP_ID.to_owned(),
        app_secret: secret("the secret of the test account"),
        app_secret_file: None,
        token: secret(TOKEN),
        token_file: None,
        encoding_aes_key: secret(AES_KEY),
        encoding_aes_key_file: None,
        mode: PushMode::Safe,
        kind: AccountKind::Service,
        transfer_to_agents: false,
    };
    config.wechat.accounts = BTreeMap::from([("main".to_owned(), account)]);
    config
}

/// The settings of a second account beside `main`.
pub fn partner(main: &Account) -> Account {
    Account { app_id: "wxtest0000000002".to_owned(), ..main.clone() }
}

/// An account as the simulated WeChat knows it.
pub fn simulated(url: &str, id: &str, account: &Account) -> SimulatedAccount {
    SimulatedAccount {
        id: id.to_owned(),
        original_id: format!("gh_{}", account.app_id.trim_start_matches("wx")),
        app_id: account.app_id.clone(),
        app_secret: account.app_secret.reveal().to_owned(),
        token: TOKEN.to_owned(),
        encoding_aes_key: AES_KEY.to_owned(),
        mode: match account.mode {
            PushMode::Safe => pufa::simulator::PushMode::Safe,
            PushMode::Compatible => pufa::simulator::PushMode::Compatible,
            PushMode::Plain => pufa::simulator::PushMode::Plain,
        },
        kind: account.kind,
        name: "常州微信普法联盟".to_owned(),
        push_url: format!("{url}/wechat/{id}"),
    }
}

/// A full member of this name that answers for the whole city within a day, in no field so far.
pub fn member(name: &str, short_name: &str, kind: OrganizationKind) -> OrganizationEdit {
    OrganizationEdit {
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        kind,
        status: MemberStatus::Full,
        ..OrganizationEdit::blank(24)
    }
}

async fn organization(
    app: &App,
    slug: &str,
    fields: &[Field],
    territories: &[&str],
) -> (OrganizationId, StaffMember) {
    let deps = &app.web.deps;
    let now = deps.clock.now();
    let id = OrganizationId(deps.entropy.id_at(now));
    let edit = OrganizationEdit {
        phone: "0519-80000000".to_owned(),
        address: "测试路 1 号".to_owned(),
        hours: "工作日".to_owned(),
        fields: fields.to_vec(),
        territories: territories.iter().map(|t| (*t).to_owned()).collect(),
        ..member(&format!("{slug} 服务中心"), slug, OrganizationKind::Professional)
    };
    let person = NewStaff {
        id: StaffId(deps.entropy.id_at(now)),
        username: format!("{slug}-responder"),
        name: format!("{slug} 答复员"),
        role: Role::Responder,
        organization: Some(id),
        password_hash: pufa::staff::password::NOBODY.to_owned(),
    };
    let station = Station {
        id: StationId(deps.entropy.id_at(now)),
        scene: format!("st-{slug}"),
        name: format!("{slug} 站点"),
        territory_id: Some("320412100".to_owned()),
        organization_id: Some(id),
    };
    let mut tx = deps.db.begin().await.expect("a transaction");
    members::insert(&mut tx, id, slug, &edit, now).await.expect("an organization");
    members::insert_station(&mut tx, &station).await.expect("a station");
    assert!(staff::insert(&mut tx, &person, now).await.expect("a person"));
    tx.commit().await.expect("a commit");
    let mut link = deps.db.read().await.expect("a connection");
    let member = staff::get(&mut link, person.id).await.expect("a person").expect("a person");
    (id, member)
}
