//! Every page and every form, in one table. The router is built from it and from nothing else, and
//! the guard of each route from its row, so that no route can exist without saying who may use it.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::auth::{Gate, Who, guard};
use super::once::act_once;
use super::pages::{
    account, agents, alert_groups, alerts, answering, attaching, bulk, calendar, campaign_form,
    campaign_preview, campaigns, canned, cards, citing, codes, composing, content,
    content_versions, conversation, filters, follower, follower_tags, followers, going, health,
    help, hours, hub, inbox, knowledge, lending, lessons, login, login_code, media, members, menu,
    menu_edit, merging, modes, moving, notices, official_accounts, people, picking, pictures,
    promises, quality, quiz, quiz_bank, quiz_flags, referrals, reviews, roster, routing_rules,
    searching, second_factor, settings, setup, sorting, start, triage, uncorrected, unmatched,
    wechat_binding, wechat_login,
};
use super::state::Web;
use super::{citizen, live, public};
use crate::platform::http::assets;
use crate::staff::policy::Right;

/// What a route does: show something, or change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Changes nothing.
    Get,
    /// Changes something; foreign pages cannot send it.
    Post,
}

/// One route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path with its `{places}`.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    /// Whether each form acts once ([`super::once`]); not where a repetition only shows or keeps the same
    /// again, or gives a browser a secret of its own.
    pub once: bool,
    serve: fn() -> MethodRouter<Web>,
}

macro_rules! routes {
    ($($method:ident $path:literal $who:expr => $handler:path;)*) => {
        &[$(routes!(@one $method $path $who => $handler)),*]
    };
    (@one GET $path:literal $who:expr => $handler:path) => {
        Route { method: Method::Get, path: $path, who: $who, once: false, serve: || get($handler) }
    };
    (@one POST $path:literal $who:expr => $handler:path) => {
        Route { method: Method::Post, path: $path, who: $who, once: true, serve: || post($handler) }
    };
    (@one AGAIN $path:literal $who:expr => $handler:path) => {
        Route { method: Method::Post, path: $path, who: $who, once: false, serve: || post($handler) }
    };
}

const READ: Who = Who::Right(&[Right::ReadInquiries]);
const ANSWER: Who = Who::Right(&[Right::Answer]);
const GRANT: Who = Who::Right(&[Right::GrantExtensions]);
const TAKE_OVER: Who = Who::Right(&[Right::TakeOver]);
const ASSIGN: Who = Who::Right(&[Right::Assign]);
const SEE_MEMBERS: Who = Who::Right(&[Right::SeeMembers]);
const BALANCE: Who = Who::Right(&[Right::Balance]);
const MANAGE_MEMBERS: Who = Who::Right(&[Right::ManageMembers]);
const HOURS: Who = Who::Right(&[Right::ManageHours]);
const ROSTER: Who = Who::Right(&[Right::SeeRoster]);
const READ_QUALITY: Who = Who::Right(&[Right::Answer, Right::ManageMembers]);
const DRAW: Who = Who::Right(&[Right::ManageRules, Right::ManageMembers]);
const OWN_PEOPLE: Who = Who::Right(&[Right::ManageOwnStaff]);
const PEOPLE: Who = Who::Right(&[Right::ManageOwnStaff, Right::ManageAllStaff]);
const EVERYBODY: Who = Who::Right(&[Right::ManageAllStaff]);
const RULES: Who = Who::Right(&[Right::ManageRules]);
const TEXTS: Who = Who::Right(&[Right::ManageTexts]);
const ARTICLES: Who = Who::Right(&[Right::ManageTexts, Right::Approve]);
const CALENDAR: Who = Who::Right(&[Right::SeeCalendar]);
const CAMPAIGNS: Who = Who::Right(&[Right::ManageCampaigns, Right::Approve]);
const CAMPAIGN: Who = Who::Right(&[Right::ManageCampaigns]);

const APPROVE: Who = Who::Right(&[Right::Approve]);
const CODES: Who = Who::Right(&[Right::ManageCodes]);
const ACCOUNT: Who = Who::Right(&[Right::ManageAccount]);
const CARDS: Who = Who::Right(&[Right::ManageCards]);
const HEALTH: Who = Who::Right(&[Right::SeeHealth]);
const MEND: Who = Who::Right(&[Right::MendAccounts]);

/// Every route of the console, the citizens' pages and the public page.
pub const ROUTES: &[Route] = routes! {
    GET "/" Who::Public => public::front_door;
    GET "/assets/{file}" Who::Public => assets::serve;
    GET "/public" Who::Public => public::home;

    GET "/c/ask" Who::Public => citizen::asking::show;
    AGAIN "/c/ask" Who::Public => citizen::asking::ask;
    GET "/c/inquiries" Who::Public => citizen::own::inquiries;
    GET "/c/enter" Who::Public => citizen::entering::begin;
    GET "/c/entered" Who::Public => citizen::entering::finish;
    GET "/c/js-sdk" Who::Public => citizen::signing::config;
    GET "/c/notices" Who::Public => citizen::consent::show;
    POST "/c/notices/withdraw" Who::Public => citizen::consent::withdraw;
    GET "/c/organizations" Who::Public => citizen::directory::organizations;
    GET "/c/articles" Who::Public => citizen::reading::list;
    GET "/c/articles/{id}" Who::Public => citizen::reading::show;
    GET "/c/pictures/{id}" Who::Public => citizen::reading::picture;
    GET "/c/k/{id}" Who::Public => citizen::card::show;
    GET "/c/quiz" Who::Public => citizen::quiz::list;
    GET "/c/quiz/{id}" Who::Public => citizen::quiz::show;
    AGAIN "/c/quiz/{id}/start" Who::Public => citizen::quiz::start;
    GET "/c/quiz/{id}/play" Who::Public => citizen::quiz::play;
    AGAIN "/c/quiz/{id}/answer" Who::Public => citizen::quiz::answer;
    GET "/c/quiz/{id}/result" Who::Public => citizen::quiz::result;
    POST "/c/quiz/{id}/appeal" Who::Public => citizen::quiz::object;
    POST "/c/quiz/{id}/survey" Who::Public => citizen::quiz_honours::survey;
    POST "/c/quiz/{id}/certificate" Who::Public => citizen::quiz_honours::issue;
    GET "/c/certificate" Who::Public => citizen::quiz_honours::verify;
    GET "/c/certificate/{code}" Who::Public => citizen::quiz_honours::show;
    GET "/c/certificate/{code}/picture" Who::Public => citizen::quiz_honours::drawn;
    GET "/c/quiz/{id}/league" Who::Public => citizen::quiz_public::league;
    GET "/c/quiz/{id}/draw" Who::Public => citizen::quiz_public::draw;
    GET "/c/quiz/{id}/entries" Who::Public => citizen::quiz_public::entries;
    GET "/c/privacy" Who::Public => citizen::privacy::show;
    POST "/c/privacy/withdraw" Who::Public => citizen::privacy::withdraw;
    GET "/c/privacy/copy" Who::Public => citizen::privacy::copy_page;
    GET "/c/privacy/copy.json" Who::Public => citizen::privacy::copy_data;
    GET "/c/privacy/erase" Who::Public => citizen::privacy::ask_erase;
    POST "/c/privacy/erase" Who::Public => citizen::privacy::erase;
    GET "/c/i/{token}" Who::Public => citizen::case::show;
    POST "/c/i/{token}/rate" Who::Public => citizen::case::rate;
    POST "/c/i/{token}/solved" Who::Public => citizen::case::solved;
    POST "/c/i/{token}/unsolved" Who::Public => citizen::case::unsolved;
    POST "/c/i/{token}/message" Who::Public => citizen::case::message;
    GET "/c/i/{token}/file" Who::Public => citizen::files::show;
    GET "/c/i/{token}/referral" Who::Public => citizen::referral::show;
    POST "/c/i/{token}/referral" Who::Public => citizen::referral::decide;
    GET "/c/i/{token}/erase" Who::Public => citizen::erasing::ask;
    POST "/c/i/{token}/erase" Who::Public => citizen::erasing::erase;

    GET "/console/login" Who::Public => login::show;
    AGAIN "/console/login" Who::Public => login::enter;
    GET "/console/login/code" Who::Public => login_code::show;
    AGAIN "/console/login/code" Who::Public => login_code::enter;
    GET "/console/login/code/picture" Who::Public => login_code::picture;
    GET "/console/login/wechat" Who::Public => wechat_login::show;
    AGAIN "/console/login/wechat" Who::Public => wechat_login::begin;
    AGAIN "/console/login/wechat/enter" Who::Public => wechat_login::enter;
    GET "/console/login/wechat/picture" Who::Public => wechat_login::picture;
    GET "/console/setup" Who::Public => setup::show;
    AGAIN "/console/setup" Who::Public => setup::found;
    GET "/console/start" EVERYBODY => start::show;
    POST "/console/start/check" EVERYBODY => start::check;
    POST "/console/start/organization" EVERYBODY => start::add_organization;
    POST "/console/logout" Who::Session => login::leave;
    GET "/console" Who::Session => login::home;
    GET "/console/live" READ => live::stream;

    GET "/console/inbox" READ => inbox::show;
    POST "/console/inbox/bulk" ANSWER => bulk::act;
    GET "/console/inbox/filters" READ => filters::list;
    POST "/console/inbox/filters" READ => filters::keep;
    POST "/console/inbox/filters/{id}" READ => filters::change;
    GET "/console/pick" ANSWER => picking::show;
    GET "/console/alerts" Who::Session => alerts::show;
    POST "/console/alerts/seen" Who::Session => alerts::seen_all;
    POST "/console/alerts/{id}/seen" Who::Session => alerts::seen;
    GET "/console/alerts/settings" Who::Session => alerts::settings;
    POST "/console/alerts/settings" Who::Session => alerts::save;
    POST "/console/alerts/test" Who::Session => alerts::test;
    GET "/console/alerts/group" HOURS => alert_groups::show;
    POST "/console/alerts/group" HOURS => alert_groups::save;
    POST "/console/alerts/group/test" HOURS => alert_groups::test;
    POST "/console/alerts/group/remove" HOURS => alert_groups::remove;
    GET "/console/unmatched" ASSIGN => unmatched::show;
    GET "/console/inquiries/{id}" READ => conversation::show;
    GET "/console/media/{id}" READ => media::show;
    POST "/console/inquiries/{id}/claim" ANSWER => moving::claim;
    POST "/console/inquiries/{id}/pick" ANSWER => picking::pick;
    POST "/console/inquiries/{id}/take-over" TAKE_OVER => moving::take_over;
    POST "/console/inquiries/{id}/release" ANSWER => moving::release;
    POST "/console/inquiries/{id}/pause" ANSWER => promises::pause;
    POST "/console/inquiries/{id}/resume" ANSWER => promises::resume;
    POST "/console/inquiries/{id}/extension" ANSWER => promises::extension;
    POST "/console/inquiries/{id}/extension/decide" GRANT => promises::decide;
    POST "/console/inquiries/{id}/decline" ANSWER => moving::decline;
    POST "/console/inquiries/{id}/answer" ANSWER => answering::answer;
    AGAIN "/console/inquiries/{id}/preview" ANSWER => composing::preview;
    GET "/console/inquiries/{id}/picker" ANSWER => composing::picker;
    GET "/console/inquiries/{id}/attached" READ => attaching::show;
    POST "/console/inquiries/{id}/attach" ANSWER => attaching::attach;
    POST "/console/inquiries/{id}/detach" ANSWER => attaching::detach;
    POST "/console/inquiries/{id}/recall" ANSWER => answering::recall;
    POST "/console/inquiries/{id}/note" ANSWER => answering::note;
    AGAIN "/console/inquiries/{id}/draft" ANSWER => answering::draft;
    POST "/console/inquiries/{id}/close" ANSWER => moving::close;
    GET "/console/inquiries/{id}/merge" ANSWER => merging::ask;
    POST "/console/inquiries/{id}/merge" ANSWER => merging::merge;
    POST "/console/inquiries/{id}/label" ANSWER => bulk::label;
    POST "/console/inquiries/{id}/field" ANSWER => sorting::field;
    POST "/console/inquiries/{id}/cite" ANSWER => citing::judge;
    AGAIN "/console/inquiries/{id}/reveal" READ => sorting::reveal;
    POST "/console/inquiries/{id}/review/release" ANSWER => reviews::release;
    POST "/console/inquiries/{id}/review/return" ANSWER => reviews::send_back;
    POST "/console/inquiries/{id}/review/withdraw" ANSWER => reviews::withdraw;
    GET "/console/inquiries/{id}/refer" ANSWER => referrals::blank;
    POST "/console/inquiries/{id}/refer" ANSWER => referrals::add;
    GET "/console/referrals/{id}" READ => referrals::show;
    POST "/console/referrals/{id}/step" ANSWER => referrals::step;
    GET "/console/referrals/{id}/sheet" ANSWER => referrals::sheet;
    GET "/console/referrals/{id}/data" ANSWER => referrals::data;
    POST "/console/inquiries/{id}/reassign" ASSIGN => moving::reassign;

    GET "/console/reviews" ANSWER => reviews::list;
    GET "/console/reviews/{id}" ANSWER => lending::show;
    POST "/console/reviews/{id}/release" ANSWER => lending::release;
    POST "/console/reviews/{id}/return" ANSWER => lending::send_back;
    GET "/console/members/{id}/review" OWN_PEOPLE => reviews::policy;
    POST "/console/members/{id}/review" OWN_PEOPLE => reviews::set_policy;

    GET "/console/referrals" READ => referrals::list;

    GET "/console/quality" READ_QUALITY => quality::show;
    GET "/console/quality/uncorrected" MANAGE_MEMBERS => uncorrected::show;
    POST "/console/quality/draw" DRAW => quality::draw;
    POST "/console/quality/take" ANSWER => quality::take;
    GET "/console/quality/{id}" ANSWER => quality::read;
    POST "/console/quality/{id}" ANSWER => quality::hand_in;
    POST "/console/quality/{id}/correct" ANSWER => quality::correct;

    GET "/console/hub" BALANCE => hub::show;
    POST "/console/hub/members/{id}" BALANCE => hub::set_cap;
    POST "/console/hub/offers/{id}" BALANCE => hub::move_offer;

    GET "/console/members" SEE_MEMBERS => members::list;
    GET "/console/members/new" MANAGE_MEMBERS => members::blank;
    POST "/console/members/new" MANAGE_MEMBERS => members::add;
    GET "/console/members/{id}" MANAGE_MEMBERS => members::show;
    POST "/console/members/{id}" MANAGE_MEMBERS => members::change;
    GET "/console/members/{id}/hours" HOURS => hours::show;
    POST "/console/members/{id}/hours" HOURS => hours::set_week;
    POST "/console/members/{id}/hours/day" HOURS => hours::set_day;
    POST "/console/members/{id}/hours/interest" HOURS => hours::set_interest;
    GET "/console/stations" SEE_MEMBERS => members::stations;

    GET "/console/roster" ROSTER => roster::home;
    GET "/console/roster/calendar/{token}" Who::Public => roster::feed;
    GET "/console/members/{id}/roster" ROSTER => roster::show;
    POST "/console/members/{id}/roster/shift" HOURS => roster::shift;
    POST "/console/members/{id}/roster/copy" HOURS => roster::copy;
    POST "/console/members/{id}/roster/counts" HOURS => roster::counts;
    POST "/console/members/{id}/roster/absence" ROSTER => roster::absence;
    POST "/console/members/{id}/roster/swap" ROSTER => roster::swap;
    POST "/console/members/{id}/roster/handover" ROSTER => roster::handover;
    POST "/console/members/{id}/roster/feed" ROSTER => roster::open_feed;

    GET "/console/codes" CODES => codes::list;
    GET "/console/codes/new" CODES => codes::blank;
    POST "/console/codes/new" CODES => codes::add;
    POST "/console/codes/{id}/renew" CODES => codes::renew;
    GET "/console/codes/{id}/sheet" CODES => codes::sheet;
    GET "/console/codes/{id}/pdf" CODES => codes::pdf;
    GET "/console/codes/{id}/picture" CODES => codes::picture;

    GET "/console/members/{id}/staff" PEOPLE => people::of_member;
    GET "/console/members/{id}/staff/new" PEOPLE => people::blank_of_member;
    POST "/console/members/{id}/staff/new" PEOPLE => people::add_to_member;
    GET "/console/staff" EVERYBODY => people::of_alliance;
    GET "/console/staff/new" EVERYBODY => people::blank_of_alliance;
    POST "/console/staff/new" EVERYBODY => people::add_to_alliance;
    GET "/console/staff/{id}" PEOPLE => people::show;
    POST "/console/staff/{id}" PEOPLE => people::change;
    POST "/console/staff/{id}/second-factor" PEOPLE => people::reset_second_factor;

    GET "/console/rules" RULES => routing_rules::list;
    AGAIN "/console/rules/try" RULES => routing_rules::attempt;
    POST "/console/rules/modes" RULES => modes::save;
    GET "/console/rules/new" RULES => routing_rules::blank;
    POST "/console/rules/new" RULES => routing_rules::add;
    GET "/console/rules/{id}" RULES => routing_rules::show;
    POST "/console/rules/{id}" RULES => routing_rules::change;

    GET "/console/triage" RULES => triage::show;
    POST "/console/triage/train" RULES => triage::train;
    POST "/console/triage/activate" RULES => triage::activate;
    POST "/console/triage/corrections/{id}/remove" RULES => triage::remove;

    GET "/console/calendar" CALENDAR => calendar::home;
    GET "/console/calendar/new" TEXTS => calendar::blank;
    POST "/console/calendar/new" TEXTS => calendar::add;
    POST "/console/calendar/feed" CALENDAR => calendar::open_feed;
    GET "/console/calendar/feed/{token}" Who::Public => calendar::feed;
    GET "/console/calendar/{id}" CALENDAR => calendar::show;
    POST "/console/calendar/{id}" TEXTS => calendar::decide;
    POST "/console/calendar/{id}/task" TEXTS => calendar::task;
    GET "/console/calendar/rules/{code}" TEXTS => calendar::rule;
    POST "/console/calendar/rules/{code}" TEXTS => calendar::change;

    GET "/console/content" ARTICLES => content::list;
    GET "/console/content/new" TEXTS => content::blank;
    POST "/console/content/new" TEXTS => content::add;
    GET "/console/content/{id}" ARTICLES => content::show;
    POST "/console/content/{id}" TEXTS => content::change;
    GET "/console/content/{id}/versions" ARTICLES => content_versions::show;
    POST "/console/content/{id}/restore" TEXTS => content_versions::restore;
    POST "/console/content/{id}/settle" TEXTS => content::act;
    GET "/console/content/{id}/preview" ARTICLES => content::preview;
    POST "/console/content/{id}/submit" TEXTS => content::act;
    POST "/console/content/{id}/approve" APPROVE => content::act;
    POST "/console/content/{id}/return" APPROVE => content::act;
    POST "/console/content/{id}/publish" TEXTS => content::act;
    POST "/console/content/{id}/withdraw" TEXTS => content::act;
    POST "/console/content/{id}/again" TEXTS => content::act;

    GET "/console/campaigns" CAMPAIGNS => campaigns::list;
    GET "/console/campaigns/new" CAMPAIGN => campaign_form::blank;
    POST "/console/campaigns/new" CAMPAIGN => campaign_form::add;
    POST "/console/campaigns/stop" CAMPAIGNS => campaigns::stop;
    POST "/console/campaigns/lift" CAMPAIGNS => campaigns::lift;
    GET "/console/campaigns/{id}" CAMPAIGNS => campaigns::show;
    GET "/console/campaigns/{id}/edit" CAMPAIGN => campaign_form::edit;
    POST "/console/campaigns/{id}/edit" CAMPAIGN => campaign_form::change;
    GET "/console/campaigns/{id}/preview" CAMPAIGNS => campaign_preview::show;
    GET "/console/campaigns/{id}/slices.csv" CAMPAIGNS => campaigns::export;
    POST "/console/campaigns/{id}/show" CAMPAIGN => campaigns::act;
    POST "/console/campaigns/{id}/seen" CAMPAIGNS => campaigns::act;
    POST "/console/campaigns/{id}/submit" CAMPAIGN => campaigns::act;
    POST "/console/campaigns/{id}/approve" APPROVE => campaigns::act;
    POST "/console/campaigns/{id}/return" APPROVE => campaigns::act;
    POST "/console/campaigns/{id}/schedule" CAMPAIGN => campaigns::act;
    POST "/console/campaigns/{id}/unschedule" CAMPAIGNS => campaigns::act;
    POST "/console/campaigns/{id}/cancel" CAMPAIGN => campaigns::act;
    POST "/console/campaigns/{id}/resume" CAMPAIGNS => campaigns::act;
    POST "/console/campaigns/{id}/found-sent" CAMPAIGN => campaigns::find;
    POST "/console/campaigns/{id}/found-not-sent" CAMPAIGN => campaigns::find;
    POST "/console/campaigns/{id}/repeat" CAMPAIGNS => campaigns::find;
    POST "/console/pictures" TEXTS => pictures::add;
    GET "/console/pictures/{id}" ARTICLES => pictures::show;

    GET "/console/quiz" ARTICLES => quiz::list;
    GET "/console/quiz/new" TEXTS => quiz::blank;
    POST "/console/quiz/new" TEXTS => quiz::add;
    GET "/console/quiz/rounds/{id}" ARTICLES => quiz::show;
    POST "/console/quiz/rounds/{id}" TEXTS => quiz::change;
    POST "/console/quiz/rounds/{id}/submit" TEXTS => quiz::submit;
    POST "/console/quiz/rounds/{id}/approve" APPROVE => quiz::approve;
    POST "/console/quiz/rounds/{id}/return" APPROVE => quiz::send_back;
    GET "/console/quiz/rounds/{id}/flags" ARTICLES => quiz_flags::list;
    POST "/console/quiz/rounds/{id}/look" ARTICLES => quiz_flags::look;
    POST "/console/quiz/rounds/{id}/flag" ARTICLES => quiz_flags::decide;
    POST "/console/quiz/rounds/{id}/draw" TEXTS => quiz::draw;
    GET "/console/quiz/bank" ARTICLES => quiz_bank::list;
    GET "/console/quiz/bank/new" TEXTS => quiz_bank::blank;
    POST "/console/quiz/bank/new" TEXTS => quiz_bank::add;
    GET "/console/quiz/bank/{id}" ARTICLES => quiz_bank::show;
    POST "/console/quiz/bank/{id}" TEXTS => quiz_bank::change;
    POST "/console/quiz/bank/{id}/approve" APPROVE => quiz_bank::approve;
    POST "/console/quiz/bank/{id}/return" APPROVE => quiz_bank::send_back;
    POST "/console/quiz/bank/{id}/retire" TEXTS => quiz_bank::retire;

    GET "/console/canned" ANSWER => canned::list;
    GET "/console/canned/new" ANSWER => canned::blank;
    POST "/console/canned/new" ANSWER => canned::add;
    GET "/console/canned/{id}" ANSWER => canned::show;
    POST "/console/canned/{id}" ANSWER => canned::change;
    POST "/console/canned/{id}/remove" ANSWER => canned::remove;

    GET "/console/cards" CARDS => cards::list;
    GET "/console/cards/new" CARDS => cards::blank;
    POST "/console/cards/new" CARDS => cards::add;
    GET "/console/cards/{id}" CARDS => cards::show;
    POST "/console/cards/{id}" CARDS => cards::change;
    POST "/console/cards/{id}/sign" CARDS => cards::sign;
    POST "/console/cards/{id}/state" CARDS => cards::set_state;

    GET "/console/go" Who::Session => going::show;
    GET "/console/search" READ => searching::show;
    GET "/console/knowledge" READ => knowledge::show;
    POST "/console/knowledge/confirm" ANSWER => knowledge::confirm;
    GET "/console/knowledge/lessons" RULES => lessons::show;
    POST "/console/knowledge/lessons/{id}/remove" RULES => lessons::remove;

    GET "/console/welcome" Who::Session => help::welcome;
    POST "/console/welcome" Who::Session => help::put_away;
    GET "/console/help" Who::Session => help::list;
    GET "/console/help/{id}" Who::Session => help::chapter;
    GET "/console/settings" ARTICLES => settings::list;
    GET "/console/settings/texts/{key}" ARTICLES => settings::show;
    POST "/console/settings/texts/{key}" TEXTS => settings::propose;
    AGAIN "/console/settings/texts/{key}/preview" TEXTS => settings::preview;
    POST "/console/settings/texts/{key}/approve" APPROVE => settings::decide;
    POST "/console/settings/texts/{key}/return" APPROVE => settings::decide;
    POST "/console/settings/texts/{key}/withdraw" TEXTS => settings::decide;

    GET "/console/notices" TEXTS => notices::list;
    POST "/console/notices/list" TEXTS => notices::read;
    GET "/console/notices/{template}" TEXTS => notices::show;
    POST "/console/notices/{template}" TEXTS => notices::choose;
    POST "/console/notices/{template}/stop" TEXTS => notices::stop;
    GET "/console/menu" ACCOUNT => menu::show;
    GET "/console/menu/edit" ACCOUNT => menu_edit::show;
    POST "/console/menu/edit" ACCOUNT => menu_edit::save;
    POST "/console/menu/publish" ACCOUNT => menu::publish;
    POST "/console/menu/discard" ACCOUNT => menu::discard;
    POST "/console/menu/restore" ACCOUNT => menu::restore;
    POST "/console/menu/import" ACCOUNT => menu::import;
    GET "/console/menu/phone" ACCOUNT => menu::on_the_phone;
    GET "/console/followers" ACCOUNT => followers::show;
    POST "/console/followers/sync" ACCOUNT => followers::sync;
    POST "/console/followers/tag" ACCOUNT => followers::tag;
    GET "/console/followers/block" ACCOUNT => follower::ask_block;
    POST "/console/followers/block" ACCOUNT => follower::block;
    GET "/console/followers/tags" ACCOUNT => follower_tags::show;
    POST "/console/followers/tags" ACCOUNT => follower_tags::create;
    POST "/console/followers/tags/rename" ACCOUNT => follower_tags::rename;
    POST "/console/followers/tags/delete" ACCOUNT => follower_tags::delete;
    GET "/console/followers/{id}" ACCOUNT => follower::show;
    POST "/console/followers/{id}/remark" ACCOUNT => follower::remark;
    GET "/console/agents" ACCOUNT => agents::show;
    POST "/console/agents/new" ACCOUNT => agents::add;
    POST "/console/agents/invite" ACCOUNT => agents::invite;
    POST "/console/agents/rename" ACCOUNT => agents::rename;
    POST "/console/agents/remove" ACCOUNT => agents::remove;

    GET "/console/health" HEALTH => health::show;
    GET "/console/health/alerts" HEALTH => alert_groups::deliveries;
    GET "/console/health/accounts" HEALTH => official_accounts::show;
    POST "/console/health/check" MEND => official_accounts::check;
    POST "/console/health/clear-quota" MEND => official_accounts::clear_quota;
    AGAIN "/console/health/request" MEND => official_accounts::look_up;

    GET "/console/account" Who::Session => account::show;
    POST "/console/account/sessions" Who::Session => account::end_session;
    POST "/console/account/sessions/others" Who::Session => account::end_others;
    GET "/console/account/code" Who::Session => second_factor::show;
    POST "/console/account/code" Who::Session => second_factor::begin;
    AGAIN "/console/account/code/confirm" Who::Session => second_factor::confirm;
    AGAIN "/console/account/code/paper" Who::Session => second_factor::renew;
    POST "/console/account/code/off" Who::Session => second_factor::turn_off;
    POST "/console/account/password" Who::Session => account::change_password;
    GET "/console/account/wechat" Who::Session => wechat_binding::show;
    AGAIN "/console/account/wechat" Who::Session => wechat_binding::begin;
    POST "/console/account/wechat/confirm" Who::Session => wechat_binding::confirm;
    POST "/console/account/wechat/cancel" Who::Session => wechat_binding::cancel;
    POST "/console/account/wechat/unbind" Who::Session => wechat_binding::unbind;
};

/// The router that the table describes, each route behind its guard.
pub(super) fn build(web: &Web) -> Router<Web> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let gate = Gate { web: web.clone(), who: route.who };
        let mut served = (route.serve)();
        if route.once {
            served = served.route_layer(from_fn_with_state(web.clone(), act_once));
        }
        router.route(route.path, served.route_layer(from_fn_with_state(gate, guard)))
    })
}
