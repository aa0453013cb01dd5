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
    let (database, media) = (folder.path().join("pufa.db"), folder.path().join("media"));
    let (database, media) = (database.display(), media.display());
    let text = format!("[store]\nurl = \"sqlite://{database}\"\nmedia_dir = \"{media}\"\n");
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
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let pool =
            sqlx::SqlitePool::connect(&format!("sqlite://{database}")).await.expect("a database");
        let number = async |sql: &'static str| -> i64 {
            sqlx::query_scalar(sql).fetch_one(&pool).await.expect(sql)
        };
        // Everything an operator sees is filled: articles in every state, pictures, codes, scans.
        assert_eq!(number("SELECT count(DISTINCT state) FROM articles").await, 8);
        assert_eq!(number("SELECT count(*) FROM article_reviews WHERE decision IS NULL").await, 2);
        assert_eq!(number("SELECT count(*) FROM article_pictures").await, 4);
        assert!(number("SELECT count(*) FROM scenes WHERE url IS NOT NULL").await > 10);
        let by_code = "SELECT count(DISTINCT kind) FROM engagement_events WHERE scene IS NOT NULL";
        assert_eq!(number(by_code).await, 2, "scans and inquiries");
        pool.close().await;
    });
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
        sqlx::query(
            "UPDATE _sqlx_migrations SET version = 9999 \
             WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
        )
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

#[test]
fn a_model_learned_twice_from_the_same_labels_is_the_same_file_and_can_be_judged() {
    let folder = TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let lines: String = (0..40)
        .map(|number| match number % 2 {
            0 => format!(
                "{{\"id\":\"{number}\",\"text\":\"工资拖了{number}个月\",\"accept\":[\"labor\"]}}\n"
            ),
            _ => format!("{{\"id\":\"{number}\",\"text\":\"离婚第{number}次了\"}}\n"),
        })
        .collect();
    let labels: String = (0..20)
        .map(|number| {
            let id = 2 * number + 1;
            format!("{{\"of\":\"raw\",\"id\":\"{id}\",\"accept\":[\"family\"]}}\n")
        })
        .collect();
    std::fs::write(path("raw.jsonl"), lines).expect("questions");
    std::fs::write(path("labels.jsonl"), labels).expect("labels");
    for name in ["one.bin", "two.bin"] {
        let output = pufa(&[
            "triage",
            "train",
            &path("raw.jsonl"),
            &path("labels.jsonl"),
            "--out",
            &path(name),
        ]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("learned from 40 questions"));
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    assert_eq!(read("one.bin"), read("two.bin"));
    assert_eq!(read("one.toml"), read("two.toml"));
    let output = pufa(&["triage", "eval", &path("raw.jsonl"), "--model", &path("one.bin")]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("learned from 20 of these 20") && told.contains("p99"), "{told}");
    let output = pufa(&["triage", "eval", &path("raw.jsonl"), "--model", &path("raw.jsonl")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("not a triage model"), "{}", said(&output));
}
