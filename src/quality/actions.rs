//! Drawing, giving out, handing in, correcting.

use std::time::Duration;

use serde_json::json;

use super::pass::BlindPass;
use super::rules::{self, LONGEST, Reading, SHARE};
use super::{CorrectionState, Run, Sample, SampleId, store};
use crate::content;
use crate::content::texts::Texts;
use crate::inquiries;
use crate::inquiries::actions::saying::tell;
use crate::members::{OrgScope, OrganizationId};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::staff::policy::{Right, allows};
use crate::staff::{StaffId, StaffMember};

/// Time a reader keeps a sample; then it goes to somebody else.
pub const IN_HAND: Duration = Duration::from_secs(3 * 24 * 3600);
/// Time an organization has for a correction; then operators may send it.
pub const TO_CORRECT: Duration = Duration::from_secs(3 * 24 * 3600);

/// Draws a month's sample; gives how many were picked. `by` is `None` for the clock.
///
/// # Errors
/// Invalid when it is no month that is over; conflict when it was drawn.
pub async fn draw(deps: &Deps, by: Option<StaffId>, month: &str) -> Result<usize> {
    let now = deps.clock.now();
    let bounds = rules::bounds(month).filter(|(_, end)| *end <= now);
    let Some((from, to)) = bounds else {
        return Err(Error::invalid("只能抽已经过完的月份，例如 2026-11。"));
    };
    let seed = i64::from_be_bytes(deps.entropy.bytes());
    let mut tx = deps.db.begin().await?;
    let answered = store::answered(&mut tx, from, to).await?;
    let dissatisfied = store::dissatisfied(&mut tx, from, to).await?;
    let run = Run {
        month: month.to_owned(),
        seed,
        share: SHARE,
        answered: i64::try_from(answered.len()).unwrap_or(i64::MAX),
        drawn_at: now,
    };
    if !store::insert_run(&mut tx, &run, by).await? {
        return Err(Error::conflict("这个月已经抽过样，一个月只抽一次，结果可以用种子重算。"));
    }
    let picked = rules::draw(seed, SHARE, &answered, &dissatisfied);
    for one in &picked {
        let id = SampleId(deps.entropy.id_at(now));
        store::insert_sample(&mut tx, id, month, one).await?;
    }
    let detail = json!({
        "seed": seed, "share": SHARE, "answered": answered.len(), "picked": picked.len(),
    });
    let object = format!("quality:{month}");
    audit::record(&mut tx, now, by.map(|b| b.0), "quality.draw", &object, &detail).await?;
    tx.commit().await?;
    Ok(picked.len())
}

/// Gives a reader a sample of another organization, by chance; the one in hand, if there is one.
///
/// # Errors
/// Conflict when there is none to read.
pub async fn take(deps: &Deps, pass: &BlindPass) -> Result<SampleId> {
    let now = deps.clock.now();
    let stale = now.minus(IN_HAND);
    let mut tx = deps.db.begin().await?;
    if let Some(known) = store::in_hand(&mut tx, pass).await? {
        return Ok(known);
    }
    let pool = store::pool(&mut tx, pass, stale).await?;
    let place = deps.entropy.below(u64::try_from(pool.len()).unwrap_or(0));
    let id = usize::try_from(place).ok().and_then(|place| pool.get(place)).copied();
    let id = id.ok_or_else(|| Error::conflict("现在没有别的单位的答复要您评议。"))?;
    if !store::take(&mut tx, pass, id, stale, now).await? {
        return Err(Error::conflict("这一件刚被别人领走，请再领一次。"));
    }
    note(&mut tx, now, pass.reader(), "quality.take", id).await?;
    tx.commit().await?;
    Ok(id)
}

/// Hands a reading in.
///
/// # Errors
/// Not found unless the sample was given to this reader; invalid when something is missing.
pub async fn hand_in(deps: &Deps, pass: &BlindPass, id: SampleId, reading: Reading) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::given(&mut tx, pass, id).await?.ok_or_else(Error::not_found)?;
    let reading = reading.checked()?;
    if !store::keep(&mut tx, pass, id, &reading, now).await? {
        return Err(Error::not_found());
    }
    note(&mut tx, now, pass.reader(), "quality.read", id).await?;
    tx.commit().await
}

/// The text of a sample without anything that says who answered: each line with whether the citizen
/// said it and how long after the question.
#[derive(Clone, Debug)]
pub struct BlindLine {
    /// Whether the citizen said it.
    pub citizen: bool,
    /// The words.
    pub body: String,
    /// Time since the question.
    pub after: Duration,
}

/// Reads a sample that was given to this reader.
///
/// # Errors
/// Not found for every other sample.
pub async fn read(
    deps: &Deps,
    pass: &BlindPass,
    id: SampleId,
) -> Result<(store::Given, Vec<BlindLine>)> {
    let mut link = deps.db.read().await?;
    let given = store::given(&mut link, pass, id).await?.ok_or_else(Error::not_found)?;
    let mut names: Vec<String> = crate::staff::store::names(&mut link, Some(given.organization_id))
        .await?
        .into_values()
        .collect();
    if let Some(house) = crate::members::store::get(&mut link, given.organization_id).await? {
        names.extend([house.name, house.short_name, house.address, house.phone]);
    }
    let lines = store::lines(&mut link, pass, &given).await?;
    let blind = lines.into_iter().map(|line| BlindLine {
        citizen: line.author == inquiries::Author::Citizen,
        body: rules::blind(&line.body, &names),
        after: line.at.since(given.opened_at),
    });
    let blind = blind.collect();
    Ok((given, blind))
}

/// What is done about a wrong answer.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The citizen gets the correction in these words.
    Send(String),
    /// The organization stands by its answer, and says why.
    Refuse(String),
}

/// Decides about a correction: the organization that has the inquiry, or an operator when it was
/// left lying, in the reader's words only.
///
/// # Errors
/// Not found for anybody else; conflict when it was decided; invalid without words.
pub async fn correct(deps: &Deps, by: &StaffMember, id: SampleId, verdict: Verdict) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let (sample, own) = reachable(&mut tx, by, id, now).await?;
    let body = match &verdict {
        Verdict::Send(text) if own => text.replace("\r\n", "\n").trim().to_owned(),
        Verdict::Send(_) => sample.correction.clone().unwrap_or_default(),
        Verdict::Refuse(_) if !own => return Err(Error::forbidden()),
        Verdict::Refuse(why) => why.trim().to_owned(),
    };
    match body.chars().count() {
        0..4 => return Err(Error::invalid("请写明内容：更正写给群众看，不更正要写理由。")),
        long if long > LONGEST => return Err(Error::invalid("太长，请控制在 2000 字以内。")),
        _ => {}
    }
    let (state, kept, action) = match &verdict {
        Verdict::Send(_) => (CorrectionState::Sent, "", "quality.correct"),
        Verdict::Refuse(_) => (CorrectionState::Refused, body.as_str(), "quality.stand_by"),
    };
    if !store::settle(&mut tx, id, state, kept, by.id, now).await? {
        return Err(Error::conflict("这条更正已经处理过，请刷新页面。"));
    }
    if state == CorrectionState::Sent {
        let saved = content::store::newest(&mut tx).await?;
        let texts = Texts::new(saved.into_iter().map(|text| (text.key, text.body)));
        let words = texts.fill("correction", &[("answer", &body)]);
        let message = tell(deps, &mut tx, by.id, sample.inquiry_id, words, now).await?;
        store::mark_correction(&mut tx, message).await?;
    }
    note(&mut tx, now, by.id, action, id).await?;
    let object = format!("inquiry:{}", sample.inquiry_id);
    audit::record(&mut tx, now, Some(by.id.0), action, &object, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    deps.coord.publish(News::Inquiry {
        inquiry: sample.inquiry_id.0,
        organization: Some(sample.organization_id.0),
        formerly: None,
    });
    Ok(())
}

/// A sample that `by` may decide about, and whether as its own organization.
async fn reachable(
    tx: &mut Tx,
    by: &StaffMember,
    id: SampleId,
    now: Moment,
) -> Result<(Sample, bool)> {
    let own: Option<OrganizationId> = by.scope().organization();
    if own.is_some()
        && let Some(sample) = store::get(tx, by.scope(), id).await?
    {
        return Ok((sample, true));
    }
    if by.scope() == OrgScope::Unmatched && allows(by.role, Right::Assign) {
        let lying = store::left_lying(tx, now.minus(TO_CORRECT)).await?;
        if let Some(sample) = lying.into_iter().find(|sample| sample.id == id) {
            return Ok((sample, false));
        }
    }
    Err(Error::not_found())
}

async fn note(tx: &mut Tx, at: Moment, by: StaffId, action: &str, id: SampleId) -> Result<()> {
    audit::record(tx, at, Some(by.0), action, &format!("sample:{id}"), &json!({})).await
}
