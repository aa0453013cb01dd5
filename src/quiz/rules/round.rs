//! What makes a round one that may be played, and who may let it go. Pure.

use jiff::civil::Date;

use crate::language::Field;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Round, RoundEdit, RoundState};
use crate::quiz::{Question, Standing};
use crate::staff::StaffId;

/// Questions in one period, at most.
const MOST_QUESTIONS: i64 = 50;
/// Work units, at most.
const MOST_UNITS: usize = 500;
/// Longest nickname, in characters.
const LONGEST_NAME: usize = 12;

/// What was written, as it is kept.
///
/// # Errors
/// Invalid, with what to change.
pub fn checked(edit: RoundEdit) -> Result<RoundEdit> {
    let lines = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let trimmed = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let edit = RoundEdit {
        title: trimmed(&edit.title),
        intro: trimmed(&edit.intro),
        prizes: trimmed(&edit.prizes),
        units: lines(&edit.units),
        population: lines(&edit.population),
        population_source: trimmed(&edit.population_source),
        ..edit
    };
    match complaint(&edit) {
        Some(why) => Err(Error::invalid(why)),
        None => Ok(edit),
    }
}

fn complaint(edit: &RoundEdit) -> Option<String> {
    let length = |text: &str| text.chars().count();
    if !(2..=40).contains(&length(&edit.title)) || length(&edit.intro) > 600 {
        return Some("标题要有 2 到 40 个字，说明不超过 600 个字。".into());
    }
    let days = (edit.opens_on.parse::<Date>(), edit.closes_on.parse::<Date>());
    let (Ok(first), Ok(last)) = days else {
        return Some("请选开始和结束日期。".into());
    };
    if last < first || first.until(last).is_ok_and(|span| span.get_days() > 366) {
        return Some("结束日期要在开始日期之后，一场最长一年。".into());
    }
    if !(1..=366).contains(&edit.period_days) || !(1..=MOST_QUESTIONS).contains(&edit.per_period) {
        return Some(format!("每一期至少 1 天，每人每期 1 到 {MOST_QUESTIONS} 道题。"));
    }
    if !(1..=5).contains(&edit.hardest) || edit.least_right < 0 || edit.winners < 0 {
        return Some("最高难度是 1 到 5；答对题数和中奖人数不能是负数。".into());
    }
    if edit.winners > 10_000 || (edit.winners > 0) == edit.prizes.is_empty() {
        return Some("有抽奖就要写奖品和中奖人数；没有抽奖，两样都空着。".into());
    }
    if !edit.field.is_empty() && Field::from_code(&edit.field).is_none() {
        return Some("请选题目的领域，或者选全部领域。".into());
    }
    if edit.units.lines().count() > MOST_UNITS || edit.units.lines().any(|u| length(u) > 30) {
        return Some(format!("工作单位最多 {MOST_UNITS} 个，每个不超过 30 个字。"));
    }
    if let Some(line) = edit.population.lines().find(|line| counted(line).is_none()) {
        return Some(format!("“{line}”看不懂。请写成“名称 人数”，例如“武进区 1700000”。"));
    }
    match !edit.population.is_empty() && edit.population_source.is_empty() {
        true => Some("写了应参加人数，就要写明是哪一天、哪里来的数。".into()),
        false => None,
    }
}

/// A line of possible participants: name and number.
fn counted(line: &str) -> Option<(&str, i64)> {
    let (name, number) = line.rsplit_once([' ', '\t', '　'])?;
    let number = number.trim().parse().ok().filter(|number| *number > 0)?;
    Some((name.trim(), number))
}

/// How many people of `name` could take part; `None` when nothing dated is known.
pub fn population(round: &Round, name: &str) -> Option<i64> {
    let known = round.population.lines().filter_map(counted).find(|(known, _)| *known == name);
    known.map(|(_, number)| number)
}

/// Whether a round may still be changed.
///
/// # Errors
/// Conflict once it has been let go.
pub fn may_change(round: &Round) -> Result<()> {
    match round.state {
        RoundState::Draft | RoundState::Waiting => Ok(()),
        _ => Err(Error::conflict("活动已经发布，规则不能再改：参加的人是按原来的规则参加的。")),
    }
}

/// Whether `person` may let a round go, or send it back.
///
/// # Errors
/// Conflict, with what to do instead.
pub fn may_decide(round: &Round, person: StaffId) -> Result<()> {
    if round.state != RoundState::Waiting {
        return Err(Error::conflict("这场活动现在不在待审核状态。请刷新页面，看它的最新状态。"));
    }
    match round.written_by == person {
        true => Err(Error::conflict("这场活动是您写的，要请另一位同事审核后发布。")),
        false => Ok(()),
    }
}

/// The questions of the bank that a round draws from.
///
/// # Errors
/// Conflict when there are fewer than one period needs.
pub fn drawn_from<'q>(
    round: &Round,
    bank: &'q [Question],
    today: &str,
) -> Result<Vec<&'q Question>> {
    let fits = |question: &&Question| {
        question.standing(today) == Standing::Usable
            && (round.field.is_empty() || question.field.code() == round.field)
            && question.difficulty <= round.hardest
    };
    let found: Vec<&Question> = bank.iter().filter(fits).collect();
    let (have, need) = (found.len(), round.per_period);
    if (have as i64) < need {
        return Err(Error::conflict(format!(
            "题库里符合条件、可用的题只有 {have} 道，每期要 {need} 道。请先出题并校核，或者放宽条件。"
        )));
    }
    Ok(found)
}

/// A nickname as it is kept.
///
/// # Errors
/// Invalid when it is too long.
pub fn nickname(typed: &str) -> Result<String> {
    let name: String = typed.trim().chars().filter(|c| !c.is_control()).collect();
    match name.chars().count() > LONGEST_NAME {
        true => {
            Err(Error::invalid(format!("昵称最多 {LONGEST_NAME} 个字，请写短一点，或者空着。")))
        }
        false => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit() -> RoundEdit {
        RoundEdit {
            account_id: "main".into(),
            title: "宪法周答题".into(),
            opens_on: "2026-12-01".into(),
            closes_on: "2026-12-30".into(),
            period_days: 1,
            per_period: 5,
            hardest: 5,
            population: "武进区　1700000\r\n\n常州市 5340000".into(),
            population_source: "2025 年末，统计公报".into(),
            ..RoundEdit::default()
        }
    }

    #[test]
    fn a_round_needs_days_questions_and_a_source_for_its_denominators() {
        assert!(checked(edit()).is_ok());
        let refused = |change: &dyn Fn(&mut RoundEdit)| {
            let mut edit = edit();
            change(&mut edit);
            checked(edit).map(|_| ()).expect_err("a complaint").public().to_owned()
        };
        assert!(refused(&|e| e.closes_on = "2026-11-30".into()).contains("结束日期"));
        assert!(refused(&|e| e.opens_on = "明天".into()).contains("日期"));
        assert!(refused(&|e| e.per_period = 0).contains("每人每期"));
        assert!(refused(&|e| e.winners = 3).contains("奖品"));
        assert!(refused(&|e| e.prizes = "话费".into()).contains("中奖人数"));
        assert!(refused(&|e| e.population = "武进区很多人".into()).contains("看不懂"));
        assert!(refused(&|e| e.population_source = " ".into()).contains("哪一天"));
        assert!(refused(&|e| e.field = "unknown".into()).contains("领域"));
    }

    #[test]
    fn nicknames_are_short() {
        assert_eq!(nickname(" 小王\n ").expect("a name"), "小王");
        assert!(nickname(&"长".repeat(13)).is_err());
    }
}
