//! Giving a consent and taking it back.

use crate::citizens::consents::{Subject, in_force};
use crate::citizens::store::{consents as store, topics};
use crate::language::Field;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;

/// Notes that a person agreed to the texts in force about these subjects; what holds already is not
/// noted twice.
///
/// # Errors
/// When it cannot be written down.
pub async fn agree(deps: &Deps, person: (&str, &str), subjects: &[Subject]) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    for subject in subjects {
        let id = deps.entropy.id_at(now);
        store::give(&mut tx, id, person, *subject, in_force(*subject).version, now).await?;
    }
    tx.commit().await
}

/// Takes back what a person agreed to about a subject.
///
/// # Errors
/// When it cannot be written down.
pub async fn take_back(deps: &Deps, person: (&str, &str), subject: Subject) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let now = deps.clock.now();
    match subject {
        Subject::Topics => unsubscribe(&mut tx, person, now).await?,
        subject => {
            store::withdraw(&mut tx, person, subject, now).await?;
        }
    }
    tx.commit().await
}

/// Notes that a person chose a field after reading what that means, within the transaction that takes
/// their tap in.
///
/// # Errors
/// When it cannot be written down.
pub async fn subscribe(
    tx: &mut Tx,
    id: uuid::Uuid,
    person: (&str, &str),
    field: Field,
    now: Moment,
) -> Result<()> {
    let version = in_force(Subject::Topics).version;
    store::give(tx, id, person, Subject::Topics, version, now).await?;
    topics::add(tx, person, field, now).await
}

/// Ends everything a person wants to hear of, and the consent to it.
///
/// # Errors
/// When it cannot be written down.
pub async fn unsubscribe(tx: &mut Tx, person: (&str, &str), now: Moment) -> Result<()> {
    store::withdraw(tx, person, Subject::Topics, now).await?;
    topics::forget(tx, person.0, person.1).await
}
