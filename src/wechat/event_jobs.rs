//! Reading the results of mass sends and publications (wechat-protocol.md §2.4, §2.5).

use super::event::{CopyrightCheck, Event, MassSendResult, MassSendStatus, PublishResult};
use super::xml::Element;

/// MASSSENDJOBFINISH.
pub(super) fn mass_send(root: Element<'_>) -> Option<Event> {
    let count = |name| root.number(name).unwrap_or_default();
    let copyright = root.get("CopyrightCheckResult");
    Some(Event::MassSendFinished(Box::new(MassSendResult {
        message_id: root.number("MsgID"),
        status: mass_send_status(root.value("Status")?),
        total: count("TotalCount"),
        filtered: count("FilterCount"),
        sent: count("SentCount"),
        failed: count("ErrorCount"),
        copyright_state: copyright.and_then(|check| check.number("CheckState")),
        copyright: copyright.map(copyright_checks).unwrap_or_default(),
        article_urls: root
            .get("ArticleUrlResult")
            .map(|result| indexed(result, "ArticleIdx", "ArticleUrl"))
            .unwrap_or_default(),
    })))
}

/// PUBLISHJOBFINISH, also seen as FREEPUBLISHJOBFINISH.
pub(super) fn publish(root: Element<'_>) -> Option<Event> {
    let info = root.get("PublishEventInfo")?;
    Some(Event::PublishFinished(PublishResult {
        publish_id: info.string("publish_id")?,
        status: info.number("publish_status")?,
        article_id: info.string("article_id"),
        article_urls: info
            .get("article_detail")
            .map(|detail| indexed(detail, "idx", "article_url"))
            .unwrap_or_default(),
        failed: info.all("fail_idx").filter_map(|index| index.text().trim().parse().ok()).collect(),
    }))
}

/// `err(30003)`; punctuation has varied, so that only `err` and the digits are relied upon.
fn mass_send_status(status: &str) -> MassSendStatus {
    let plain = status.trim().to_ascii_lowercase();
    if let Some(rest) = plain.strip_prefix("err") {
        let digits: String = rest
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        if let Ok(number) = digits.parse() {
            return MassSendStatus::Refused(number);
        }
    }
    match plain.as_str() {
        "send success" | "sendsuccess" => MassSendStatus::Sent,
        "send fail" | "sendfail" => MassSendStatus::Failed,
        _ => MassSendStatus::Other(status.to_owned()),
    }
}

fn copyright_checks(check: Element<'_>) -> Vec<CopyrightCheck> {
    check
        .subtree()
        .filter_map(|item| {
            Some(CopyrightCheck {
                article: item.number("ArticleIdx")?,
                declared: item.number("UserDeclareState"),
                audit: item.number("AuditState"),
                original_url: item.string("OriginalArticleUrl"),
                original_type: item.number("OriginalArticleType"),
                can_reprint: item.number("CanReprint") == Some(1),
                replaces_content: item.number("NeedReplaceContent") == Some(1),
                shows_source: item.number("NeedShowReprintSource") == Some(1),
            })
        })
        .collect()
}

/// Pairs of index and address at any depth: XML wraps them in `item`, JSON in an array.
fn indexed(result: Element<'_>, index: &'static str, address: &'static str) -> Vec<(u32, String)> {
    result.subtree().filter_map(|item| Some((item.number(index)?, item.string(address)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_refusal_is_read_whatever_the_punctuation() {
        for status in ["err(30003)", "err (30003)", "ERR:30003", "err（30003）"] {
            assert_eq!(mass_send_status(status), MassSendStatus::Refused(30003), "{status}");
        }
        assert_eq!(mass_send_status("send success"), MassSendStatus::Sent);
        assert_eq!(mass_send_status("err()"), MassSendStatus::Other("err()".to_owned()));
    }
}
