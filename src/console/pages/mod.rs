//! Pages of the staff's desk.

pub mod answering;
pub mod conversation;
pub mod conversation_view;
pub mod inbox;
pub mod login;
pub mod moving;
pub mod unmatched;
