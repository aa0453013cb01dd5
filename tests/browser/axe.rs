//! axe-core (npm, test-only): what it finds wrong with a page for people who see, hear or move
//! differently.

use std::path::PathBuf;

use serde_json::Value;

use crate::tab::Tab;

/// Its source, when it has been fetched; in CI its absence is a failure.
pub fn source() -> Option<String> {
    let fetched =
        concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe/node_modules/axe-core/axe.min.js");
    let place = std::env::var_os("AXE_CORE").map_or_else(|| PathBuf::from(fetched), PathBuf::from);
    let found = std::fs::read_to_string(&place).ok();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "axe-core is missing; run tests/run");
        println!("skipped: axe-core is not at {}; tests/run fetches it", place.display());
    }
    found
}

/// Which rules are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// All that are on by default.
    All,
    /// Those that look at colours: the theme changes nothing else.
    Colours,
}

/// What is wrong with the page in front, one line each.
pub async fn violations(tab: &Tab, rules: Rules) -> Vec<String> {
    let only = match rules {
        Rules::All => "",
        Rules::Colours => "runOnly: ['color-contrast', 'link-in-text-block'],",
    };
    let found = tab
        .value(&format!(
            "axe.run(document, {{ {only} preload: false, iframes: false, resultTypes: ['violations'] }}).then((found) => \
             found.violations.map((rule) => rule.id + ': ' + rule.nodes.slice(0, 3).map((node) => \
             node.target.join(' ') + ' ' + node.html.slice(0, 160) + ' ' + \
             node.any.map((check) => check.message).join(' ')).join(' | ')))"
        ))
        .await;
    let lines = found.as_array().unwrap_or_else(|| panic!("axe gives no list: {found}"));
    lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}

/// What of the larger text does not fit the person: size, lines, targets.
pub async fn too_small_for_old_eyes(tab: &Tab) -> Vec<String> {
    let found = tab.value(OLD_EYES).await;
    let lines = found.as_array().map_or(&[][..], Vec::as_slice);
    lines.iter().map(Value::to_string).collect()
}

/// Text of 18 points at least, lines of one and a half, buttons of 60 points, everything else that
/// is tapped of 44; a link inside a sentence is as high as its line.
const OLD_EYES: &str = "(() => { \
    const wrong = []; \
    const body = getComputedStyle(document.body); \
    const size = parseFloat(body.fontSize); \
    if (size < 18) wrong.push('text of ' + size); \
    if (parseFloat(body.lineHeight) / size < 1.5) wrong.push('lines of ' + body.lineHeight); \
    for (const one of document.querySelectorAll('a, button, input, select, textarea, summary')) { \
      const box = (one.closest('label.tick, label.pick') || one).getBoundingClientRect(); \
      if (!box.height || one.type === 'hidden' || one.matches('.skip')) continue; \
      const inText = getComputedStyle(one).display === 'inline' && one.parentElement.innerText.length > one.innerText.length; \
      const least = one.matches('.big, .button, .tel, .call, .size') ? 60 : 44; \
      if (!inText && box.height + 0.5 < least) wrong.push(Math.round(box.height) + ' high: ' + one.outerHTML.slice(0, 120)); \
    } \
    return wrong; })()";
