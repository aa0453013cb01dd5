//! What staff see of the codes: the list, the form, the sheet for the wall.

use askama::Template;

use super::sheet::{Paper, Sheet};
use crate::platform::http::shell::{Choice, Input, Shell};
use crate::platform::http::when::When;

/// One code in the list.
#[derive(Clone, Debug, Default)]
pub struct CodeRow {
    /// Name printed below it.
    pub title: String,
    /// 服务站点, 成员单位, 活动.
    pub kind_name: String,
    /// Organization it belongs to; 联盟 when none.
    pub owner: String,
    /// Official account it leads to; empty when there is only one.
    pub account: String,
    /// Whether a scan works now.
    pub works: bool,
    /// Why there is no code.
    pub failure: Option<String>,
    /// When it dies; `None`: never.
    pub expires: Option<When>,
    /// Scans, new followers, inquiries.
    pub figures: [i64; 3],
    /// Address of its sheet.
    pub sheet_href: String,
    /// Where the form for making it again posts to.
    pub renew_action: String,
    /// Whether it can be made again: failed or temporary.
    pub renewable: bool,
}

/// The list `/console/codes`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "codes.html", config = "src/console/askama.toml")]
pub struct CodesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// At most 50 codes, newest first.
    pub rows: Vec<CodeRow>,
    /// All of them.
    pub total: i64,
    /// Address of the next page.
    pub next_href: Option<String>,
}

/// The form of a new code. Posts `kind`, `title`, `station`, `territory`, `organization`,
/// `account` and `days` (empty: for ever) to `/console/codes/new`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "code_form.html", config = "src/console/askama.toml")]
pub struct CodeFormPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What is wrong.
    pub error: Option<String>,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// Name printed below the code.
    pub title: Input,
    /// Stations that have no code yet.
    pub stations: Vec<Choice>,
    /// Towns and streets for a new station.
    pub territories: Vec<Choice>,
    /// Organizations; only the own one for its manager.
    pub organizations: Vec<Choice>,
    /// Official accounts; fewer than two are not shown.
    pub accounts: Vec<Choice>,
    /// Days it lives.
    pub days: Input,
}

/// A sheet to print: `/console/codes/{id}/sheet`.
#[derive(Clone, Debug, Template)]
#[template(path = "code_sheet.html", config = "src/console/askama.toml")]
pub struct CodeSheetPage {
    /// What stands on it.
    pub sheet: Sheet,
    /// Its size.
    pub paper: Paper,
    /// Address of the sheet in the other size, and its name.
    pub other: (String, &'static str),
    /// Address of the picture.
    pub picture: String,
    /// Address of the sheet as a PDF.
    pub pdf: String,
}

impl CodeSheetPage {
    /// Address of an embedded file.
    pub fn asset(&self, name: &str) -> &'static str {
        crate::platform::http::assets::url(name)
    }
}
