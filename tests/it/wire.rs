//! WeChat's wire, from the bytes of a push to the outcome of a call.
//!
//! Recorded payloads lie beside the repository; where they are missing, the tests that walk them
//! say so and pass, and the repository's own samples remain.

mod api;
mod api_json;
mod api_json_agents;
mod api_json_diagnostics;
mod api_json_mass;
mod api_json_media;
mod api_json_menu;
mod api_json_qrcode;
mod api_json_template;
mod api_json_users;
mod api_json_web;
mod crypto;
mod exchange;
mod hostile;
mod inbound;
mod outbound;
mod protocol_paths;

use std::path::PathBuf;

use pufa::platform::clock::{Clock, Moment};

/// A folder or file of the recorded payloads; nothing when they are not on this machine.
fn recorded(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// A clock standing still on an ordinary afternoon.
fn clock() -> Clock {
    Clock::still(Moment::from_seconds(1_763_900_000))
}

/// Runs the checks of recorded payloads of one family against their files.
fn run_cases(cases: &[api_json::Case]) {
    let Some(folder) = recorded("fixtures/wechat/api-json") else { return };
    for (file, check) in cases {
        let text = std::fs::read_to_string(folder.join(file)).expect(file);
        check(&serde_json::from_str(&text).expect(file));
    }
}
