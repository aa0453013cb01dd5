//! Quotas, single requests, addresses, and WeChat's own look at our server (wechat-protocol.md
//! §4.3).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::{CallError, Client, decode, integer, lacking};

/// What an API may be called today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls a day; zero when the account has no use of this API.
    pub daily_limit: i64,
    /// Of these, made today by everybody who has the AppSecret.
    pub used: i64,
    /// Of these, left today.
    pub remain: i64,
}

/// What WeChat remembers of one request; texts in it are left out, since they may be a citizen's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// When, in seconds since the epoch.
    pub invoke_time: i64,
    /// How long WeChat took, in milliseconds.
    pub cost_ms: i64,
    /// Where the request went, without its token.
    pub url: String,
    /// Error code of the answer; nothing when the answer has none.
    pub errcode: Option<i64>,
    /// Our address as WeChat saw it; empty when it is not told.
    pub client_ip: String,
}

/// What WeChat may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckAction {
    /// Names only.
    Dns,
    /// Reachability only.
    Ping,
    /// Both.
    All,
}

/// From which network WeChat looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CheckOperator {
    /// 电信.
    Chinanet,
    /// 联通.
    Unicom,
    /// 腾讯.
    Cap,
    /// WeChat chooses.
    Default,
}

/// What WeChat sees of our server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallbackCheck {
    /// Addresses that our name leads to.
    #[serde(default)]
    pub dns: Vec<Resolved>,
    /// How they answer.
    #[serde(default)]
    pub ping: Vec<Ping>,
}

/// One address of our name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Resolved {
    /// Address.
    pub ip: String,
    /// Network it belongs to.
    #[serde(default)]
    pub real_operator: String,
}

/// How one address answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ping {
    /// Address.
    pub ip: String,
    /// Network WeChat looked from.
    #[serde(default)]
    pub from_operator: String,
    /// Share of packets lost, as WeChat writes it (`0%`).
    #[serde(default)]
    pub package_loss: String,
    /// Time there and back, as WeChat writes it (`23.079ms`).
    #[serde(default)]
    pub time: String,
}

impl Ping {
    /// Share of packets lost in percent; nothing when it cannot be read.
    pub fn loss_percent(&self) -> Option<f64> {
        self.package_loss.trim().strip_suffix('%')?.trim().parse().ok()
    }
}

/// Body of `clear_quota`.
#[derive(Debug, Serialize)]
pub struct ClearQuota<'a> {
    /// AppID of the account.
    pub appid: &'a str,
}

/// Body of `openapi/quota/get` and `openapi/quota/clear`.
#[derive(Debug, Serialize)]
pub struct QuotaOf<'a> {
    /// Path of the API, with a leading slash and without a host.
    pub cgi_path: &'a str,
}

/// Body of `openapi/rid/get`.
#[derive(Debug, Serialize)]
pub struct RidOf<'a> {
    /// WeChat's id of the request.
    pub rid: &'a str,
}

/// Body of `callback/check`.
#[derive(Debug, Serialize)]
pub struct CheckRequest {
    /// What to look at.
    pub action: CheckAction,
    /// From where.
    pub check_operator: CheckOperator,
}

impl Client {
    /// What the API at `cgi_path` may be called today, by everybody.
    ///
    /// # Errors
    /// [`CallError`]; 76021 for an unknown path, 76022 for one of another kind of account.
    pub async fn quota(&self, cgi_path: &str) -> Result<Quota, CallError> {
        let body = QuotaOf { cgi_path };
        quota_in(&self.post_json("/cgi-bin/openapi/quota/get", &body).await?)
    }

    /// Sets today's counts of every API back to zero; ten times a month, shared with WeChat's
    /// console. Falls back to the way without a token when the token's own quota is gone.
    ///
    /// # Errors
    /// [`CallError`]; 48006 when this month's ten are used up.
    pub async fn clear_quota(&self) -> Result<(), CallError> {
        let body = ClearQuota { appid: self.app_id() };
        match self.post_json("/cgi-bin/clear_quota", &body).await {
            Err(CallError::Refused { errcode: 45009, .. }) => {
                self.post_with_secret("/cgi-bin/clear_quota/v2").await?;
            }
            other => {
                other?;
            }
        }
        self.forget_pauses();
        Ok(())
    }

    /// Sets today's count of one API back to zero; fifty times a month.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn clear_quota_of(&self, cgi_path: &str) -> Result<(), CallError> {
        self.post_json("/cgi-bin/openapi/quota/clear", &QuotaOf { cgi_path }).await?;
        self.forget_pauses();
        Ok(())
    }

    /// What WeChat remembers of the request `rid`, for seven days.
    ///
    /// # Errors
    /// [`CallError`]; 76001–76004.
    pub async fn request_record(&self, rid: &str) -> Result<RequestRecord, CallError> {
        record_in(&self.post_json("/cgi-bin/openapi/rid/get", &RidOf { rid }).await?)
    }

    /// Addresses that WeChat's API answers from.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn api_addresses(&self) -> Result<Vec<String>, CallError> {
        addresses_in(self.get_json("/cgi-bin/get_api_domain_ip", &[]).await?)
    }

    /// Addresses that WeChat's pushes come from; some are ranges.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn push_addresses(&self) -> Result<Vec<String>, CallError> {
        addresses_in(self.get_json("/cgi-bin/getcallbackip", &[]).await?)
    }

    /// Lets WeChat look at our server; takes some seconds.
    ///
    /// # Errors
    /// [`CallError`]; 40201 when no address is set in WeChat's console.
    pub async fn check_callback(&self) -> Result<CallbackCheck, CallError> {
        let body =
            CheckRequest { action: CheckAction::All, check_operator: CheckOperator::Default };
        decode(self.post_json("/cgi-bin/callback/check", &body).await?)
    }
}

/// The quota in an answer.
///
/// # Errors
/// When the answer has none.
pub fn quota_in(answer: &Value) -> Result<Quota, CallError> {
    let part = |name: &str| integer(&answer["quota"][name]).ok_or_else(lacking);
    Ok(Quota { daily_limit: part("daily_limit")?, used: part("used")?, remain: part("remain")? })
}

/// The addresses in an answer.
///
/// # Errors
/// When the answer has none.
pub fn addresses_in(answer: Value) -> Result<Vec<String>, CallError> {
    #[derive(Deserialize)]
    struct List {
        ip_list: Vec<String>,
    }
    decode::<List>(answer).map(|list| list.ip_list)
}

/// The look at our server in an answer.
///
/// # Errors
/// When the answer has none.
pub fn callback_check_in(answer: Value) -> Result<CallbackCheck, CallError> {
    decode(answer)
}

/// The remembered request in an answer.
///
/// # Errors
/// When the answer has none.
pub fn record_in(answer: &Value) -> Result<RequestRecord, CallError> {
    let request = &answer["request"];
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let response = serde_json::from_str(text("response_body")).unwrap_or_else(|_| json!({}));
    Ok(RequestRecord {
        invoke_time: integer(&request["invoke_time"]).ok_or_else(lacking)?,
        cost_ms: integer(&request["cost_in_ms"]).unwrap_or_default(),
        url: without_token(text("request_url")),
        errcode: integer(&response["errcode"]),
        client_ip: text("client_ip").to_owned(),
    })
}

/// An address without the token and without people: of the query, only names remain.
fn without_token(url: &str) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, query),
        None if url.contains('=') => ("", url),
        None => (url, ""),
    };
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .filter(|n| !n.is_empty())
        .collect();
    if names.is_empty() { path.to_owned() } else { format!("{path}?{}", names.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_request_is_told_without_its_token_and_its_people() {
        let answer = json!({"request": {
            "invoke_time": 1_635_156_704, "cost_in_ms": 30,
            "request_url": "/cgi-bin/user/info?access_token=50_CANARY&openid=oCANARY",
            "request_body": "CANARY",
            "response_body": "{\"errcode\":45009,\"errmsg\":\"x\"}"}});
        let record = record_in(&answer).unwrap();
        assert_eq!(record.url, "/cgi-bin/user/info?access_token&openid");
        assert_eq!((record.errcode, record.cost_ms), (Some(45009), 30));
        assert!(!format!("{record:?}").contains("CANARY"));
    }
}
