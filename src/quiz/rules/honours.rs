//! The certificate as a picture, its code, and what three questions before and after tell. Pure.

use sqlx::FromRow;

use crate::platform::error::{Error, Result};
use crate::quiz::store::honours::Certificate;
use crate::text_enum;

/// Share of satisfied players the alliance aims at, in percent.
pub const TARGET: i64 = 90;

text_enum!(
    /// When somebody says what they think.
    When {
        /// Before the first question.
        Before = "before", "答题以前";
        /// After the questions.
        After = "after", "答题以后";
    }
);

/// Marks from 1 (not at all) to 5 (very).
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Marks {
    /// How well one knows the law asked about.
    pub aware: i64,
    /// How useful the quiz was; only afterwards.
    pub useful: Option<i64>,
    /// How satisfied one is; only afterwards.
    pub satisfied: Option<i64>,
}

/// The marks as they are kept.
///
/// # Errors
/// Invalid when a question was left out.
pub fn marks(when: When, aware: i64, useful: i64, satisfied: i64) -> Result<Marks> {
    let good = |mark: i64| (1..=5).contains(&mark);
    let after = when == When::After;
    match good(aware) && (!after || good(useful) && good(satisfied)) {
        true => Ok(Marks {
            aware,
            useful: after.then_some(useful),
            satisfied: after.then_some(satisfied),
        }),
        false => Err(Error::invalid("还有题没有选。请每一题选一个，再提交。")),
    }
}

/// The share of marks of 4 and 5 with the number of people asked, in words; `target` is the share
/// aimed at, 0 for none.
pub fn share(marks: &[i64], target: i64) -> String {
    let (all, good) = (marks.len(), marks.iter().filter(|mark| **mark >= 4).count());
    if all == 0 {
        return "还没有人回答".to_owned();
    }
    let percent = i64::try_from(good * 100 / all).unwrap_or(0);
    let verdict = match target {
        0 => "",
        _ if percent >= target => "，达到目标",
        _ => "，没有达到目标",
    };
    let aim = if target > 0 { format!("（目标 {target}%{verdict}）") } else { String::new() };
    format!("{percent}%{aim}，{all} 人回答")
}

/// A code as it is printed: `1a2b-3c4d-…`.
pub fn printed(code: &str) -> String {
    let mut out = String::new();
    for (at, letter) in code.chars().enumerate() {
        if at > 0 && at.is_multiple_of(4) {
            out.push('-');
        }
        out.push(letter);
    }
    out
}

/// A code as somebody typed it, as it is kept.
pub fn typed(code: &str) -> String {
    code.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
}

/// The certificate as an SVG picture; `issuer` is the alliance.
pub fn picture(certificate: &Certificate, issuer: &str) -> String {
    let day = certificate.issued_at.in_shanghai().strftime("%Y年%-m月%-d日").to_string();
    let who = match certificate.nickname.as_str() {
        "" => format!("编号 {}", certificate.number),
        name => format!("{name}（编号 {}）", certificate.number),
    };
    let line = |y: u32, size: u32, words: &str| {
        format!(
            "<text x=\"400\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"middle\">{}</text>",
            escaped(words)
        )
    };
    let lines = [
        line(120, 52, "普法答题证书"),
        line(220, 30, &who),
        line(280, 24, &format!("参加“{}”", certificate.title)),
        line(325, 24, &format!("答对 {} 题，特发此证。", certificate.right_answers)),
        line(420, 22, issuer),
        line(455, 20, &day),
        line(520, 18, &format!("验证码 {}", printed(&certificate.code))),
    ];
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 566\" role=\"img\" \
         font-family=\"'Noto Serif CJK SC','Songti SC',SimSun,serif\" fill=\"#3b2a1a\">\
         <title>普法答题证书</title><rect width=\"800\" height=\"566\" fill=\"#fffaf0\"/>\
         <rect x=\"16\" y=\"16\" width=\"768\" height=\"534\" fill=\"none\" stroke=\"#b03a2e\" \
         stroke-width=\"6\"/>{}</svg>",
        lines.concat()
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::platform::clock::Moment;
    use crate::quiz::round::RoundId;

    #[test]
    fn a_share_always_says_of_how_many() {
        assert_eq!(share(&[5, 4, 3], 90), "66%（目标 90%，没有达到目标），3 人回答");
        assert_eq!(share(&[5; 10], 90), "100%（目标 90%，达到目标），10 人回答");
        assert_eq!(share(&[1], 0), "0%，1 人回答");
        assert_eq!(share(&[], 90), "还没有人回答");
    }

    #[test]
    fn before_one_question_is_asked_and_after_three() {
        assert!(marks(When::Before, 3, 0, 0).is_ok_and(|marks| marks.satisfied.is_none()));
        assert!(marks(When::Before, 6, 0, 0).is_err() && marks(When::After, 3, 0, 5).is_err());
        assert!(marks(When::After, 3, 4, 5).is_ok_and(|marks| marks.satisfied == Some(5)));
    }

    #[test]
    fn a_code_is_found_however_it_is_typed_and_a_name_cannot_leave_the_picture() {
        assert_eq!(printed("1a2b3c4d"), "1a2b-3c4d");
        assert_eq!(typed(" 1A2B-3c4d "), "1a2b3c4d");
        let certificate = Certificate {
            code: "1a2b3c4d".into(),
            round_id: RoundId(Uuid::nil()),
            title: "<b>".into(),
            number: "00".into(),
            nickname: "</svg><script>".into(),
            right_answers: 5,
            issued_at: Moment(0),
        };
        let drawn = picture(&certificate, "联盟");
        assert!(
            !drawn.contains("<script>") && drawn.contains("1a2b-3c4d") && drawn.contains("5 题")
        );
    }
}
