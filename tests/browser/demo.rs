//! The real program, started as a newcomer starts it: `pufa demo`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Everybody's password in the demo.
pub const PASSWORD: &str = "changzhou-demo";

/// A running demo with a database of its own, on free ports.
pub struct Demo {
    program: Child,
    data: TempDir,
    /// Address of the simulated phone.
    pub phone: String,
    /// Address of console and citizens' pages, without a path.
    pub server: String,
    /// Username, role and organization of everybody.
    pub accounts: Vec<(String, String, String)>,
}

impl Demo {
    /// Starts it and waits until it says where it is.
    pub fn start() -> Self {
        Self::start_on(tempfile::tempdir().expect("a folder"))
    }

    fn start_on(data: TempDir) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_pufa"))
            .args([
                "demo",
                "--listen",
                "127.0.0.1:0",
                "--simulator-listen",
                "127.0.0.1:0",
                "--data",
            ])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(program.stdout.take().expect("its output")).lines();
        let mut said = Vec::new();
        for line in lines.map_while(Result::ok).take_while(|line| !line.starts_with("Ctrl-C")) {
            said.push(line);
        }
        let address = |name: &str| {
            let line = said.iter().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("the demo says where its {name} is: {said:?}")).trim()
        };
        let phone = address("Simulated phone").to_owned();
        let server = address("Console").trim_end_matches("/console/login").to_owned();
        let accounts = said.iter().filter_map(|line| account(line)).collect();
        Self { program, data, phone, server, accounts }
    }

    /// Stops it, lets its folder be worked on and starts it again at other addresses.
    pub async fn again(mut self, work: impl AsyncFnOnce(&Path)) -> Self {
        self.stop();
        let folder = tempfile::tempdir().expect("a folder");
        let data = std::mem::replace(&mut self.data, folder);
        work(data.path()).await;
        Self::start_on(data)
    }

    fn stop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }

    /// A responder of the organization with this name.
    pub fn responder_of(&self, organization: &str) -> &str {
        self.responder(|name| name == organization)
    }

    /// A responder of any other organization.
    pub fn responder_elsewhere(&self, organization: &str) -> &str {
        self.responder(|name| name != organization)
    }

    fn responder(&self, fits: impl Fn(&str) -> bool) -> &str {
        let found = self.accounts.iter().find(|(_, role, at)| role == "responder" && fits(at));
        &found.expect("a responder").0
    }
}

/// `  xujianguo  responder  湖塘暖言法律服务社`
fn account(line: &str) -> Option<(String, String, String)> {
    let mut words = line.strip_prefix("  ")?.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.to_owned(), words.collect::<Vec<_>>().join(" ")))
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.stop();
    }
}
