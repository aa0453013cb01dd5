//! Which version of a law counts, what a name means, and whether a citation still holds.

use std::collections::HashMap;

use super::citation::{Citation, Written};
use super::{Law, LawId};
use crate::language::normalize;

/// Short names everybody uses, beside the names laws bear.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("民诉法", "民事诉讼法"),
    ("刑诉法", "刑事诉讼法"),
    ("行诉法", "行政诉讼法"),
    ("消法", "消费者权益保护法"),
    ("消保法", "消费者权益保护法"),
    ("道交法", "道路交通安全法"),
    ("交通安全法", "道路交通安全法"),
    ("劳动仲裁法", "劳动争议调解仲裁法"),
    ("劳动争议仲裁法", "劳动争议调解仲裁法"),
    ("治安处罚法", "治安管理处罚法"),
    ("治安管理法", "治安管理处罚法"),
    ("未保法", "未成年人保护法"),
    ("反家暴法", "反家庭暴力法"),
    ("土地承包法", "农村土地承包法"),
    ("社保法", "社会保险法"),
    ("个税法", "个人所得税法"),
    ("物业条例", "物业管理条例"),
    ("工伤条例", "工伤保险条例"),
    ("老年人保护法", "老年人权益保障法"),
    ("妇女保护法", "妇女权益保障法"),
    ("房地产法", "城市房地产管理法"),
];

/// The name laws are kept and compared by: no marks, no 中华人民共和国, no remark of the year.
pub fn plain_name(written: &str) -> String {
    let bare: String = normalize(written)
        .replace("中华人民共和国", "")
        .chars()
        .filter(|c| !matches!(c, '《' | '》' | '〈' | '〉' | '<' | '>' | ' ' | '"' | '“' | '”'))
        .collect();
    let remark = bare.rfind('(').filter(|&from| {
        bare.ends_with(')') && bare[from..].chars().any(|c| matches!(c, '修' | '订' | '年'))
    });
    remark.map_or(bare.as_str(), |from| &bare[..from]).to_owned()
}

/// Names of laws as people write them.
#[derive(Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    /// Names of the laws that are there; a short name counts when its law is there.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut known: HashMap<String, String> =
            names.map(|name| (name.to_owned(), name.to_owned())).collect();
        for (short, full) in SHORT_NAMES {
            if known.contains_key(*full) {
                known.entry((*short).to_owned()).or_insert_with(|| (*full).to_owned());
            }
        }
        Self(known)
    }

    /// The kept name of a law somebody wrote: the whole of what stands in 《》, or the longest end of
    /// the words before the number that is a name.
    pub fn find(&self, written: &Written) -> Option<&str> {
        match written {
            Written::Quoted(name) => self.0.get(&plain_name(name)).map(String::as_str),
            Written::Before(words) => {
                let plain = plain_name(words);
                plain
                    .char_indices()
                    .find_map(|(at, _)| self.0.get(&plain[at..]).map(String::as_str))
            }
        }
    }

    /// Every law named in a question, by its kept name.
    pub fn named_in<'a>(&'a self, question: &str) -> impl Iterator<Item = &'a str> {
        let plain = plain_name(question);
        self.0
            .iter()
            .filter(move |(name, _)| name.chars().count() > 2 && plain.contains(name.as_str()))
            .map(|(_, kept)| kept.as_str())
    }
}

/// How a law names itself.
const ITSELF: &[&str] = &["本法", "本条例", "本规定", "本解释", "本办法"];

/// The kept name of the law a citation within the law `own` means; `None` when it is not known.
pub fn meant_within<'a>(citation: &Citation, own: &'a str, names: &'a Names) -> Option<&'a str> {
    match &citation.law {
        None => Some(own),
        Some(Written::Before(words)) if ITSELF.iter().any(|itself| words.ends_with(itself)) => {
            Some(own)
        }
        Some(written) => names.find(written),
    }
}

/// The version of a law in force on `day` (YYYY-MM-DD), among its versions in any order.
pub fn in_force<'a>(versions: impl Iterator<Item = &'a Law>, day: &str) -> Option<&'a Law> {
    versions
        .filter(|law| law.in_force_from.as_str() <= day)
        .max_by(|a, b| a.in_force_from.cmp(&b.in_force_from))
        .filter(|law| law.in_force_to.is_empty() || day < law.in_force_to.as_str())
}

/// Every law in force on `day`, ordered by name, so that the same laws always stand in the same order.
pub fn all_in_force<'a>(laws: &'a [Law], day: &str) -> Vec<&'a Law> {
    let mut by_name: HashMap<&str, Vec<&Law>> = HashMap::new();
    for law in laws {
        by_name.entry(&law.name).or_default().push(law);
    }
    let mut found: Vec<&Law> =
        by_name.into_values().filter_map(|versions| in_force(versions.into_iter(), day)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// What is to be said about one citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The article is in force as it was when it was cited.
    Holds(LawId),
    /// The law was changed since, and this article reads differently now, or is gone.
    Changed {
        /// The version in force when it was cited.
        then: LawId,
        /// The version in force now.
        now: LawId,
        /// The article's text now; `None` when there is no such article any more.
        text: Option<String>,
    },
    /// The law is no longer in force.
    Repealed {
        /// The last version.
        law: LawId,
        /// Since when (YYYY-MM-DD); empty when not known.
        since: String,
        /// What took its place; empty when nothing is known.
        by: String,
    },
    /// The law is known, but has no such article.
    NoSuchArticle(LawId),
    /// No law of that name is known here.
    NoSuchLaw,
    /// No law is named.
    NoLawNamed,
}

/// An article's text in one version of a law, if it is there.
pub type TextOf<'a> = &'a dyn Fn(LawId, &Citation) -> Option<String>;

/// Judges one citation written on `written` as seen on `today` (both YYYY-MM-DD).
pub fn judge(
    citation: &Citation,
    names: &Names,
    laws: &[Law],
    written: &str,
    today: &str,
    text: TextOf<'_>,
) -> Verdict {
    let Some(named) = &citation.law else { return Verdict::NoLawNamed };
    let Some(name) = names.find(named) else { return Verdict::NoSuchLaw };
    let versions = || laws.iter().filter(|law| law.name == name);
    let Some(last) = versions().max_by(|a, b| a.in_force_from.cmp(&b.in_force_from)) else {
        return Verdict::NoSuchLaw;
    };
    let Some(now) = in_force(versions(), today) else {
        let (since, by) = (last.in_force_to.clone(), last.repealed_by.clone());
        return Verdict::Repealed { law: last.id, since, by };
    };
    let then = in_force(versions(), written).unwrap_or(now);
    match (text(then.id, citation), text(now.id, citation)) {
        (None, None) => Verdict::NoSuchArticle(now.id),
        (Some(before), after) if Some(&before) != after.as_ref() => {
            Verdict::Changed { then: then.id, now: now.id, text: after }
        }
        _ => Verdict::Holds(now.id),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::citation::find;
    use super::*;

    fn law(name: &str, from: &str, to: &str, nth: u128) -> Law {
        Law {
            id: LawId(Uuid::from_u128(nth)),
            name: name.to_owned(),
            title: name.to_owned(),
            issuer: String::new(),
            kind: super::super::Kind::Law,
            in_force_from: from.to_owned(),
            in_force_to: to.to_owned(),
            repealed_by: if to.is_empty() { String::new() } else { "民法典".to_owned() },
            source: String::new(),
        }
    }

    fn verdict(text: &str, written: &str, today: &str) -> Verdict {
        let laws = [
            law("公司法", "2018-10-26", "", 1),
            law("公司法", "2024-07-01", "", 2),
            law("合同法", "1999-10-01", "2021-01-01", 3),
        ];
        let names = Names::new(laws.iter().map(|law| law.name.as_str()));
        let body = |id: LawId, citation: &Citation| match (id.0.as_u128(), citation.article) {
            (1, 63) => Some("一人公司".to_owned()),
            (2, 63) => Some("监事".to_owned()),
            (1 | 2, 1) => Some("为了".to_owned()),
            _ => None,
        };
        judge(&find(text)[0], &names, &laws, written, today, &body)
    }

    #[test]
    fn each_citation_gets_the_verdict_it_deserves() {
        let id = |nth| LawId(Uuid::from_u128(nth));
        let (old, new) = ("2020-05-01", "2026-01-01");
        assert_eq!(verdict("《公司法》第一条", old, new), Verdict::Holds(id(2)));
        let changed = Verdict::Changed { then: id(1), now: id(2), text: Some("监事".to_owned()) };
        assert_eq!(verdict("根据中华人民共和国公司法第63条", old, new), changed);
        assert_eq!(verdict("公司法第63条", new, new), Verdict::Holds(id(2)));
        assert_eq!(verdict("公司法第900条", new, new), Verdict::NoSuchArticle(id(2)));
        assert_eq!(verdict("《火星法》第1条", new, new), Verdict::NoSuchLaw);
        assert_eq!(verdict("第1条", new, new), Verdict::NoLawNamed);
        let gone =
            Verdict::Repealed { law: id(3), since: "2021-01-01".into(), by: "民法典".into() };
        assert_eq!(verdict("《合同法》第52条", old, new), gone);
    }

    #[test]
    fn a_law_counts_from_its_first_day_and_no_longer_on_the_day_it_ends() {
        let versions = [law("合同法", "1999-10-01", "2021-01-01", 3)];
        for (day, holds) in [
            ("1999-09-30", false),
            ("1999-10-01", true),
            ("2020-12-31", true),
            ("2021-01-01", false),
        ] {
            assert_eq!(in_force(versions.iter(), day).is_some(), holds, "{day}");
        }
    }

    #[test]
    fn names_are_compared_without_what_people_leave_out() {
        assert_eq!(plain_name("《中华人民共和国刑法》（2020年修正）"), "刑法");
        assert_eq!(
            plain_name("最高人民法院关于适用《中华人民共和国民事诉讼法》的解释"),
            plain_name("最高人民法院关于适用《民事诉讼法》的解释")
        );
        let names = Names::new(["民事诉讼法", "诉讼法"].into_iter());
        assert_eq!(names.find(&Written::Before("依照民诉法".into())), Some("民事诉讼法"));
        assert_eq!(names.find(&Written::Before("按民事诉讼法".into())), Some("民事诉讼法"));
    }
}
