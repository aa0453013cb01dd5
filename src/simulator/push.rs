//! The push side: signs, encrypts, sends, tries again (wechat-protocol.md §1.3–§1.5, §2.7).

use std::time::Duration;

use axum::http::{Method, Request, Uri, header};
use futures_util::future::join_all;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::TcpStream;

use super::chat::{BubbleBody, Side, Via};
use super::faults::PushFault;
use super::reply::{self, Reply};
use super::world::Pushed;
use super::xml::Writer;
use super::{PushMode, SimulatedAccount, Simulator};
use crate::platform::clock::Stopwatch;
use crate::wechat::crypto::{self, AesKey};
use crate::wechat::signature;

/// What a citizen sees when the account's server failed.
pub(super) const FAILURE_LINE: &str = "该公众号提供的服务出现故障，请稍后再试";

/// WeChat's address in the `User-Agent` of pushes.
const USER_AGENT: &str = "Mozilla/4.0";

/// Longer answers are not read to the end.
const REPLY_LIMIT: usize = 1 << 20;

/// A reordered push is sent after this time even if nothing overtakes it.
const REORDER_LIMIT: Duration = Duration::from_secs(30);

/// What became of one push, after all tries.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PushOutcome {
    /// Whether the server answered with something WeChat accepts: `success`, nothing, or a reply.
    pub answered: bool,
    /// HTTP status of the last try; None when there was no answer at all.
    pub status: Option<u16>,
    /// Reply XML after decryption; None when there was no reply.
    pub reply: Option<String>,
    /// Text of a text reply.
    pub reply_text: Option<String>,
    /// Tries made; 0 when the push was lost on purpose or could not be made.
    pub tries: u8,
    /// Real time from the first try to the end.
    pub elapsed_ms: u64,
}

/// One push on its way.
pub(super) struct Push {
    /// Index of the account.
    pub account: usize,
    /// Citizen it is about.
    pub openid: String,
    /// The plain XML.
    pub xml: String,
    /// Whether the citizen sees reply and failure.
    pub visible: bool,
}

struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Simulator {
    /// Sends a push as ordered by the faults and shows the result.
    pub(super) async fn deliver(&self, push: Push) -> PushOutcome {
        let copies = match self.0.faults.take_push() {
            Some(PushFault::Lost) => {
                self.notice(&push, "（故障设置）这次推送在路上丢失了");
                return PushOutcome::default();
            }
            Some(PushFault::Reordered) => {
                self.wait_to_be_overtaken().await;
                1
            }
            Some(PushFault::Duplicate { copies }) => copies.clamp(2, 20),
            None => 1,
        };
        let outcomes = join_all((0..copies).map(|_| self.deliver_once(&push))).await;
        self.count_push(push.account, &outcomes);
        self.0.pushed.send_modify(|count| *count += 1);
        let (outcome, shown) =
            outcomes.into_iter().next().unwrap_or_else(|| (PushOutcome::default(), None));
        if let (true, Some(body)) = (push.visible, shown) {
            let side = match body {
                BubbleBody::Failure { .. } => Side::System,
                _ => Side::Account,
            };
            self.show(&push.openid, side, Via::Passive, body);
        }
        outcome
    }

    fn count_push(&self, account: usize, outcomes: &[(PushOutcome, Option<BubbleBody>)]) {
        let Some((outcome, _)) = outcomes.first() else { return };
        let (at, answered, took_ms) = (self.now(), outcome.answered, outcome.elapsed_ms);
        self.world().figures.pushes.push(Pushed { account, at, answered, took_ms });
    }

    async fn wait_to_be_overtaken(&self) {
        let mut pushed = self.0.pushed.subscribe();
        let _ = tokio::time::timeout(REORDER_LIMIT, pushed.changed()).await;
    }

    fn notice(&self, push: &Push, text: &str) {
        if push.visible {
            let body = BubbleBody::Undelivered { text: text.to_owned() };
            self.show(&push.openid, Side::System, Via::Notice, body);
        }
    }

    /// One push with all its tries, and the bubble it leads to.
    async fn deliver_once(&self, push: &Push) -> (PushOutcome, Option<BubbleBody>) {
        let watch = Stopwatch::start();
        let patience = self.patience();
        let mut outcome = PushOutcome::default();
        let mut reason = "公众号不存在";
        for attempt in 1..=patience.tries.max(1) {
            let Some((config, key)) = self.account_for_push(push.account) else { break };
            if attempt > 1 {
                tokio::time::sleep(patience.pause).await;
            }
            outcome.tries = attempt;
            let answer =
                tokio::time::timeout(patience.limit, self.attempt(push, &config, key.as_ref()))
                    .await
                    .unwrap_or(Err("推送三次均未在 5 秒内得到应答"));
            outcome.status = answer.as_ref().ok().map(|answer| answer.status);
            outcome.elapsed_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
            match answer {
                Ok(answer) if answer.status == 200 => {
                    let read = reply::read(&config, key.as_ref(), &push.openid, &answer.body);
                    return self.settle(push, outcome, read);
                }
                Ok(_) => reason = "推送三次，服务器均应答错误状态",
                Err(why) => reason = why,
            }
        }
        (outcome, Some(failure(reason)))
    }

    fn account_for_push(&self, account: usize) -> Option<(SimulatedAccount, Option<AesKey>)> {
        let world = self.world();
        world.accounts.get(account).map(|account| (account.config.clone(), account.key.clone()))
    }

    fn settle(
        &self,
        push: &Push,
        mut outcome: PushOutcome,
        read: Result<Reply, &'static str>,
    ) -> (PushOutcome, Option<BubbleBody>) {
        match read {
            Err(reason) => (outcome, Some(failure(reason))),
            Ok(Reply::Silence) => {
                outcome.answered = true;
                (outcome, None)
            }
            Ok(Reply::HandOver) => {
                outcome.answered = true;
                self.hand_over(push);
                (outcome, None)
            }
            Ok(Reply::Message { xml, body }) => {
                outcome.answered = true;
                outcome.reply = Some(xml);
                if let BubbleBody::Text { text } = &body {
                    outcome.reply_text = Some(text.clone());
                }
                (outcome, Some(body))
            }
        }
    }

    /// The citizen waits for one of WeChat's own agents from now on.
    fn hand_over(&self, push: &Push) {
        let now = self.now();
        if let Some(account) = self.world().accounts.get_mut(push.account) {
            account.agents.hand_over(&push.openid, now);
        }
        let text = "（已转给微信客服，等待接入）".to_owned();
        self.show(&push.openid, Side::System, Via::Notice, BubbleBody::Notice { text });
    }

    /// One HTTP request with fresh timestamp, nonce and signatures.
    async fn attempt(
        &self,
        push: &Push,
        config: &SimulatedAccount,
        key: Option<&AesKey>,
    ) -> Result<Answer, &'static str> {
        let timestamp = self.wire_now().seconds().to_string();
        let nonce = self.0.entropy.below(9_000_000_000).saturating_add(1_000_000_000).to_string();
        let sealed = match (config.mode, key) {
            (PushMode::Plain, _) => None,
            (_, None) => return Err("EncodingAESKey 无效，无法加密推送"),
            (_, Some(key)) => {
                let random = self.0.entropy.bytes::<16>();
                Some(crypto::encrypt(key, random, push.xml.as_bytes(), &config.app_id))
            }
        };
        let mut query = format!(
            "signature={}&timestamp={timestamp}&nonce={nonce}&openid={}",
            signature::sign(&config.token, &[&timestamp, &nonce]),
            percent_encode(&push.openid),
        );
        if let Some(sealed) = &sealed {
            let over = signature::sign(&config.token, &[&timestamp, &nonce, sealed]);
            query.push_str(&format!("&encrypt_type=aes&msg_signature={over}"));
        }
        let body = envelope(config, &push.xml, sealed.as_deref());
        post(&config.push_url, &query, body).await
    }
}

/// The body as it travels in the account's mode.
fn envelope(config: &SimulatedAccount, xml: &str, sealed: Option<&str>) -> String {
    let Some(sealed) = sealed else { return xml.to_owned() };
    let encrypt = Writer::default().text("Encrypt", sealed).inside();
    match (config.mode, xml.strip_suffix("</xml>")) {
        (PushMode::Compatible, Some(open)) => format!("{open}{encrypt}</xml>"),
        _ => {
            let to = Writer::default().text("ToUserName", &config.original_id).inside();
            format!("<xml>{to}{encrypt}</xml>")
        }
    }
}

async fn post(push_url: &str, query: &str, body: String) -> Result<Answer, &'static str> {
    let uri: Uri = push_url.parse().map_err(|_| "推送地址无法识别")?;
    let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("模拟微信只向 http:// 地址推送");
    };
    let separator = if uri.query().is_some() { '&' } else { '?' };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{path}{separator}{query}"))
        .header(header::HOST, authority.as_str())
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONTENT_TYPE, "text/xml")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| "推送地址无法识别")?;
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80)))
        .await
        .map_err(|_| "推送三次，服务器均无法连接")?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| "推送三次，连接均被中断")?;
    let exchange = async move {
        let response = sender.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), REPLY_LIMIT).collect().await.ok()?;
        Some(Answer { status, body: body.to_bytes().to_vec() })
    };
    // The connection is driven here and dropped with this future: a time-out cuts it at once.
    let (answer, _) = tokio::join!(exchange, connection);
    answer.ok_or("推送三次，连接均被中断")
}

fn failure(reason: &str) -> BubbleBody {
    BubbleBody::Failure { text: FAILURE_LINE.to_owned(), reason: reason.to_owned() }
}

fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_openid_cannot_add_parameters_to_the_query() {
        assert_eq!(percent_encode("oA-b_9"), "oA-b_9");
        assert_eq!(percent_encode("a&b=中"), "a%26b%3D%E4%B8%AD");
    }
}
