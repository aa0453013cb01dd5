//! What the fields of templates may contain, by the prefix of their key (wechat-protocol.md §6.2).
//!
//! WeChat answers every violation with 47003 and sends nothing, so values are checked, and made
//! fit where that loses nothing essential, before they go out.

use jiff::civil::{Date, Time};

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// Empty, or white space only.
    #[error("the value is empty")]
    Empty,
    /// White space at its beginning or end, or a line break.
    #[error("the value has a line break or white space at its ends")]
    Blank,
    /// Too long; carries how many characters are allowed.
    #[error("the value has more than {0} characters")]
    TooLong(usize),
    /// Characters or a form the field does not take.
    #[error("the value has characters or a form that the field does not take")]
    Form,
}

/// Checks `value` against the rule of `key` (`thing1`, `time2`). Keys without a rule, and those
/// whose values are enumerated by the template, only need to be non-empty and on one line.
///
/// # Errors
/// The first fault found.
pub fn check_value(key: &str, value: &str) -> Result<(), ValueFault> {
    if value.trim().is_empty() {
        return Err(ValueFault::Empty);
    }
    if value.trim() != value || value.contains(['\n', '\r']) {
        return Err(ValueFault::Blank);
    }
    let kind = kind(key);
    if let Some(limit) = limit(kind, value)
        && value.chars().count() > limit
    {
        return Err(ValueFault::TooLong(limit));
    }
    let all = |allowed: fn(char) -> bool| value.chars().all(allowed);
    let sound = match kind {
        "number" => is_number(value),
        "letter" => all(|c| c.is_ascii_alphabetic()),
        "symbol" => all(|c| !c.is_alphanumeric() && !c.is_whitespace()),
        "character_string" => all(|c| c.is_ascii_graphic() || c == ' '),
        "time" => is_span(value, is_time),
        "date" => is_span(value, is_date),
        "amount" => is_amount(value),
        "phone_number" => all(|c| c.is_ascii_digit() || c.is_ascii_punctuation() || c == ' '),
        "car_number" => is_car_number(value),
        "phrase" => all(is_chinese),
        _ => true,
    };
    if sound { Ok(()) } else { Err(ValueFault::Form) }
}

/// `value` made to pass [`check_value`]: white space tidied, text cut (with `…` where any
/// character is allowed), characters dropped from `phrase` and `character_string`. Nothing when it
/// cannot be done without saying something else.
pub fn fit_value(key: &str, value: &str) -> Option<String> {
    let mut words: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let kind = kind(key);
    match kind {
        "phrase" => words.retain(is_chinese),
        "character_string" => words.retain(|c| c.is_ascii_graphic() || c == ' '),
        _ => {}
    }
    let cuttable = matches!(kind, "thing" | "name" | "phrase" | "character_string");
    if let Some(limit) = limit(kind, &words).filter(|_| cuttable)
        && words.chars().count() > limit
    {
        let kept = if kind == "thing" { limit - 1 } else { limit };
        words = words.chars().take(kept).collect();
        if kind == "thing" {
            words.push('…');
        }
    }
    let words = words.trim().to_owned();
    check_value(key, &words).is_ok().then_some(words)
}

/// `thing1` → `thing`.
fn kind(key: &str) -> &str {
    key.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Most characters of a value.
fn limit(kind: &str, value: &str) -> Option<usize> {
    Some(match kind {
        "thing" => 20,
        "letter" | "character_string" => 32,
        // 32 digits and a decimal point.
        "number" => 33,
        "symbol" | "phrase" => 5,
        "phone_number" => 17,
        "car_number" => 8,
        "name" if value.chars().any(is_chinese) => 10,
        "name" => 20,
        _ => return None,
    })
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(value: &str) -> bool {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    is_digits(whole) && is_digits(fraction)
}

/// A currency sign or none, at most ten digits with decimals, 元 or nothing.
fn is_amount(value: &str) -> bool {
    let value = value.strip_suffix('元').unwrap_or(value);
    let value = value
        .strip_prefix(|c: char| !c.is_alphanumeric() && !c.is_whitespace() && c != '.')
        .unwrap_or(value);
    is_number(value) && value.bytes().filter(u8::is_ascii_digit).count() <= 10
}

fn is_car_number(value: &str) -> bool {
    let last = value.chars().count().saturating_sub(1);
    value
        .chars()
        .enumerate()
        .all(|(at, c)| c.is_ascii_alphanumeric() || (is_chinese(c) && (at == 0 || at == last)))
}

/// One moment, or two joined by `~`.
fn is_span(value: &str, is_moment: fn(&str) -> bool) -> bool {
    let mut parts = value.split(['~', '～']).map(str::trim);
    parts.clone().count() <= 2 && parts.all(is_moment)
}

/// `15:01`, `2019年10月1日 15:01`.
fn is_time(text: &str) -> bool {
    match text.rsplit_once(' ') {
        Some((date, clock)) => is_day(date.trim_end()) && is_clock(clock),
        None => is_clock(text),
    }
}

/// `2019年10月1日`, `2019-10-01 15:01`.
fn is_date(text: &str) -> bool {
    match text.rsplit_once(' ') {
        Some((date, clock)) => is_day(date.trim_end()) && is_clock(clock),
        None => is_day(text),
    }
}

fn is_day(text: &str) -> bool {
    let plain = text.strip_suffix('日').map(|text| text.replace(['年', '月'], "-"));
    let plain = plain.unwrap_or_else(|| text.replace('/', "-"));
    let parts: Vec<&str> = plain.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
        return false;
    };
    year > 0 && Date::new(year, month, day).is_ok()
}

fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |at: usize| match parts.get(at) {
        Some(part) if is_digits(part) && part.len() <= 2 => part.parse::<i8>().ok(),
        Some(_) => None,
        None => Some(0),
    };
    let (Some(hour), Some(minute), Some(second)) = (number(0), number(1), number(2)) else {
        return false;
    };
    matches!(parts.len(), 2 | 3) && Time::new(hour, minute, second, 0).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_wechat_takes_pass() {
        for (key, value) in [
            ("thing1", "您的咨询已由志愿者答复，请点击查看。"),
            ("number2", "12345.67"),
            ("letter1", "abc"),
            ("symbol1", "！?"),
            ("character_string3", "PF-2025/0042"),
            ("time4", "15:01"),
            ("time4", "2019年10月1日 15:01"),
            ("time4", "09:00~17:30"),
            ("date1", "2019年10月1日"),
            ("date1", "2019-10-01 15:01:59"),
            ("amount2", "￥39.80"),
            ("amount2", "100元"),
            ("phone_number1", "+86-0519-88886666"),
            ("car_number1", "苏D12345挂"),
            ("name1", "欧阳修"),
            ("name1", "John F. Kennedy"),
            ("phrase1", "已答复"),
            ("const1", "任意"),
            ("keyword1", "旧式字段"),
        ] {
            assert_eq!(check_value(key, value), Ok(()), "{key} {value}");
        }
    }

    #[test]
    fn values_wechat_refuses_are_refused() {
        use ValueFault::{Blank, Empty, Form, TooLong};
        for (key, value, fault) in [
            ("thing1", "", Empty),
            ("thing1", "  ", Empty),
            ("thing1", "一行\n两行", Blank),
            ("thing1", "末尾 ", Blank),
            ("thing1", "一二三四五六七八九十一二三四五六七八九十一", TooLong(20)),
            ("number1", "12a", Form),
            ("number1", "1.", Form),
            ("letter1", "ab1", Form),
            ("symbol1", "a", Form),
            ("character_string1", "编号1", Form),
            ("time1", "25:00", Form),
            ("time1", "2019年10月1日", Form),
            ("time1", "1:00~2:00~3:00", Form),
            ("date1", "2019年2月30日", Form),
            ("date1", "15:01", Form),
            ("amount1", "12345678901", Form),
            ("amount1", "免费", Form),
            ("phone_number1", "电话1", Form),
            ("car_number1", "苏D1挂2", Form),
            ("name1", "一二三四五六七八九十一", TooLong(10)),
            ("phrase1", "已答复了吗啊", TooLong(5)),
            ("phrase1", "OK", Form),
        ] {
            assert_eq!(check_value(key, value), Err(fault), "{key} {value}");
        }
    }

    #[test]
    fn a_value_is_made_fit_or_given_up() {
        let long = "关于劳动合同解除后经济补偿金如何计算的咨询";
        let fitted = fit_value("thing1", &format!(" {long}\n ")).unwrap();
        assert_eq!(fitted.chars().count(), 20);
        assert!(fitted.ends_with('…'));
        assert_eq!(fit_value("phrase1", "已答复 OK").as_deref(), Some("已答复"));
        assert_eq!(fit_value("character_string1", "编号 A-1").as_deref(), Some("A-1"));
        assert_eq!(fit_value("phrase1", "OK"), None);
        assert_eq!(fit_value("time1", "明天"), None);
        assert_eq!(fit_value("thing1", " \n"), None);
    }
}
