//! What WeChat's error codes mean and what to do about them (wechat-protocol.md §15).
//!
//! Only the number counts: `errmsg` changes its wording and is never matched.

use super::errcode_table::TABLE;

/// One error code, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// The code itself.
    pub code: i64,
    /// In a few English words, for logs.
    pub meaning: &'static str,
    /// What happened and what to do, in a Chinese sentence for the operators.
    pub operator_hint: &'static str,
    /// What a program does about it.
    pub action: Action,
}

/// What a program does about an error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is no failure: the thing is done, or was done before.
    Done,
    /// Try again with growing pauses, at most five times; a send only with its own message id.
    Retry,
    /// Fetch a new access token and try once more (§4.2).
    RefreshToken,
    /// Try again after this many seconds.
    WaitSeconds(u32),
    /// Today's quota is used up: try again after 00:00, Beijing time.
    WaitUntilMidnight,
    /// This item has failed for good.
    GiveUp,
    /// The request was wrong: a fault of ours, or a value to be corrected.
    FixRequest,
    /// Configuration, permission, money or the console: a person must act.
    TellOperator,
}

/// What `code` means. A code that is not in the table gives up: unknown refusals are never
/// repeated (§15).
pub fn meaning(code: i64) -> Meaning {
    let at = TABLE.partition_point(|row| row.last < code);
    match TABLE.get(at).filter(|row| row.first <= code) {
        Some(row) => {
            Meaning { code, meaning: row.meaning, operator_hint: row.hint, action: row.action }
        }
        None => Meaning {
            code,
            meaning: "unknown error code",
            operator_hint: "微信返回了系统尚未收录的错误码，本次操作已停止；请凭错误码和 rid 查询微信官方文档。",
            action: Action::GiveUp,
        },
    }
}

/// Whether the table knows `code`.
pub fn is_known(code: i64) -> bool {
    let at = TABLE.partition_point(|row| row.last < code);
    TABLE.get(at).is_some_and(|row| row.first <= code)
}

/// One line of the table: the codes `first..=last`.
pub(super) struct Row {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) meaning: &'static str,
    pub(super) hint: &'static str,
    pub(super) action: Action,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_without_overlaps_so_that_it_can_be_searched() {
        assert!(TABLE.iter().all(|row| row.first <= row.last));
        assert!(TABLE.is_sorted_by(|a, b| a.last < b.first));
    }

    #[test]
    fn every_hint_is_a_chinese_sentence_and_every_meaning_is_english() {
        for row in TABLE {
            assert!(row.hint.ends_with('。'), "{}: {}", row.first, row.hint);
            assert!(row.meaning.is_ascii() && !row.meaning.is_empty(), "{}", row.first);
        }
    }

    #[test]
    fn the_codes_that_decide_deliveries_are_acted_upon_rightly() {
        for (code, action) in [
            (0, Action::Done),
            (45065, Action::Done),
            (-1, Action::Retry),
            (40001, Action::RefreshToken),
            (40014, Action::RefreshToken),
            (42001, Action::RefreshToken),
            (45009, Action::WaitUntilMidnight),
            (45011, Action::WaitSeconds(60)),
            (45015, Action::GiveUp),
            (45047, Action::GiveUp),
            (43004, Action::GiveUp),
            (48002, Action::GiveUp),
            (40164, Action::TellOperator),
            (47003, Action::FixRequest),
            (1, Action::GiveUp),
            (i64::MAX, Action::GiveUp),
            (i64::MIN, Action::GiveUp),
        ] {
            assert_eq!(meaning(code).action, action, "{code}");
            assert_eq!(meaning(code).code, code);
        }
        assert!(!is_known(1) && is_known(40001));
    }
}
