//! The stylesheets and the script, held against the browsers, the weight and the eyes they serve.

use std::collections::HashMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use pufa::platform::http::assets;

const APP: &str = include_str!("../../../src/console/assets/app.css");
const CITIZEN: &str = include_str!("../../../src/console/assets/citizen.css");
const SHEET: &str = include_str!("../../../src/console/assets/sheet.css");
const SCRIPT: &str = include_str!("../../../src/console/assets/app.js");
const FINDING: &str = include_str!("../../../src/console/assets/finding.js");
const CONSENT: &str = include_str!("../../../src/console/assets/consent.js");

#[test]
fn stylesheets_use_only_what_chromium_90_understands() {
    // Newer than Chromium 90, or a way to fetch something from elsewhere.
    const NEWER: [&str; 29] = [
        ":has(",
        ":user-",
        ":modal",
        "animation-timeline",
        "field-sizing",
        "hwb(",
        "lab(",
        "lch(",
        "light-dark(",
        "scrollbar-gutter",
        "round(",
        "translate:",
        "@container",
        "@layer",
        "@scope",
        "@starting-style",
        "@property",
        "dvh",
        "svh",
        "lvh",
        "color-mix(",
        "oklch(",
        "subgrid",
        "@import",
        "@font-face",
        "url(",
        "&",
        "lh;",
        "text-wrap",
    ];
    for (name, css) in [("app.css", APP), ("citizen.css", CITIZEN), ("sheet.css", SHEET)] {
        let css = without_comments(css);
        for word in NEWER {
            assert!(!css.contains(word), "{name} uses {word}");
        }
        assert_eq!(css.matches('{').count(), css.matches('}').count(), "{name}");
        assert!(!nests(&css), "{name} nests rules");
    }
}

#[test]
fn the_script_uses_only_what_chromium_90_understands_and_no_hidden_code() {
    const NEWER: [&str; 25] = [
        ".at(",
        "AbortSignal.timeout",
        "crypto.randomUUID",
        "fromAsync",
        "groupBy",
        "scrollend",
        "showPicker",
        "static {",
        "toSpliced",
        "userAgentData",
        "withResolvers",
        "structuredClone",
        "Object.hasOwn",
        "findLast",
        "toSorted",
        "toReversed",
        "inert",
        "popover",
        "requestSubmit",
        "eval(",
        "new Function",
        "document.write",
        "import(",
        "http://",
        "https://",
    ];
    // The one script of WeChat's is fetched by an own file, on one page, inside WeChat.
    let consent = CONSENT.replace("https://res.wx.qq.com/open/js/jweixin-1.6.0.js", "");
    for word in NEWER {
        assert!(!SCRIPT.contains(word), "app.js uses {word}");
        assert!(!FINDING.contains(word), "finding.js uses {word}");
        assert!(!consent.contains(word), "consent.js uses {word}");
    }
}

#[test]
fn files_stay_inside_their_byte_budget() {
    let packed = |name| assets::size(name).unwrap().1;
    println!("app.css {}, citizen.css {}", packed("app.css"), packed("citizen.css"));
    println!("app.js {:?}", assets::size("app.js").unwrap());
    assert!(packed("app.css") <= 12 * 1024);
    assert!(packed("citizen.css") <= 8 * 1024);
    assert!(packed("app.js") + packed("finding.js") <= 18 * 1024);
}

#[test]
fn every_pair_of_text_and_ground_can_be_read_in_light_and_dark() {
    const PAIRS: [(&str, &[&str]); 16] = [
        (
            "fg",
            &[
                "bg", "card", "soft", "ours-bg", "note-bg", "good-bg", "warn-bg", "bad-bg",
                "calm-bg",
            ],
        ),
        ("fg2", &["bg", "card", "soft", "ours-bg", "note-bg"]),
        ("brand", &["bg", "card", "soft"]),
        ("link", &["bg", "card", "soft", "ours-bg", "warn-bg"]),
        ("red", &["bg", "card", "soft"]),
        ("orange", &["card"]),
        ("blue", &["card"]),
        ("on-fill", &["fill"]),
        ("brand", &["good-bg"]),
        ("orange", &["warn-bg"]),
        ("red", &["bad-bg"]),
        ("blue", &["calm-bg"]),
        ("note", &["note-bg"]),
        ("card", &["red"]),
        ("fg", &["card"]),
        ("link", &["card"]),
    ];
    for (name, css) in [("app.css", APP), ("citizen.css", CITIZEN)] {
        for (theme, colours) in themes(css) {
            for (text, grounds) in PAIRS {
                for ground in grounds.iter().filter(|ground| colours.contains_key(**ground)) {
                    let ratio = contrast(colours[text], colours[*ground]);
                    assert!(ratio >= 4.5, "{name} {theme}: {text} on {ground} is {ratio:.2}");
                }
            }
            for ground in ["bg", "card"] {
                let ratio = contrast(colours["edge"], colours[ground]);
                assert!(ratio >= 3.0, "{name} {theme}: edge of fields on {ground} is {ratio:.2}");
            }
        }
    }
}

/// The custom colours of the light theme, and those with the dark theme laid over them.
fn themes(css: &str) -> [(&'static str, HashMap<&str, [f64; 3]>); 2] {
    let (light, rest) = css.split_once('}').unwrap();
    let dark = rest.split_once(":root {").unwrap().1.split_once('}').unwrap().0;
    let light = colours(light);
    let mut both = light.clone();
    both.extend(colours(dark));
    [("light", light), ("dark", both)]
}

fn colours(block: &str) -> HashMap<&str, [f64; 3]> {
    block
        .split(';')
        .filter_map(|line| line.split_once("--")?.1.split_once(": #"))
        .map(|(name, hex)| {
            let wide: String = match hex.trim().len() {
                3 => hex.trim().chars().flat_map(|c| [c, c]).collect(),
                _ => hex.trim().to_owned(),
            };
            let part = |at| f64::from(u8::from_str_radix(&wide[at..at + 2], 16).unwrap());
            (name, [part(0), part(2), part(4)])
        })
        .collect()
}

/// Contrast ratio of WCAG 2.2.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let light = |c: [f64; 3]| {
        let [r, g, b] = c.map(|part| {
            let part = part / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let (a, b) = (light(a), light(b));
    a.max(b) / a.min(b)
}

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("*/").unwrap().1)
}

/// Whether a rule stands inside another that is not an `@` rule.
fn nests(css: &str) -> bool {
    let (mut open, mut head) = (vec![], String::new());
    for c in css.chars() {
        match c {
            '{' => {
                let at = head.trim_start().starts_with('@');
                if open.contains(&false) {
                    return true;
                }
                open.push(at);
                head.clear();
            }
            '}' => {
                open.pop();
                head.clear();
            }
            ';' => head.clear(),
            other => head.push(other),
        }
    }
    false
}

async fn ask(path: &str, header: Option<(header::HeaderName, &str)>) -> Response {
    let mut request = Request::get(path);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let request = request.body(Body::empty()).unwrap();
    let serve = axum::routing::get(assets::serve);
    let mut routes: axum::Router = axum::Router::new().route("/assets/{file}", serve);
    tower::Service::call(&mut routes, request).await.unwrap()
}

#[tokio::test]
async fn a_file_is_kept_for_a_year_under_its_digest_and_never_under_an_old_one() {
    let today = ask(assets::url("app.css"), None).await;
    assert_eq!(today.status(), StatusCode::OK);
    assert_eq!(today.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(today.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
    let older = ask("/assets/app.0123456789ab.css", None).await;
    assert_eq!(older.status(), StatusCode::OK);
    assert_eq!(older.headers()[header::CACHE_CONTROL], "no-cache");
    assert_eq!(ask("/assets/other.css", None).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_comes_packed_when_asked_and_not_at_all_when_known() {
    let url = assets::url("app.js");
    let packed = ask(url, Some((header::ACCEPT_ENCODING, "br, gzip;q=0.8"))).await;
    assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
    let plain = ask(url, Some((header::ACCEPT_ENCODING, "br"))).await;
    assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
    let tag = plain.headers()[header::ETAG].to_str().unwrap();
    let known = ask(url, Some((header::IF_NONE_MATCH, tag))).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
}
