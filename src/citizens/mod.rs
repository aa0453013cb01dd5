//! Citizens (群众): followers of an official account, known here by an id of our own.
//!
//! [`followers`] is everybody who follows an official account, as WeChat's list and pushes tell;
//! a citizen is somebody who has written or been written to. [`actions`] keeps the list like WeChat's.
//! [`consents`] are the texts citizens agree to, by version.
//!
//! Refuses to know: inquiries, staff. The openid stays in this slice's table and in the rows that
//! address WeChat; everything else uses [`CitizenId`].

pub mod actions;
pub mod consents;
pub mod followers;
pub mod rules;
pub mod store;
pub mod views;

use crate::entity_id;

entity_id!(
    /// Id of a citizen in this installation.
    CitizenId
);

impl CitizenId {
    /// What staff see instead of a name: the end of the id, which is random.
    pub fn label(self) -> String {
        let text = self.0.simple().to_string();
        format!("群众 {}", &text[text.len() - 4..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_is_short_and_says_nothing_of_the_person() {
        let id = CitizenId(uuid::Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_beef));
        assert_eq!(id.label(), "群众 beef");
    }
}
