//! What a canned answer may hold, how it is found, and what its variables stand for. Pure.

use pinyin::ToPinyin;

use super::Canned;
use crate::platform::error::{Error, Result};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 40;
/// Longest text, in characters.
pub const LONGEST_BODY: usize = 2000;

/// What the variables of a text stand for in one inquiry.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Number of the inquiry.
    pub number: String,
    /// Short name of the organization that answers.
    pub organization: String,
    /// Its telephone.
    pub phone: String,
    /// Its address.
    pub address: String,
    /// Who answers.
    pub answerer: String,
    /// Today, 11月28日.
    pub today: String,
}

impl Values {
    /// Every variable with its value.
    fn all(&self) -> [(&'static str, &str); 6] {
        let [number, organization, phone, address, answerer, today] = VARIABLES;
        [
            (number, &self.number),
            (organization, &self.organization),
            (phone, &self.phone),
            (address, &self.address),
            (answerer, &self.answerer),
            (today, &self.today),
        ]
    }
}

/// The variables a text may hold.
pub const VARIABLES: [&str; 6] = ["{编号}", "{单位}", "{电话}", "{地址}", "{答复人}", "{今天}"];

/// A text with its variables filled in.
pub fn fill(body: &str, values: &Values) -> String {
    values.all().iter().fold(body.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// Title and text as they may be kept.
///
/// # Errors
/// Invalid when one is missing or too long, or a variable is not known.
pub fn checked(title: &str, body: &str) -> Result<(String, String)> {
    let (title, body) = (title.trim(), body.replace("\r\n", "\n").trim().to_owned());
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Error::invalid(format!("请填写标题，最多 {LONGEST_TITLE} 个字。")));
    }
    if body.is_empty() || body.chars().count() > LONGEST_BODY {
        return Err(Error::invalid(format!("请填写内容，最多 {LONGEST_BODY} 个字。")));
    }
    if let Some(unknown) = unknown_variable(&body) {
        let known = VARIABLES.join(" ");
        return Err(Error::invalid(format!("没有“{unknown}”这个变量。可以用：{known}。")));
    }
    Ok((title.to_owned(), body))
}

fn unknown_variable(body: &str) -> Option<&str> {
    body.match_indices('{').find_map(|(start, _)| {
        let end = start + body[start..].find('}')? + 1;
        let written = &body[start..end];
        (!VARIABLES.contains(&written)).then_some(written)
    })
}

/// The first letters of the syllables, in small letters; letters and digits stay: 工伤认定 is `gsrd`.
pub fn initials(text: &str) -> String {
    text.chars()
        .filter_map(|sign| match sign.to_pinyin() {
            Some(syllable) => syllable.first_letter().chars().next(),
            None => sign.is_ascii_alphanumeric().then(|| sign.to_ascii_lowercase()),
        })
        .collect()
}

/// The texts that fit what was typed, best first, at most `most`: by title, by the initials of the
/// title, by the text. Nothing typed finds all of them by title.
pub fn find<'a>(all: &'a [Canned], typed: &str, most: usize) -> Vec<&'a Canned> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(u8, &Canned)> =
        all.iter().filter_map(|c| Some((rank(&c.title, &c.body, &typed)?, c))).collect();
    found.sort_by(|a, b| (a.0, &a.1.title).cmp(&(b.0, &b.1.title)));
    found.into_iter().take(most).map(|(_, canned)| canned).collect()
}

/// How well a title and a text fit what was typed in small letters, 0 best; `None` when not at all.
pub fn rank(title: &str, body: &str, typed: &str) -> Option<u8> {
    let (title, initials) = (title.to_lowercase(), initials(title));
    let places = [
        title.starts_with(typed),
        initials.starts_with(typed),
        title.contains(typed),
        initials.contains(typed),
        body.to_lowercase().contains(typed),
    ];
    places.iter().position(|fits| *fits).and_then(|place| u8::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::CannedId;
    use crate::platform::clock::Moment;
    use crate::staff::StaffId;

    fn canned(title: &str, body: &str) -> Canned {
        Canned {
            id: CannedId(uuid::Uuid::nil()),
            organization_id: None,
            title: title.to_owned(),
            body: body.to_owned(),
            version: 1,
            saved_by: StaffId(uuid::Uuid::nil()),
            saved_at: Moment(0),
        }
    }

    fn titles(all: &[Canned], typed: &str) -> Vec<String> {
        find(all, typed, 9).into_iter().map(|canned| canned.title.clone()).collect()
    }

    #[test]
    fn texts_are_found_by_title_initials_and_body_in_this_order() {
        let all = [
            canned("工伤认定材料", "带上劳动合同"),
            canned("工资拖欠怎么办", "先打12333"),
            canned("劳动仲裁地址", "工伤和工资都在这里"),
        ];
        assert_eq!(titles(&all, "工伤"), ["工伤认定材料", "劳动仲裁地址"]);
        assert_eq!(titles(&all, "gz"), ["工资拖欠怎么办"]);
        assert_eq!(titles(&all, "GSRD"), ["工伤认定材料"]);
        assert_eq!(titles(&all, "zc"), ["劳动仲裁地址"]);
        assert_eq!(titles(&all, "12333"), ["工资拖欠怎么办"]);
        assert_eq!(titles(&all, "").len(), 3);
        assert!(titles(&all, "离婚").is_empty());
    }

    #[test]
    fn variables_are_filled_and_unknown_ones_refused() {
        let values = Values {
            number: "2611-0837".into(),
            organization: "湖塘暖言".into(),
            ..Values::default()
        };
        assert_eq!(fill("{单位}：编号{编号}", &values), "湖塘暖言：编号2611-0837");
        let refused = checked("标题", "您好{称呼}").expect_err("an unknown variable");
        assert!(refused.public().contains("{称呼}"), "{}", refused.public());
        assert_eq!(
            checked(" 标题 ", "{编号}\r\n好").expect("fine"),
            ("标题".into(), "{编号}\n好".into())
        );
        assert!(checked("", "x").is_err() && checked("x", "  ").is_err());
    }
}
