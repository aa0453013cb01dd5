//! Settings: `config/default.toml` (embedded, the manual) < file < environment.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::secrets::Secret;

/// The shipped defaults with their explanations.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// All settings. Every field is explained in `config/default.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config/default.toml explains each key")]
pub struct Config {
    pub alliance: Alliance,
    pub server: Server,
    pub store: Store,
    pub coord: Coord,
    pub wechat: Wechat,
    pub intake: Intake,
    pub promise: Promise,
    pub pick_list: PickList,
    pub console: Console,
    pub citizen: Citizen,
    pub followers: Followers,
    pub campaigns: Campaigns,
    pub alerts: Alerts,
    pub mail: Mail,
    pub log: Log,
}

macro_rules! sections {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {$(
        #[doc = concat!("Section `", stringify!($name), "` of `config/default.toml`.")]
        #[derive(Clone, Debug, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs, reason = "config/default.toml explains each key")]
        pub struct $name { $(pub $field: $type),* }
    )*};
}

sections! {
    Alliance { name: String, support_phone: String }
    Server { listen: SocketAddr, admin_listen: String, public_url: String, drain_seconds: u64 }
    Store { url: String, migrate: MigrateMode, media_dir: PathBuf, seal_key_file: PathBuf }
    Coord { url: String }
    Intake { acknowledge_within_ms: u64, quiet_seconds: u64, ask_wait_seconds: u64, reopen_days: u64 }
    Promise { hours: u64, urgent_hours: u64, offer_minutes: u32, urgent_offer_minutes: u32, claim_minutes: u32, half_percent: u32, most_percent: u32, slip_minutes: u32, pause_workdays: u32, most_extensions: u32, most_workdays: u32 }
    PickList { kinds: Vec<MemberKind>, minutes: u32 }
    Console {
        session_idle_minutes: u64,
        session_hours: u64,
        form_hours: u64,
        recall_seconds: u64
    }
    Citizen { link_days: u64, session_hours: u64 }
    Followers { sync_hour: u8 }
    Campaigns {
        cooling_minutes: u64,
        late_minutes: u64,
        quiet_from: Time,
        quiet_until: Time,
        mourning_days: Vec<Date>,
        apart_minutes: u64,
        testers: usize
    }
    Alerts { robot_base_url: String }
    Mail {
        host: String, port: u16, tls: MailTls, username: String, password: Secret,
        password_file: PathBuf, from: String,
    }
    Log { filter: String, format: LogFormat }
}

/// Section `wechat`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config/default.toml explains each key")]
pub struct Wechat {
    pub api_base_url: String,
    pub authorize_base_url: String,
    pub allow_plain: bool,
    pub replay_window_seconds: u64,
    #[serde(default)]
    pub accounts: BTreeMap<String, Account>,
}

/// One official account (公众号).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config/default.toml explains each key")]
pub struct Account {
    pub app_id: String,
    #[serde(default)]
    pub app_secret: Secret,
    pub app_secret_file: Option<PathBuf>,
    #[serde(default)]
    pub token: Secret,
    pub token_file: Option<PathBuf>,
    #[serde(default)]
    pub encoding_aes_key: Secret,
    pub encoding_aes_key_file: Option<PathBuf>,
    #[serde(default)]
    pub mode: PushMode,
    #[serde(default)]
    pub kind: AccountKind,
    #[serde(default)]
    pub transfer_to_agents: bool,
}

/// When the schema is brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MigrateMode {
    /// At the start of `serve` and `seed`.
    Auto,
    /// Only by `pufa migrate`.
    Manual,
}

/// How pushes are protected (wechat-protocol.md §1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PushMode {
    /// 安全模式: encrypted only.
    #[default]
    Safe,
    /// 兼容模式: plain and encrypted side by side; the encrypted part counts.
    Compatible,
    /// 明文模式: needs `wechat.allow_plain`.
    Plain,
}

/// What sort of official account it is; decides which of WeChat's interfaces it may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// 服务号.
    #[default]
    Service,
    /// 公众号 (formerly 订阅号).
    Subscription,
}

/// A type of member organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberKind {
    /// 基础型.
    Base,
    /// 枢纽型.
    Hub,
    /// 专业型.
    Professional,
    /// 行业型.
    Trade,
    /// 网络型.
    Network,
}

/// How the conversation with a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Encrypted after a plain greeting; refused when the server cannot.
    Starttls,
    /// Encrypted from the start.
    Tls,
    /// Plain.
    None,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// A setting that cannot be used: which file, which key, what to do.
#[derive(Debug, Error)]
#[error("{place}: {key}: {fix}")]
pub struct ConfigError {
    /// File or environment variable.
    pub place: String,
    /// The key, dotted.
    pub key: String,
    /// What is wrong and how to mend it.
    pub fix: String,
}

impl ConfigError {
    fn new(file: Option<&Path>, key: impl Into<String>, fix: impl Into<String>) -> Self {
        let place = file.map_or_else(|| "built-in defaults".into(), |f| f.display().to_string());
        Self { place, key: key.into(), fix: fix.into() }
    }
}

impl Config {
    /// Reads defaults, then `file` when given, then the environment; checks everything.
    ///
    /// # Errors
    /// One sentence naming the place, the key and the fix.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = file {
            if !path.is_file() {
                return Err(ConfigError::new(
                    file,
                    "(file)",
                    "cannot be read; check the path given with --config",
                ));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        figment = figment.merge(Env::prefixed("PUFA_").split("__"));
        let mut config: Config = figment.extract().map_err(|e| from_figment(file, e))?;
        for (id, account) in &mut config.wechat.accounts {
            account.read_secret_files(id, file)?;
        }
        if !config.mail.password_file.as_os_str().is_empty() {
            config.mail.password =
                read_secret(file, "mail.password_file", &config.mail.password_file)?;
        }
        config.check(file)?;
        Ok(config)
    }

    fn check(&self, file: Option<&Path>) -> Result<(), ConfigError> {
        let wrong = |key: &str, fix: &str| Err(ConfigError::new(file, key, fix));
        let url = &self.server.public_url;
        if !(url.starts_with("http://") || url.starts_with("https://")) || url.ends_with('/') {
            return wrong(
                "server.public_url",
                "must begin with http:// or https:// and have no trailing slash",
            );
        }
        if !self.server.admin_listen.is_empty()
            && self.server.admin_listen.parse::<SocketAddr>().is_err()
        {
            return wrong(
                "server.admin_listen",
                "must be ADDRESS:PORT, or empty for no admin listener",
            );
        }
        let promise = &self.promise;
        if promise.half_percent > promise.most_percent || promise.most_percent > 100 {
            return wrong("promise.most_percent", "must lie between promise.half_percent and 100");
        }
        if self.console.recall_seconds > 60 {
            return wrong("console.recall_seconds", "must be at most 60; 0 sends answers at once");
        }
        if !(10..=1440).contains(&self.campaigns.cooling_minutes) {
            return wrong("campaigns.cooling_minutes", "must be 10 to 1440");
        }
        let store = &self.store.url;
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|p| store.starts_with(p)) {
            return wrong("store.url", "must begin with sqlite:// or postgres://");
        }
        if self.store.media_dir.as_os_str().is_empty() {
            return wrong("store.media_dir", "is empty; name a folder for the files citizens send");
        }
        if !self.coord.url.is_empty() {
            return wrong(
                "coord.url",
                "this version coordinates inside one process only; leave it empty",
            );
        }
        if self.intake.acknowledge_within_ms > 4500 {
            return wrong(
                "intake.acknowledge_within_ms",
                "must be at most 4500, because WeChat hangs up after 5 s",
            );
        }
        if self.followers.sync_hour > 23 {
            return wrong("followers.sync_hour", "must be an hour from 0 to 23");
        }
        let robots = &self.alerts.robot_base_url;
        if !["http://", "https://"].iter().any(|p| robots.starts_with(p)) || robots.ends_with('/') {
            return wrong(
                "alerts.robot_base_url",
                "must begin with http:// or https:// and have no trailing slash",
            );
        }
        if !self.mail.host.is_empty() && !self.mail.from.contains('@') {
            return wrong("mail.from", "is missing; name the address e-mails to staff come from");
        }
        if self.mail.tls == MailTls::None && !self.mail.password.reveal().is_empty() {
            return wrong(
                "mail.tls",
                "a password must not travel in the clear; use starttls or tls",
            );
        }
        for (id, account) in &self.wechat.accounts {
            account.check(id, self.wechat.allow_plain, file)?;
        }
        Ok(())
    }
}

impl Account {
    fn read_secret_files(&mut self, id: &str, file: Option<&Path>) -> Result<(), ConfigError> {
        let secrets = [
            ("app_secret", &mut self.app_secret, &self.app_secret_file),
            ("token", &mut self.token, &self.token_file),
            ("encoding_aes_key", &mut self.encoding_aes_key, &self.encoding_aes_key_file),
        ];
        for (name, secret, path) in secrets {
            let Some(path) = path else { continue };
            *secret = read_secret(file, &format!("wechat.accounts.{id}.{name}_file"), path)?;
        }
        Ok(())
    }

    fn check(&self, id: &str, allow_plain: bool, file: Option<&Path>) -> Result<(), ConfigError> {
        let wrong = |name: &str, fix: &str| {
            Err(ConfigError::new(file, format!("wechat.accounts.{id}.{name}"), fix))
        };
        if self.app_id.is_empty() {
            return wrong("app_id", "is empty; copy the AppID from WeChat's console");
        }
        if self.token.reveal().is_empty() {
            return wrong(
                "token",
                "is missing; set it or token_file to the Token of WeChat's console",
            );
        }
        if self.mode == PushMode::Plain && !allow_plain {
            return wrong(
                "mode",
                "plain pushes can be forged; use safe mode, or set wechat.allow_plain = true",
            );
        }
        let key = self.encoding_aes_key.reveal();
        let key_fits = key.len() == 43 && key.bytes().all(|b| b.is_ascii_alphanumeric());
        if self.mode != PushMode::Plain && !key_fits {
            return wrong(
                "encoding_aes_key",
                "must be the 43 letters and digits of WeChat's console",
            );
        }
        Ok(())
    }
}

/// The secret that the file at `path` holds, for `key` of the settings.
fn read_secret(file: Option<&Path>, key: &str, path: &Path) -> Result<Secret, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| ConfigError::new(file, key, format!("cannot read {}: {e}", path.display())))?;
    Ok(Secret::from(text.trim().to_owned()))
}

fn from_figment(file: Option<&Path>, error: figment::Error) -> ConfigError {
    let error = error.into_iter().next();
    let Some(error) = error else { return ConfigError::new(file, "(file)", "cannot be read") };
    let from_environment =
        error.metadata.as_ref().is_some_and(|m| m.name.to_lowercase().contains("environment"));
    let key = error.path.join(".");
    let place = if from_environment {
        format!("environment variable PUFA_{}", error.path.join("__").to_uppercase())
    } else {
        file.map_or_else(|| "built-in defaults".into(), |f| f.display().to_string())
    };
    // The offending value is left out: it may be a secret.
    let fix = match &error.kind {
        figment::error::Kind::UnknownField(name, known) => {
            format!("there is no key \"{name}\"; known here: {}", known.join(", "))
        }
        figment::error::Kind::MissingField(name) => format!("the key \"{name}\" is missing"),
        figment::error::Kind::InvalidType(_, wanted) => {
            format!("has the wrong type; wanted {wanted}")
        }
        figment::error::Kind::InvalidValue(_, wanted) => {
            format!("has an unusable value; wanted {wanted}")
        }
        figment::error::Kind::Message(text) => text.clone(),
        other => other.to_string(),
    };
    ConfigError { place, key, fix }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Config::load(Some(file.path()))
    }

    #[test]
    fn the_shipped_defaults_are_complete_and_valid() {
        let config = Config::load(None).unwrap();
        assert_eq!(config.promise.hours, 24);
        assert!(config.wechat.accounts.is_empty());
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = load("[server]\nlisten_adress = \"x\"").unwrap_err();
        assert!(error.to_string().contains("listen_adress"), "{error}");
    }

    #[test]
    fn plain_mode_is_refused_unless_allowed() {
        let account = "[wechat.accounts.main]\napp_id='wx1'\ntoken='abc'\nmode='plain'\n";
        assert!(load(account).unwrap_err().key.ends_with("main.mode"));
        assert!(load(&format!("[wechat]\nallow_plain=true\n{account}")).is_ok());
    }

    #[test]
    fn mail_needs_a_sender_and_never_shows_a_password_to_the_line() {
        assert_eq!(load("[mail]\nhost='mx.test'").unwrap_err().key, "mail.from");
        let plain = "[mail]\nhost='mx.test'\nfrom='a@b.test'\ntls='none'\npassword='sEcReT'\n";
        let error = load(plain).unwrap_err();
        assert!(error.key == "mail.tls" && !error.to_string().contains("sEcReT"), "{error}");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from a file\n").unwrap();
        let text = format!(
            "[mail]\nhost='mx.test'\nfrom='a@b.test'\npassword_file='{}'\n",
            file.path().display()
        );
        assert_eq!(load(&text).unwrap().mail.password.reveal(), "from a file");
    }

    #[test]
    fn a_short_key_is_refused_without_repeating_it() {
        let account =
            "[wechat.accounts.main]\napp_id='wx1'\ntoken='abc'\nencoding_aes_key='sEcReT'\n";
        let error = load(account).unwrap_err().to_string();
        assert!(error.contains("encoding_aes_key") && !error.contains("sEcReT"), "{error}");
    }
}
