//! The draw, the rubric, and what is taken out of a text before a stranger reads it. Pure.

use std::collections::{BTreeMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Scores, Why};
use crate::inquiries::InquiryId;
use crate::language::privacy;
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};

/// So many of a hundred answered inquiries of every organization are read.
pub const SHARE: i64 = 5;
/// Longest remark and correction, in characters.
pub const LONGEST: usize = 2000;
/// Shortest correction, in characters.
const SHORTEST: usize = 10;
/// Milliseconds by which Beijing is ahead.
const OFFSET_MS: i64 = 8 * 3_600_000;

/// An inquiry that the draw picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Who answered it.
    pub organization: OrganizationId,
    /// Why.
    pub why: Why,
}

type Answered = (InquiryId, OrganizationId);

/// Picks at least `share` of a hundred of each organization's answered inquiries, and all that did
/// not satisfy. The same seed and the same inquiries give the same draw, in whatever order they come.
pub fn draw(
    seed: i64,
    share: i64,
    answered: &[Answered],
    dissatisfied: &[Answered],
) -> Vec<Picked> {
    let mut houses: BTreeMap<OrganizationId, Vec<InquiryId>> = BTreeMap::new();
    for (inquiry, organization) in answered {
        houses.entry(*organization).or_default().push(*inquiry);
    }
    let bad: HashSet<InquiryId> = dissatisfied.iter().map(|(inquiry, _)| *inquiry).collect();
    let mut picked: Vec<Picked> = dissatisfied
        .iter()
        .map(|(inquiry, organization)| Picked {
            inquiry: *inquiry,
            organization: *organization,
            why: Why::Dissatisfied,
        })
        .collect();
    for (organization, mut inquiries) in houses {
        inquiries.sort_by_key(|inquiry| (ticket(seed, *inquiry), *inquiry));
        inquiries.dedup();
        let wanted = wanted(inquiries.len(), share);
        let lucky = inquiries.into_iter().take(wanted).filter(|inquiry| !bad.contains(inquiry));
        picked.extend(lucky.map(|inquiry| Picked { inquiry, organization, why: Why::Random }));
    }
    picked.sort_by_key(|one| (one.organization, one.inquiry));
    picked.dedup_by_key(|one| one.inquiry);
    picked
}

/// At least the share, and at least one.
fn wanted(answered: usize, share: i64) -> usize {
    let share = usize::try_from(share.clamp(0, 100)).unwrap_or(0);
    (answered * share).div_ceil(100).max(1)
}

/// The inquiry's place in the draw.
fn ticket(seed: i64, inquiry: InquiryId) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(inquiry.0.as_bytes());
    hash.finalize().into()
}

/// The month before the one in which `now` lies, as `2026-11`.
pub fn last_month(now: Moment) -> String {
    let today = now.in_shanghai().date();
    let before = today.first_of_month().checked_sub(1.day()).unwrap_or(today);
    before.strftime("%Y-%m").to_string()
}

/// Beginning and end of a month on Beijing's clock; `None` for anything that is no month.
pub fn bounds(month: &str) -> Option<(Moment, Moment)> {
    let first: Date = format!("{month}-01").parse().ok()?;
    let next = first.checked_add(1.month()).ok()?;
    let at = |day: Date| {
        let days = day.since(Date::constant(1970, 1, 1)).ok()?.get_days();
        Some(Moment(i64::from(days) * 86_400_000 - OFFSET_MS))
    };
    Some((at(first)?, at(next)?))
}

/// One line of the rubric: code, name, and what 1 to 5 mean.
pub struct Criterion {
    /// Code that forms send.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// What is asked.
    pub asks: &'static str,
    /// The anchors, from 1 to 5.
    pub anchors: [&'static str; 5],
}

/// What every answer is read for.
pub const RUBRIC: [Criterion; 5] = [
    Criterion {
        code: "correct",
        name: "准确",
        asks: "法律结论和依据对不对",
        anchors: [
            "结论错误，照做会受损失",
            "有明显错误，或引用了已失效的法条",
            "大体正确，有小差错",
            "正确，依据不够具体",
            "正确，依据具体、现行有效",
        ],
    },
    Criterion {
        code: "complete",
        name: "完整",
        asks: "该说的有没有说到",
        anchors: [
            "没有回答所问",
            "只答了一小部分",
            "主要问题答了，漏了期限或证据",
            "都答到了，步骤略简",
            "结论、步骤、期限、材料、去哪里都有",
        ],
    },
    Criterion {
        code: "clear",
        name: "易懂",
        asks: "普通人看不看得懂、能不能照做",
        anchors: [
            "看不懂",
            "术语成堆，要别人解释",
            "能看懂大意",
            "清楚，个别词要解释",
            "先说结论，句子短，照着就能做",
        ],
    },
    Criterion {
        code: "tone",
        name: "态度",
        asks: "尊重、耐心，不推诿、不招揽",
        anchors: [
            "冷漠、指责或招揽业务",
            "敷衍、推诿",
            "平淡，没有不妥",
            "有礼，有耐心",
            "体谅处境，给人信心，也说清风险",
        ],
    },
    Criterion {
        code: "timely",
        name: "及时",
        asks: "从提问到答复用了多久",
        anchors: [
            "超时很久，也没有说明",
            "超时",
            "卡着时限",
            "在时限内",
            "明显早于时限，追问也及时",
        ],
    },
];

/// What a reader hands in.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The marks.
    pub scores: Scores,
    /// What could be better, for the organization.
    pub remark: String,
    /// The right answer, when the one given is wrong.
    pub correction: Option<String>,
}

impl Reading {
    /// The reading, when it is complete.
    ///
    /// # Errors
    /// Invalid, with what is missing.
    pub fn checked(self) -> Result<Self> {
        if self.scores.0.iter().any(|mark| !(1..=5).contains(mark)) {
            return Err(Error::invalid("五项都要打分，请把没选的补上。"));
        }
        let length = |text: &str| text.chars().count();
        if length(&self.remark) > LONGEST {
            return Err(Error::invalid("评语太长，请控制在 2000 字以内。"));
        }
        match &self.correction {
            None if self.scores.0[0] <= 2 => {
                Err(Error::invalid("“准确”给了 2 分以下，请写明正确的答复，群众才能得到更正。"))
            }
            Some(text) if length(text) < SHORTEST => {
                Err(Error::invalid("更正太短。请写成可以直接发给群众的一段话，至少十个字。"))
            }
            Some(text) if length(text) > LONGEST => {
                Err(Error::invalid("更正太长，请控制在 2000 字以内。"))
            }
            _ => Ok(self),
        }
    }
}

/// A text without private numbers and without any of `names`, which give away who answered.
pub fn blind(text: &str, names: &[String]) -> String {
    let mut text = privacy::mask(text).text;
    let mut names: Vec<&String> = names.iter().filter(|n| n.chars().count() > 1).collect();
    // Longer ones first: a short name may be part of a long one.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        text = text.replace(name.as_str(), "〇〇");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> InquiryId {
        InquiryId(Uuid::from_u128(n))
    }

    fn house(n: u128) -> OrganizationId {
        OrganizationId(Uuid::from_u128(n))
    }

    proptest! {
        #[test]
        fn the_draw_repeats_whatever_the_order_and_reaches_its_share(
            seed: i64, counts in proptest::collection::vec(1..120usize, 1..5),
        ) {
            let mut answered: Vec<Answered> = Vec::new();
            for (at, count) in counts.iter().enumerate() {
                let of = (0..*count).map(|n| (id((at * 1000 + n) as u128), house(at as u128)));
                answered.extend(of);
            }
            let bad = vec![answered[0], (id(99_999), house(77))];
            let first = draw(seed, SHARE, &answered, &bad);
            let mut turned = answered.clone();
            turned.reverse();
            prop_assert_eq!(&first, &draw(seed, SHARE, &turned, &bad));
            for (at, count) in counts.iter().enumerate() {
                let of = first.iter().filter(|one| one.organization == house(at as u128));
                prop_assert!(of.count() * 100 >= count * 5);
            }
            for (inquiry, _) in &bad {
                let found = first.iter().filter(|one| one.inquiry == *inquiry);
                prop_assert!(found.map(|one| one.why).eq([Why::Dissatisfied]));
            }
        }
    }

    #[test]
    fn another_seed_draws_others() {
        let answered: Vec<Answered> = (0..200).map(|n| (id(n), house(1))).collect();
        let drawn = |seed| draw(seed, SHARE, &answered, &[]);
        assert_eq!(drawn(1).len(), 10);
        assert_ne!(drawn(1), drawn(2));
    }

    #[test]
    fn a_month_begins_and_ends_at_midnight_in_beijing() {
        let (from, to) = bounds("2026-12").unwrap();
        assert_eq!(format!("{from:?} {to:?}"), "2026-12-01T00:00:00.000 2027-01-01T00:00:00.000");
        assert_eq!(last_month(from), "2026-11");
        assert!(bounds("2026-13").is_none() && bounds("nonsense").is_none());
    }

    #[test]
    fn nothing_in_a_blind_text_says_who_answered() {
        let names = ["阳湖中心".to_owned(), "武进阳湖中心".to_owned(), "李晓明".to_owned()];
        let text = blind("武进阳湖中心李晓明：请拨 13812345678，阳湖中心地址另告", &names);
        assert!(
            !text.contains("阳湖") && !text.contains("李晓明") && !text.contains("13812345678")
        );
    }

    #[test]
    fn a_wrong_answer_comes_with_the_right_one() {
        let reading = |mark, correction: Option<&str>| {
            let correction = correction.map(str::to_owned);
            Reading { scores: Scores([mark, 4, 4, 4, 4]), remark: String::new(), correction }
                .checked()
        };
        assert!(reading(4, None).is_ok() && reading(0, None).is_err());
        assert!(reading(2, None).is_err() && reading(2, Some("短")).is_err());
        assert!(reading(2, Some("仲裁时效是一年，从离职那天算起。")).is_ok());
        for criterion in &RUBRIC {
            let anchors: HashSet<_> = criterion.anchors.iter().collect();
            assert_eq!(anchors.len(), 5, "{}", criterion.code);
        }
    }
}
