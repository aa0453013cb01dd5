//! The table `citizen_consents`.

use uuid::Uuid;

use crate::citizens::consents::Subject;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// One consent of a citizen.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Consent {
    /// About what.
    pub subject: Subject,
    /// Version of the text they read.
    pub text_version: String,
    /// When it was given.
    pub given_at: Moment,
    /// When it was taken back.
    pub withdrawn_at: Option<Moment>,
}

impl Consent {
    /// Whether it still holds.
    pub fn holds(&self) -> bool {
        self.withdrawn_at.is_none()
    }
}

/// Every consent of a person, the newest first.
pub async fn of(link: &mut impl Link, account: &str, openid: &str) -> Result<Vec<Consent>> {
    const SQL: &str = "SELECT subject, text_version, given_at, withdrawn_at FROM citizen_consents \
        WHERE account_id = $1 AND openid = $2 ORDER BY given_at DESC, id DESC";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Notes a consent to this version, unless it holds already.
pub async fn give(
    tx: &mut Tx,
    id: Uuid,
    (account, openid): (&str, &str),
    subject: Subject,
    version: &str,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO citizen_consents (id, account_id, openid, subject, text_version, \
        given_at) SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM citizen_consents \
        WHERE account_id = $2 AND openid = $3 AND subject = $4 AND text_version = $5 \
        AND withdrawn_at IS NULL)";
    run!(
        tx,
        sqlx::query(SQL).bind(id).bind(account).bind(openid).bind(subject).bind(version).bind(now)
    )?;
    Ok(())
}

/// Takes back every consent of a person about something; gives how many that were.
pub async fn withdraw(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    subject: Subject,
    now: Moment,
) -> Result<u64> {
    const SQL: &str = "UPDATE citizen_consents SET withdrawn_at = $4 WHERE account_id = $1 \
        AND openid = $2 AND subject = $3 AND withdrawn_at IS NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(subject).bind(now))?)
}

/// Forgets what a person agreed to.
pub async fn forget(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "DELETE FROM citizen_consents WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}
