//! Every page of the route table in the demo city, as people with other eyes and hands meet it:
//! light, dark and large.

use std::collections::{BTreeMap, BTreeSet};

use pufa::console::auth::Who;
use pufa::console::{Method, ROUTES, Route};
use pufa::staff::Role;
use pufa::staff::policy::allows;
use serde_json::json;

use crate::axe::{self, Rules};
use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::{Demo, PASSWORD};
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;
use crate::{desk, phone};

/// What a route gives that is no page: a file, a stream, a way through.
const NO_PAGES: [&str; 27] = [
    "/",
    "/assets/{file}",
    "/c/enter",
    "/c/i/{token}/file",
    "/c/entered",
    "/c/js-sdk",
    "/c/pictures/{id}",
    "/c/privacy/copy.json",
    "/c/certificate/{code}/picture",
    "/c/quiz/{id}/entries",
    "/c/quiz/{id}/play",
    "/c/quiz/{id}/result",
    "/console",
    "/console/live",
    "/console/login/code/picture",
    "/console/login/wechat/picture",
    "/console/campaigns/{id}/slices.csv",
    "/console/content/{id}/preview",
    "/console/inquiries/{id}/attached",
    "/console/inquiries/{id}/picker",
    "/console/media/{id}",
    "/console/pictures/{id}",
    "/console/codes/{id}/pdf",
    "/console/codes/{id}/picture",
    "/console/referrals/{id}/data",
    "/console/roster/calendar/{token}",
    "/console/calendar/feed/{token}",
];

/// Pages of things that the demo city does not have.
const NOT_THERE: [&str; 11] = [
    "/c/certificate/{code}",
    "/console/canned/{id}",
    "/console/followers/block",
    "/console/inquiries/{id}/merge",
    "/console/menu/phone",
    "/console/quality/{id}",
    "/console/referrals/{id}",
    "/console/referrals/{id}/sheet",
    "/console/reviews/{id}",
    "/console/rules/{id}",
    "/console/setup",
];

/// Width of a phone, of a desk, and of a desk at 200 % zoom.
const PHONE: u32 = 360;
const DESK: u32 = 1280;
const ZOOMED: u32 = 640;

/// Bytes of HTML, stylesheets and scripts as they travel, and requests, at most.
type Budget = [u64; 4];
const STREET: Budget = [8 << 10, 8 << 10, 3 << 10, 4];
const CONSOLE: Budget = [25 << 10, 12 << 10, 25 << 10, 5];
/// Pages with a budget of their own; the first that fits counts.
const BUDGETS: [(&str, Budget); 5] = [
    ("/c/articles", [14 << 10, 8 << 10, 1 << 10, 10]),
    ("/c/organizations", [20 << 10, 8 << 10, 0, 3]),
    ("/public", [20 << 10, 8 << 10, 0, 3]),
    ("/console/login", [4 << 10, 12 << 10, 25 << 10, 5]),
    ("/console/inquiries/", [20 << 10, 12 << 10, 18 << 10, 8]),
];
const WEIGHT: &str = "(() => { \
    const all = performance.getEntriesByType('resource').filter((r) => !r.name.includes('/live') && r.initiatorType !== 'img'); \
    const of = (ending) => all.filter((r) => new URL(r.name).pathname.endsWith(ending)) \
      .reduce((sum, r) => sum + r.encodedBodySize, 0); \
    return { html: performance.getEntriesByType('navigation')[0].encodedBodySize, css: of('.css'), \
      js: of('.js'), requests: 1 + all.length }; })()";

/// The routes of pages and what was found on them.
struct Walk<'a> {
    tab: &'a Tab,
    server: &'a str,
    /// Address of the simulated phone, which recognizes the citizen.
    phone: &'a str,
    /// Routes whose page has been seen.
    seen: BTreeSet<&'static str>,
    /// Addresses for routes with a place, from the links of the pages seen.
    links: BTreeMap<&'static str, String>,
    wrong: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shuts_anybody_out_in_light_dark_or_large() {
    let Some(source) = axe::source() else { return };
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, PHONE).await;
    let tab = &browser.tab;
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    let case = answered_case(tab, &demo).await;
    let mut walk = Walk {
        tab,
        server: &demo.server,
        phone: &demo.phone,
        seen: NO_PAGES.into(),
        links: BTreeMap::new(),
        wrong: Vec::new(),
    };
    walk.on_the_street(&case).await;
    for role in Role::ALL {
        let name = role.code();
        let account = demo.accounts.iter().find(|(_, known, _)| known == name);
        let (username, ..) = account.unwrap_or_else(|| panic!("nobody is {name} in the demo"));
        walk.log_in(username).await;
        walk.through_the_console(*role).await;
    }
    let missed = |path: &&str| !walk.seen.contains(path) && !NOT_THERE.contains(path);
    let unseen: Vec<&str> = pages().map(|route| route.path).filter(missed).collect();
    println!("{} pages seen", walk.seen.len() - NO_PAGES.len());
    assert!(walk.wrong.is_empty(), "{}", walk.wrong.join("\n"));
    assert_eq!(unseen, Vec::<&str>::new(), "pages that the demo city does not show");
    browser.close().await;
}

fn pages() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.method == Method::Get)
}

/// A question that was answered; gives the address of its page.
async fn answered_case(tab: &Tab, demo: &Demo) -> String {
    tab.go(&demo.phone).await;
    phone::follow_at_station(tab).await;
    phone::say(tab, QUESTION).await;
    let number = phone::number_in(&phone::reply_with(tab, "已收到您的咨询").await);
    let case = tab.value("document.querySelector(\".bubble a[href*='/c/i/']\").href").await;
    desk::log_in(tab, demo, demo.responder_of(ORGANIZATION)).await;
    desk::open(tab, &number).await;
    desk::claim(tab).await;
    desk::answer(tab, "可以先向劳动监察大队投诉，也可以申请劳动仲裁。").await;
    tab.until("!document.querySelector('[data-leaving]')").await;
    case.as_str().expect("the receipt links to the case's page").to_owned()
}

impl Walk<'_> {
    /// The citizens' and the public pages, first as somebody unknown, then as the citizen.
    async fn on_the_street(&mut self, case: &str) {
        self.tab.forget_me().await;
        self.tab.resize(PHONE, 800).await;
        let path = case.trim_start_matches(self.server).to_owned();
        let card = "/c/k/labor-unpaid-wages".to_owned();
        self.collect(vec![format!("{path}/referral"), path, card]);
        self.look(&format!("{}/c/inquiries", self.server), true).await;
        self.tab.go(&format!("{}/c/enter?next=/c/inquiries", self.server)).await;
        self.tab.click_link_with("小周").await;
        self.tab.until_address("/c/inquiries").await;
        self.through(|route| route.path.starts_with("/c/"), true).await;
        self.look(&format!("{}/c/i/forged", self.server), true).await;
        self.through(|route| route.who == Who::Public, false).await;
    }

    async fn log_in(&mut self, username: &str) {
        self.tab.forget_me().await;
        self.links.clear();
        self.tab.resize(DESK, 800).await;
        self.tab.go(&format!("{}/console/login", self.server)).await;
        self.tab.write("#username", username).await;
        self.tab.write("#password", PASSWORD).await;
        self.tab.click("main button[type=submit]").await;
        self.tab.until("location.pathname !== '/console/login'").await;
        self.tab.see("main").await;
    }

    async fn through_the_console(&mut self, role: Role) {
        let admitted = |route: &Route| match route.who {
            Who::Public => false,
            Who::Session => true,
            Who::Right(rights) => rights.iter().any(|right| allows(role, *right)),
        };
        self.through(admitted, false).await;
    }

    /// Looks at every page that is wanted and has an address, until there is nothing new. What was
    /// seen by somebody else before is opened only for where it leads this person.
    async fn through(&mut self, wanted: impl Fn(&Route) -> bool, street: bool) {
        let mut tried: BTreeSet<String> = NO_PAGES.map(str::to_owned).into();
        loop {
            let next = pages().filter(|route| wanted(route)).find_map(|route| {
                let plain = (!route.path.contains('{')).then(|| route.path.to_owned());
                let is_page = !NO_PAGES.contains(&route.path);
                let linked = self.links.get(route.path).filter(|_| is_page).cloned();
                let fresh = |address: &String| !tried.contains(address);
                let address = plain.filter(fresh).or_else(|| linked.filter(fresh))?;
                Some((route, address))
            });
            let Some((route, address)) = next else { return };
            tried.insert(address.clone());
            let place = format!("{}{address}", self.server);
            if self.seen.contains(route.path) {
                self.tab.go(&place).await;
                self.follow_links().await;
            } else if self.look(&place, street).await {
                self.seen.insert(route.path);
            }
        }
    }

    /// Holds one page against everything; `false` when there is no such page for this person.
    async fn look(&mut self, address: &str, street: bool) -> bool {
        let tab = self.tab;
        tab.go(address).await;
        self.follow_links().await;
        let status =
            tab.value("performance.getEntriesByType('navigation')[0].responseStatus").await;
        let shown = status == 200;
        let name = address.trim_start_matches(self.server);
        self.judge(name, "light", axe::violations(tab, Rules::All).await);
        tab.theme("dark").await;
        self.judge(name, "dark", axe::violations(tab, Rules::Colours).await);
        tab.theme("light").await;
        self.weigh(name, street).await;
        if street {
            self.look_in_large(name).await;
        } else {
            tab.resize(ZOOMED, 400).await;
            self.judge(name, "zoomed", axe::violations(tab, Rules::All).await);
            self.judge(name, "zoomed", too_wide(tab).await);
            tab.resize(DESK, 800).await;
        }
        // That a page is not there is an error to the browser and none to us.
        let complaints = tab.complaints().await;
        self.judge(name, "console", if shown { complaints } else { Vec::new() });
        let mut foreign = tab.requests().await;
        // Before the first page stands what the phone itself asked for.
        foreign.retain(|asked| {
            ![self.server, self.phone].iter().any(|own| asked.as_str().starts_with(own))
        });
        self.judge(name, "elsewhere", foreign.iter().map(ToString::to_string).collect());
        shown
    }

    /// The same page in the larger text that one tap gives, and each once more twice as large.
    async fn look_in_large(&mut self, name: &str) {
        let tab = self.tab;
        self.judge(name, "wide", twice_as_large(tab).await);
        if tab.value("document.querySelector('.size') === null").await == true {
            return;
        }
        tab.click(".size").await;
        tab.until("document.documentElement.classList.contains('large')").await;
        self.judge(name, "large", axe::violations(tab, Rules::All).await);
        self.judge(name, "large", axe::too_small_for_old_eyes(tab).await);
        self.judge(name, "large wide", twice_as_large(tab).await);
        tab.click(".size").await;
        tab.until("!document.documentElement.classList.contains('large')").await;
    }

    /// Holds the bytes on the wire and the requests of a first visit against the budgets of a page.
    async fn weigh(&mut self, name: &str, street: bool) {
        let weight = self.tab.value(WEIGHT).await;
        let [html, css, js, requests] =
            ["html", "css", "js", "requests"].map(|part| weight[part].as_u64().unwrap_or(u64::MAX));
        println!("{html:>6} {css:>6} {js:>6} {requests:>3}  {name}");
        let most = BUDGETS.iter().find(|(start, ..)| name.starts_with(start)).map(|(_, most)| most);
        let most = most.unwrap_or(if street { &STREET } else { &CONSOLE });
        let kept = html <= most[0] && css <= most[1] && js <= most[2] && requests <= most[3];
        let line = format!("{html} + {css} + {js} bytes in {requests} requests, at most {most:?}");
        self.judge(name, "weight", if kept { vec![] } else { vec![line] });
    }

    fn judge(&mut self, name: &str, mode: &str, found: Vec<String>) {
        self.wrong.extend(found.into_iter().map(|line| format!("{name} [{mode}] {line}")));
    }

    /// Notes where the page in front leads.
    async fn follow_links(&mut self) {
        const LINKS: &str = "[...document.querySelectorAll('a[href]')].filter((a) => \
            a.origin === location.origin).map((a) => a.pathname + a.search)";
        let links = self.tab.value(LINKS).await;
        let links = links.as_array().cloned().unwrap_or_default();
        self.collect(links.iter().filter_map(|link| link.as_str().map(str::to_owned)).collect());
    }

    /// Remembers the first address of every route; one without a place needs it where its page is
    /// only there with a query.
    fn collect(&mut self, addresses: Vec<String>) {
        for address in addresses {
            let path = address.split('?').next().unwrap_or_default();
            // A route without a place goes before one with: `new` is no id.
            let exact = pages().find(|route| route.path == path);
            let fitting = exact.or_else(|| pages().find(|route| matches(route.path, path)));
            if let Some(route) = fitting {
                self.links.entry(route.path).or_insert_with(|| address.clone());
            }
        }
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(part, word)| part.starts_with('{') || part == word)
}

/// What sticks out to the right when all text is twice as large.
async fn twice_as_large(tab: &Tab) -> Vec<String> {
    tab.value("(() => { const root = document.documentElement; root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + 'px'; return root.offsetWidth; })()").await;
    let wide = too_wide(tab).await;
    tab.value("document.documentElement.style.fontSize = ''").await;
    wide
}

async fn too_wide(tab: &Tab) -> Vec<String> {
    let found = tab
        .value("document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')].filter((e) => \
            e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((e) => 'sticks out: ' + e.outerHTML.slice(0, 120))")
        .await;
    let lines = found.as_array().cloned().unwrap_or_default();
    lines.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect()
}
