//! `pufa doctor`: checks a deployment and says what to mend.

use anyhow::bail;

use crate::app::clients;
use crate::platform::clock::Clock;
use crate::platform::config::{Config, PushMode};
use crate::platform::db::Db;
use crate::wechat::client::CallError;

pub async fn run(config: &Config) -> anyhow::Result<()> {
    let mut faults = 0;
    let mut say = |good: bool, line: String| {
        faults += u32::from(!good);
        println!("{} {line}", if good { "ok  " } else { "FAIL" });
    };
    say(true, "settings can be read".into());
    let public = config.server.public_url.starts_with("https://");
    let local = config.server.public_url.contains("127.0.0.1");
    say(
        public || local,
        format!("server.public_url is {} (citizens need https)", config.server.public_url),
    );
    match Db::connect(&config.store.url).await {
        Ok(db) => {
            say(true, "the database opens".into());
            match db.check_schema().await {
                Ok(()) => say(true, "the schema fits this binary".into()),
                Err(error) => say(false, error.to_string()),
            }
            db.close().await;
        }
        Err(error) => say(false, format!("{error:#}")),
    }
    if config.wechat.accounts.is_empty() {
        say(false, "no official account is configured; add [wechat.accounts.main]".into());
    }
    for (id, account) in &config.wechat.accounts {
        say(
            account.mode == PushMode::Safe,
            format!("{id}: pushes are in {:?} mode (safe is best)", account.mode),
        );
    }
    for (id, client) in clients(config, &Clock::system())? {
        match client.get_json("/cgi-bin/get_api_domain_ip", &[]).await {
            Ok(_) => say(
                true,
                format!("{id}: WeChat accepts AppID, AppSecret and this server's address"),
            ),
            Err(CallError::Refused { errcode, meaning, .. }) => {
                say(
                    false,
                    format!(
                        "{id}: WeChat refuses with {errcode} ({}): {}",
                        meaning.meaning, meaning.operator_hint
                    ),
                );
            }
            Err(error) => say(false, format!("{id}: {error}")),
        }
    }
    match faults {
        0 => Ok(()),
        1 => bail!("1 thing needs mending"),
        n => bail!("{n} things need mending"),
    }
}
