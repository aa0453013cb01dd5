//! What makes a question one that may be asked. Pure.

use crate::knowledge::checking::Checked;
use crate::knowledge::citation;
use crate::knowledge::rules::Verdict;
use crate::platform::error::{Error, Result};
use crate::quiz::{Kind, Question, QuestionEdit};
use crate::staff::StaffId;

/// Letters of the options; a question has no more of them.
const LETTERS: &str = "ABCDEF";
/// Longest question, situation and explanation, in characters.
const LONGEST: usize = 600;
/// Longest option, in characters.
const LONGEST_OPTION: usize = 120;
/// The options of a sentence to judge.
const RIGHT_OR_WRONG: &str = "对\n错";
/// Said to whoever wrote the version.
pub const OWN: &str = "这道题是您写的，要请另一位同事校核：一人出题，一人校核。";

/// The content as it is kept: trimmed, and complete for its kind.
///
/// # Errors
/// Invalid, with what to change.
pub fn checked(edit: QuestionEdit) -> Result<QuestionEdit> {
    let trimmed = |text: String| text.replace("\r\n", "\n").trim().to_owned();
    let lines = edit.options.lines().map(str::trim).filter(|line| !line.is_empty());
    let options = match edit.kind {
        Kind::TrueFalse => RIGHT_OR_WRONG.to_owned(),
        _ => lines.collect::<Vec<_>>().join("\n"),
    };
    let edit = QuestionEdit {
        situation: trimmed(edit.situation),
        question: trimmed(edit.question),
        options,
        explanation: trimmed(edit.explanation),
        law: trimmed(edit.law).trim_matches(['《', '》']).to_owned(),
        article: article(&edit.article),
        source: trimmed(edit.source),
        expires_on: edit.expires_on.filter(|day| !day.trim().is_empty()),
        ..edit
    };
    match complaint(&edit) {
        Some(why) => Err(Error::invalid(why)),
        None => Ok(edit),
    }
}

fn complaint(edit: &QuestionEdit) -> Option<String> {
    let options: Vec<&str> = edit.options.lines().collect();
    let (count, right) = (options.len(), edit.answer_key.count_ones());
    let case = edit.kind == Kind::Case;
    let long = |text: &str| text.chars().count() > LONGEST;
    if edit.question.is_empty() || edit.explanation.is_empty() {
        return Some("请写题目和解析。解析要讲清楚为什么对。".into());
    }
    if case == edit.situation.is_empty() {
        let why = if case {
            "案例题要写案情。"
        } else {
            "只有案例题有案情，请清空案情或改题型。"
        };
        return Some(why.into());
    }
    if [&edit.question, &edit.situation, &edit.explanation].iter().any(|text| long(text)) {
        return Some(format!("题目、案情、解析各不能超过 {LONGEST} 个字。"));
    }
    if !(2..=LETTERS.len()).contains(&count) {
        return Some(format!("选项要有 2 到 {} 个，一行一个。", LETTERS.len()));
    }
    if options.iter().any(|option| option.chars().count() > LONGEST_OPTION) {
        return Some(format!("每个选项不能超过 {LONGEST_OPTION} 个字。"));
    }
    if (1..count).any(|at| options[..at].contains(&options[at])) {
        return Some("有两个选项一样，请改掉一个。".into());
    }
    if edit.answer_key <= 0 || edit.answer_key >= 1 << count {
        return Some("请选出正确答案；答案的字母要在选项里。".into());
    }
    match edit.kind {
        Kind::Multiple if right < 2 => return Some("多选题至少要有两个正确选项。".into()),
        Kind::Multiple => {}
        _ if right != 1 => return Some("这种题只能有一个正确选项。".into()),
        _ => {}
    }
    let cited = citation::find(&format!("《{}》{}", edit.law, edit.article));
    if edit.law.is_empty() || cited.len() != 1 {
        return Some("请写依据的法律名称和条号，例如“民法典”“第一千零四十三条”。".into());
    }
    if !(1..=5).contains(&edit.difficulty) {
        return Some("难度是 1 到 5 的数字，1 最容易。".into());
    }
    match &edit.expires_on {
        Some(day) if day.parse::<jiff::civil::Date>().is_err() => {
            Some("有效期要写成 2027-12-31 这样的日期，没有就空着。".into())
        }
        _ => None,
    }
}

/// A bare number becomes 第…条.
fn article(written: &str) -> String {
    let written = written.trim();
    match !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("第{written}条"),
        false => written.to_owned(),
    }
}

/// The options named by letters, as in `AC`; for a sentence to judge also 对 and 错. Zero when
/// something else is written.
pub fn key_of(kind: Kind, written: &str) -> i64 {
    let mut key = 0;
    for character in written.chars().filter(|c| !c.is_whitespace() && !"、,，".contains(*c)) {
        let at = match (kind, character) {
            (Kind::TrueFalse, '对' | '√') => Some(0),
            (Kind::TrueFalse, '错' | '×') => Some(1),
            _ => LETTERS.find(character.to_ascii_uppercase()),
        };
        match at {
            Some(at) => key |= 1 << at,
            None => return 0,
        }
    }
    key
}

/// The options of a set in letters: `AC`.
pub fn letters(set: i64) -> String {
    LETTERS.chars().enumerate().filter(|(at, _)| set & 1 << at != 0).map(|(_, c)| c).collect()
}

/// Whether `person` may say that the question can be asked, or send it back.
///
/// # Errors
/// Conflict, with what to do instead.
pub fn may_decide(question: &Question, person: StaffId) -> Result<()> {
    if question.decision.is_some() || question.retired_at.is_some() {
        return Err(Error::conflict("这一版已经处理过了。请刷新页面，看它的最新状态。"));
    }
    match question.written_by == person {
        true => Err(Error::conflict(OWN)),
        false => Ok(()),
    }
}

/// What is the matter with the article a question rests on; `None` when nothing is, or when the
/// law has not been imported and so nothing can be said.
pub fn doubt(cited: &Checked) -> Option<String> {
    let name = format!("《{}》{}", cited.title, cited.label);
    match &cited.verdict {
        Verdict::Holds(_) | Verdict::NoSuchLaw | Verdict::NoLawNamed => None,
        Verdict::Changed { .. } => Some(format!("{name}在出题以后有修改。")),
        Verdict::Repealed { .. } => Some(format!("《{}》已经废止。", cited.title)),
        Verdict::NoSuchArticle(_) => Some(format!("现行《{}》没有{}。", cited.title, cited.label)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Field;

    fn single() -> QuestionEdit {
        QuestionEdit {
            kind: Kind::Single,
            field: Field::Family,
            situation: String::new(),
            question: " 几岁成年？ ".into(),
            options: "十六周岁\r\n\r\n 十八周岁".into(),
            answer_key: 0b10,
            explanation: "十八周岁以上的自然人为成年人。".into(),
            law: "《民法典》".into(),
            article: "17".into(),
            source: String::new(),
            difficulty: 1,
            expires_on: Some(" ".into()),
        }
    }

    #[test]
    fn a_question_is_kept_trimmed_with_its_law() {
        let kept = checked(single()).expect("a good question");
        assert_eq!(
            (kept.question.as_str(), kept.options.as_str()),
            ("几岁成年？", "十六周岁\n十八周岁")
        );
        assert_eq!((kept.law.as_str(), kept.article.as_str()), ("民法典", "第17条"));
        assert_eq!(kept.expires_on, None);
    }

    #[test]
    fn each_kind_has_its_own_demands() {
        let refused = |change: &dyn Fn(&mut QuestionEdit)| {
            let mut edit = single();
            change(&mut edit);
            checked(edit).map(|_| ()).expect_err("a complaint").public().to_owned()
        };
        assert!(refused(&|e| e.answer_key = 0b11).contains("只能有一个"));
        assert!(refused(&|e| e.answer_key = 0b100).contains("正确答案"));
        assert!(refused(&|e| e.kind = Kind::Multiple).contains("至少要有两个"));
        assert!(refused(&|e| e.kind = Kind::Case).contains("案情"));
        assert!(refused(&|e| e.situation = "某日".into()).contains("案情"));
        assert!(refused(&|e| e.options = "一样\n一样".into()).contains("一样"));
        assert!(refused(&|e| e.options = "一个".into()).contains("选项"));
        assert!(refused(&|e| e.article = "好像有".into()).contains("条号"));
        assert!(refused(&|e| e.difficulty = 6).contains("难度"));
        assert!(refused(&|e| e.expires_on = Some("明年".into())).contains("有效期"));
        assert!(refused(&|e| e.explanation = String::new()).contains("解析"));
        assert!(refused(&|e| e.question = "字".repeat(601)).contains("600"));
        let judge = QuestionEdit { kind: Kind::TrueFalse, options: "随便".into(), ..single() };
        assert_eq!(checked(judge).expect("a sentence to judge").options, "对\n错");
    }

    #[test]
    fn keys_are_written_in_letters() {
        assert_eq!(key_of(Kind::Multiple, "a、C"), 0b101);
        assert_eq!((key_of(Kind::TrueFalse, "错"), key_of(Kind::TrueFalse, "A")), (0b10, 0b1));
        assert_eq!((key_of(Kind::Single, "G"), key_of(Kind::Single, "对")), (0, 0));
        assert_eq!(letters(0b101), "AC");
    }
}
