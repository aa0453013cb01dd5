//! Finds citations of articles in any usual form: 《民法典》第一千零四十三条, 民法典1043条,
//! 刑法第133条之一第二款, 第四十七条、第四十八条 after a law was named.

use std::ops::Range;

use super::numerals;

/// One article cited in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// What stands where the law's name belongs: the words in 《》, or all Chinese characters before
    /// the number without a mark between. `None` when the text never named a law before.
    pub law: Option<Written>,
    /// Number of the article.
    pub article: u32,
    /// 1 for 之一, 2 for 之二; 0 for the article itself.
    pub insertion: u32,
    /// Number of the paragraph (款).
    pub paragraph: Option<u32>,
    /// Number of the item (项).
    pub item: Option<u32>,
    /// Bytes of the text from 第 or the number to the end of what was read.
    pub place: Range<usize>,
}

/// A law's name as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// In 《》, so it begins and ends where it says.
    Quoted(String),
    /// Somewhere at the end of these words.
    Before(String),
}

/// Longest run of characters looked at for a name without 《》.
const LONGEST_NAME: usize = 100;

/// Last characters of names of laws; other words before a number name none.
const LAST_OF_A_NAME: [char; 20] = [
    '法', '典', '例', '定', '释', '则', '复', '见', '知', '要', '答', '函', '案', '约', '令', '告',
    '排', '范', '）', ')',
];

/// Every citation in `text`, in reading order. An article without a law of its own belongs to the
/// law cited before.
pub fn find(text: &str) -> Vec<Citation> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut found: Vec<Citation> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let Some((article, end)) = numbered(&characters, at, '条') else {
            at += 1;
            continue;
        };
        let mut reader = Reader { characters: &characters, at: end };
        let insertion = reader.insertion();
        let paragraph = reader.part('款');
        let item = reader.part('项');
        let law = named_before(&characters, at)
            .or_else(|| found.last().and_then(|last| last.law.clone()));
        let stop = characters.get(reader.at).map_or(text.len(), |(byte, _)| *byte);
        let place = characters[at].0..stop;
        found.push(Citation { law, article, insertion, paragraph, item, place });
        at = reader.at;
    }
    found
}

/// A number followed by `unit` from `at` on, with or without 第, and where it ends.
fn numbered(characters: &[(usize, char)], at: usize, unit: char) -> Option<(u32, usize)> {
    let ordinal = characters[at].1 == '第';
    if !ordinal && at > 0 && (numerals::is_numeral(characters[at - 1].1)) {
        return None;
    }
    let from = if ordinal { skip_blanks(characters, at + 1) } else { at };
    let digits: String = characters
        .get(from..)?
        .iter()
        .map(|(_, c)| *c)
        .take_while(|c| numerals::is_numeral(*c))
        .collect();
    let end = skip_blanks(characters, from + digits.chars().count());
    if characters.get(end)?.1 != unit {
        return None;
    }
    // 三条 without 第 counts things; a bare number is an article only in Arabic digits.
    if !ordinal && !digits.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c)) {
        return None;
    }
    numerals::read(&digits).map(|number| (number, end + 1))
}

fn skip_blanks(characters: &[(usize, char)], mut at: usize) -> usize {
    while characters.get(at).is_some_and(|(_, c)| c.is_whitespace()) {
        at += 1;
    }
    at
}

/// Reads what may follow the article.
struct Reader<'a> {
    characters: &'a [(usize, char)],
    at: usize,
}

impl Reader<'_> {
    /// 之一.
    fn insertion(&mut self) -> u32 {
        if self.characters.get(self.at).is_none_or(|(_, c)| *c != '之') {
            return 0;
        }
        let digits: String = self.characters[self.at + 1..]
            .iter()
            .map(|(_, c)| *c)
            .take_while(|c| numerals::is_numeral(*c))
            .collect();
        let Some(number) = numerals::read(&digits) else { return 0 };
        self.at += 1 + digits.chars().count();
        number
    }

    /// 第二款, 第（一）项.
    fn part(&mut self, unit: char) -> Option<u32> {
        let mut at = self.at;
        if self.characters.get(at)?.1 != '第' {
            return None;
        }
        at += 1;
        let inner: String = self.characters[at..]
            .iter()
            .map(|(_, c)| *c)
            .take_while(|c| numerals::is_numeral(*c) || "（）()".contains(*c) || c.is_whitespace())
            .collect();
        at += inner.chars().count();
        if self.characters.get(at)?.1 != unit {
            return None;
        }
        let digits: String = inner.chars().filter(|c| numerals::is_numeral(*c)).collect();
        let number = numerals::read(&digits)?;
        self.at = at + 1;
        Some(number)
    }
}

/// The law named right before place `at`.
fn named_before(characters: &[(usize, char)], at: usize) -> Option<Written> {
    let mut end = at;
    while end > 0 && (characters[end - 1].1.is_whitespace() || characters[end - 1].1 == '的') {
        end -= 1;
    }
    end = before_remark(characters, end);
    let last = characters.get(end.checked_sub(1)?)?.1;
    if last == '》' {
        return quoted(&characters[..end]).map(Written::Quoted);
    }
    let from = (0..end)
        .rev()
        .find(|&place| !is_part_of_name(characters, place))
        .map_or(0, |place| place + 1)
        .max(end.saturating_sub(LONGEST_NAME));
    let words: String = characters[from..end].iter().map(|(_, c)| *c).collect();
    (words.chars().count() >= 2 && words.ends_with(LAST_OF_A_NAME))
        .then_some(Written::Before(words))
}

/// Steps back over （2020年修正） and the like.
fn before_remark(characters: &[(usize, char)], end: usize) -> usize {
    let closes = end > 0 && matches!(characters[end - 1].1, '）' | ')');
    let opened = characters[..end].iter().rposition(|(_, c)| matches!(c, '（' | '('));
    match opened {
        Some(from)
            if closes
                && characters[from..end]
                    .iter()
                    .any(|(_, c)| c.is_ascii_digit() || matches!(c, '修' | '订' | '正' | '简')) =>
        {
            from
        }
        _ => end,
    }
}

/// Whether the character at `place` may stand in a law's name: 条 only in 条例, since it ends a citation.
fn is_part_of_name(characters: &[(usize, char)], place: usize) -> bool {
    const MARKS: &str = "、（）()《》〈〉<>";
    let character = characters[place].1;
    let han = matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}');
    let ends_a_citation = match character {
        '条' => characters.get(place + 1).is_none_or(|(_, next)| *next != '例'),
        '款' | '项' => true,
        _ => false,
    };
    (han || character.is_ascii_digit() || MARKS.contains(character)) && !ends_a_citation
}

/// The outermost 《…》 that ends with the last character: names of interpretations hold another.
fn quoted(characters: &[(usize, char)]) -> Option<String> {
    let mut depth = 0_i32;
    for (place, (_, character)) in characters.iter().enumerate().rev() {
        match character {
            '》' => depth += 1,
            '《' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let inner = &characters[place + 1..characters.len() - 1];
            return Some(inner.iter().map(|(_, c)| *c).collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Written, find};

    fn one(text: &str) -> (String, u32, u32) {
        let found = find(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let law = match found[0].law.clone() {
            Some(Written::Quoted(name)) => format!("《{name}》"),
            Some(Written::Before(words)) => words,
            None => String::new(),
        };
        (law, found[0].article, found[0].insertion)
    }

    #[test]
    fn every_usual_form_is_read() {
        assert_eq!(one("《民法典》第一千零四十三条"), ("《民法典》".to_owned(), 1043, 0));
        assert_eq!(one("民法典1043条"), ("民法典".to_owned(), 1043, 0));
        assert_eq!(one("民法典 第1043条"), ("民法典".to_owned(), 1043, 0));
        assert_eq!(one("《刑法》（2020年修正）第133条之一"), ("《刑法》".to_owned(), 133, 1));
        assert_eq!(one("《民法典》的第 ５００ 条规定"), ("《民法典》".to_owned(), 500, 0));
        assert_eq!(
            one("《最高人民法院关于适用《民事诉讼法》的解释》第九条").0,
            "《最高人民法院关于适用《民事诉讼法》的解释》"
        );
        assert_eq!(one("根据劳动合同法第四十七条").0, "根据劳动合同法");
        assert_eq!(one("工伤保险条例第14条").0, "工伤保险条例");
        assert_eq!(one("民法典继承编的解释（一）第三条").0, "民法典继承编的解释（一）");
    }

    #[test]
    fn paragraph_and_item_are_read_and_belong_to_the_place() {
        let text = "依《劳动合同法》第三十八条第一款第（二）项，可以走。";
        let found = find(text);
        assert_eq!((found[0].paragraph, found[0].item), (Some(1), Some(2)));
        assert_eq!(&text[found[0].place.clone()], "第三十八条第一款第（二）项");
    }

    #[test]
    fn an_article_alone_belongs_to_the_law_named_before() {
        let text = "《劳动合同法》第四十七条、第四十八条以及第五十条，和刑法第二百七十六条之一";
        let found = find(text);
        assert_eq!(found.len(), 4);
        for inherits in &found[1..3] {
            assert_eq!(inherits.law, Some(Written::Quoted("劳动合同法".to_owned())));
        }
        assert_eq!(found[3].law, Some(Written::Before("和刑法".to_owned())));
        assert_eq!(found[3].insertion, 1);
        assert_eq!(find("第五条说什么").first().and_then(|found| found.law.clone()), None);
    }

    #[test]
    fn counted_things_are_no_articles() {
        for text in ["我有三条理由", "条条大路", "第条", "两条狗"] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
