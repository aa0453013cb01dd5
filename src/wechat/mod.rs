//! Everything on WeChat's wire, and nothing else (wechat-protocol.md is the reference).
//!
//! Inbound: [`signature`] proves the sender, [`crypto`] opens the envelope, [`xml`] and `json`
//! read it within bounds, [`message`] says what it is. Outbound: [`reply`] writes the answer to a
//! push; [`client`] calls the API with a token from [`token`] and sorts every outcome into refused,
//! not sent, unknown or unreadable; [`errcode`] says what a refusal means and what to do; the
//! families ([`custom`], [`template`], [`menu`], [`qrcode`], [`media`], [`user`], [`tag`]) are thin, typed
//! calls.
//!
//! This floor knows accounts, openids and texts, but no inquiry, citizen or campaign. It decides
//! nothing about windows, budgets or repetition, keeps nothing but the access token, and never
//! logs an openid, a text or a secret.

pub mod client;
pub mod crypto;
pub mod custom;
pub mod errcode;
mod errcode_table;
mod event;
mod event_jobs;
mod event_parse;
mod http;
mod json;
pub mod media;
pub mod menu;
mod menu_calls;
mod menu_json;
pub mod message;
pub mod qrcode;
pub mod reply;
pub mod signature;
mod split;
pub mod tag;
pub mod template;
mod template_value;
pub mod token;
pub mod user;
pub mod xml;
