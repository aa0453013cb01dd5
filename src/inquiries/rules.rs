//! How an inquiry moves. Pure.

use crate::platform::error::Error;
use crate::text_enum;

text_enum!(
    /// How an inquiry stands.
    State {
        /// With the operators: no organization yet.
        Waiting = "waiting", "待分派";
        /// With an organization, nobody has claimed it.
        Offered = "offered", "待认领";
        /// Somebody is on it.
        Claimed = "claimed", "办理中";
        /// Answered; the citizen may write back or rate.
        Answered = "answered", "已答复";
        /// Done.
        Closed = "closed", "已办结";
    }
);

/// Something that happens to an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An organization gets it.
    Assign,
    /// It goes back to the operators.
    Unassign,
    /// Somebody takes it on.
    Claim,
    /// Somebody else takes it from whoever has it.
    TakeOver,
    /// They put it back.
    Release,
    /// An answer is written.
    Answer,
    /// The citizen writes again; whether somebody still has it, and whether an organization does.
    CitizenWrote {
        /// A person has claimed it.
        claimed: bool,
        /// An organization has it.
        placed: bool,
    },
    /// The citizen says it is not solved: a second look, by whoever the organization chooses.
    Unsolved {
        /// An organization has it.
        placed: bool,
    },
    /// It ends.
    Close,
}

/// Where a step leads.
///
/// # Errors
/// Conflict with a sentence for staff when the state does not allow the step.
pub fn next(state: State, step: Step) -> Result<State, Error> {
    use State::*;
    let to = match (state, step) {
        (Waiting | Offered | Claimed | Answered, Step::Assign) => Offered,
        (Offered | Claimed | Answered, Step::Unassign) => Waiting,
        (Offered | Answered, Step::Claim) => Claimed,
        (Claimed, Step::TakeOver) => Claimed,
        (Claimed, Step::Release) => Offered,
        (Waiting | Offered | Claimed | Answered, Step::Answer) => Answered,
        (_, Step::CitizenWrote { claimed: true, placed: true }) => Claimed,
        (_, Step::CitizenWrote { placed: true, .. } | Step::Unsolved { placed: true }) => Offered,
        (_, Step::CitizenWrote { .. } | Step::Unsolved { .. }) => Waiting,
        (Waiting | Offered | Claimed | Answered, Step::Close) => Closed,
        (Closed, _) => {
            return Err(Error::conflict("这件咨询已经办结。群众再来信时会自动重新打开。"));
        }
        (Claimed, Step::Claim) => return Err(Error::conflict("这件咨询已经有人认领。")),
        (_, Step::Claim) => return Err(Error::conflict("这件咨询还没有分派到单位，不能认领。")),
        (_, Step::TakeOver) => return Err(Error::conflict("这件咨询没有人认领，直接认领就可以。")),
        (_, Step::Release) => return Err(Error::conflict("这件咨询没有人认领，不用放回。")),
        (_, Step::Unassign) => return Err(Error::conflict("这件咨询已经在待分派队列里。")),
    };
    Ok(to)
}

/// Whether an inquiry in this state still waits for staff.
pub fn is_open(state: State) -> bool {
    state != State::Closed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Assign),
            Just(Step::Unassign),
            Just(Step::Claim),
            Just(Step::TakeOver),
            Just(Step::Release),
            Just(Step::Answer),
            any::<(bool, bool)>()
                .prop_map(|(claimed, placed)| Step::CitizenWrote { claimed, placed }),
            any::<bool>().prop_map(|placed| Step::Unsolved { placed }),
            Just(Step::Close),
        ]
    }

    proptest! {
        #[test]
        fn a_citizen_who_writes_always_opens_the_inquiry_again(
            state in proptest::sample::select(State::ALL.to_vec()),
            claimed: bool,
            placed: bool,
        ) {
            let after = next(state, Step::CitizenWrote { claimed, placed }).unwrap();
            prop_assert!(is_open(after) && after != State::Answered);
        }

        #[test]
        fn only_the_citizen_opens_a_closed_inquiry(step in any_step()) {
            let by_citizen = matches!(step, Step::CitizenWrote { .. } | Step::Unsolved { .. });
            prop_assert_eq!(next(State::Closed, step).is_ok(), by_citizen);
        }
    }

    #[test]
    fn two_people_cannot_claim_the_same_inquiry() {
        assert_eq!(next(State::Offered, Step::Claim).unwrap(), State::Claimed);
        assert!(next(State::Claimed, Step::Claim).is_err());
    }
}
