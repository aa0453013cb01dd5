//! Every page, rendered from samples, held against the rules all pages share.

mod desk;
mod markup;
mod office;
mod street;

use std::path::Path;

use askama::Template;
use pufa::platform::http::problem::ProblemPage;

/// A rendered sample.
struct Page {
    name: &'static str,
    html: String,
}

fn pages() -> Vec<Page> {
    let page = |name, html: askama::Result<String>| Page { name, html: html.unwrap() };
    vec![
        page("login", desk::login(None, 0).render()),
        page("login-wrong", desk::login(Some("用户名或密码不对。"), 30).render()),
        page("inbox-empty", desk::inbox(0).render()),
        page("inbox-1", desk::inbox(1).render()),
        page("inbox-50", desk::inbox(50).render()),
        page("inbox-hostile", desk::hostile_inbox().render()),
        page("conversation", desk::conversation().render()),
        page("conversation-fresh", desk::fresh_conversation().render()),
        page("conversation-closed", desk::closed_conversation().render()),
        page("conversation-50", desk::long_conversation().render()),
        page("conversation-hostile", desk::hostile_conversation().render()),
        page("conflict", desk::conflict().render()),
        page(
            "unmatched",
            office::unmatched("想问一下这种情况怎么办，孩子爸爸三年没给过钱").render(),
        ),
        page("unmatched-empty", office::unmatched_empty().render()),
        page("unmatched-hostile", office::unmatched(desk::HOSTILE).render()),
        page("organizations", office::organizations(4, "").render()),
        page("organizations-0", office::organizations(0, "没有").render()),
        page("organizations-50", office::organizations(50, "").render()),
        page("organizations-hostile", office::organizations(1, desk::HOSTILE).render()),
        page("organization", office::organization(false).render()),
        page("organization-new", office::organization(true).render()),
        page("stations", office::stations(50).render()),
        page("stations-0", office::stations(0).render()),
        page("people", office::people(6, "李晓明").render()),
        page("people-0", office::people(0, "").render()),
        page("people-hostile", office::people(2, desk::HOSTILE).render()),
        page("person", office::person(false).render()),
        page("person-new", office::person(true).render()),
        page("account", office::account().render()),
        page("rules", office::rules().render()),
        page("rules-empty", office::rules_empty().render()),
        page("rule", office::rule_form().render()),
        page("settings", office::settings("已收到您的问题，编号 {number}。").render()),
        page("settings-hostile", office::settings(desk::HOSTILE).render()),
        page("settings-text", office::text_form().render()),
        page("health", office::health().render()),
        page("case-waiting", street::case_waiting().render()),
        page("case", street::case_answered().render()),
        page("case-large", street::case_large().render()),
        page("case-hostile", street::case_hostile().render()),
        page("erase", street::erase(false).render()),
        page("erased", street::erase(true).render()),
        page("expired", street::expired().render()),
        page("cases", street::cases(3).render()),
        page("cases-0", street::cases(0).render()),
        page("directory", street::directory(2, 3).render()),
        page("directory-200", street::directory(7, 29).render()),
        page("privacy", street::privacy().render()),
        page("public", street::public_home(6).render()),
        page("public-0", street::public_home(0).render()),
        page("problem-404", ProblemPage::of(404, desk::site()).render()),
    ]
}

#[test]
fn every_sample_page_renders_and_can_be_written_down_for_a_look() {
    let pages = pages();
    assert!(pages.iter().all(|page| page.html.ends_with("</html>")));
    let Some(folder) = std::env::var_os("PUFA_PREVIEW_DIR") else { return };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    for page in pages {
        let mut html = page.html;
        for name in ["app.css", "citizen.css", "app.js", "icon.svg"] {
            html = html.replace(pufa::platform::http::assets::url(name), name);
        }
        std::fs::write(folder.join(format!("{}.html", page.name)), html).unwrap();
    }
    for file in std::fs::read_dir("src/console/assets").unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
}
