//! Character grams: the pieces of one to three characters that the learned model counts.

use crate::language::normalize::is_han;

/// The longest gram, in characters.
pub const LONGEST: usize = 3;
/// Texts are read up to here, in characters; WeChat's own limit for a message is about 680.
const READ: usize = 1500;

/// One gram where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gram {
    /// The same for the same characters, on every machine.
    pub hash: u32,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Characters in it: 1 to [`LONGEST`].
    pub length: usize,
}

/// Calls `each` for every gram of a normalized text, in reading order.
///
/// Marks and blanks part words and are in no gram; a run of digits counts as one zero, so that
/// every amount looks alike.
pub fn each_gram(text: &str, mut each: impl FnMut(Gram)) {
    let mut window = [(0_u32, 0_usize); LONGEST];
    let mut filled = 0;
    let mut digits = false;
    for (start, character) in text.char_indices().take(READ) {
        if !is_han(character) && !character.is_alphanumeric() {
            filled = 0;
            digits = false;
            continue;
        }
        if character.is_ascii_digit() && digits {
            continue;
        }
        digits = character.is_ascii_digit();
        let plain = if digits { '0' } else { character };
        window.rotate_left(1);
        window[LONGEST - 1] = (u32::from(plain), start);
        filled = (filled + 1).min(LONGEST);
        let end = start + character.len_utf8();
        for length in 1..=filled {
            let held = &window[LONGEST - length..];
            each(Gram { hash: hash(held), start: held[0].1, end, length });
        }
    }
}

fn hash(characters: &[(u32, usize)]) -> u32 {
    let mixed = characters.iter().fold(0x9e37_79b9_7f4a_7c15_u64, |mixed, &(character, _)| {
        (mixed.rotate_left(23) ^ u64::from(character)).wrapping_mul(0xd6e8_feb8_6659_fd93)
    });
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::each_gram;

    fn grams(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        each_gram(text, |gram| found.push(&text[gram.start..gram.end]));
        found
    }

    #[test]
    fn grams_do_not_reach_over_marks() {
        assert_eq!(grams("欠薪,找谁"), ["欠", "薪", "欠薪", "找", "谁", "找谁"]);
    }

    #[test]
    fn every_amount_looks_alike() {
        let hashes = |text: &str| {
            let mut found = Vec::new();
            each_gram(text, |gram| found.push(gram.hash));
            found
        };
        assert_eq!(hashes("欠5元"), hashes("欠30000元"));
        assert_ne!(hashes("欠五元"), hashes("欠六元"));
    }
}
