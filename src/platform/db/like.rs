//! Words typed by people as a LIKE pattern.

/// The words as a pattern for `LIKE … ESCAPE '!'`; at most sixty characters count.
pub fn like_pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.trim().chars().take(60) {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::like_pattern;

    #[test]
    fn wildcards_typed_by_people_are_taken_literally() {
        assert_eq!(like_pattern("100%_!"), "%100!%!_!!%");
    }
}
