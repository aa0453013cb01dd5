//! Everything on WeChat's wire, and nothing else (wechat-protocol.md is the reference).
//!
//! Inbound: [`signature`] proves the sender, [`crypto`] opens the envelope, [`xml`] and `json`
//! read it within bounds, [`message`] says what it is. Outbound: [`reply`] writes the answer to a
//! push; [`client`] calls the API with a token from [`token`] and sorts every outcome into refused,
//! not sent, unknown or unreadable; [`errcode`] says what a refusal means and [`advice`] when to try
//! again; the families ([`custom`], [`mass`], [`template`], [`template_library`], [`menu`],
//! [`qrcode`], [`shorten`], [`media`], [`material`], [`draft`], [`freepublish`], [`comment`], [`user`], [`tag`],
//! [`agents`], [`datacube`], [`diagnostics`]) are thin, typed calls; [`oauth`] learns who opened a
//! page, [`js_sdk`] signs pages.
//!
//! This floor knows accounts, openids and texts, but no inquiry, citizen or campaign. It decides
//! nothing about windows, budgets or repetition, keeps nothing (what processes share about tokens
//! and calls goes through a [`keeper`]), and never logs an openid, a text or a secret.

pub mod advice;
pub mod agents;
pub mod client;
pub mod comment;
pub mod crypto;
pub mod custom;
pub mod datacube;
pub mod diagnostics;
pub mod draft;
pub mod errcode;
mod errcode_table;
mod event;
mod event_jobs;
mod event_parse;
pub mod freepublish;
mod http;
pub mod js_sdk;
mod json;
pub mod keeper;
pub mod mass;
pub mod material;
pub mod media;
pub mod menu;
mod menu_calls;
mod menu_json;
pub mod message;
pub mod oauth;
mod pauses;
pub mod qrcode;
pub mod reply;
pub mod robot;
pub mod shelf;
pub mod shorten;
pub mod signature;
mod split;
pub mod tag;
pub mod template;
pub mod template_library;
mod template_value;
pub mod token;
pub mod user;
pub mod xml;

/// Month in which the facts of wechat-protocol.md were last held against WeChat's own pages.
pub const CONTRACT_CHECKED: &str = "2026-10";
