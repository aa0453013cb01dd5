//! E-mail: one connection to the configured server for each message.

use std::time::Duration;

use anyhow::Context;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::jobs::Ended;
use super::words::Words;
use crate::platform::config::{Mail, MailTls};

/// Longest wait for one step of the conversation.
const PATIENCE: Duration = Duration::from_secs(10);

/// The configured server.
#[derive(Clone)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Post {
    /// Prepares sending; `None` when no server is configured. Nothing is sent yet.
    ///
    /// # Errors
    /// When the sender's address or the server's name is none.
    pub fn new(mail: &Mail, alliance: &str) -> anyhow::Result<Option<Self>> {
        if mail.host.is_empty() {
            return Ok(None);
        }
        let address: Address =
            mail.from.parse().context("mail.from is no address such as pufa@example.org")?;
        // Whoever comes second finds ring installed already, which is what we want.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let secured = || TlsParameters::new(mail.host.clone()).context("mail.host is no host name");
        let tls = match mail.tls {
            MailTls::Starttls => Tls::Required(secured()?),
            MailTls::Tls => Tls::Wrapper(secured()?),
            MailTls::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
            .port(mail.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !mail.username.is_empty() {
            let password = mail.password.reveal().to_owned();
            transport = transport.credentials(Credentials::new(mail.username.clone(), password));
        }
        let from = Mailbox::new(Some(alliance.to_owned()), address);
        Ok(Some(Self { transport: transport.build(), from }))
    }

    /// Sends `words` to `to`.
    pub(super) async fn send(&self, to: &str, words: &Words) -> Ended {
        let Ok(to) = to.parse::<Address>() else {
            return Ended::Failed("邮箱地址不对。请在“提醒设置”里改正。".to_owned());
        };
        let written = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&words.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(words.body.clone());
        let Ok(message) = written else {
            return Ended::Failed("这封邮件写不出来，请联系系统管理员。".to_owned());
        };
        // Once the message is on its way, a broken line leaves it unknown whether it was taken; a
        // server that cannot be reached at all is found out before.
        match self.transport.test_connection().await {
            Ok(true) => {}
            Ok(false) => return later("邮件服务器没有应答"),
            Err(error) => return judge(&error, later("连不上邮件服务器")),
        }
        match self.transport.send(message).await {
            Ok(_) => Ended::Sent,
            Err(error) => judge(
                &error,
                Ended::Unknown(
                    "发送时连接中断，不知道邮件服务器是否已经收下，系统不会自动重发。".to_owned(),
                ),
            ),
        }
    }
}

fn later(why: &str) -> Ended {
    Ended::Later(format!("{why}，稍后自动重试。"))
}

/// What a failed conversation means; `otherwise` when the server has said nothing about it.
fn judge(error: &lettre::transport::smtp::Error, otherwise: Ended) -> Ended {
    let code = error.status().map(|code| format!("（{code}）")).unwrap_or_default();
    if error.is_permanent() {
        return Ended::Failed(format!(
            "邮件服务器拒收{code}。请检查邮箱地址；地址没错，请系统管理员检查发信账号。"
        ));
    }
    if error.is_transient() {
        return later(&format!("邮件服务器暂时不收{code}"));
    }
    if error.is_tls() || error.is_client() {
        return Ended::Failed(
            "邮件服务器的加密或登录方式不对，请系统管理员检查 mail 配置。".into(),
        );
    }
    otherwise
}
