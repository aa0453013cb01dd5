//! Whatever happens to organizations, shifts and people: every inquiry has an owner or a queue.

use pufa::platform::clock::Entropy;
use pufa::routing::simulation::{Outcome, Plan, Policy, run};

fn simulated(policy: Policy) -> Outcome {
    // A year with a tenth of the questions of `pufa simulate`, which checks the same.
    run(Plan { inquiries: 100_000, days: 360, policy }, &Entropy::seeded(20), |_| ())
}

#[test]
fn a_hundred_thousand_inquiries_are_never_without_owner_or_queue_nor_offered_to_whom_they_may_not()
{
    let outcome = simulated(Policy::Scored);
    assert_eq!(outcome.lost, 0, "without owner and queue");
    let offered =
        [outcome.to_off_duty, outcome.to_suspended, outcome.to_conflicted, outcome.over_cap];
    assert_eq!(offered, [0; 4], "offers to off duty, suspended, conflicted, beyond a cap");
    assert_eq!(outcome.asked, outcome.answered + outcome.by_operators + outcome.open);
    // It would prove little if nothing of this had happened.
    assert!(outcome.asked > 95_000 && outcome.answered > 80_000, "{}", outcome.answered);
    assert!(outcome.declined > 1000 && outcome.expired > 1000 && outcome.moved > 500);
    assert!(outcome.spread() >= 1.0, "{}", outcome.spread());
}
