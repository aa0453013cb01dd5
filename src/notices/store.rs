//! The tables `notice_templates`, `notice_listings`, `notice_purposes`, `notice_consents` and
//! `notice_reports`.

use uuid::Uuid;

use super::{Chosen, NoticeKind, NoticeTemplate, Purpose};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Writes a template as WeChat lists it now.
pub async fn put_template(tx: &mut Tx, template: &NoticeTemplate) -> Result<()> {
    const SQL: &str = "INSERT INTO notice_templates (account_id, template_id, kind, lasting, title, \
        content, example, choices, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (account_id, template_id) DO UPDATE SET kind = excluded.kind, \
        lasting = excluded.lasting, title = excluded.title, content = excluded.content, \
        example = excluded.example, choices = excluded.choices, seen_at = excluded.seen_at, \
        gone_at = NULL";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(&template.account_id)
            .bind(&template.template_id)
            .bind(template.kind)
            .bind(template.lasting)
            .bind(&template.title)
            .bind(&template.content)
            .bind(&template.example)
            .bind(&template.choices)
            .bind(template.seen_at)
    )?;
    Ok(())
}

/// Marks the templates of a kind that were not listed at `now` as gone.
pub async fn mark_gone(tx: &mut Tx, account: &str, kind: NoticeKind, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE notice_templates SET gone_at = $3 \
        WHERE account_id = $1 AND kind = $2 AND seen_at < $3 AND gone_at IS NULL";
    run!(tx, sqlx::query(SQL).bind(account).bind(kind).bind(now))?;
    Ok(())
}

/// Every template of an account that WeChat lists, subscriptions first.
pub async fn templates(link: &mut impl Link, account: &str) -> Result<Vec<NoticeTemplate>> {
    const SQL: &str = "SELECT account_id, template_id, kind, lasting, title, content, example, \
        choices, seen_at, gone_at FROM notice_templates \
        WHERE account_id = $1 AND gone_at IS NULL ORDER BY kind, title, template_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).fetch_all(c).await)?)
}

/// How the last listing of an account went.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Listing {
    /// When it was last tried.
    pub tried_at: Moment,
    /// When it last succeeded.
    pub listed_at: Option<Moment>,
    /// Why the last try failed, for operators.
    pub failure: Option<String>,
}

/// How the last listing of an account went; nothing when there was none.
pub async fn listing(link: &mut impl Link, account: &str) -> Result<Option<Listing>> {
    const SQL: &str =
        "SELECT tried_at, listed_at, failure FROM notice_listings WHERE account_id = $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).fetch_optional(c).await)?)
}

/// Writes how a listing went; `failure` is none when it succeeded.
pub async fn note_listing(
    tx: &mut Tx,
    account: &str,
    failure: Option<&str>,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO notice_listings (account_id, tried_at, listed_at, failure) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (account_id) DO UPDATE SET \
        tried_at = excluded.tried_at, failure = excluded.failure, \
        listed_at = COALESCE(excluded.listed_at, notice_listings.listed_at)";
    let listed = failure.is_none().then_some(now);
    run!(tx, sqlx::query(SQL).bind(account).bind(now).bind(listed).bind(failure))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ChosenRow {
    kind: NoticeKind,
    template_id: String,
    fields: String,
}

/// The templates in use for a purpose, leaving out those that WeChat no longer lists.
pub async fn chosen(link: &mut impl Link, account: &str, purpose: Purpose) -> Result<Vec<Chosen>> {
    const SQL: &str = "SELECT p.kind, p.template_id, p.fields FROM notice_purposes p \
        JOIN notice_templates t ON t.account_id = p.account_id AND t.template_id = p.template_id \
        WHERE p.account_id = $1 AND p.purpose = $2 AND t.gone_at IS NULL ORDER BY p.kind";
    let rows: Vec<ChosenRow> =
        on!(link, c => sqlx::query_as(SQL).bind(account).bind(purpose).fetch_all(c).await)?;
    let read = |row: ChosenRow| {
        let fields = serde_json::from_str(&row.fields)?;
        Ok(Chosen { kind: row.kind, template_id: row.template_id, fields })
    };
    rows.into_iter().map(read).collect()
}

/// Puts a template into use for a purpose, in place of the former one of its kind.
pub async fn choose(
    tx: &mut Tx,
    account: &str,
    purpose: Purpose,
    chosen: &Chosen,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO notice_purposes (account_id, purpose, kind, template_id, fields, \
        saved_at, saved_by) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (account_id, purpose, kind) DO UPDATE SET \
        template_id = excluded.template_id, fields = excluded.fields, \
        saved_at = excluded.saved_at, saved_by = excluded.saved_by";
    let fields = serde_json::to_string(&chosen.fields)?;
    run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(purpose)
            .bind(chosen.kind)
            .bind(&chosen.template_id)
            .bind(&fields)
            .bind(now)
            .bind(by)
    )?;
    Ok(())
}

/// Takes a template out of use; `false` when it was not in use.
pub async fn stop(tx: &mut Tx, account: &str, template: &str) -> Result<bool> {
    let sql = "DELETE FROM notice_purposes WHERE account_id = $1 AND template_id = $2";
    Ok(run!(tx, sqlx::query(sql).bind(account).bind(template))? > 0)
}

/// Adds a consent: one notice more, or, for a lasting template, consent for good.
pub async fn consent(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    template: &str,
    at: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO notice_consents (account_id, openid, template_id, remaining, \
        accepted_at, changed_at) VALUES ($1, $2, $3, 1, $4, $4) \
        ON CONFLICT (account_id, openid, template_id) DO UPDATE SET \
        remaining = notice_consents.remaining + 1, accepted_at = excluded.accepted_at, \
        changed_at = excluded.changed_at";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(template).bind(at))?;
    Ok(())
}

/// Takes every consent to a template back.
pub async fn withdraw(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    template: &str,
    at: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO notice_consents (account_id, openid, template_id, remaining, \
        changed_at) VALUES ($1, $2, $3, 0, $4) \
        ON CONFLICT (account_id, openid, template_id) DO UPDATE SET remaining = 0, \
        changed_at = excluded.changed_at";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(template).bind(at))?;
    Ok(())
}

/// Templates to which a follower consents.
pub async fn consents(link: &mut impl Link, account: &str, openid: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT template_id FROM notice_consents \
        WHERE account_id = $1 AND openid = $2 AND remaining > 0";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// What a follower chose about a template.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Consent {
    /// The template.
    pub template_id: String,
    /// Notices they still accept; any number above zero when the template lasts.
    pub remaining: i64,
    /// When they accepted last.
    pub accepted_at: Option<Moment>,
    /// When they chose last.
    pub changed_at: Moment,
}

/// Everything a follower chose, whatever it was.
pub async fn choices(link: &mut impl Link, account: &str, openid: &str) -> Result<Vec<Consent>> {
    const SQL: &str = "SELECT template_id, remaining, accepted_at, changed_at \
        FROM notice_consents WHERE account_id = $1 AND openid = $2 ORDER BY template_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Takes `by` notices from a consent, or gives them back when negative; lasting ones stay whole.
/// `false` when there are not that many.
pub async fn spend(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    template: &str,
    by: i64,
) -> Result<bool> {
    const SQL: &str = "UPDATE notice_consents SET remaining = remaining - \
        CASE WHEN EXISTS (SELECT 1 FROM notice_templates t WHERE t.account_id = $1 \
        AND t.template_id = $3 AND t.lasting) THEN 0 ELSE $4 END \
        WHERE account_id = $1 AND openid = $2 AND template_id = $3 AND remaining >= $4";
    let changed = run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(template).bind(by))?;
    Ok(changed == 1)
}

/// Followers who consent to a template, and the notices they accept in all.
pub async fn consent_figures(
    link: &mut impl Link,
    account: &str,
    template: &str,
) -> Result<(i64, i64)> {
    const SQL: &str = "SELECT count(*), CAST(COALESCE(sum(remaining), 0) AS BIGINT) \
        FROM notice_consents WHERE account_id = $1 AND template_id = $2 AND remaining > 0";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(template).fetch_one(c).await)?)
}

/// A result WeChat told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Report {
    /// WeChat's id of the message.
    pub msgid: String,
    /// The template, for subscription notifications only.
    pub template_id: Option<String>,
    /// Whether it reached the phone.
    pub delivered: bool,
    /// Why not, for staff; empty when it did.
    pub reason: String,
}

/// Keeps a result until a delivery takes it up; a repetition changes nothing. Those that nobody
/// took up by `forget_before` are forgotten.
pub async fn put_report(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    report: &Report,
    at: Moment,
    forget_before: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO notice_reports (account_id, openid, msgid, template_id, \
        delivered, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (account_id, openid, msgid) DO NOTHING";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(openid)
            .bind(&report.msgid)
            .bind(&report.template_id)
            .bind(report.delivered)
            .bind(&report.reason)
            .bind(at)
    )?;
    let old = "DELETE FROM notice_reports WHERE account_id = $1 AND openid = $2 AND at < $3";
    run!(tx, sqlx::query(old).bind(account).bind(openid).bind(forget_before))?;
    Ok(())
}

/// Results of a follower's notices that no delivery has taken up, oldest first.
pub async fn reports(link: &mut impl Link, account: &str, openid: &str) -> Result<Vec<Report>> {
    const SQL: &str = "SELECT msgid, template_id, delivered, reason FROM notice_reports \
        WHERE account_id = $1 AND openid = $2 ORDER BY at, msgid";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Removes a result that was taken up.
pub async fn take_report(tx: &mut Tx, account: &str, openid: &str, msgid: &str) -> Result<()> {
    let sql = "DELETE FROM notice_reports WHERE account_id = $1 AND openid = $2 AND msgid = $3";
    run!(tx, sqlx::query(sql).bind(account).bind(openid).bind(msgid))?;
    Ok(())
}

/// Forgets what a follower chose and what was reported of notices to them.
pub async fn forget_person(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "DELETE FROM notice_consents WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    let sql = "DELETE FROM notice_reports WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}
