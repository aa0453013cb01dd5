//! Swapping: one asks, the other agrees or not. Nothing changes hands without both.

use serde_json::json;

use super::shifts::colleague;
use super::{finish, note};
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::roster::rules::shift_name;
use crate::roster::{Shift, ShiftId, Swap, SwapId, SwapState, store};
use crate::staff::{StaffId, StaffMember};

/// Longest word with a wish, in characters.
const LONGEST_REMARK: usize = 100;

/// What somebody would like to swap.
#[derive(Clone, Debug)]
pub struct Wish {
    /// An own shift.
    pub shift: ShiftId,
    /// The colleague who should take it.
    pub colleague: StaffId,
    /// The colleague's shift to be taken instead.
    pub in_return: Option<ShiftId>,
    /// A word with it.
    pub remark: String,
}

/// Asks a colleague to take an own shift.
///
/// # Errors
/// Invalid when the shift is not the person's own or over, or the one in return not the colleague's.
pub async fn ask(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    wish: &Wish,
) -> Result<()> {
    let remark = wish.remark.trim();
    if remark.chars().count() > LONGEST_REMARK {
        return Err(Error::invalid("留言最多 100 个字。"));
    }
    if wish.colleague == by.id {
        return Err(Error::invalid("请选择另一位同事。"));
    }
    let now = deps.clock.now();
    let today = now.in_shanghai().date();
    let mut tx = deps.db.begin().await?;
    let other = colleague(&mut tx, organization, wish.colleague).await?;
    let own = held(&mut tx, organization, wish.shift, by.id).await?;
    let own = own.filter(|shift| shift.day >= today);
    let own = own.ok_or_else(|| Error::invalid("请选择自己的、还没有过去的班。"))?;
    let mut words = shift_name(&own);
    if let Some(id) = wish.in_return {
        let back = held(&mut tx, organization, id, other.id).await?;
        let back = back.filter(|shift| shift.day >= today);
        let back = back.ok_or_else(|| Error::invalid("换回的班要是对方的、还没有过去的班。"))?;
        words = format!("{words} 换 {}", shift_name(&back));
    }
    let swap = Swap {
        id: SwapId(deps.entropy.id_at(now)),
        organization_id: organization,
        shift_id: own.id,
        return_shift_id: wish.in_return,
        asker_id: by.id,
        colleague_id: other.id,
        wish: words,
        remark: remark.to_owned(),
        state: SwapState::Asked,
        asked_at: now,
    };
    store::insert_swap(&mut tx, &swap).await?;
    note(deps, &mut tx, by, "roster.ask_swap", organization, &json!({ "swap": swap.id })).await?;
    tx.commit().await
}

/// What becomes of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The colleague agrees.
    Agree,
    /// The colleague does not.
    Refuse,
    /// The asker takes it back.
    Withdraw,
}

/// Settles a wish. With the colleague's consent the shifts change hands at once.
///
/// # Errors
/// Conflict when it is settled already or the shifts have changed meanwhile; forbidden to anybody
/// but the two.
pub async fn settle(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    id: SwapId,
    settlement: Settlement,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let swap = store::lock_swap(&mut tx, organization, id).await?;
    let swap = swap.filter(|swap| by.id == decider(swap, settlement));
    let Some(swap) = swap else {
        return Err(Error::conflict("这次换班不由您决定，或已经不在了，请刷新页面。"));
    };
    if swap.state != SwapState::Asked {
        return Err(Error::conflict("这次换班已经有了结果，请刷新页面。"));
    }
    let state = match settlement {
        Settlement::Agree => {
            change_hands(&mut tx, &swap, deps).await?;
            SwapState::Agreed
        }
        Settlement::Refuse => SwapState::Refused,
        Settlement::Withdraw => SwapState::Withdrawn,
    };
    store::settle_swap(&mut tx, id, state, now).await?;
    let detail = json!({ "swap": id, "state": state });
    finish(deps, tx, by, "roster.settle_swap", organization, &detail).await
}

fn decider(swap: &Swap, settlement: Settlement) -> StaffId {
    match settlement {
        Settlement::Withdraw => swap.asker_id,
        Settlement::Agree | Settlement::Refuse => swap.colleague_id,
    }
}

async fn change_hands(tx: &mut Tx, swap: &Swap, deps: &Deps) -> Result<()> {
    let now = deps.clock.now();
    let moved = [
        Some((swap.shift_id, swap.asker_id, swap.colleague_id)),
        swap.return_shift_id.map(|id| (id, swap.colleague_id, swap.asker_id)),
    ];
    for (id, from, to) in moved.into_iter().flatten() {
        if held(tx, swap.organization_id, id, from).await?.is_none() {
            return Err(Error::conflict("班次在这期间有了变动，没有换成。请对方重新提出。"));
        }
        store::withdraw_swaps(tx, id, now).await?;
        store::give_shift(tx, id, to, now).await?;
    }
    Ok(())
}

/// The shift, if it is this person's.
async fn held(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ShiftId,
    whose: StaffId,
) -> Result<Option<Shift>> {
    let shift = store::get_shift(tx, organization, id).await?;
    Ok(shift.filter(|shift| shift.staff_id == whose))
}
