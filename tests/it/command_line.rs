//! What a user types, and what the terminal says when it goes wrong.

use std::process::{Command, Output};

use tempfile::TempDir;

fn pufa(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pufa")).args(arguments).output().expect("pufa runs")
}

fn with_settings(text: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("pufa.toml");
    let database = folder.path().join("pufa.db");
    let text = text.replace("{database}", &database.display().to_string());
    std::fs::write(&file, text).expect("a settings file");
    let file = file.display().to_string();
    pufa(&[&["--config", &file], arguments].concat())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_wrong_setting_ends_with_code_2_and_one_sentence_naming_file_key_and_fix() {
    let cases = [
        ("[server]\nlisten = \"nonsense\"", "server.listen"),
        ("[server]\nlisten_port = 8080", "listen_port"),
        ("[store]\nurl = \"mysql://x\"", "sqlite:// or postgres://"),
        (
            "[wechat.accounts.main]\napp_id = \"wx1\"\ntoken = \"abc\"\nmode = \"plain\"",
            "allow_plain",
        ),
        (
            "[wechat.accounts.main]\napp_id = \"wx1\"\ntoken = \"abc\"\nencoding_aes_key = \"short\"",
            "43 letters",
        ),
        ("[wechat.accounts.main]\napp_id = \"wx1\"\ntoken_file = \"/nowhere/token\"", "token_file"),
        ("[server\n", "pufa.toml"),
    ];
    for (text, part) in cases {
        let output = with_settings(text, &["config", "check"]);
        let sentence = said(&output);
        assert_eq!(output.status.code(), Some(2), "{text}: {sentence}");
        assert!(sentence.contains(part) && sentence.contains("pufa.toml"), "{text}: {sentence}");
        assert!(!sentence.contains("panicked"), "{sentence}");
    }
}

#[test]
fn secrets_are_masked_when_the_settings_are_printed() {
    let text = "[wechat.accounts.main]\napp_id = \"wx1\"\napp_secret = \"CANARY-SECRET\"\ntoken = \"CANARYTOKEN\"\n\
        encoding_aes_key = \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\"\n\
        [store]\nurl = \"postgres://pufa:CANARYPASSWORD@127.0.0.1/pufa\"";
    let output = with_settings(text, &["config", "print"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("wx1"), "{printed}");
    assert!(!printed.contains("CANARY") && !printed.contains("abcdefghij"), "{printed}");
}

#[test]
fn the_demo_city_goes_into_an_empty_database_only_and_has_every_role() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("pufa.toml");
    let text = format!("[store]\nurl = \"sqlite://{}\"\n", folder.path().join("pufa.db").display());
    std::fs::write(&file, text).expect("a settings file");
    let file = file.display().to_string();
    let first = pufa(&["--config", &file, "seed", "demo", "--json"]);
    assert!(first.status.success(), "{}", said(&first));
    let accounts: Vec<serde_json::Value> = serde_json::from_slice(&first.stdout).expect("JSON");
    for role in pufa::staff::Role::ALL {
        assert!(accounts.iter().any(|a| a["role"] == role.code()), "nobody is {}", role.code());
    }
    let again = pufa(&["--config", &file, "seed", "demo"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("not empty"), "{}", said(&again));
}

#[test]
fn a_database_of_a_newer_pufa_is_refused_with_a_sentence() {
    let folder = TempDir::new().expect("a folder");
    let database = folder.path().join("pufa.db");
    let file = folder.path().join("pufa.toml");
    std::fs::write(&file, format!("[store]\nurl = \"sqlite://{}\"\n", database.display()))
        .expect("settings");
    let file = file.display().to_string();
    assert!(pufa(&["--config", &file, "migrate"]).status.success());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", database.display()))
            .await
            .expect("a database");
        sqlx::query("UPDATE _sqlx_migrations SET version = version + 9000")
            .execute(&pool)
            .await
            .expect("an update");
        pool.close().await;
    });
    let output = pufa(&["--config", &file, "serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("newer pufa"), "{}", said(&output));
}

#[test]
fn help_names_every_command_and_wrong_use_ends_with_code_2() {
    let help = pufa(&["--help"]);
    let text = String::from_utf8_lossy(&help.stdout);
    for command in
        ["serve", "migrate", "doctor", "config", "demo", "simulator", "seed", "staff", "load"]
    {
        assert!(text.contains(command), "{command} is missing in: {text}");
    }
    assert_eq!(pufa(&["fly"]).status.code(), Some(2));
}
