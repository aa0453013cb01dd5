//! What surrounds a page: title, navigation, who is signed in, notices, the site's imprint.
//!
//! Every view struct of every slice carries one of these two shells, so that the templates
//! `shell.html`, `public.html` and `citizen.html` find the same names everywhere.

use super::assets;

/// Name and legal imprint of the installation, printed at the foot of every page.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name of the alliance as people know it.
    pub name: String,
    /// 主办单位; empty hides the line.
    pub publisher: String,
    /// ICP and public-security filing numbers in one line; empty hides it.
    pub icp: String,
    /// Telephone for help with this site, shown on error pages; empty hides it.
    pub support_phone: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            name: "常州微信普法联盟".into(),
            publisher: String::new(),
            icp: String::new(),
            support_phone: String::new(),
        }
    }
}

/// Who is signed in, as the header shows it.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// Name of the person.
    pub name: String,
    /// Role in words, such as 答复人员.
    pub role_name: String,
    /// Organization the person works for.
    pub organization_name: String,
}

/// One entry of the main navigation.
#[derive(Clone, Debug, Default)]
pub struct NavItem {
    /// Word on the entry; two to four characters.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Name of a symbol in `icons.html`, without its `i-`.
    pub icon: &'static str,
    /// Whether the page shown belongs to this entry.
    pub current: bool,
    /// Things waiting there; `None` and zero show nothing.
    pub count: Option<i64>,
}

impl NavItem {
    /// The waiting things worth a badge.
    pub fn badge(&self) -> Option<i64> {
        self.count.filter(|n| *n > 0)
    }
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// What was asked for is done.
    Done,
    /// Something worth knowing.
    Info,
    /// Something that needs care.
    Warning,
    /// It did not work; the text says what to do.
    Failed,
}

/// One line above the content that says what just happened.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How it is meant.
    pub kind: NoticeKind,
    /// The sentence.
    pub text: String,
}

impl Notice {
    /// A notice of this kind.
    pub fn new(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// Class of the colours.
    pub fn class(&self) -> &'static str {
        match self.kind {
            NoticeKind::Done => "good",
            NoticeKind::Info => "calm",
            NoticeKind::Warning => "warn",
            NoticeKind::Failed => "bad",
        }
    }

    /// The kind in a word, so that colour is never the only bearer of meaning.
    pub fn word(&self) -> &'static str {
        match self.kind {
            NoticeKind::Done => "完成",
            NoticeKind::Info => "提示",
            NoticeKind::Warning => "注意",
            NoticeKind::Failed => "没有成功",
        }
    }

    /// `alert` interrupts a screen reader, `status` waits for a pause.
    pub fn role(&self) -> &'static str {
        if self.kind == NoticeKind::Failed { "alert" } else { "status" }
    }
}

/// What every staff page needs around its content.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Title of the page, without the site's name.
    pub title: String,
    /// Whether the database is marked as a demo.
    pub demo: bool,
    /// Who is signed in.
    pub who: Option<Who>,
    /// Main navigation in the order of use; the first four stay visible on a phone.
    pub nav: Vec<NavItem>,
    /// What just happened.
    pub notice: Option<Notice>,
    /// Dangers this person is alerted to and has not said to know of, one sentence each.
    pub alerts: Vec<String>,
    /// Whether to offer the introduction, which the reader has not put away yet.
    pub tour: bool,
    /// Whether the page listens to `/console/live`.
    pub live: bool,
    /// Fresh random token that every form of the page carries in its hidden field `once`; the
    /// same action with the same token is done at most once.
    pub once: String,
    /// Name and imprint.
    pub site: Site,
}

impl Shell {
    /// Address of an embedded file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
}

/// What every page for citizens and the public needs around its content.
#[derive(Clone, Debug, Default)]
pub struct CitizenShell {
    /// Title of the page, without the site's name.
    pub title: String,
    /// Whether the database is marked as a demo.
    pub demo: bool,
    /// Whether large text (大字版) is on, remembered by a cookie.
    pub large: bool,
    /// Address of the same page with `large=1` or `large=0`; empty hides the switch.
    pub large_href: String,
    /// What just happened.
    pub notice: Option<Notice>,
    /// Fresh token of the page's forms, as in [`Shell::once`].
    pub once: String,
    /// Name and imprint.
    pub site: Site,
}

impl CitizenShell {
    /// Address of an embedded file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
}

/// One entry of a select box, a group of radio buttons or of check boxes.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}

impl Choice {
    /// An entry, chosen or not.
    pub fn new(value: impl Into<String>, label: impl Into<String>, selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), selected }
    }
}

/// A named group of [`Choice`]s, such as the towns of a district.
#[derive(Clone, Debug, Default)]
pub struct ChoiceGroup {
    /// Name of the group.
    pub label: String,
    /// Its entries.
    pub choices: Vec<Choice>,
}

/// What one field of a form shows: the value kept from the last attempt and what was wrong.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The value.
    pub value: String,
    /// What is wrong with it and what to do; `None` when nothing is.
    pub error: Option<String>,
}

impl Input {
    /// A field without error.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// A field with an error sentence.
    pub fn wrong(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }
}

/// Builds an address with a query; pairs with an empty value are left out.
pub fn href(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(mark);
        mark = '&';
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(byte as char);
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leaves_out_empty_pairs_and_encodes_the_rest() {
        let made = href("/console/inbox", &[("tab", ""), ("q", "工资 &1"), ("field", "labor")]);
        assert_eq!(made, "/console/inbox?q=%E5%B7%A5%E8%B5%84%20%261&field=labor");
    }

    #[test]
    fn a_badge_appears_only_when_something_waits() {
        let count = |count| NavItem { count, ..NavItem::default() }.badge();
        assert_eq!((count(None), count(Some(0)), count(Some(3))), (None, None, Some(3)));
    }
}
