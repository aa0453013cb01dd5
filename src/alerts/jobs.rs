//! Sending what was gathered, and looking for what failed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::actions::{raise, tell};
use super::mail::Post;
use super::rules;
use super::store::{self, messages, people};
use super::words::{self, Words};
use super::{Audience, Channel, Happening, Message, MessageState, Occasion};
use crate::members;
use crate::notices::rules::Facts;
use crate::notices::{self, Notice, Purpose};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::config::Config;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Claimed, Outcome};
use crate::staff::{self, StaffId};
use crate::wechat::advice::{Advice, advice};
use crate::wechat::client::{CallError, Client};
use crate::wechat::custom::CustomMessage;
use crate::wechat::robot::Robot;
use crate::wechat::template::TemplateMessage;

/// Kind of the job that sends a message; payload: its id.
pub const DELIVER: &str = "alerts.deliver";
/// Kind of the recurring job that looks for failures; no payload.
pub const WATCH: &str = "alerts.watch";

/// Time between two looks for failures.
const EVERY: Duration = Duration::from_secs(60);
/// Failures told of by one look.
const MOST: i64 = 20;
/// Alerts and messages are kept this long.
const KEPT: Duration = Duration::from_secs(30 * 86_400);
/// WeCom counts a robot's messages over this time.
const MINUTE: Duration = Duration::from_secs(60);

/// How a try to send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The other side has taken it.
    Sent,
    /// Nothing was sent; it may be tried again.
    Later(String),
    /// It cannot be sent.
    Failed(String),
    /// It may have been taken.
    Unknown(String),
}

/// What is to be called, with everything it needs.
enum Call {
    Notice { client: Client, openid: String, notice: Notice },
    Words { client: Client, openid: String },
    Email(String),
    Robot(String),
}

/// Sends messages by every channel; cheap to clone.
#[derive(Clone)]
pub struct Messenger {
    deps: Deps,
    clients: Arc<HashMap<String, Client>>,
    robot: Robot,
    post: Option<Post>,
    alliance: String,
    /// Where people deal with their alerts.
    page: String,
}

impl Messenger {
    /// A messenger as the settings say.
    ///
    /// # Errors
    /// When the settings of mail or robots cannot be used.
    pub fn new(
        deps: Deps,
        clients: Arc<HashMap<String, Client>>,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let alliance = config.alliance.name.clone();
        Ok(Self {
            deps,
            clients,
            robot: Robot::new(&config.alerts.robot_base_url)?,
            post: Post::new(&config.mail, &alliance)?,
            alliance,
            page: format!("{}/console/alerts", config.server.public_url.trim_end_matches('/')),
        })
    }

    /// The job [`DELIVER`]. What was begun and never settled is `unknown`: it is not sent again.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn deliver(&self, job: Claimed) -> Result<Outcome> {
        let id: i64 = job.argument()?;
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let Some(message) = messages::lock(&mut tx, id).await? else { return Ok(Outcome::Done) };
        match message.state {
            MessageState::Queued => {}
            MessageState::Calling => {
                let why = "发送途中程序中断，不知道对方是否已经收到，系统不会自动重发。";
                messages::settle(&mut tx, id, MessageState::Unknown, Some(why), now).await?;
                tx.commit().await?;
                return Ok(Outcome::Done);
            }
            _ => return Ok(Outcome::Done),
        }
        if let Some((until, why)) = self.held(&mut tx, &message, now).await? {
            messages::put_off(&mut tx, id, until, message.tries, why).await?;
            tx.commit().await?;
            return Ok(Outcome::RetryAt(until, why.to_owned()));
        }
        let items = messages::items(&mut tx, id).await?;
        if items.is_empty() {
            messages::settle(&mut tx, id, MessageState::Skipped, None, now).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        }
        let told = words::compose(&items, &self.alliance, &self.page);
        let number = items.iter().find_map(|item| words::plain_number(&item.number));
        let call = match self.prepare(&mut tx, &message, &told, number, now).await? {
            Ok(call) => call,
            Err(why) => {
                messages::settle(&mut tx, id, MessageState::Failed, Some(why), now).await?;
                tx.commit().await?;
                return Ok(Outcome::Done);
            }
        };
        messages::begin(&mut tx, id, now).await?;
        tx.commit().await?;
        let ended = self.call(&message, call, &told).await;
        self.settle(&message, ended).await
    }

    /// Until when a message has to wait, and why.
    async fn held(
        &self,
        tx: &mut Tx,
        message: &Message,
        now: Moment,
    ) -> Result<Option<(Moment, &'static str)>> {
        if message.channel == Channel::Robot {
            people::hold_group(tx, message.recipient).await?;
            let calls = messages::robot_calls(tx, message.recipient, now.minus(MINUTE)).await?;
            let most = usize::try_from(rules::ROBOT_PER_MINUTE).unwrap_or(usize::MAX);
            if let Some(first) = calls.len().checked_sub(most).and_then(|nth| calls.get(nth)) {
                let until = first.plus(MINUTE + Duration::from_secs(1));
                return Ok(Some((until, "群机器人一分钟最多发 20 条，排队等待。")));
            }
        }
        if message.urgent {
            return Ok(None);
        }
        let quiet = match message.channel {
            Channel::Robot => rules::Quiet::NIGHT,
            _ => people::wishes(tx, StaffId(message.recipient)).await?.quiet,
        };
        Ok(quiet.end(now).map(|until| (until, "免打扰时间，结束后发送。")))
    }

    /// Everything that the call needs, or why it cannot be made.
    async fn prepare(
        &self,
        tx: &mut Tx,
        message: &Message,
        words: &Words,
        number: Option<&str>,
        now: Moment,
    ) -> Result<std::result::Result<Call, &'static str>> {
        let owner = message.recipient;
        if message.channel == Channel::Robot {
            let group = people::group(tx, owner).await?;
            let key = group.and_then(|group| self.deps.vault.open(owner.as_bytes(), &group.key));
            return Ok(key
                .map(Call::Robot)
                .ok_or("群机器人的地址已被删除，或者打不开。请重新保存。"));
        }
        let person = StaffId(owner);
        let member = staff::store::get(tx, person).await?.filter(|member| member.active);
        let Some(member) = member else { return Ok(Err("账号已停用，不再提醒。")) };
        if message.channel == Channel::Email {
            let email = people::wishes(tx, person).await?.email;
            return Ok(match (email.is_empty(), &self.post) {
                (true, _) => Err("没有填写邮箱。请在“提醒设置”里填写。"),
                (_, None) => Err("系统没有配置发信服务器。请系统管理员填写 mail 配置。"),
                (false, Some(_)) => Ok(Call::Email(email)),
            });
        }
        let bound = people::wechats(tx, person).await?;
        let reachable = bound
            .into_iter()
            .find_map(|(account, openid)| self.clients.get(&account).map(|c| (account, c, openid)));
        let Some((account, client, openid)) = reachable else {
            return Ok(Err("没有绑定微信，或者绑定的公众号已不在配置里。请在“我的账号”重新绑定。"));
        };
        let organization = match member.organization_id {
            Some(id) => members::store::get(tx, id).await?.map(|o| o.short_name),
            None => None,
        };
        let facts = Facts {
            purpose: Purpose::Staff,
            number: number.unwrap_or("-"),
            organization: organization.as_deref().unwrap_or(&self.alliance),
            field: "",
            at: now,
            state: &words.subject,
            alliance: &self.alliance,
        };
        let notice = notices::actions::prepare(tx, &account, &openid, &facts).await?;
        let client = client.clone();
        Ok(Ok(match notice {
            Some(notice) => Call::Notice { client, openid, notice },
            None => Call::Words { client, openid },
        }))
    }

    async fn call(&self, message: &Message, call: Call, words: &Words) -> Ended {
        let now = self.deps.clock.now();
        let judged = |called: std::result::Result<(), CallError>| match called {
            Ok(()) => Ended::Sent,
            Err(error) => {
                tracing::warn!(message = message.id, error = %error, "alerts.refused");
                judge(&error, advice(&error, message.created_at, now, &self.deps.entropy))
            }
        };
        match call {
            Call::Notice { client, openid, notice } => {
                let template = TemplateMessage {
                    template_id: notice.template_id,
                    url: Some(self.page.clone()),
                    mini_program: None,
                    client_msg_id: Some(format!("alert-{}-{}", message.id, message.created_at.0)),
                    data: notice.data,
                };
                judged(client.send_template(&openid, &template).await.map(|_| ()))
            }
            Call::Words { client, openid } => {
                let text = CustomMessage::Text(words.body.clone());
                judged(client.send_custom(&openid, &text).await.map(|_| ()))
            }
            Call::Robot(key) => judged(self.robot.send(&key, &words.body).await),
            Call::Email(to) => match &self.post {
                Some(post) => post.send(&to, words).await,
                None => Ended::Failed("系统没有配置发信服务器。".to_owned()),
            },
        }
    }

    async fn settle(&self, message: &Message, ended: Ended) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let tries = message.tries + 1;
        let mut tx = self.deps.db.begin().await?;
        let (state, why) = match ended {
            Ended::Sent => (MessageState::Sent, None),
            Ended::Failed(why) => (MessageState::Failed, Some(why)),
            Ended::Unknown(why) => (MessageState::Unknown, Some(why)),
            Ended::Later(why) => match rules::next_try(tries, now) {
                Some(at) => {
                    messages::put_off(&mut tx, message.id, at, tries, &why).await?;
                    tx.commit().await?;
                    return Ok(Outcome::RetryAt(at, why));
                }
                None => (MessageState::Failed, Some(format!("试了 {tries} 次都没有成功：{why}"))),
            },
        };
        messages::settle(&mut tx, message.id, state, why.as_deref(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

fn judge(error: &CallError, advised: Advice) -> Ended {
    let why = match error {
        CallError::Refused { errcode: 45015 | 45047, .. } => {
            "微信只在 48 小时内互动过时才让发。请联盟运营在“通知模板”里为“提醒工作人员”选一个模板。"
                .to_owned()
        }
        CallError::Refused { errcode, meaning, .. } => {
            format!("{}（{errcode}）", meaning.operator_hint)
        }
        _ => "暂时连不上对方服务器。".to_owned(),
    };
    match advised {
        Advice::TryAgainAt(_) => Ended::Later(why),
        Advice::Unknown => {
            Ended::Unknown("发送时连接中断，不知道对方是否已经收到，系统不会自动重发。".to_owned())
        }
        Advice::GiveUp | Advice::FixRequest | Advice::TellOperator => Ended::Failed(why),
    }
}

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, WATCH, deps.clock.now()).await
}

/// The job [`WATCH`]: tells caretakers of work that was set aside, and forgets what is old.
///
/// # Errors
/// When the database cannot be used.
pub async fn watch(deps: Deps) -> Result<Outcome> {
    let now = deps.clock.now();
    let failures = store::untold_failures(&mut deps.db.read().await?, MOST).await?;
    let mut told = Vec::new();
    let mut tx = deps.db.begin().await?;
    for job in failures {
        let what = Happening {
            occasion: Occasion::Failure,
            about: Uuid::nil(),
            stamp: job,
            number: String::new(),
            organization: None,
            detail: String::new(),
        };
        told.extend(raise(&mut tx, &what, &Audience::Caretakers, now).await?);
    }
    store::forget_old(&mut tx, now.minus(KEPT)).await?;
    tx.commit().await?;
    tell(&deps, told);
    Ok(Outcome::RetryAt(deps.clock.now().plus(EVERY), "every minute".to_owned()))
}
