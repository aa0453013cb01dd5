//! Agreeing to a referral, item by item, or not; taking it back.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{Reader, Shown, open, open_to_act};
use crate::console::error::status_of;
use crate::console::form::{Form, Target};
use crate::console::frame;
use crate::console::pages::referrals::items;
use crate::console::state::Web;
use crate::inquiries::Inquiry;
use crate::platform::error::{Error, Kind, Result};
use crate::referrals::actions::{Word, said};
use crate::referrals::rules::{Step, next};
use crate::referrals::views::{CitizenReferral, ConsentPage};
use crate::referrals::{Contact, ItemKey, Referral, ReferralId, ReferralState, store};
use crate::worktime;

/// What would be passed on, and what became of it.
pub async fn show(State(web): State<Web>, Target(token): Target<String>, reader: Reader) -> Shown {
    let inquiry = open(&web, &token, &reader).await?;
    Ok(reader.give(&read(&web, &token, &reader, &inquiry, None).await?)?)
}

/// Takes the citizen's word.
pub async fn decide(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
    Form(fields): Form,
) -> Shown {
    let inquiry = open_to_act(&web, &token, &reader).await?;
    let (word, done) = match fields.text("decision") {
        "yes" => {
            let keys = fields.all("item").filter_map(ItemKey::from_code).collect();
            let (name, phone) = (fields.text("name").to_owned(), fields.text("phone").to_owned());
            (Some(Word::Consent(keys, Contact { name, phone })), "consented")
        }
        "no" => (Some(Word::Refuse), "refused"),
        "withdraw" => (Some(Word::Withdraw), "taken-from"),
        _ => (None, ""),
    };
    let taken = match (word, fields.read::<ReferralId>("referral")) {
        (Some(word), Some(id)) => said(&web.deps, inquiry.id, id, word).await,
        _ => Err(Error::invalid("请点“同意”或“不同意”。")),
    };
    match taken {
        Ok(()) => Ok(Redirect::to(&format!("/c/i/{token}/referral?done={done}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let why = Some(error.public().to_owned());
            let shown = read(&web, &token, &reader, &inquiry, why).await?;
            Ok((status_of(error.kind()), reader.give(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn read(
    web: &Web,
    token: &str,
    reader: &Reader,
    inquiry: &Inquiry,
    error: Option<String>,
) -> Result<ConsentPage> {
    let referrals = store::of_inquiry(&mut web.deps.db.read().await?, inquiry.id).await?;
    let here = format!("/c/i/{token}/referral");
    Ok(ConsentPage {
        shell: frame::street(web, "转给别的机构", reader.large, &here, &reader.asked),
        token: token.to_owned(),
        error,
        referrals: referrals.iter().map(|referral| shown(web, referral)).collect(),
    })
}

fn shown(web: &Web, referral: &Referral) -> CitizenReferral {
    let now = web.deps.clock.now();
    let until = referral.due_at.map(|due| match due > now {
        true => format!("对方最迟应在{}前答复我们", worktime::in_words(due, now)),
        false => "对方还没有答复，我们正在催".into(),
    });
    CitizenReferral {
        id: referral.id.to_string(),
        kind: referral.kind.name(),
        receiver: referral.receiver.clone(),
        state: in_words(referral.state),
        until: until.unwrap_or_default(),
        remark: referral.remark.clone(),
        items: items(referral),
        asked: referral.state == ReferralState::Proposed,
        may_withdraw: next(referral.state, Step::Withdraw).is_ok(),
        left: referral.sent_at.is_some(),
    }
}

/// What the citizen reads of a state.
pub(super) fn in_words(state: ReferralState) -> &'static str {
    match state {
        ReferralState::Proposed => "等您决定",
        ReferralState::Refused => "您没有同意，什么都没有转出",
        ReferralState::Consented => "您已同意，即将转出",
        ReferralState::Sent => "已转出，等对方答复",
        ReferralState::Accepted => "对方已受理",
        ReferralState::Declined => "对方没有受理",
        ReferralState::Done => "已有结果",
        ReferralState::Withdrawn => "您已撤回同意",
        ReferralState::Cancelled => "已取消，没有转出",
    }
}
