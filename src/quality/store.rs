//! The tables `quality_runs` and `quality_samples`.

use sqlx::FromRow;

use super::pass::BlindPass;
use super::rules::{Picked, Reading};
use super::{CorrectionState, Run, Sample, SampleId, Why};
use crate::inquiries::{Author, InquiryId, MessageId};
use crate::members::{OrgScope, OrganizationId};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run, scoped};

/// Samples and runs listed at once.
const LISTED: i64 = 200;
/// Lines of one conversation that are read.
const LINES: i64 = 200;

type Answered = (InquiryId, OrganizationId);

/// What member organizations first answered between two moments. Ids only.
pub async fn answered(link: &mut impl Link, from: Moment, to: Moment) -> Result<Vec<Answered>> {
    const SQL: &str = "SELECT id, organization_id FROM inquiries WHERE answered_at >= $1 \
        AND answered_at < $2 AND organization_id IS NOT NULL AND merged_into IS NULL";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(from).bind(to).fetch_all(c).await)?)
}

/// What did not satisfy between two moments: few stars, or not solved. Ids only.
pub async fn dissatisfied(link: &mut impl Link, from: Moment, to: Moment) -> Result<Vec<Answered>> {
    const SQL: &str = "SELECT i.id, i.organization_id FROM inquiries i \
        WHERE i.organization_id IS NOT NULL AND i.answered_at IS NOT NULL AND i.merged_into IS NULL \
        AND ((i.rating <= 2 AND i.rated_at >= $1 AND i.rated_at < $2) OR EXISTS ( \
        SELECT 1 FROM callbacks k WHERE k.inquiry_id = i.id \
        AND k.opened_at >= $1 AND k.opened_at < $2))";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(from).bind(to).fetch_all(c).await)?)
}

/// Adds a run; `false` when the month was drawn already.
pub async fn insert_run(tx: &mut Tx, run: &Run, by: Option<StaffId>) -> Result<bool> {
    const SQL: &str = "INSERT INTO quality_runs (month, seed, share, answered, drawn_at, drawn_by) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(&run.month)
            .bind(run.seed)
            .bind(run.share)
            .bind(run.answered)
            .bind(run.drawn_at)
            .bind(by)
    )?;
    Ok(added == 1)
}

/// Gives the samples of an inquiry to another one, unless that was sampled in the same month too.
pub async fn hand_over(tx: &mut Tx, from: InquiryId, to: InquiryId) -> Result<()> {
    const SQL: &str = "UPDATE quality_samples SET inquiry_id = $2 WHERE inquiry_id = $1 \
        AND month NOT IN (SELECT q.month FROM quality_samples q WHERE q.inquiry_id = $2)";
    run!(tx, sqlx::query(SQL).bind(from).bind(to))?;
    Ok(())
}

/// Adds a sampled inquiry.
pub async fn insert_sample(tx: &mut Tx, id: SampleId, month: &str, picked: &Picked) -> Result<()> {
    const SQL: &str = "INSERT INTO quality_samples (id, month, inquiry_id, organization_id, why) \
        VALUES ($1, $2, $3, $4, $5)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(month)
            .bind(picked.inquiry)
            .bind(picked.organization)
            .bind(picked.why)
    )?;
    Ok(())
}

/// A run with how far it has come.
#[derive(Clone, Debug, FromRow)]
pub struct Progress {
    /// The run.
    #[sqlx(flatten)]
    pub run: Run,
    /// Inquiries that were picked.
    pub picked: i64,
    /// Of these, read.
    pub read: i64,
    /// Corrections that wait for the organization.
    pub open: i64,
}

/// Every run, newest first. Figures only.
pub async fn runs(link: &mut impl Link) -> Result<Vec<Progress>> {
    const SQL: &str = "SELECT r.month, r.seed, r.share, r.answered, r.drawn_at, \
        (SELECT count(*) FROM quality_samples q WHERE q.month = r.month) AS picked, \
        (SELECT count(*) FROM quality_samples q WHERE q.month = r.month \
        AND q.read_at IS NOT NULL) AS read, \
        (SELECT count(*) FROM quality_samples q WHERE q.month = r.month \
        AND q.correction_state = 'proposed') AS open \
        FROM quality_runs r ORDER BY r.month DESC LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(LISTED).fetch_all(c).await)?)
}

/// Samples that could be given to a reader: unread, not in anybody's hands since `stale`, answered
/// by another organization and not with the reader's own now.
pub async fn pool(link: &mut impl Link, pass: &BlindPass, stale: Moment) -> Result<Vec<SampleId>> {
    const SQL: &str = "SELECT q.id FROM quality_samples q JOIN inquiries i ON i.id = q.inquiry_id \
        WHERE q.read_at IS NULL AND (q.taken_at IS NULL OR q.taken_at < $2) \
        AND q.organization_id <> $1 AND (i.organization_id IS NULL OR i.organization_id <> $1) \
        AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.inquiry_id = i.id AND m.staff_id = $3) \
        ORDER BY q.why, q.id LIMIT $4";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(pass.own()).bind(stale).bind(pass.reader())
        .bind(LISTED).fetch_all(c).await)?)
}

/// Gives a sample to a reader; `false` when somebody else was quicker.
pub async fn take(
    tx: &mut Tx,
    pass: &BlindPass,
    id: SampleId,
    stale: Moment,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE quality_samples SET reader_id = $2, taken_at = $3 WHERE id = $1 \
        AND read_at IS NULL AND (taken_at IS NULL OR taken_at < $4)";
    let taken = run!(tx, sqlx::query(SQL).bind(id).bind(pass.reader()).bind(now).bind(stale))?;
    Ok(taken == 1)
}

/// The sample a reader has in hand.
pub async fn in_hand(link: &mut impl Link, pass: &BlindPass) -> Result<Option<SampleId>> {
    const SQL: &str = "SELECT id FROM quality_samples WHERE reader_id = $1 AND read_at IS NULL \
        ORDER BY taken_at LIMIT 1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(pass.reader()).fetch_optional(c).await)?)
}

/// What a reader was given, as far as reading it needs.
#[derive(Clone, Debug, FromRow)]
pub struct Given {
    /// The sample.
    pub id: SampleId,
    /// Who answered, whose names are taken out.
    pub organization_id: OrganizationId,
    /// When it was asked.
    pub opened_at: Moment,
    /// By when the first answer was promised, where no other promise has taken its place.
    pub due_at: Moment,
}

/// A sample that was given to this reader and is not read yet; anything else does not exist.
pub async fn given(link: &mut impl Link, pass: &BlindPass, id: SampleId) -> Result<Option<Given>> {
    const SQL: &str = "SELECT q.id, q.organization_id, i.opened_at, i.due_at \
        FROM quality_samples q JOIN inquiries i ON i.id = q.inquiry_id \
        WHERE q.id = $1 AND q.reader_id = $2 AND q.read_at IS NULL AND q.organization_id <> $3";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(id).bind(pass.reader()).bind(pass.own())
        .fetch_optional(c).await)?)
}

/// One line of what was said, masked as it is stored.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// The citizen, or an answer.
    pub author: Author,
    /// The masked text.
    pub body: String,
    /// When.
    pub at: Moment,
}

/// What was said in a sample that was given to this reader.
pub async fn lines(link: &mut impl Link, pass: &BlindPass, given: &Given) -> Result<Vec<Line>> {
    const SQL: &str = "SELECT m.author, m.body, m.at FROM messages m \
        JOIN quality_samples q ON q.inquiry_id = m.inquiry_id \
        WHERE q.id = $1 AND q.reader_id = $2 AND q.read_at IS NULL \
        AND m.author IN ('citizen', 'staff') ORDER BY m.at, m.id LIMIT $3";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(given.id).bind(pass.reader()).bind(LINES)
        .fetch_all(c).await)?)
}

/// Keeps a reading; `false` when it was handed in before.
pub async fn keep(
    tx: &mut Tx,
    pass: &BlindPass,
    id: SampleId,
    reading: &Reading,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE quality_samples SET scores = $3, remark = $4, read_at = $5, \
        correction = $6, correction_state = $7 \
        WHERE id = $1 AND reader_id = $2 AND read_at IS NULL";
    let state = match reading.correction {
        Some(_) => CorrectionState::Proposed,
        None => CorrectionState::None,
    };
    let kept = run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(pass.reader())
            .bind(serde_json::to_string(&reading.scores)?)
            .bind(&reading.remark)
            .bind(now)
            .bind(&reading.correction)
            .bind(state)
    )?;
    Ok(kept == 1)
}

macro_rules! samples {
    ($scope:expr, $tail:literal) => {
        scoped!(
            $scope,
            "SELECT q.id, q.month, q.inquiry_id, i.number, q.organization_id, q.why, q.scores, \
             q.remark, q.read_at, q.correction, q.correction_state \
             FROM quality_samples q JOIN inquiries i ON i.id = q.inquiry_id WHERE ",
            $tail
        )
    };
}

/// What was read of a scope's inquiries, corrections that wait first, then newest.
pub async fn read_of(link: &mut impl Link, scope: OrgScope) -> Result<Vec<Sample>> {
    let sql = samples!(
        scope,
        " AND q.read_at IS NOT NULL \
         ORDER BY CASE q.correction_state WHEN 'proposed' THEN 0 ELSE 1 END, q.read_at DESC LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(LISTED)
        .fetch_all(c).await)?)
}

/// One read sample of a scope.
pub async fn get(link: &mut impl Link, scope: OrgScope, id: SampleId) -> Result<Option<Sample>> {
    let sql = samples!(scope, " AND q.read_at IS NOT NULL AND q.id = $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(id)
        .fetch_optional(c).await)?)
}

/// Corrections that organizations have left lying since before `since`, for the operators: number,
/// organization and the reader's own words, nothing of the inquiry.
pub async fn left_lying(link: &mut impl Link, since: Moment) -> Result<Vec<Sample>> {
    let sql = samples!(
        OrgScope::Everything,
        " AND q.correction_state = 'proposed' AND q.read_at < $2 ORDER BY q.read_at LIMIT $3"
    );
    let none: Option<OrganizationId> = None;
    Ok(on!(link, c => sqlx::query_as(sql).bind(none).bind(since).bind(LISTED)
        .fetch_all(c).await)?)
}

/// How the corrections of one month stand.
#[derive(Clone, Debug, Default, FromRow)]
pub struct Corrections {
    /// The month.
    pub month: String,
    /// Answers that readers found wrong.
    pub wrong: i64,
    /// Of these, corrected.
    pub sent: i64,
    /// Of these, defended with a reason.
    pub refused: i64,
    /// Of these, waiting.
    pub waiting: i64,
}

/// How corrections stand, the newest month first. Figures only.
pub async fn corrections(link: &mut impl Link) -> Result<Vec<Corrections>> {
    const SQL: &str = "SELECT r.month, \
        count(q.id) FILTER (WHERE q.correction_state <> 'none') AS wrong, \
        count(q.id) FILTER (WHERE q.correction_state = 'sent') AS sent, \
        count(q.id) FILTER (WHERE q.correction_state = 'refused') AS refused, \
        count(q.id) FILTER (WHERE q.correction_state = 'proposed') AS waiting \
        FROM quality_runs r LEFT JOIN quality_samples q ON q.month = r.month \
        GROUP BY r.month ORDER BY r.month DESC LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(LISTED).fetch_all(c).await)?)
}

/// A wrong answer that was not corrected.
#[derive(Clone, Debug, FromRow)]
pub struct Uncorrected {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Its number.
    pub number: String,
    /// Who answered.
    pub organization_id: OrganizationId,
    /// Why it was picked.
    pub why: Why,
    /// Refused, or waiting.
    pub correction_state: CorrectionState,
    /// Why it was not corrected; empty while it waits.
    pub correction_note: String,
    /// When it was read.
    pub read_at: Moment,
    /// When the organization decided.
    pub corrected_at: Option<Moment>,
}

/// The answers of a month that readers found wrong and nobody corrected, those with a reason first.
pub async fn uncorrected(
    link: &mut impl Link,
    scope: OrgScope,
    month: &str,
) -> Result<Vec<Uncorrected>> {
    let sql = scoped!(
        scope,
        "SELECT q.inquiry_id, i.number, q.organization_id, q.why, q.correction_state, \
         q.correction_note, q.read_at, q.corrected_at \
         FROM quality_samples q JOIN inquiries i ON i.id = q.inquiry_id WHERE ",
        " AND q.month = $2 AND q.correction_state IN ('proposed', 'refused') \
         ORDER BY CASE q.correction_state WHEN 'refused' THEN 0 ELSE 1 END, q.read_at LIMIT $3"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(month).bind(LISTED)
        .fetch_all(c).await)?)
}

/// Writes what became of a correction; `false` when somebody else decided before.
pub async fn settle(
    tx: &mut Tx,
    id: SampleId,
    state: CorrectionState,
    note: &str,
    by: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE quality_samples SET correction_state = $2, correction_note = $3, \
        corrected_by = $4, corrected_at = $5 WHERE id = $1 AND correction_state = 'proposed'";
    let done = run!(tx, sqlx::query(SQL).bind(id).bind(state).bind(note).bind(by).bind(now))?;
    Ok(done == 1)
}

/// Marks an answer as the correction of an earlier one.
pub async fn mark_correction(tx: &mut Tx, message: MessageId) -> Result<()> {
    run!(tx, sqlx::query("UPDATE messages SET correction = TRUE WHERE id = $1").bind(message))?;
    Ok(())
}

/// Removes an inquiry from every sample, when the citizen asks for erasure.
pub async fn erase(tx: &mut Tx, inquiry: InquiryId) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM quality_samples WHERE inquiry_id = $1").bind(inquiry))?;
    Ok(())
}
