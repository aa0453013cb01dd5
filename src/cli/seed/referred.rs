//! A referral of the demo city that waits for the citizen's word.

use super::held::first;
use crate::app::App;
use crate::inquiries::{self, State};
use crate::platform::error::Result;
use crate::referrals::actions::{Proposal, propose};
use crate::referrals::rules::{Matter, grounds_item, venue};
use crate::referrals::{Item, ItemKey, ReferralId, ReferralKind};
use crate::staff;

/// Proposes legal aid in the first inquiry that somebody has answered.
pub async fn add(app: &App) -> Result<()> {
    let deps = &app.web.deps;
    let Some((_, inquiry)) = first(deps, State::Answered).await? else { return Ok(()) };
    let mut link = deps.db.read().await?;
    let question = inquiries::store::question(&mut link, inquiry.id).await?;
    let author = match inquiry.assignee_id {
        Some(id) => staff::store::get(&mut link, id).await?,
        None => None,
    };
    drop(link);
    let Some(author) = author else { return Ok(()) };
    let directory = app.web.directory.current();
    let district = inquiry.territory_id.as_deref().and_then(|id| directory.atlas.district_of(id));
    let district = district.and_then(|id| directory.atlas.get(id)).map(|place| place.name.clone());
    let (receiver, seat) = venue(Matter::Cause, district.as_deref().unwrap_or("常州市"));
    let mut items = vec![Item { key: ItemKey::Question, value: question, codes: Vec::new() }, seat];
    items.extend(grounds_item(["31-9", "42-2"].into_iter()));
    let texts = app.web.directory.texts();
    let kind = ReferralKind::LegalAid;
    let invitation = texts.fill("referral_ask", &[("kind", kind.name()), ("receiver", &receiver)]);
    let once = ReferralId(deps.entropy.id_at(deps.clock.now()));
    let proposal = Proposal { once, kind, receiver, items, invitation };
    propose(deps, &author, inquiry.id, proposal).await?;
    Ok(())
}
