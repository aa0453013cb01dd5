//! Recorded bodies of tokens, quotas, diagnostics and WeChat's own figures
//! (wechat-protocol.md §4, §13).
//!
//! A request is compared whole: what we send must equal the recording. An answer must be read into
//! our type with the recording's values.

use pufa::wechat::datacube::{self, Figures, Span};
use pufa::wechat::diagnostics::{
    self, CheckAction, CheckOperator, CheckRequest, ClearQuota, QuotaOf, RidOf,
};
use pufa::wechat::token;
use serde::Serialize;
use serde_json::{Value, json};

/// File below `api-json` and what is checked of it.
type Case = (&'static str, fn(&Value));

/// What is checked of this family.
pub const CASES: &[Case] = &[
    ("cgibin_token_response.json", |body| lives(body, 7200)),
    ("wechatpy_token.json", |body| lives(body, 7200)),
    ("cgibin_callback_check_request.json", |body| {
        let action = CheckAction::All;
        sends(&CheckRequest { action, check_operator: CheckOperator::Default }, body);
    }),
    ("cgibin_callback_check_response.json", looked),
    ("wechatpy_callback_check.json", looked),
    ("cgibin_clear_quota_request.json", |body| sends(&ClearQuota { appid: "APPID" }, body)),
    ("cgibin_open_api_quota_get_request.json", |body| {
        sends(&QuotaOf { cgi_path: "/wxa/gettemplatedraftlist" }, body);
    }),
    ("cgibin_open_api_quota_get_response.json", |body| {
        let quota = diagnostics::quota_in(body).expect("a quota");
        assert_eq!((quota.daily_limit, quota.used, quota.remain), (0, 0, 0));
    }),
    ("cgibin_open_api_request_id_get_request.json", |body| {
        sends(&RidOf { rid: "61725984-6126f6f9-040f19c4" }, body);
    }),
    ("cgibin_open_api_request_id_get_response.json", |body| {
        let record = diagnostics::record_in(body).expect("a request");
        assert_eq!((record.invoke_time, record.cost_ms), (1_635_156_704, 30));
        assert_eq!(record.errcode, Some(45009));
        assert!(!record.url.contains("50_Im7"), "the token is told: {}", record.url);
    }),
    ("cgibin_get_api_domain_ip_response.json", |body| addresses(body, 3)),
    ("cgibin_get_callback_ip_response.json", |body| addresses(body, 3)),
    ("wechatpy_getcallbackip.json", |body| addresses(body, 1)),
    ("data_cube_get_article_summary_request.json", asks),
    ("data_cube_get_article_total_request.json", asks),
    ("data_cube_get_interface_summary_hour_request.json", asks),
    ("data_cube_get_interface_summary_request.json", asks),
    ("data_cube_get_upstream_message_distribution_month_request.json", asks),
    ("data_cube_get_upstream_message_distribution_request.json", asks),
    ("data_cube_get_upstream_message_distribution_week_request.json", asks),
    ("data_cube_get_upstream_message_hour_request.json", asks),
    ("data_cube_get_upstream_message_month_request.json", asks),
    ("data_cube_get_upstream_message_request.json", asks),
    ("data_cube_get_upstream_message_week_request.json", asks),
    ("data_cube_get_user_cumulate_request.json", asks),
    ("data_cube_get_user_read_hour_request.json", asks),
    ("data_cube_get_user_read_request.json", asks),
    ("data_cube_get_user_share_hour_request.json", asks),
    ("data_cube_get_user_share_request.json", asks),
    ("data_cube_get_user_summary_request.json", asks),
    ("data_cube_get_article_summary_response.json", |b| first(b, "share_user", 122)),
    ("data_cube_get_article_total_response.json", listed),
    ("data_cube_get_interface_summary_hour_response.json", |b| first(b, "fail_count", 18)),
    ("data_cube_get_interface_summary_response.json", |b| first(b, "max_time_cost", 5044)),
    ("data_cube_get_upstream_message_distribution_month_response.json", |b| {
        first(b, "msg_user", 246)
    }),
    ("data_cube_get_upstream_message_distribution_response.json", |b| {
        first(b, "count_interval", 1)
    }),
    ("data_cube_get_upstream_message_distribution_week_response.json", |b| {
        first(b, "msg_user", 246)
    }),
    ("data_cube_get_upstream_message_hour_response.json", |body| {
        first(body, "msg_count", 10);
        assert_eq!(figures(body).list[0].hour(), Some(0));
    }),
    ("data_cube_get_upstream_message_month_response.json", |b| first(b, "msg_count", 42206)),
    ("data_cube_get_upstream_message_response.json", |b| first(b, "msg_count", 817)),
    ("data_cube_get_upstream_message_week_response.json", |b| first(b, "msg_count", 27)),
    ("data_cube_get_user_cumulate_response.json", |b| first(b, "cumulate_user", 1_217_056)),
    ("data_cube_get_user_read_hour_response.json", |b| first(b, "int_page_read_user", 9028)),
    ("data_cube_get_user_read_response.json", |b| first(b, "user_source", 99_999_999)),
    ("data_cube_get_user_share_hour_response.json", |body| {
        first(body, "share_count", 72);
        assert_eq!(figures(body).list[0].hour(), Some(12));
    }),
    ("data_cube_get_user_share_response.json", |b| first(b, "share_count", 207)),
    ("data_cube_get_user_summary_response.json", |b| first(b, "new_user", 0)),
    ("wechatpy_datacube_getarticlesummary.json", |b| first(b, "share_user", 122)),
    ("wechatpy_datacube_getarticletotal.json", listed),
    ("wechatpy_datacube_getinterfacesummary.json", |b| first(b, "callback_count", 1234)),
    ("wechatpy_datacube_getinterfacesummaryhour.json", |b| first(b, "callback_count", 1234)),
    ("wechatpy_datacube_getupstreammsg.json", |b| first(b, "msg_count", 817)),
    ("wechatpy_datacube_getupstreammsgdist.json", |b| first(b, "msg_user", 246)),
    ("wechatpy_datacube_getupstreammsgdistmonth.json", |b| first(b, "msg_user", 246)),
    ("wechatpy_datacube_getupstreammsgdistweek.json", |b| first(b, "msg_user", 246)),
    ("wechatpy_datacube_getupstreammsghour.json", |b| first(b, "msg_count", 10)),
    ("wechatpy_datacube_getupstreammsgmonth.json", |b| first(b, "msg_count", 42206)),
    ("wechatpy_datacube_getupstreammsgweek.json", |b| first(b, "msg_count", 27)),
    ("wechatpy_datacube_getusercumulate.json", |b| first(b, "cumulate_user", 1_217_056)),
    ("wechatpy_datacube_getuserread.json", |b| first(b, "int_page_read_user", 45524)),
    ("wechatpy_datacube_getuserreadhour.json", |b| first(b, "ori_page_read_user", 4)),
    ("wechatpy_datacube_getusershare.json", |b| first(b, "share_count", 207)),
    ("wechatpy_datacube_getusersharehour.json", |b| first(b, "share_user", 4)),
    ("wechatpy_datacube_getusersummary.json", |b| first(b, "cancel_user", 0)),
];

fn sends(request: &impl Serialize, recorded: &Value) {
    assert_eq!(serde_json::to_value(request).expect("JSON"), *recorded);
}

fn lives(answer: &Value, seconds: u64) {
    assert_eq!(token::lifetime(answer.clone()).expect("a token"), seconds);
}

fn looked(answer: &Value) {
    let check = diagnostics::callback_check_in(answer.clone()).expect("a check");
    assert_eq!(check.dns[1].ip, "111.161.64.48");
    assert_eq!(check.ping[0].loss_percent(), Some(0.0));
    assert_eq!(check.ping[1].time, "21.434ms");
}

fn addresses(answer: &Value, count: usize) {
    let found = diagnostics::addresses_in(answer.clone()).expect("addresses");
    assert_eq!(found.len(), count);
    assert_eq!(found[0], "127.0.0.1");
}

/// Every call of this family sends the same two days.
fn asks(recorded: &Value) {
    let day = |name: &str| recorded[name].as_str().expect("a day");
    sends(&Span { begin_date: day("begin_date"), end_date: day("end_date") }, recorded);
}

fn figures(answer: &Value) -> Figures {
    datacube::figures_in(answer.clone()).expect("figures")
}

fn first(answer: &Value, name: &str, value: i64) {
    let figures = figures(answer);
    assert_eq!(figures.list[0].number(name), Some(value), "{name}");
    listed(answer);
}

/// Every item is read, and written as it was: nothing is lost on the way to the database.
fn listed(answer: &Value) {
    let figures = figures(answer);
    assert!(!figures.list.is_empty() && figures.list[0].ref_date.starts_with("20"));
    let written = json!({ "list": figures.list });
    assert_eq!(written["list"], answer["list"]);
}

#[test]
fn recorded_diagnostics_and_figures_are_sent_and_read() {
    for (file, check) in CASES {
        let path = format!("fixtures/wechat/api-json/{file}");
        let Some(path) = super::recorded(&path) else { return };
        let text = std::fs::read_to_string(path).expect(file);
        check(&serde_json::from_str(&text).expect(file));
    }
}
