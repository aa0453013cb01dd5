//! Cutting long texts into messages (wechat-protocol.md §3, §5).

/// Cuts `text` into pieces of at most `limit_bytes` bytes of UTF-8 that rejoin to the original.
///
/// Prefers the end of a paragraph, of a line, of a sentence, of a clause, as long as the piece
/// stays at least half full. Never cuts a character, a joined emoji or a link `<a …>…</a>`, except
/// a link that alone exceeds the limit. A limit below one character is taken as one character.
/// An empty text has no pieces.
pub fn split_text(text: &str, limit_bytes: usize) -> Vec<String> {
    let links = links(text);
    let mut pieces = Vec::with_capacity(text.len() / limit_bytes.max(1) + 1);
    let mut start = 0;
    while start < text.len() {
        let end = cut(text, start, limit_bytes, &links);
        pieces.push(text[start..end].to_owned());
        start = end;
    }
    pieces
}

/// The longest beginning of `text` within `limit_bytes` that ends neither inside a character nor
/// inside a link.
pub(super) fn truncate(text: &str, limit_bytes: usize) -> &str {
    if text.len() <= limit_bytes {
        return text;
    }
    &text[..hard_cut(text, 0, limit_bytes, &links(text))]
}

/// Where the piece that begins at `start` ends: always after `start`, on a character boundary.
fn cut(text: &str, start: usize, limit: usize, links: &[(usize, usize)]) -> usize {
    if text.len() - start <= limit {
        return text.len();
    }
    let hard = hard_cut(text, start, limit, links);
    let least = text.floor_char_boundary(start + (hard - start) / 2);
    // The place after the last break of each kind that lies in the second half.
    let mut best = [None; 4];
    for (at, c) in text[least..hard].char_indices() {
        let after = least + at + c.len_utf8();
        let kind = match c {
            '\n' if text[..least + at].ends_with('\n') => 0,
            '\n' => 1,
            '。' | '！' | '？' | '；' | '!' | '?' | ';' | '…' => 2,
            '，' | '、' | '：' | ',' | ' ' | '\u{3000}' => 3,
            _ => continue,
        };
        let after = after + closing_marks(&text[after..hard]);
        if !inside(after, links) {
            best[kind] = Some(after);
        }
    }
    best.into_iter().flatten().next().unwrap_or(hard)
}

/// Bytes of quotation marks and brackets that belong to the sentence just ended.
fn closing_marks(rest: &str) -> usize {
    rest.chars()
        .take_while(|c| matches!(c, '”' | '’' | '」' | '』' | '）' | '》' | '】' | ')'))
        .map(char::len_utf8)
        .sum()
}

fn hard_cut(text: &str, start: usize, limit: usize, links: &[(usize, usize)]) -> usize {
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    let full = text.floor_char_boundary(start.saturating_add(limit)).max(start + first);
    if let Some((link, _)) = links.iter().find(|(from, to)| *from < full && full < *to)
        && *link > start
    {
        return *link;
    }
    let mut end = full;
    while end > start + first && joined(text, end) {
        end = text.floor_char_boundary(end - 1);
    }
    if end > start + first { end } else { full }
}

fn inside(at: usize, links: &[(usize, usize)]) -> bool {
    links.iter().any(|(from, to)| *from < at && at < *to)
}

/// Whether the characters before and after `at` show as one: joiners, variation selectors, skin
/// tones.
fn joined(text: &str, at: usize) -> bool {
    let joins = |c: char| {
        matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}')
    };
    text[at..].chars().next().is_some_and(joins) || text[..at].ends_with('\u{200d}')
}

/// Where the links are: from `<a` to the end of its `</a>`, in order.
fn links(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open = None;
    for (at, _) in text.match_indices('<') {
        let word = &bytes[at + 1..];
        let is_start = word.first().is_some_and(|b| b.eq_ignore_ascii_case(&b'a'))
            && word.get(1).is_some_and(|b| b.is_ascii_whitespace() || *b == b'>');
        if is_start {
            open = Some(at);
        } else if word.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case(b"/a>"))
            && let Some(from) = open.take()
        {
            found.push((from, at + 4));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_made_after_the_greatest_unit_that_fills_half_the_piece() {
        assert_eq!(split_text("一。二\n三，四五", 18), ["一。二\n", "三，四五"]);
        assert_eq!(split_text("你好。他说“好。”再见再见", 30), ["你好。他说“好。”", "再见再见"]);
        assert_eq!(split_text("aaaaaa\n\nb\nc。d", 13), ["aaaaaa\n\n", "b\nc。d"]);
        assert_eq!(split_text("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert!(split_text("", 10).is_empty());
    }

    #[test]
    fn a_link_moves_to_the_next_piece_as_a_whole() {
        let link = "<a href=\"https://example.com/a。b\">点 这里。看</a>";
        let text = format!("请看{link}谢谢");
        let pieces = split_text(&text, link.len() + 3);
        assert_eq!(pieces, ["请看", &format!("{link}谢"), "谢"]);
        assert_eq!(truncate(&text, link.len()), "请看");
    }

    #[test]
    fn a_link_longer_than_the_limit_and_an_unclosed_one_do_not_stop_the_cutting() {
        let text = format!("<a href=\"{}\">x</a>", "y".repeat(50));
        assert!(split_text(&text, 20).iter().all(|piece| piece.len() <= 20));
        assert_eq!(split_text("<a <a <a <a", 5).concat(), "<a <a <a <a");
    }

    #[test]
    fn an_emoji_family_is_not_torn_apart() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let text = format!("ab{family}");
        assert_eq!(split_text(&text, family.len()), ["ab", family]);
    }

    #[test]
    fn a_limit_smaller_than_a_character_still_ends() {
        assert_eq!(split_text("法律", 0), ["法", "律"]);
    }
}
