//! Pages of the staff's desk.

pub mod account;
pub mod answering;
pub mod conversation;
pub mod conversation_view;
pub mod health;
pub mod inbox;
pub mod knowledge;
pub mod login;
pub mod members;
pub mod moving;
pub mod people;
pub mod routing_rules;
pub mod settings;
pub mod unmatched;
