//! The draw: a pure function of two texts that are public when it is over, so that anybody can
//! compute it again. The page of the draw describes exactly this in words. Pure.
//!
//! 1. When the round begins, a seed (64 hexadecimal digits) is chosen and the SHA-256 of its text is
//!    published: it cannot be exchanged any more.
//! 2. When it has ended, the numbers of all who take part are fixed: sorted, one a line, each line
//!    ended by a line feed. The SHA-256 of this text is the list's hash.
//! 3. The ticket of a number is the SHA-256 of `seed:hash:number`. The smallest tickets win, in order.
//!
//! # Why
//! 2026-11-28: the list's hash is part of every ticket because nobody, not even who chose the seed,
//! knows it when the seed is published: a seed cannot be chosen so that a certain number wins.

use sha2::{Digest, Sha256};

/// SHA-256 in small hexadecimal digits.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The list of entries as it is published: sorted, one a line.
pub fn list(numbers: &[String]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort();
    sorted.iter().map(|number| format!("{number}\n")).collect()
}

/// The ticket of an entry.
pub fn ticket(seed: &str, list_hash: &str, number: &str) -> String {
    digest(&format!("{seed}:{list_hash}:{number}"))
}

/// The numbers that win, first prize first.
pub fn winners(seed: &str, list_hash: &str, numbers: &[String], count: usize) -> Vec<String> {
    let mut tickets: Vec<(String, &String)> =
        numbers.iter().map(|number| (ticket(seed, list_hash, number), number)).collect();
    tickets.sort();
    tickets.into_iter().take(count).map(|(_, number)| number.clone()).collect()
}

/// A name of which only the first character is shown.
pub fn masked(nickname: &str) -> String {
    match nickname.chars().next() {
        Some(first) => format!("{first}**"),
        None => "匿名".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draw_is_what_the_page_says_it_is() {
        // Computed with printf and sha256sum alone.
        assert_eq!(
            digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let numbers: Vec<String> = ["c3", "a1", "b2"].map(str::to_owned).to_vec();
        assert_eq!(list(&numbers), "a1\nb2\nc3\n");
        let hash = digest(&list(&numbers));
        let won = winners("seed", &hash, &numbers, 2);
        let mut all: Vec<String> =
            numbers.iter().map(|n| digest(&format!("seed:{hash}:{n}"))).collect();
        all.sort();
        assert_eq!(won.iter().map(|n| ticket("seed", &hash, n)).collect::<Vec<_>>(), all[..2]);
    }

    #[test]
    fn the_order_in_which_entries_come_decides_nothing_and_one_more_changes_all() {
        let numbers: Vec<String> = (0..50).map(|n| format!("{n:012x}")).collect();
        let backwards: Vec<String> = numbers.iter().rev().cloned().collect();
        let hash = digest(&list(&numbers));
        assert_eq!(list(&numbers), list(&backwards));
        assert_eq!(winners("s", &hash, &numbers, 5), winners("s", &hash, &backwards, 5));
        let more = digest(&list(&[&numbers[..], &["zz".to_owned()]].concat()));
        assert_ne!(winners("s", &hash, &numbers, 5), winners("s", &more, &numbers, 5));
    }

    #[test]
    fn names_are_masked_whatever_they_are() {
        assert_eq!((masked("王小明").as_str(), masked("").as_str()), ("王**", "匿名"));
    }
}
