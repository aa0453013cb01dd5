//! What changed between two states of a text, paragraph by paragraph. Pure.

use super::reading::words;

/// Paragraphs beyond which two texts are not compared; an article has far fewer.
const MOST: usize = 600;

/// What became of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// In both.
    Same,
    /// Only in the older.
    Gone,
    /// Only in the newer.
    New,
}

/// The paragraphs of both bodies in order, with what became of each.
pub fn between(older: &str, newer: &str) -> Vec<(Change, String)> {
    let (older, newer) = (paragraphs(older), paragraphs(newer));
    let common = common_lengths(&older, &newer);
    let (mut a, mut b) = (0, 0);
    let mut found = Vec::with_capacity(older.len().max(newer.len()));
    while a < older.len() || b < newer.len() {
        if a < older.len() && b < newer.len() && older[a] == newer[b] {
            found.push((Change::Same, older[a].clone()));
            (a, b) = (a + 1, b + 1);
        } else if b == newer.len() || (a < older.len() && common[a + 1][b] >= common[a][b + 1]) {
            found.push((Change::Gone, older[a].clone()));
            a += 1;
        } else {
            found.push((Change::New, newer[b].clone()));
            b += 1;
        }
    }
    found
}

fn paragraphs(body: &str) -> Vec<String> {
    let words = words(body);
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.take(MOST).map(str::to_owned).collect()
}

/// For each pair of places how long the longest common rest is.
fn common_lengths(older: &[String], newer: &[String]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; newer.len() + 1]; older.len() + 1];
    for a in (0..older.len()).rev() {
        for b in (0..newer.len()).rev() {
            common[a][b] = match older[a] == newer[b] {
                true => common[a + 1][b + 1] + 1,
                false => common[a + 1][b].max(common[a][b + 1]),
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_changed_paragraph_is_gone_and_new_and_the_rest_stays() {
        let found = between("<p>一</p><p>二</p><p>三</p>", "<p>一</p><p>两</p><p>三</p><p>四</p>");
        let found: Vec<(Change, &str)> =
            found.iter().map(|(c, text)| (*c, text.as_str())).collect();
        use Change::{Gone, New, Same};
        assert_eq!(found, [(Same, "一"), (Gone, "二"), (New, "两"), (Same, "三"), (New, "四")]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_the_difference(
            a in prop::collection::vec("[ab]", 0..9), b in prop::collection::vec("[ab]", 0..9)
        ) {
            let body = |lines: &[String]| lines.iter().map(|l| format!("<p>{l}</p>")).collect::<String>();
            let found = between(&body(&a), &body(&b));
            let side = |other: Change| -> Vec<String> {
                found.iter().filter(|(c, _)| *c != other).map(|(_, text)| text.clone()).collect()
            };
            prop_assert_eq!(side(Change::New), a);
            prop_assert_eq!(side(Change::Gone), b);
        }
    }
}
