//! Numbers of articles as laws and people write them: 一千零四十三, 一〇四三, 1043, １０４３.

/// Largest number an article may have; anything above is no article.
const MOST: u32 = 9_999;

/// Reads a number of Chinese or Arabic digits; `None` when it is none, or no article has it.
pub fn read(written: &str) -> Option<u32> {
    let digits: Vec<char> = written.chars().filter(|c| !c.is_whitespace()).collect();
    let number = if digits.iter().any(|c| unit(*c).is_some()) {
        by_units(&digits)?
    } else {
        digits.iter().try_fold(0_u32, |sum, c| {
            sum.checked_mul(10)?.checked_add(digit(*c)?).filter(|n| *n <= MOST)
        })?
    };
    (!digits.is_empty() && (1..=MOST).contains(&number)).then_some(number)
}

/// Whether a character may stand in a number.
pub fn is_numeral(character: char) -> bool {
    digit(character).is_some() || unit(character).is_some()
}

/// A number as laws write it: 1043 is 一千零四十三.
pub fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let mut text = String::new();
    let mut gap = false;
    for (size, name) in [(1000, Some('千')), (100, Some('百')), (10, Some('十')), (1, None)] {
        let digit = number / size % 10;
        if digit == 0 {
            gap |= !text.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            text.push('零');
        }
        // 十二, not 一十二; but 一百一十二.
        if !(size == 10 && digit == 1 && text.is_empty()) {
            text.push(DIGITS[digit as usize]);
        }
        text.extend(name);
    }
    text
}

fn by_units(digits: &[char]) -> Option<u32> {
    let (mut sum, mut open) = (0_u32, None);
    for &character in digits {
        if let Some(size) = unit(character) {
            // 十 alone means ten.
            sum = sum.checked_add(open.take().unwrap_or(1) * size)?;
        } else {
            let next = digit(character)?;
            // Arabic digits before a unit would be a mixture nobody writes.
            match open {
                None | Some(0) => open = Some(next),
                Some(_) => return None,
            }
        }
    }
    sum.checked_add(open.unwrap_or(0))
}

fn unit(character: char) -> Option<u32> {
    match character {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        _ => None,
    }
}

fn digit(character: char) -> Option<u32> {
    let place = |chars: &str| chars.chars().position(|c| c == character).map(|at| at as u32);
    match character {
        '0'..='9' => character.to_digit(10),
        '０'..='９' => Some(u32::from(character) - u32::from('０')),
        '〇' | '○' => Some(0),
        '两' => Some(2),
        _ => place("零一二三四五六七八九").or_else(|| place("零壹贰叁肆伍陆柒捌玖")),
    }
}

#[cfg(test)]
mod tests {
    use super::{chinese, read};

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (written, number) in [
            ("一千零四十三", 1043),
            ("一〇四三", 1043),
            ("1043", 1043),
            ("１０４３", 1043),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("一百一十", 110),
            ("一百零二", 102),
            ("一千二百六十", 1260),
            ("贰佰叁拾", 230),
        ] {
            assert_eq!(read(written), Some(number), "{written}");
        }
    }

    #[test]
    fn what_is_no_article_number_is_refused() {
        for written in ["", "零", "0", "99999", "四十三四", "条", "1十2二"] {
            assert_eq!(read(written), None, "{written}");
        }
    }

    #[test]
    fn every_number_comes_back_from_its_chinese_form() {
        assert_eq!(chinese(1043), "一千零四十三");
        assert_eq!((chinese(10), chinese(110)), ("十".to_owned(), "一百一十".to_owned()));
        for number in 1..=9999 {
            assert_eq!(read(&chinese(number)), Some(number));
        }
    }
}
