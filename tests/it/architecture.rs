//! The house rules of src/lib.rs, read from the source text.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Slices by floor; a slice imports only from floors below its own.
const FLOORS: &[&[&str]] = &[
    &["platform"],
    &["wechat", "language", "worktime"],
    &["territories"],
    &["members"],
    &["citizens", "staff", "content", "notices", "scenes", "media", "menus", "agents", "knowledge"],
    &["alerts"],
    &["calendar", "canned", "cards", "inquiries", "publishing", "roster", "visits", "wording"],
    &["campaigns", "delivery", "quality", "quiz", "referrals", "routing", "triage"],
    &["intake", "merging", "promises"],
    &["accounts", "disclosure", "governance"],
    &["console", "simulator"],
    &["app"],
    &["cli"],
];

struct Source {
    /// Path below `src`, with `/`.
    path: String,
    /// Lines without comments and without the file's own unit tests.
    lines: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Source {
    let text = fs::read_to_string(file).expect("a source file");
    let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = own.lines().map(|l| l.split("//").next().unwrap_or_default().to_owned()).collect();
    let path = file.strip_prefix(root()).expect("below src").to_string_lossy().replace('\\', "/");
    Source { path, lines }
}

fn floor(slice: &str) -> Option<usize> {
    FLOORS.iter().position(|slices| slices.contains(&slice))
}

fn slice(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Fails with every place that breaks a rule, and the rule.
fn none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n  {}", broken.join("\n  "));
}

/// Places where `word` stands in files that `may` does not allow.
fn outside(word: &str, may: impl Fn(&str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|s| !may(&s.path)) {
        for (nth, line) in source.lines.iter().enumerate().filter(|(_, l)| l.contains(word)) {
            broken.push(format!("{}:{}: {}", source.path, nth + 1, line.trim()));
        }
    }
    broken
}

#[test]
fn every_slice_has_a_floor_and_imports_only_from_below() {
    let mut broken = Vec::new();
    for source in sources() {
        let own = slice(&source.path);
        if matches!(own, "lib" | "main") {
            continue;
        }
        let Some(own_floor) = floor(own) else {
            broken.push(format!("{} has no floor", source.path));
            continue;
        };
        for line in &source.lines {
            for part in line.split("crate::").skip(1) {
                let name: String =
                    part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if name != own && floor(&name).is_some_and(|other| other >= own_floor) {
                    broken.push(format!("{} imports {name}", source.path));
                }
            }
        }
    }
    none("a slice imports only from floors below its own (src/lib.rs)", &broken);
}

#[test]
fn sql_lives_only_in_stores() {
    let may = |path: &str| {
        path.starts_with("platform/") || path.ends_with("/store.rs") || path.contains("/store/")
    };
    none("only store.rs has SQL", &outside("sqlx::query", may));
}

#[test]
fn transactions_are_opened_only_by_actions_and_jobs() {
    let may = |path: &str| {
        path.contains("/actions")
            || path.ends_with("/jobs.rs")
            || path.starts_with("platform/")
            || path.starts_with("cli/seed/")
            || path == "app.rs"
    };
    none("only actions open a transaction", &outside("db.begin()", may));
}

#[test]
fn only_the_edges_speak_http() {
    let edge = |path: &str| {
        ["console/", "simulator/", "platform/http/", "cli/"].iter().any(|p| path.starts_with(p))
            || path == "app.rs"
            || path.ends_with("/pages.rs")
    };
    none("axum belongs to pages", &outside("axum::", edge));
    none("reqwest belongs to wechat", &outside("reqwest::", |path| path.starts_with("wechat/")));
}

#[test]
fn nothing_but_campaigns_sends_to_the_masses() {
    // A mass send cannot be taken back: draft, review, approval and cooling come before it.
    let may = |path: &str| path.starts_with("campaigns/") || path.starts_with("wechat/");
    for word in [
        "wechat::mass",
        ".mass_send(",
        ".mass_preview(",
        ".mass_delete(",
        ".set_mass_speed(",
        "message/mass/send",
        "message/mass/preview",
        "message/mass/delete",
        "message/mass/speed/set",
    ] {
        let stand_in = |path: &str| may(path) || path.starts_with("simulator/");
        none("only campaigns may call the mass-send family", &outside(word, stand_in));
    }
}

#[test]
fn rules_know_no_database_no_clock_and_no_waiting() {
    let mut broken = Vec::new();
    for source in sources() {
        let pure = source.path.ends_with("/rules.rs")
            || source.path.starts_with("language/")
            || source.path.starts_with("worktime/")
            || source.path.starts_with("intake/conversation/")
            || source.path.ends_with("/policy.rs");
        if !pure {
            continue;
        }
        for word in
            ["async ", ".await", "tokio::", "sqlx::query", "clock.now()", "tracing::", "std::fs"]
        {
            if let Some(line) = source.lines.iter().find(|line| line.contains(word)) {
                broken.push(format!("{}: {}", source.path, line.trim()));
            }
        }
    }
    none("rules are pure: no I/O, no clock, no async", &broken);
}

#[test]
fn a_file_has_one_subject_and_fits_in_five_hundred_lines() {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    collect(&root().with_file_name("tests"), &mut files);
    let long: Vec<String> = files
        .iter()
        .map(|file| (file, fs::read_to_string(file).expect("a file").lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    none("files stay under 500 lines", &long);
}

#[test]
fn both_databases_have_the_same_migrations_and_tables() {
    let tree = |name: &str| -> BTreeSet<(String, Vec<String>)> {
        let folder = root().join("platform/db/migrations").join(name);
        fs::read_dir(folder)
            .expect("a tree")
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let text = fs::read_to_string(&path).expect("a migration");
                // The first word of a column's line, or what a CREATE makes.
                let mut made: Vec<String> =
                    text.lines()
                        .filter(|line| line.starts_with("CREATE ") || line.starts_with("    "))
                        .map(|line| line.split_whitespace().take(3).collect::<Vec<_>>())
                        .map(|words| {
                            if words[0] == "CREATE" { words.concat() } else { words[0].to_owned() }
                        })
                        .collect();
                made.sort();
                (path.file_name().expect("a name").to_string_lossy().into_owned(), made)
            })
            .collect()
    };
    assert_eq!(tree("sqlite"), tree("postgres"));
}

#[test]
fn nothing_is_left_open_in_the_source() {
    for word in ["TODO", "FIXME", "todo!(", "unimplemented!(", "dbg!("] {
        none("nothing is left open", &outside(word, |_| false));
    }
}
