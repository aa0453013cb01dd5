//! Every API that wechat-protocol.md names is called by our client, or left out for a reason that is
//! named here.
//!
//! The client's paths are the string literals of `src/wechat`, so that a call cannot be forgotten in
//! a list. The document writes paths in full, in braces (`comment/{open,close}`), as siblings of the
//! path before them (`/update`, `speed/set`, `…/api_query_auth`) and, for the figures, as a table of names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pufa::wechat::datacube::Dataset;

/// What the paths of APIs begin with.
const FAMILIES: [&str; 7] =
    ["/cgi-bin/", "/sns/", "/datacube/", "/customservice/", "/wxa/", "/wxaapi/", "/connect/"];

/// Beginnings of paths, and why the client has no use for these.
const LEFT_OUT: &[(&str, &str)] = &[
    ("/cgi-bin/token", "stable_token does the same without the race of several nodes (§4.1)"),
    ("/cgi-bin/shorturl", "withdrawn by WeChat; shorten took its place (§9)"),
    ("/cgi-bin/showqrcode", "we draw the code ourselves from the url that create answers (§9)"),
    ("/cgi-bin/media/voice/", "the recognized text comes with the voice message (§2.2)"),
    ("/cgi-bin/component", "third-party platform: an alliance runs its own accounts (§14)"),
    ("/sns/oauth2/component/", "third-party platform: an alliance runs its own accounts (§14)"),
    (
        "/connect/qrconnect",
        "log-in to websites, another product with an account of its own (§11.1)",
    ),
];

/// The path at the beginning of `text`, without a query, or nothing.
fn path_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "/_-".contains(c)));
    let path = text[..end.unwrap_or(text.len())].trim_end_matches('/');
    FAMILIES.iter().any(|family| path.starts_with(family)).then_some(path)
}

/// The first path that starts anywhere in `text`.
fn path_in(text: &str) -> Option<&str> {
    text.match_indices('/').find_map(|(at, _)| path_at(&text[at..]))
}

fn in_client() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wechat");
    let mut found: BTreeSet<String> = Dataset::ALL.iter().map(|set| set.path()).collect();
    for file in fs::read_dir(folder).expect("the client") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a file");
        let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for line in own.lines().map(|line| line.split("//").next().unwrap_or_default()) {
            let literals = line.split('"').skip(1).step_by(2);
            found.extend(literals.filter_map(path_in).map(str::to_owned));
        }
    }
    found
}

/// The paths of a token such as `/cgi-bin/comment/{open,close}` or, below `folder`, `/reply/{add}`.
fn braces(folder: &str, token: &str) -> Option<Vec<String>> {
    let (before, rest) = token.split_once('{').filter(|_| token.starts_with('/'))?;
    let names: Vec<&str> = rest.strip_suffix('}')?.split(',').collect();
    let all: Vec<String> = names.iter().map(|name| format!("{folder}{before}{name}")).collect();
    all.iter().all(|path| path_at(path) == Some(path.as_str())).then_some(all)
}

/// The sibling of `base` that a short token such as `/update` or `speed/set` means; without a
/// leading stroke only after one between tokens.
fn sibling(base: &str, token: &str, after_stroke: bool) -> Option<String> {
    let name = token.split(['?', ' ']).next()?;
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b"/_".contains(&b));
    if !plain || name.len() < 3 || name.ends_with('/') {
        return None;
    }
    let parts = match name.starts_with('/') {
        true => 1,
        false if after_stroke => name.split('/').count(),
        false => return None,
    };
    let folder = (0..parts).try_fold(base, |path, _| path.rsplit_once('/').map(|(f, _)| f))?;
    Some(format!("{folder}/{}", name.trim_start_matches('/')))
}

/// The paths a line names; `base` is the one named last, on this line or before.
fn in_line(line: &str, base: &mut String) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let pieces: Vec<&str> = line.split('`').collect();
    for (nth, piece) in pieces.iter().enumerate() {
        if nth % 2 == 0 {
            found.extend(path_in(piece).map(str::to_owned));
            continue;
        }
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        let named = braces("", piece).or_else(|| braces(folder, piece));
        let named =
            named.unwrap_or_else(|| path_in(piece).map(str::to_owned).into_iter().collect());
        match named.first() {
            Some(first) if piece.starts_with(['/', 'P', 'G']) => base.clone_from(first),
            Some(_) => {}
            None => {
                let short = piece.rsplit('…').next().unwrap_or(piece);
                found.extend(sibling(base, short, pieces[nth - 1].ends_with("/ ")));
            }
        }
        found.extend(named);
    }
    found
}

/// Names of figures in the first column of their table: `a, b` and `a / suffix`.
fn figures(line: &str) -> Vec<String> {
    let Some(cell) = line.strip_prefix("| get").and_then(|rest| rest.split('|').next()) else {
        return Vec::new();
    };
    let cell = format!("get{}", cell.replace("*(new)*", "").replace("*(retired)*", ""));
    let mut names: Vec<String> = Vec::new();
    for part in cell.split([',', '/']).map(str::trim) {
        match (part.starts_with("get"), names.first()) {
            (true, _) => names.push(part.to_owned()),
            // `getupstreammsgweek / month`, `getupstreammsgdist / distweek`.
            (false, Some(first)) => {
                let stem = first.strip_suffix("week").or_else(|| first.strip_suffix("dist"));
                names.push(format!("{}{part}", stem.unwrap_or(first)));
            }
            (false, None) => {}
        }
    }
    names.into_iter().map(|name| format!("/datacube/{name}")).collect()
}

fn in_document(text: &str) -> BTreeSet<String> {
    let mut base = String::new();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        found.extend(in_line(line, &mut base));
    }
    found.extend(text.lines().flat_map(figures));
    // The pattern of the figures' paths.
    found.remove("/datacube/NAME");
    found
}

#[test]
fn every_api_of_the_protocol_is_in_the_client_or_left_out_for_a_reason() {
    let Some(file) = super::recorded("docs/wechat-protocol.md") else { return };
    let (client, document) =
        (in_client(), in_document(&fs::read_to_string(file).expect("the document")));
    let missing: Vec<&String> = document.difference(&client).collect();
    let mut used = BTreeMap::new();
    let mut unexplained = Vec::new();
    for path in &missing {
        match LEFT_OUT.iter().find(|(beginning, _)| path.starts_with(beginning)) {
            Some((beginning, reason)) => {
                println!("left out      {path}: {reason}");
                *used.entry(*beginning).or_insert(0) += 1;
            }
            None => unexplained.push(*path),
        }
    }
    for path in client.difference(&document) {
        println!("client only   {path}");
    }
    println!(
        "APIs in the client {} / in wechat-protocol.md {} (left out with a reason {})",
        client.len(),
        document.len(),
        missing.len() - unexplained.len()
    );
    assert!(unexplained.is_empty(), "not in the client, without a reason: {unexplained:#?}");
    for (beginning, _) in LEFT_OUT {
        assert!(used.contains_key(beginning), "{beginning}: the reason is stale");
    }
}

#[test]
fn paths_are_read_in_every_way_the_document_writes_them() {
    let read = |line: &str| in_line(line, &mut String::new()).into_iter().collect::<Vec<_>>();
    assert_eq!(
        read("| POST `/cgi-bin/tags/update` / `delete` | `{tag:{id}}` / `{tag}` |"),
        ["/cgi-bin/tags/delete", "/cgi-bin/tags/update"]
    );
    assert_eq!(
        read("POST `/customservice/kfaccount/add`, `/update` `{kf_account}`; `/del?kf_account=`"),
        [
            "/customservice/kfaccount/add",
            "/customservice/kfaccount/del",
            "/customservice/kfaccount/update"
        ]
    );
    assert_eq!(
        read("`/cgi-bin/message/mass/speed/get` (no body) / `speed/set` `{speed:0..4}`"),
        ["/cgi-bin/message/mass/speed/get", "/cgi-bin/message/mass/speed/set"]
    );
    assert_eq!(
        read("`/cgi-bin/comment/{open,close}` and `/reply/{add,delete}` with `{msg_data_id}`"),
        [
            "/cgi-bin/comment/close",
            "/cgi-bin/comment/open",
            "/cgi-bin/comment/reply/add",
            "/cgi-bin/comment/reply/delete"
        ]
    );
    assert_eq!(
        figures("| getupstreammsgdist / distweek / distmonth | 15 d | x |"),
        [
            "/datacube/getupstreammsgdist",
            "/datacube/getupstreammsgdistweek",
            "/datacube/getupstreammsgdistmonth"
        ]
    );
}
