//! Several problems in one message: where the writer says that another begins, it is read alone.

use std::sync::LazyLock;

use super::fields::Field;
use super::words::WordTable;

/// Words with which people begin their next problem.
const NEXT: &[&str] = &[
    "还有一个问题",
    "还有个问题",
    "另一个问题",
    "另外一个问题",
    "第二个问题",
    "还有一件事",
    "还有件事",
    "另一件事",
    "另外一件事",
    "另一个是",
    "另外一个是",
    "还有一个是",
    "还有个是",
    "还想问",
    "还要问",
    "另外想问",
    "另外问",
    "另外,",
    "顺便问",
    "顺便咨询",
    "再问一下",
    "再咨询",
    "还想咨询",
    "第二,",
    "第二件",
    "第三,",
    "二是",
    "三是",
    "其次",
    "2.",
    "3.",
    "2、",
    "3、",
    "2)",
    "3)",
    "②",
    "③",
];
/// A part shorter than this many characters is no problem of its own.
const LEAST: usize = 6;

static TABLE: LazyLock<WordTable> = LazyLock::new(|| WordTable::new(NEXT));

/// One problem of a message that names several.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What it is about.
    pub field: Field,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
    /// Where it stands in the normalized text (bytes).
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// Byte ranges of the parts a text announces itself; one range when it announces none.
pub(super) fn parts(text: &str) -> Vec<(usize, usize)> {
    let mut starts: Vec<usize> = vec![0];
    let announced = TABLE.all(text).into_iter().map(|hit| hit.start);
    starts.extend(announced.filter(|&at| begins(text, at)));
    starts.sort_unstable();
    starts.dedup();
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for (place, &start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(text.len());
        match parts.last_mut() {
            Some(last) if text[start..end].chars().count() < LEAST => last.1 = end,
            _ => parts.push((start, end)),
        }
    }
    parts
}

/// A number such as "2." inside an amount or a date announces nothing.
fn begins(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|before: char| before.is_ascii_digit())
        && !text[at..].chars().nth(2).is_some_and(|after| after.is_ascii_digit())
}

/// Problems of different fields, the first of each, in reading order; empty below two.
pub(super) fn different(problems: Vec<Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        if !kept.iter().any(|known| known.field == problem.field) {
            kept.push(problem);
        }
    }
    if kept.len() > 1 { kept } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::parts;

    fn said(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn a_text_is_parted_where_it_says_so() {
        assert_eq!(
            said("公司欠我两个月工资,另外,房东不退我押金怎么办"),
            ["公司欠我两个月工资,", "另外,房东不退我押金怎么办"]
        );
        assert_eq!(said("1.工资不发怎么办2.社保没交怎么办").len(), 2);
    }

    #[test]
    fn amounts_and_single_problems_stay_whole() {
        assert_eq!(said("欠我2.5万元一直不还怎么办").len(), 1);
        assert_eq!(said("房东不退押金,合同到期了").len(), 1);
    }
}
