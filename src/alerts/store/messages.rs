//! The tables `alert_messages` and `alert_parts`.

use uuid::Uuid;

use crate::alerts::rules::Plan;
use crate::alerts::words::Item;
use crate::alerts::{Channel, Message, MessageState};
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

macro_rules! message_sql {
    ($tail:expr) => {
        concat!(
            "SELECT id, channel, recipient, gather, urgent, state, due_at, tries, reason, \
             created_at, settled_at FROM alert_messages ",
            $tail
        )
    };
}

/// Puts an alert into the message that is being gathered; gives the id of a new message that must
/// be sent at its time, nothing when it joins one.
pub async fn gather(
    tx: &mut Tx,
    channel: Channel,
    recipient: Uuid,
    plan: &Plan,
    alert: i64,
    now: Moment,
) -> Result<Option<i64>> {
    // Written to itself, so that whoever begins to send it waits, or we find it begun.
    const JOIN: &str = "UPDATE alert_messages SET due_at = due_at WHERE id = \
        (SELECT max(id) FROM alert_messages WHERE recipient = $1 AND channel = $2 AND gather = $3 \
        AND state = 'queued') AND state = 'queued' RETURNING id";
    let open: Option<i64> = match plan.gather {
        None => None,
        Some(gather) => on!(tx, c => sqlx::query_scalar(JOIN)
            .bind(recipient).bind(channel).bind(gather).fetch_optional(c).await)?,
    };
    let id = match open {
        Some(id) => id,
        None => insert(tx, channel, recipient, plan, now).await?,
    };
    const PART: &str = "INSERT INTO alert_parts (message_id, alert_id) VALUES ($1, $2) \
        ON CONFLICT DO NOTHING";
    run!(tx, sqlx::query(PART).bind(id).bind(alert))?;
    Ok(open.is_none().then_some(id))
}

async fn insert(
    tx: &mut Tx,
    channel: Channel,
    recipient: Uuid,
    plan: &Plan,
    now: Moment,
) -> Result<i64> {
    const SQL: &str = "INSERT INTO alert_messages (channel, recipient, gather, urgent, state, due_at, \
        created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    Ok(on!(tx, c => sqlx::query_scalar(SQL)
        .bind(channel).bind(recipient).bind(plan.gather.unwrap_or_default())
        .bind(plan.gather.is_none()).bind(MessageState::Queued).bind(plan.due).bind(now)
        .fetch_one(c).await)?)
}

/// A message, held until the transaction ends.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<Option<Message>> {
    let sql = match tx.conn().backend() {
        Backend::Sqlite => message_sql!("WHERE id = $1"),
        Backend::Postgres => message_sql!("WHERE id = $1 FOR UPDATE"),
    };
    Ok(on!(tx, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// What a message tells of that nobody has dealt with since.
pub async fn items(link: &mut impl Link, id: i64) -> Result<Vec<Item>> {
    const SQL: &str = "SELECT a.occasion, a.number FROM alert_parts p JOIN alerts a ON a.id = p.alert_id \
        WHERE p.message_id = $1 AND a.seen_at IS NULL ORDER BY a.occasion, a.number, a.id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(id).fetch_all(c).await)?)
}

/// Notes that a message is being sent.
pub async fn begin(tx: &mut Tx, id: i64, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE alert_messages SET state = 'calling', called_at = $2 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(now))?;
    Ok(())
}

/// Writes how a message stands now.
pub async fn settle(
    tx: &mut Tx,
    id: i64,
    state: MessageState,
    reason: Option<&str>,
    now: Moment,
) -> Result<()> {
    const SQL: &str =
        "UPDATE alert_messages SET state = $2, reason = $3, settled_at = $4 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(state).bind(reason).bind(now))?;
    Ok(())
}

/// Puts a message off; `tries` counts those that failed.
pub async fn put_off(tx: &mut Tx, id: i64, until: Moment, tries: i64, why: &str) -> Result<()> {
    const SQL: &str = "UPDATE alert_messages SET state = 'queued', due_at = $2, tries = $3, \
        reason = $4 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(until).bind(tries).bind(why))?;
    Ok(())
}

/// When the robot of a group was called since `since`, earliest first.
pub async fn robot_calls(link: &mut impl Link, owner: Uuid, since: Moment) -> Result<Vec<Moment>> {
    const SQL: &str = "SELECT called_at FROM alert_messages \
        WHERE channel = 'robot' AND recipient = $1 AND called_at > $2 ORDER BY called_at";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(owner).bind(since).fetch_all(c).await)?)
}

/// A message as one alert sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Carried {
    /// The alert.
    pub alert_id: i64,
    /// What carries it.
    #[sqlx(flatten)]
    pub message: Message,
}

/// The messages that carry a recipient's newest alerts, newest first, at most `most`.
pub async fn carrying(link: &mut impl Link, recipient: Uuid, most: i64) -> Result<Vec<Carried>> {
    const SQL: &str = "SELECT p.alert_id, m.id, m.channel, m.recipient, m.gather, m.urgent, m.state, \
        m.due_at, m.tries, m.reason, m.created_at, m.settled_at FROM alert_messages m \
        JOIN alert_parts p ON p.message_id = m.id WHERE m.recipient = $1 \
        ORDER BY m.id DESC LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(recipient).bind(most).fetch_all(c).await)?)
}

/// The newest messages to everybody, or only those that did not arrive.
pub async fn newest(link: &mut impl Link, troubled: bool, most: i64) -> Result<Vec<Message>> {
    let sql = match troubled {
        false => message_sql!("ORDER BY id DESC LIMIT $1"),
        true => message_sql!("WHERE state IN ('failed', 'unknown') ORDER BY id DESC LIMIT $1"),
    };
    Ok(on!(link, c => sqlx::query_as(sql).bind(most).fetch_all(c).await)?)
}

/// The newest messages to one group.
pub async fn to_group(link: &mut impl Link, owner: Uuid, most: i64) -> Result<Vec<Message>> {
    let sql = message_sql!("WHERE channel = 'robot' AND recipient = $1 ORDER BY id DESC LIMIT $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(owner).bind(most).fetch_all(c).await)?)
}

/// How many messages of each channel stand how, since `since`.
pub async fn figures(
    link: &mut impl Link,
    since: Moment,
) -> Result<Vec<(Channel, MessageState, i64)>> {
    const SQL: &str = "SELECT channel, state, count(*) FROM alert_messages WHERE created_at >= $1 \
        GROUP BY channel, state ORDER BY channel, state";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(since).fetch_all(c).await)?)
}
