//! WeChat's own figures about an account (wechat-protocol.md §13).
//!
//! Days are Beijing days, written `2026-11-23`; a day is ready after 08:00 of the next one.
//! Figures are revised for some days, and retired calls are kept for their old data only.

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::{CallError, Client, big, decode};
use crate::text_enum;

text_enum!(
    /// One kind of figures, by WeChat's name of the call.
    Dataset {
        /// New and lost followers by how they came.
        UserSummary = "getusersummary", "新增和取消关注";
        /// Followers in all.
        UserCumulate = "getusercumulate", "关注总人数";
        /// Readers of one article; from 2025-11 on.
        ArticleRead = "getarticleread", "文章阅读";
        /// Sharers of one article; from 2025-11 on.
        ArticleShare = "getarticleshare", "文章分享";
        /// The account's articles together; from 2025-11 on.
        BizSummary = "getbizsummary", "全部文章概况";
        /// One article over thirty days; from 2025-11 on.
        ArticleTotalDetail = "getarticletotaldetail", "文章三十天明细";
        /// Messages that people sent.
        UpstreamMsg = "getupstreammsg", "群众来信";
        /// Messages that people sent, by hour.
        UpstreamMsgHour = "getupstreammsghour", "群众来信（小时）";
        /// Messages that people sent, by week.
        UpstreamMsgWeek = "getupstreammsgweek", "群众来信（周）";
        /// Messages that people sent, by month.
        UpstreamMsgMonth = "getupstreammsgmonth", "群众来信（月）";
        /// How many people sent how many messages.
        UpstreamMsgDist = "getupstreammsgdist", "来信条数分布";
        /// How many people sent how many messages, by week.
        UpstreamMsgDistWeek = "getupstreammsgdistweek", "来信条数分布（周）";
        /// How many people sent how many messages, by month.
        UpstreamMsgDistMonth = "getupstreammsgdistmonth", "来信条数分布（月）";
        /// How our server answered pushes.
        InterfaceSummary = "getinterfacesummary", "推送应答";
        /// How our server answered pushes, by hour.
        InterfaceSummaryHour = "getinterfacesummaryhour", "推送应答（小时）";
        /// Retired: articles of one day.
        ArticleSummary = "getarticlesummary", "文章当日（已停用）";
        /// Retired: articles over seven days.
        ArticleTotal = "getarticletotal", "文章七日（已停用）";
        /// Retired: readers.
        UserRead = "getuserread", "阅读（已停用）";
        /// Retired: readers by hour.
        UserReadHour = "getuserreadhour", "阅读（小时，已停用）";
        /// Retired: sharers.
        UserShare = "getusershare", "分享（已停用）";
        /// Retired: sharers by hour.
        UserShareHour = "getusersharehour", "分享（小时，已停用）";
    }
);

impl Dataset {
    /// Most days in one call; nothing for the calls by week and month, whose span is one period.
    pub fn longest_days(self) -> Option<u32> {
        use Dataset as D;
        match self {
            D::UserSummary | D::UserCumulate | D::UpstreamMsg | D::UserShare => Some(7),
            D::BizSummary | D::InterfaceSummary => Some(30),
            D::UpstreamMsgDist => Some(15),
            D::UserRead => Some(3),
            D::ArticleRead
            | D::ArticleShare
            | D::ArticleTotalDetail
            | D::UpstreamMsgHour
            | D::InterfaceSummaryHour
            | D::ArticleSummary
            | D::ArticleTotal
            | D::UserReadHour
            | D::UserShareHour => Some(1),
            D::UpstreamMsgWeek
            | D::UpstreamMsgMonth
            | D::UpstreamMsgDistWeek
            | D::UpstreamMsgDistMonth => None,
        }
    }

    /// The current calls by day, which are collected every morning. Weeks and months can be
    /// counted from days.
    pub const DAILY: [Dataset; 11] = [
        Dataset::UserSummary,
        Dataset::UserCumulate,
        Dataset::ArticleRead,
        Dataset::ArticleShare,
        Dataset::BizSummary,
        Dataset::ArticleTotalDetail,
        Dataset::UpstreamMsg,
        Dataset::UpstreamMsgHour,
        Dataset::UpstreamMsgDist,
        Dataset::InterfaceSummary,
        Dataset::InterfaceSummaryHour,
    ];

    /// Path of the call.
    pub fn path(self) -> String {
        format!("/datacube/{}", self.code())
    }
}

/// Body of every call: first and last day, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span<'a> {
    /// First day.
    pub begin_date: &'a str,
    /// Last day, at the latest yesterday.
    pub end_date: &'a str,
}

/// An answer: one item for each day and whatever else it is divided by.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Figures {
    /// The items, as WeChat orders them.
    pub list: Vec<Item>,
    /// The figures are not complete yet.
    #[serde(default, deserialize_with = "truth")]
    pub is_delay: bool,
}

/// One item: a day, perhaps an hour, and its figures under WeChat's names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The day, `2026-11-23`; of weeks and months the first.
    pub ref_date: String,
    /// The hour times a hundred: 0, 100 … 2300.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_hour: Option<u32>,
    /// Everything else; unknown names are kept.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Item {
    /// A figure by its name; nothing when it is missing or no whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        big(self.rest.get(name)?).and_then(|number| i64::try_from(number).ok())
    }

    /// The hour, 0 to 23.
    pub fn hour(&self) -> Option<u32> {
        self.ref_hour.map(|hour| hour / 100).filter(|hour| *hour < 24)
    }
}

impl Client {
    /// Figures from `from` to `to`, both included.
    ///
    /// # Errors
    /// [`CallError`]; 61501 when the span is longer than [`Dataset::longest_days`], 61503 when the
    /// figures are not ready.
    pub async fn figures(
        &self,
        dataset: Dataset,
        from: &str,
        to: &str,
    ) -> Result<Figures, CallError> {
        let span = Span { begin_date: from, end_date: to };
        figures_in(self.post_json(&dataset.path(), &span).await?)
    }
}

/// The figures in an answer.
///
/// # Errors
/// When the answer has no list.
pub fn figures_in(answer: Value) -> Result<Figures, CallError> {
    decode(answer)
}

/// A flag that may come as a number.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_bool().unwrap_or_else(|| value.as_i64().is_some_and(|number| number != 0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hours_are_divided_by_a_hundred_and_unknown_figures_are_kept() {
        let answer = json!({"list": [{"ref_date": "2026-11-22", "ref_hour": 2300, "msg_count": 7,
            "invented_later": 1}], "is_delay": 1});
        let figures = figures_in(answer).unwrap();
        let item = &figures.list[0];
        assert_eq!((item.hour(), item.number("msg_count")), (Some(23), Some(7)));
        assert_eq!(item.number("invented_later"), Some(1));
        assert!(figures.is_delay);
        let written = serde_json::to_value(item).unwrap();
        assert_eq!(written["ref_hour"], 2300);
    }

    #[test]
    fn everything_collected_every_morning_has_a_span_in_days() {
        assert!(Dataset::DAILY.iter().all(|dataset| dataset.longest_days().is_some()));
    }
}
