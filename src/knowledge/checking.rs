//! Checks the citations of a text against every version of the laws that are known.

use std::collections::HashMap;

use super::rules::{self, Names, Verdict};
use super::{LawId, citation, label, store};
use crate::platform::db::Link;
use crate::platform::error::Result;

/// One citation with what is to be said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The citation as it stands in the text, without the law's name.
    pub written: String,
    /// Title of the law; empty when it is not known.
    pub title: String,
    /// 第一百三十三条之一.
    pub label: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// The article's text as it is now; empty when there is none.
    pub text: String,
}

/// Checks every citation of `text`, written on `written`, as seen on `today` (both YYYY-MM-DD).
pub async fn check(
    link: &mut impl Link,
    text: &str,
    written: &str,
    today: &str,
) -> Result<Vec<Checked>> {
    let found = citation::find(text);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let laws = store::laws(link).await?;
    let names = Names::new(laws.iter().map(|law| law.name.as_str()));
    let mut checked = Vec::new();
    for cited in found {
        let name = cited.law.as_ref().and_then(|law| names.find(law));
        let mut texts: HashMap<LawId, String> = HashMap::new();
        for law in laws.iter().filter(|law| Some(law.name.as_str()) == name) {
            let (number, insertion) = (i64::from(cited.article), i64::from(cited.insertion));
            if let Some(article) = store::article(link, law.id, number, insertion).await? {
                texts.insert(law.id, article.body);
            }
        }
        let text_of = |law: LawId, _: &citation::Citation| texts.get(&law).cloned();
        let verdict = rules::judge(&cited, &names, &laws, written, today, &text_of);
        let now = law_of(&verdict);
        let title = laws.iter().find(|law| Some(law.id) == now).map(|law| law.title.clone());
        checked.push(Checked {
            written: text[cited.place.clone()].to_owned(),
            title: title.unwrap_or_default(),
            label: label(i64::from(cited.article), i64::from(cited.insertion)),
            text: now.and_then(|law| texts.remove(&law)).unwrap_or_default(),
            verdict,
        });
    }
    Ok(checked)
}

fn law_of(verdict: &Verdict) -> Option<LawId> {
    match verdict {
        Verdict::Holds(law) | Verdict::NoSuchArticle(law) => Some(*law),
        Verdict::Changed { now, .. } => Some(*now),
        Verdict::Repealed { law, .. } => Some(*law),
        Verdict::NoSuchLaw | Verdict::NoLawNamed => None,
    }
}
