//! Referrals (转介): an inquiry handed to legal aid, mediation, a notary, 12345 or 12348.
//!
//! Nothing leaves before the citizen has agreed, item by item, on a page of their own; what leaves is
//! a printed page or a file, and holds only what was agreed to. What became of it is followed with a
//! clock of its own.
//!
//! Refuses to know: how inquiries are routed among the alliance's members.

pub mod actions;
pub mod rules;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};

use crate::inquiries::InquiryId;
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a referral.
    ReferralId
);

text_enum!(
    /// Whom it goes to.
    ReferralKind {
        /// A legal-aid institution.
        LegalAid = "legal_aid", "法律援助";
        /// A people's mediation committee.
        Mediation = "mediation", "人民调解";
        /// A notary's office.
        Notary = "notary", "公证";
        /// The government's service hotline.
        Hotline12345 = "12345", "12345 政务热线";
        /// The legal-service hotline.
        Hotline12348 = "12348", "12348 法律服务热线";
    }
);

text_enum!(
    /// How a referral stands.
    ReferralState {
        /// The citizen is asked.
        Proposed = "proposed", "等群众同意";
        /// The citizen said no.
        Refused = "refused", "群众没有同意";
        /// The citizen said yes; nothing has left yet.
        Consented = "consented", "群众已同意，待转出";
        /// It was handed over.
        Sent = "sent", "已转出，等对方回音";
        /// The institution takes it.
        Accepted = "accepted", "对方已受理";
        /// The institution does not take it.
        Declined = "declined", "对方没有受理";
        /// There is a result.
        Done = "done", "已有结果";
        /// The citizen took the consent back.
        Withdrawn = "withdrawn", "群众已撤回同意";
        /// Staff dropped it before anything left.
        Cancelled = "cancelled", "已取消";
    }
);

text_enum!(
    /// One thing that would be passed on.
    ItemKey {
        /// What happened.
        Question = "question", "事情经过";
        /// The legal field.
        Field = "field", "法律领域";
        /// Where it happened.
        Place = "place", "地区";
        /// Why legal aid may be granted.
        Grounds = "grounds", "申请法律援助的理由";
        /// Why this institution.
        Venue = "venue", "向哪里申请";
        /// What was answered here.
        Answer = "answer", "我们已经给的答复";
        /// What the institution should know besides.
        Remark = "remark", "给对方的说明";
    }
);

/// One thing that would be passed on, in words and, where there is a list of them, in codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub key: ItemKey,
    /// In words.
    pub value: String,
    /// Codes for machines, such as `31-5`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

/// How the citizen can be reached by the institution; given by themselves for this referral only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
}

impl Contact {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.phone.is_empty()
    }
}

/// A referral.
#[derive(Clone, Debug)]
pub struct Referral {
    /// Id.
    pub id: ReferralId,
    /// Inquiry it began with.
    pub inquiry_id: InquiryId,
    /// Whom it goes to.
    pub kind: ReferralKind,
    /// Name of the institution.
    pub receiver: String,
    /// What would be passed on.
    pub items: Vec<Item>,
    /// What the citizen agreed to.
    pub agreed: Vec<ItemKey>,
    /// The citizen's contact, sealed for the referral's id.
    pub contact: Option<String>,
    /// How it stands.
    pub state: ReferralState,
    /// Who proposed it.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: Moment,
    /// When the citizen decided.
    pub decided_at: Option<Moment>,
    /// When it was handed over.
    pub sent_at: Option<Moment>,
    /// By when the institution should have said something.
    pub due_at: Option<Moment>,
    /// When it came to an end.
    pub settled_at: Option<Moment>,
    /// What became of it, in words the citizen reads.
    pub remark: String,
    /// Grows with every change.
    pub version: i64,
}

impl Referral {
    /// What may leave: the agreed items of a referral that stands.
    pub fn passed_on(&self) -> Vec<&Item> {
        self.items.iter().filter(|item| self.agreed.contains(&item.key)).collect()
    }
}
