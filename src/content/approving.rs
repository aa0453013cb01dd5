//! What one person wrote, another has read before it goes out: what articles and texts share. Pure.

use crate::platform::error::{Error, Result};
use crate::text_enum;

/// Longest reason of whoever sends something back, in characters.
pub const REASON_LIMIT: usize = 300;
/// What to do where nobody else may approve.
pub const NOBODY_ELSE: &str = "现在没有别人能审批。请安全管理员在“人员”里给另一位同事开一个“审批人”或\
    “联盟运营”账号；也可以请系统管理员在服务器上用 pufa staff add 添加。";

text_enum!(
    /// How a review ended.
    Decision {
        /// The text may go out as it is.
        Approved = "approved", "通过";
        /// It has to be changed first.
        Returned = "returned", "退回";
        /// It was changed or taken back before anybody decided.
        Overtaken = "overtaken", "改动后作废";
    }
);

/// The reason of whoever sends something back, in the form it is kept in.
///
/// # Errors
/// Invalid when it is missing or too long.
pub fn checked_reason(typed: &str) -> Result<&str> {
    let typed = typed.trim();
    match typed.chars().count() {
        0 => Err(Error::invalid("退回要写明原因，作者才知道怎么改。请填写原因后再退回。")),
        long if long > REASON_LIMIT => {
            Err(Error::invalid(format!("原因有 {long} 个字，最多 {REASON_LIMIT} 个字，请缩短。")))
        }
        _ => Ok(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_needed_and_has_an_end() {
        assert_eq!(checked_reason(" 日期写错了 ").expect("a reason"), "日期写错了");
        assert!(checked_reason(" \n").is_err());
        assert!(checked_reason(&"一".repeat(REASON_LIMIT)).is_ok());
        assert!(checked_reason(&"一".repeat(REASON_LIMIT + 1)).is_err());
    }
}
