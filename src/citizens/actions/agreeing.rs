//! Giving a consent and taking it back.

use crate::citizens::consents::{Subject, in_force};
use crate::citizens::store::consents as store;
use crate::platform::Deps;
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
    store::withdraw(&mut tx, person, subject, deps.clock.now()).await?;
    tx.commit().await
}
