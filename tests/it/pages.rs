//! Every page, rendered from samples, held against the rules all pages share.

mod desk;

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
