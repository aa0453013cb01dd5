//! Pages that say the same to everybody.

use axum::extract::State;

use super::Reader;
use crate::citizens::views::PrivacyPage;
use crate::console::error::Answer;
use crate::console::frame;
use crate::console::state::Web;

/// Version of the privacy notice.
const PRIVACY_VERSION: &str = "2026-11";

/// How personal data is treated.
pub async fn privacy(State(web): State<Web>, reader: Reader) -> Answer {
    let phone = &web.config.alliance.support_phone;
    reader.give(&PrivacyPage {
        shell: frame::street(&web, "个人信息怎么保护", reader.large, "/c/privacy", &reader.asked),
        version: PRIVACY_VERSION.into(),
        kept_for: "保存到您自己删除为止".into(),
        contact: if phone.is_empty() {
            "在公众号里留言".into()
        } else {
            format!("电话 {phone}")
        },
    })
}
