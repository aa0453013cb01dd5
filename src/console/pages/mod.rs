//! Pages of the staff's desk.

pub mod account;
pub mod alerts;
pub mod answering;
pub mod codes;
pub mod content;
pub mod conversation;
pub mod conversation_view;
pub mod followers;
pub mod health;
pub mod inbox;
pub mod knowledge;
pub mod login;
pub mod media;
pub mod members;
pub mod menu;
pub mod menu_edit;
pub mod moving;
pub mod notices;
pub mod official_accounts;
pub mod people;
pub mod pictures;
pub mod routing_rules;
pub mod settings;
pub mod sorting;
pub mod triage;
pub mod unmatched;
