//! Which answers are read first, and who may let them go. Pure.

use super::{Reason, Review};
use crate::inquiries::{Inquiry, State};
use crate::language::fields::Field;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;
use crate::worktime::promise::Level;

/// Longest remark, in characters.
pub const REMARK_LIMIT: usize = 500;
/// Most first answers of a person that can be asked for.
pub const MOST_FIRST: i64 = 100;

/// Which answers of an organization a colleague reads first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// So many first answers of everybody.
    pub first_answers: i64,
    /// Answers in these fields.
    pub fields: Vec<Field>,
    /// So many of a hundred others, by chance.
    pub share: i64,
}

/// What the decision looks at.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Answers of the author that have gone out.
    pub answers: i64,
    /// Field of the inquiry.
    pub field: Option<Field>,
    /// Whether the answer before was sent back.
    pub sent_back: bool,
    /// A number drawn from 0 to 99.
    pub drawn: u64,
}

impl Policy {
    /// Why an answer is read first; `None` when it goes out at once.
    pub fn why(&self, case: &Case) -> Option<Reason> {
        let risky = case.field.is_some_and(|field| self.fields.contains(&field));
        let drawn = i64::try_from(case.drawn).is_ok_and(|drawn| drawn < self.share);
        let reasons = [
            (case.sent_back, Reason::Again),
            (case.answers < self.first_answers, Reason::New),
            (risky, Reason::Field),
            (drawn, Reason::Share),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
    }

    /// Whether nothing is read first.
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// The policy, when its numbers make sense.
    ///
    /// # Errors
    /// Invalid, with the number and what it may be.
    pub fn checked(self) -> Result<Self> {
        if !(0..=MOST_FIRST).contains(&self.first_answers) {
            return Err(Error::invalid(format!("“前几条”请填 0 到 {MOST_FIRST} 之间的整数。")));
        }
        if !(0..=100).contains(&self.share) {
            return Err(Error::invalid("抽查比例请填 0 到 100 之间的整数。"));
        }
        Ok(self)
    }
}

/// Whether `by` of the author's organization may let an answer go. `others` is how many colleagues
/// of the author could. Where there is none, readers from outside can; only when the promise is
/// nearly over (`pressing`) the author may, who says why.
///
/// # Errors
/// Conflict or invalid, with what to do instead.
pub fn may_release(
    review: &Review,
    by: StaffId,
    others: usize,
    pressing: bool,
    remark: &str,
) -> Result<()> {
    if by != review.author_id {
        return Ok(());
    }
    if others > 0 {
        return Err(Error::conflict("这是您自己写的答复，要请另一位同事复核后放行。"));
    }
    if !pressing {
        return Err(Error::conflict(
            "单位里没有别人可以复核，已请枢纽型组织或联盟运营复核。快到时限还没人复核时，您写明理由后可以自行放行。",
        ));
    }
    if remark.trim().chars().count() < 4 {
        return Err(Error::invalid("单位里没有别人可以复核。自行放行要写明理由，至少四个字。"));
    }
    Ok(())
}

/// Whether the promise of an inquiry whose answer waits is nearly over.
pub fn is_pressing(inquiry: &Inquiry) -> bool {
    inquiry.warned >= Level::Most.number() && inquiry.state != State::Answered
}

/// A remark in the form it is kept in.
///
/// # Errors
/// Invalid when it is too long.
pub fn checked_remark(typed: &str) -> Result<&str> {
    let typed = typed.trim();
    match typed.chars().count() {
        long if long > REMARK_LIMIT => Err(Error::invalid(format!(
            "复核意见有 {long} 个字，最多 {REMARK_LIMIT} 个字，请缩短。"
        ))),
        _ => Ok(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiries::reviewing::ReviewState;
    use crate::inquiries::{InquiryId, MessageId};
    use crate::members::OrganizationId;
    use crate::platform::clock::Moment;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn policy() -> Policy {
        Policy { first_answers: 3, fields: vec![Field::Labor], share: 20 }
    }

    const CASE: Case = Case { answers: 3, field: None, sent_back: false, drawn: 20 };

    #[test]
    fn newcomers_risky_fields_a_share_and_second_tries_are_read_first() {
        let why = |case: Case| policy().why(&case);
        assert_eq!(why(CASE), None);
        assert_eq!(why(Case { answers: 2, ..CASE }), Some(Reason::New));
        assert_eq!(why(Case { field: Some(Field::Labor), ..CASE }), Some(Reason::Field));
        assert_eq!(why(Case { field: Some(Field::Family), ..CASE }), None);
        assert_eq!(why(Case { drawn: 19, ..CASE }), Some(Reason::Share));
        assert_eq!(why(Case { sent_back: true, ..CASE }), Some(Reason::Again));
    }

    proptest! {
        #[test]
        fn without_a_policy_only_what_was_sent_back_is_read_again(
            answers in 0..1000i64, sent_back: bool, drawn in 0..100u64,
        ) {
            let case = Case { answers, field: Some(Field::Labor), sent_back, drawn };
            let why = Policy::default().why(&case);
            prop_assert_eq!(why, sent_back.then_some(Reason::Again));
        }

        #[test]
        fn a_full_share_lets_nothing_pass(drawn in 0..100u64) {
            let all = Policy { share: 100, ..Policy::default() };
            prop_assert_eq!(all.why(&Case { drawn, ..CASE }), Some(Reason::Share));
        }
    }

    #[test]
    fn nobody_lets_their_own_answer_go_while_a_colleague_could() {
        let (author, other) = (StaffId(Uuid::from_u128(1)), StaffId(Uuid::from_u128(2)));
        let review = Review {
            id: MessageId(Uuid::from_u128(3)),
            inquiry_id: InquiryId(Uuid::from_u128(4)),
            organization_id: OrganizationId(Uuid::from_u128(5)),
            author_id: author,
            body: "答复".into(),
            reason: Reason::New,
            state: ReviewState::InReview,
            written_at: Moment(0),
            reader_id: None,
            remark: String::new(),
            decided_at: None,
        };
        assert!(may_release(&review, other, 1, false, "").is_ok());
        assert!(may_release(&review, author, 1, true, "只有我懂这个领域").is_err());
        assert!(may_release(&review, author, 0, true, "急").is_err());
        assert!(may_release(&review, author, 0, false, "同事请假，时限将到").is_err());
        assert!(may_release(&review, author, 0, true, "同事请假，时限将到").is_ok());
    }
}
