//! One line of a file of laws.

use serde::Deserialize;
use uuid::Uuid;

use super::{Article, Kind, Law, LawId, numerals, rules};

/// One article as a line of JSON. `law`, `text` and one of `article` and `no` must be there.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Name of the law.
    pub law: String,
    /// Its full title.
    #[serde(default)]
    pub title: String,
    /// 第一百三十三条之一.
    #[serde(default)]
    pub article: String,
    /// The article's number, where `article` is missing.
    #[serde(default)]
    pub no: Option<u32>,
    /// The text.
    pub text: String,
    /// Part, chapter and section.
    #[serde(default)]
    pub path: Vec<String>,
    /// Official names beside the text.
    #[serde(default, alias = "names")]
    pub charges: Vec<String>,
    /// Who issued the law.
    #[serde(default)]
    pub issuer: String,
    /// Kind of law: law, judicial_interpretation, or anything else for regulations.
    #[serde(default)]
    pub level: String,
    /// First day in force, YYYY-MM-DD.
    #[serde(default, alias = "date")]
    pub in_force_from: String,
    /// First day no longer in force.
    #[serde(default)]
    pub in_force_to: String,
    /// What took the law's place.
    #[serde(default)]
    pub repealed_by: String,
    /// Where the text was taken from.
    #[serde(default)]
    pub source: String,
}

impl Line {
    /// Reads one line.
    ///
    /// # Errors
    /// In English, for the terminal: what is wrong with it.
    pub fn read(json: &str) -> Result<Self, String> {
        let line: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if rules::plain_name(&line.law).is_empty() {
            return Err("\"law\" is empty".to_owned());
        }
        for day in [&line.in_force_from, &line.in_force_to] {
            if !day.is_empty() && !is_day(day) {
                return Err(format!("{day:?} is no day of the form YYYY-MM-DD"));
            }
        }
        line.place()?;
        Ok(line)
    }

    /// Whether both lines belong to the same version of the same law.
    pub fn same_law(&self, other: &Self) -> bool {
        self.law == other.law && self.in_force_from == other.in_force_from
    }

    /// The version of the law this line belongs to.
    pub fn law(&self, id: Uuid) -> Law {
        let title = if self.title.is_empty() { &self.law } else { &self.title };
        Law {
            id: LawId(id),
            name: rules::plain_name(&self.law),
            title: title.clone(),
            issuer: self.issuer.clone(),
            kind: self.kind(),
            in_force_from: self.in_force_from.clone(),
            in_force_to: self.in_force_to.clone(),
            repealed_by: self.repealed_by.clone(),
            source: self.source.clone(),
        }
    }

    /// The article.
    ///
    /// # Errors
    /// In English: the article has no number.
    pub fn article(&self) -> Result<Article, String> {
        let (number, insertion) = self.place()?;
        Ok(Article {
            number: i64::from(number),
            insertion: i64::from(insertion),
            heading: self.path.join("\n"),
            names: self.charges.join("\n"),
            body: self.text.clone(),
        })
    }

    fn place(&self) -> Result<(u32, u32), String> {
        let Some(label) = self.article.strip_prefix('第').and_then(|rest| rest.split_once('条'))
        else {
            let no = self.no.filter(|no| *no > 0 && self.article.is_empty());
            return no.map(|no| (no, 0)).ok_or_else(|| {
                format!("{:?} is no article number such as 第一百三十三条之一", self.article)
            });
        };
        let wrong = || format!("{:?} is no article number", self.article);
        let number = numerals::read(label.0).ok_or_else(wrong)?;
        let insertion = match label.1.strip_prefix('之') {
            Some(digits) => numerals::read(digits).ok_or_else(wrong)?,
            None if label.1.is_empty() => 0,
            None => return Err(wrong()),
        };
        Ok((number, insertion))
    }

    fn kind(&self) -> Kind {
        match self.level.as_str() {
            "law" => Kind::Law,
            "judicial_interpretation" | "interpretation" => Kind::Interpretation,
            "" if self.law.contains("最高人民") => Kind::Interpretation,
            "" if self.law.ends_with(['法', '典']) => Kind::Law,
            _ => Kind::Regulation,
        }
    }
}

fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::Line;

    #[test]
    fn a_line_is_read_with_its_version_and_place() {
        let line = Line::read(
            r#"{"law":"中华人民共和国刑法","article":"第一百三十三条之一","text":"危险驾驶",
            "path":["第二编 分则"],"charges":["危险驾驶罪"],"level":"law","date":"2021-03-01"}"#,
        )
        .unwrap();
        let article = line.article().unwrap();
        assert_eq!((article.number, article.insertion), (133, 1));
        assert_eq!(article.names, "危险驾驶罪");
        let law = line.law(uuid::Uuid::nil());
        assert_eq!((law.name.as_str(), law.kind), ("刑法", Kind::Law));
        assert_eq!(law.in_force_from, "2021-03-01");
    }

    #[test]
    fn a_line_that_cannot_be_placed_says_why() {
        for (line, why) in [
            (r#"{"law":"刑法","text":"x"}"#, "article number"),
            (r#"{"law":"刑法","text":"x","article":"附则"}"#, "article number"),
            (r#"{"law":"刑法","text":"x","no":1,"date":"2021"}"#, "YYYY-MM-DD"),
            (r#"{"law":"《》","text":"x","no":1}"#, "empty"),
            (r#"{"law":"刑法"}"#, "text"),
        ] {
            let error = Line::read(line).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
