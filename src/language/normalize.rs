//! One shape for every text before it is read: half-width, simplified, lower case, no stutter.

use super::traditional::simplified;

/// Brings a message into the shape the word tables are written in.
///
/// Full-width forms become half-width, traditional characters simplified, Latin letters lower
/// case; control and zero-width characters go, line breaks become commas, blanks between two
/// Chinese characters are dropped (voice input and copies from pictures insert them). A sign
/// repeated without end is shortened: punctuation and symbols to one, other characters to two.
/// Digits are never shortened. `normalize(normalize(x)) == normalize(x)`.
pub fn normalize(text: &str) -> String {
    let mut plain: Vec<char> = Vec::with_capacity(text.len() / 3 + 8);
    for character in text.chars() {
        if let Some(mapped) = unify(character) {
            push_without_stutter(&mut plain, mapped);
        }
    }
    let kept = close_up(&plain);
    let joined: String = kept.into_iter().collect();
    joined.trim_matches([' ', ',']).to_owned()
}

/// One character in its plain form; `None` when it carries no text at all.
fn unify(character: char) -> Option<char> {
    let half = match character {
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => ',',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0f}' | '\u{ad}' => return None,
        other if other.is_control() => return None,
        other if other.is_whitespace() => ' ',
        other => other,
    };
    Some(simplified(half.to_ascii_lowercase()))
}

/// Appends `character` unless it only prolongs a run that is already long enough.
fn push_without_stutter(plain: &mut Vec<char>, character: char) {
    let allowed = if character.is_ascii_digit() {
        usize::MAX
    } else if is_han(character) || character.is_alphanumeric() {
        2
    } else {
        1
    };
    let run = plain.iter().rev().take(2).take_while(|&&seen| seen == character).count();
    if run < allowed {
        plain.push(character);
    }
}

/// Drops blanks that stand between two Chinese characters, then shortens what became a run.
fn close_up(plain: &[char]) -> Vec<char> {
    let mut kept = Vec::with_capacity(plain.len());
    for (index, &character) in plain.iter().enumerate() {
        let between = character == ' '
            && kept.last().copied().is_some_and(is_han)
            && plain.get(index + 1).copied().is_some_and(is_han);
        if !between {
            push_without_stutter(&mut kept, character);
        }
    }
    kept
}

/// Whether `character` is a Chinese character (basic block and extension A).
pub(super) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::normalize;
    use proptest::prelude::*;

    #[test]
    fn full_width_letters_digits_and_marks_become_half_width() {
        assert_eq!(normalize("　ＡＢＣ１２３，你好！　"), "abc123,你好!");
    }

    #[test]
    fn traditional_characters_become_simplified() {
        assert_eq!(
            normalize("公司無故解僱我，沒有給補償，請問怎麼辦"),
            "公司无故解雇我,没有给补偿,请问怎么办"
        );
    }

    #[test]
    fn stutter_is_shortened_but_amounts_keep_every_digit() {
        assert_eq!(normalize("急急急急！！！！欠我100000元"), "急急!欠我100000元");
    }

    #[test]
    fn blanks_between_chinese_characters_go_and_others_stay() {
        assert_eq!(normalize("我 被 辞 退 了 ok fine"), "我被辞退了 ok fine");
    }

    #[test]
    fn line_breaks_separate_clauses() {
        assert_eq!(normalize("第一句\r\n第二句\n"), "第一句,第二句");
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing_more(text in "\\PC{0,60}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn blanks_and_repeats_do_not_break_idempotence(text in "[哈我 ,，!！\\n\u{3000}1aＡ無]{0,40}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }
    }
}
