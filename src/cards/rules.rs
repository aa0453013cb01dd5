//! What a card may look like. Pure.

use super::CardEdit;
use crate::knowledge::citation;
use crate::language::{Field, subfields};

/// Characters of a title.
pub const TITLE: std::ops::RangeInclusive<usize> = 4..=60;
/// Characters of an answer: enough to help, short enough to be read on a phone.
pub const ANSWER: std::ops::RangeInclusive<usize> = 60..=600;
/// Characters of a reviewer's name with what they are.
const REVIEWER: usize = 60;

/// The edit as it will be kept, with its field.
///
/// # Errors
/// In Chinese: what is wrong and what to do.
pub fn checked(edit: &CardEdit) -> Result<(CardEdit, Field), String> {
    let field = Field::from_code(&edit.field).ok_or("请选择法律领域。")?;
    let kept = CardEdit {
        title: edit.title.trim().to_owned(),
        field: edit.field.clone(),
        subfield: edit.subfield.trim().to_owned(),
        answer: edit.answer.replace("\r\n", "\n").trim().to_owned(),
        cites: lines(&edit.cites).collect::<Vec<_>>().join("\n"),
    };
    let of_field =
        |topic: &subfields::Subfield| topic.field == field && topic.code == kept.subfield;
    if !TITLE.contains(&kept.title.chars().count()) {
        return Err("标题请写成群众会问的一句话，4 到 60 个字。".into());
    }
    if !ANSWER.contains(&kept.answer.chars().count()) {
        return Err("答复请写 60 到 600 个字：先做什么、去哪里、有什么期限。".into());
    }
    if !kept.subfield.is_empty() && !subfields::all().any(|topic| of_field(&topic)) {
        return Err("细类不属于所选的法律领域，请重新选择。".into());
    }
    if kept.cites.is_empty() {
        return Err("请至少写一条法律依据，例如“民法典第1079条”，一行一条。".into());
    }
    match kept.cites.lines().find(|line| !is_one_citation(line)) {
        Some(line) => Err(format!("看不懂“{line}”：一行只写一条，写明法律名称和条号。")),
        None => Ok((kept, field)),
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Whether a line names one article of one law.
pub fn is_one_citation(line: &str) -> bool {
    matches!(citation::find(line).as_slice(), [one] if one.law.is_some())
}

/// The reviewer's name as it will be kept.
///
/// # Errors
/// In Chinese, when it is empty or too long.
pub fn signature(name: &str) -> Result<String, String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err("请写明审核人的姓名和单位或资格。".into()),
        n if n > REVIEWER => Err(format!("审核人最多 {REVIEWER} 个字。")),
        _ => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_says_what_is_wrong_with_it() {
        let good = CardEdit {
            title: "押金不退怎么办？".into(),
            field: "housing".into(),
            subfield: "housing.renting".into(),
            answer: "先看合同。".repeat(20),
            cites: " 民法典第703条 \n\n《民法典》第七百三十三条".into(),
        };
        let (kept, field) = checked(&good).unwrap();
        assert_eq!(
            (kept.cites.as_str(), field),
            ("民法典第703条\n《民法典》第七百三十三条", Field::Housing)
        );
        for (wrong, why) in [
            (CardEdit { title: "押".into(), ..good.clone() }, "标题"),
            (CardEdit { field: "moon".into(), ..good.clone() }, "领域"),
            (CardEdit { subfield: "labor.dismissal".into(), ..good.clone() }, "细类"),
            (CardEdit { answer: "看合同".into(), ..good.clone() }, "答复"),
            (CardEdit { cites: String::new(), ..good.clone() }, "依据"),
            (CardEdit { cites: "第703条".into(), ..good.clone() }, "一行只写一条"),
            (CardEdit { cites: "民法典第1条、第2条".into(), ..good.clone() }, "一行只写一条"),
        ] {
            let said = checked(&wrong).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
