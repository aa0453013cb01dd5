//! Offers (派单): an organization is asked to take an inquiry, and says yes, no, or nothing in time.

use super::InquiryId;
use crate::members::{OrganizationId, OrganizationKind};
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of one decision on who should answer.
    OfferId
);

text_enum!(
    /// How an offer stands.
    OfferState {
        /// Nobody has said anything yet.
        Open = "open", "待接件";
        /// Somebody took the inquiry on, or it stays with the operators.
        Accepted = "accepted", "已接件";
        /// The organization said no.
        Declined = "declined", "已退回";
        /// Nobody said anything in time.
        Expired = "expired", "超时未接";
        /// Another decision came first.
        Withdrawn = "withdrawn", "已改派";
    }
);

text_enum!(
    /// Why an organization declines.
    DeclineReason {
        /// Not its field of law.
        Field = "field", "不属于本单位受理领域";
        /// Not its area.
        Area = "area", "不在本单位服务地区";
        /// It knows or acts for one of those concerned.
        Interest = "interest", "与当事人有利益关系，需要回避";
        /// Nobody is free.
        Busy = "busy", "人手不足，不能按时答复";
        /// Something else, told in words.
        Other = "other", "其他原因";
    }
);

/// A decision on who should answer, with its reasons, and what became of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Offer {
    /// Id.
    pub id: OfferId,
    /// Inquiry.
    pub inquiry_id: InquiryId,
    /// Who got it; `None`: the operators, while it is open only until somebody else can be asked.
    pub organization_id: Option<OrganizationId>,
    /// With nobody in particular: organizations of this type pick it from a list.
    pub listed_for: Option<OrganizationKind>,
    /// Who decided; `None`: the rules.
    pub staff_id: Option<StaffId>,
    /// Sentences in Chinese, one a line.
    pub reasons: String,
    /// How the candidates compared, as routing wrote it; JSON.
    pub candidates: String,
    /// Promise given with it.
    pub due_at: Moment,
    /// When.
    pub at: Moment,
    /// How it stands.
    pub state: OfferState,
    /// Until when the organization may say yes or no; `None`: without limit.
    pub answer_by: Option<Moment>,
    /// When it ended.
    pub settled_at: Option<Moment>,
    /// Who ended it; `None`: the clock or a newer decision.
    pub settled_by: Option<StaffId>,
    /// Why it was declined.
    pub decline: Option<DeclineReason>,
    /// In the words of who declined.
    pub remark: String,
}

impl Offer {
    /// A fresh decision; open when an organization is asked.
    pub fn new(
        id: OfferId,
        inquiry_id: InquiryId,
        organization_id: Option<OrganizationId>,
        due_at: Moment,
        at: Moment,
    ) -> Self {
        Self {
            id,
            inquiry_id,
            organization_id,
            listed_for: None,
            staff_id: None,
            reasons: String::new(),
            candidates: "[]".to_owned(),
            due_at,
            at,
            state: match organization_id {
                Some(_) => OfferState::Open,
                None => OfferState::Accepted,
            },
            answer_by: None,
            settled_at: None,
            settled_by: None,
            decline: None,
            remark: String::new(),
        }
    }

    /// Whether the organization has been asked and did not take it.
    pub fn was_refused(&self) -> bool {
        matches!(self.state, OfferState::Declined | OfferState::Expired)
    }
}
