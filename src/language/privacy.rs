//! Hiding what identifies a person: telephone numbers, identity and bank cards, plates, e-mail,
//! accounts with chat and payment services, and names where the text says that one follows.
//!
//! Masking keeps the ends, so that two mentions of one number can still be told to be the same:
//! `138****5678`. Amounts, dates, case numbers and public service numbers stay.

use serde::{Deserialize, Serialize};

use super::names;

/// What was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateKind {
    /// A mobile or landline number.
    Phone,
    /// A resident identity card number.
    IdCard,
    /// A bank card number.
    BankCard,
    /// The plate of a vehicle.
    Plate,
    /// An e-mail address.
    Email,
    /// A name or number with a chat or payment service.
    Account,
    /// A person's name; the family name stays.
    Name,
}

/// A text with the private parts hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// The text with stars.
    pub text: String,
    /// What was hidden, in reading order; one entry per place.
    pub found: Vec<PrivateKind>,
}

/// A stretch of characters to hide: `start..end`, of which the ends stay readable.
struct Stretch {
    kind: PrivateKind,
    start: usize,
    end: usize,
    keep_front: usize,
    keep_back: usize,
}

/// Hides every private number in `text`. Full-width digits are recognized too.
pub fn mask(text: &str) -> Masked {
    let mut signs: Vec<char> = text.chars().collect();
    let plain: Vec<char> = signs.iter().map(|&sign| half_width(sign)).collect();
    let mut stretches = emails(&plain);
    stretches.extend(plates(&plain));
    stretches.extend(numbers(&plain));
    stretches.extend(spoken(&plain));
    stretches.extend(accounts(&plain));
    stretches.extend(names::find(&plain).into_iter().map(|name| Stretch {
        kind: PrivateKind::Name,
        start: name.start,
        end: name.end,
        keep_front: name.family,
        keep_back: 0,
    }));
    stretches.sort_by_key(|stretch| stretch.start);
    let mut found = Vec::with_capacity(stretches.len());
    let mut done = 0;
    for stretch in stretches {
        if stretch.start >= done {
            hide(&mut signs, &plain, &stretch);
            found.push(stretch.kind);
            done = stretch.end;
        }
    }
    Masked { text: signs.into_iter().collect(), found }
}

/// Stars for every letter and digit between the kept ends; separators stay.
fn hide(signs: &mut [char], plain: &[char], stretch: &Stretch) {
    let places: Vec<usize> =
        (stretch.start..stretch.end).filter(|&at| plain[at].is_alphanumeric()).collect();
    let last = places.len().saturating_sub(stretch.keep_back);
    for &at in places.get(stretch.keep_front..last).unwrap_or_default() {
        signs[at] = '*';
    }
}

fn half_width(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// A group of digits without a gap.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn len(self) -> usize {
        self.end - self.start
    }
}

/// Groups of digits that are joined by one blank, dash or dot each.
fn digit_runs(plain: &[char]) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        if !plain[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < plain.len() && plain[at].is_ascii_digit() {
            at += 1;
        }
        let group = Group { start, end: at };
        let joined = start > 0
            && matches!(plain[start - 1], ' ' | '-' | '.')
            && runs.last().and_then(|run| run.last()).is_some_and(|last| last.end + 1 == start);
        match runs.last_mut() {
            Some(run) if joined => run.push(group),
            _ => runs.push(vec![group]),
        }
    }
    runs
}

fn numbers(plain: &[char]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for run in digit_runs(plain) {
        let mut first = 0;
        while first < run.len() {
            match longest_number(plain, &run[first..]) {
                Some((groups, stretch)) => {
                    stretches.push(stretch);
                    first += groups;
                }
                None => first += 1,
            }
        }
    }
    stretches
}

/// The number made of the most leading groups, with the count of groups it took.
fn longest_number(plain: &[char], groups: &[Group]) -> Option<(usize, Stretch)> {
    (1..=groups.len().min(5)).rev().find_map(|count| {
        let taken = groups.get(..count)?;
        let digits: Vec<u8> = taken
            .iter()
            .flat_map(|group| &plain[group.start..group.end])
            .filter_map(|sign| sign.to_digit(10))
            .filter_map(|digit| u8::try_from(digit).ok())
            .collect();
        identify(plain, taken, &digits).map(|stretch| (count, stretch))
    })
}

fn identify(plain: &[char], groups: &[Group], digits: &[u8]) -> Option<Stretch> {
    let (start, end) = (groups.first()?.start, groups.last()?.end);
    let ends_in_x = matches!(plain.get(end), Some('x' | 'X'))
        && !plain.get(end + 1).is_some_and(char::is_ascii_alphanumeric);
    let glued = start > 0 && plain[start - 1].is_ascii_alphabetic()
        || !ends_in_x && plain.get(end).is_some_and(char::is_ascii_alphabetic);
    let stretch = |kind, end, keep_front, keep_back| {
        Some(Stretch { kind, start, end, keep_front, keep_back })
    };
    if digits.len() == 17 && ends_in_x && id_card(digits, 10) {
        return stretch(PrivateKind::IdCard, end + 1, 4, 2);
    }
    if let [body @ .., last] = digits
        && digits.len() == 18
        && id_card(body, *last)
    {
        return stretch(PrivateKind::IdCard, end, 4, 2);
    }
    let signs = digits.len() + usize::from(ends_in_x);
    if matches!(signs, 15 | 18) && follows(plain, start, ID_CARD) {
        // Whoever mistypes a digit has still told who they are.
        return stretch(PrivateKind::IdCard, end + usize::from(ends_in_x), 4, 2);
    }
    if digits.len() == 15 && groups.len() == 1 && !glued && old_id_card(digits) {
        return stretch(PrivateKind::IdCard, end, 4, 2);
    }
    if bank_shape(groups) && (16..=19).contains(&digits.len()) && !glued && bank_card(digits) {
        return stretch(PrivateKind::BankCard, end, 4, 4);
    }
    if numbered(plain, start) || counted(plain, end) {
        return None;
    }
    let skip = country_code(groups, digits);
    if phone_shape(groups) && mobile(&digits[skip..]) {
        return stretch(PrivateKind::Phone, end, 3 + skip, 4);
    }
    if landline(plain, groups, digits) {
        let area = if groups.len() > 1 { groups[0].len() } else { digits.len() - 8 };
        return stretch(PrivateKind::Phone, end, area, 3);
    }
    if local(groups, digits) && follows(plain, start, TELEPHONE) {
        return stretch(PrivateKind::Phone, end, 0, 3);
    }
    None
}

/// Words before a number of an identity card.
const ID_CARD: &[&str] = &["身份证", "身份证号", "身份证号码", "证件号", "证件号码"];
/// Words before a telephone number that is written without its area code.
const TELEPHONE: &[&str] =
    &["电话", "座机", "固话", "电话号", "电话号码", "座机号", "座机号码", "tel", "Tel", "TEL"];

/// Whether one of `words` stands before place `at`, with at most marks or 是 between.
fn follows(plain: &[char], at: usize, words: &[&str]) -> bool {
    let end = plain[..at].iter().rposition(|sign| !matches!(sign, ':' | ' ' | '是' | '为' | ';'));
    let before: String =
        end.map_or(String::new(), |end| plain[end.saturating_sub(4)..=end].iter().collect());
    words.iter().any(|word| before.ends_with(word))
}

/// Seven or eight digits that are no day.
fn local(groups: &[Group], digits: &[u8]) -> bool {
    let whole = groups.len() == 1 || groups.len() == 2 && groups[1].len() == 4;
    let day = matches!(digits, [1 | 2, 0 | 9, _, _, rest @ ..] if day_of_year(rest));
    whole && (7..=8).contains(&digits.len()) && digits[0] >= 2 && !day
}

/// Bank cards are written in one piece or in fours.
fn bank_shape(groups: &[Group]) -> bool {
    match groups {
        [_] => true,
        [front @ .., last] => front.iter().all(|group| group.len() == 4) && last.len() <= 4,
        [] => false,
    }
}

/// Telephone numbers are never written in scraps shorter than two digits (86).
fn phone_shape(groups: &[Group]) -> bool {
    groups.len() == 1
        || groups
            .iter()
            .enumerate()
            .all(|(place, group)| group.len() >= 3 || (place == 0 && group.len() == 2))
}

fn country_code(groups: &[Group], digits: &[u8]) -> usize {
    match digits {
        [8, 6, ..] if digits.len() == 13 && groups.len() <= 4 => 2,
        [0, 0, 8, 6, ..] if digits.len() == 15 => 4,
        _ => 0,
    }
}

fn mobile(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] == 1 && digits[1] >= 3
}

/// Area code and subscriber number: `0519-86123456`, `051986123456`, `(0519)86123456`.
fn landline(plain: &[char], groups: &[Group], digits: &[u8]) -> bool {
    let [group, ..] = groups else { return false };
    let bracketed = group.start > 0
        && plain[group.start - 1] == ')'
        && plain[..group.start - 1].iter().rposition(|sign| *sign == '(').is_some_and(|open| {
            let area = &plain[open + 1..group.start - 1];
            matches!(area, ['0', rest @ ..] if matches!(rest.len(), 2 | 3)
                && rest.iter().all(char::is_ascii_digit))
        });
    if bracketed && groups.len() == 1 {
        return (7..=8).contains(&digits.len());
    }
    let area = match groups {
        [whole] if (11..=12).contains(&whole.len()) => whole.len() - 8,
        [area, rest] if (7..=8).contains(&rest.len()) => area.len(),
        [area, front, back] if front.len() + back.len() == 8 && front.len() == 4 => area.len(),
        _ => return false,
    };
    (3..=4).contains(&area)
        && digits.first() == Some(&0)
        && digits.get(1) != Some(&0)
        && digits.get(area).is_some_and(|&first| first >= 2)
}

/// Whether the digits follow a word that makes them a file or order number.
fn numbered(plain: &[char], start: usize) -> bool {
    const WORDS: &[&str] = &[
        "编号",
        "案号",
        "单号",
        "订单",
        "合同号",
        "工号",
        "发票号",
        "发票号码",
        "流水号",
        "第",
        "文号",
        "条码",
        "尾号",
    ];
    follows(plain, start, WORDS)
}

/// Whether the digits are an amount: a unit, a comma group or decimals follow.
fn counted(plain: &[char], end: usize) -> bool {
    match plain.get(end) {
        Some('元' | '块' | '万' | '亿' | '%' | '股' | '吨') => true,
        Some('.' | ',') => plain.get(end + 1).is_some_and(char::is_ascii_digit),
        _ => false,
    }
}

/// Checks the 17 digits and the check value (10 stands for X) as GB 11643 prescribes.
fn id_card(body: &[u8], check: u8) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    if body.len() != 17 || !region(body) || !day_of_year(&body[10..14]) {
        return false;
    }
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(&digit, weight)| u32::from(digit) * weight).sum();
    CHECKS[(sum % 11) as usize] == check
}

/// The 15-digit card issued until 1999: region, birthday with a two-digit year, serial number.
fn old_id_card(digits: &[u8]) -> bool {
    region(digits) && day_of_year(&digits[8..12])
}

fn region(digits: &[u8]) -> bool {
    matches!(digits, [1..=6, 1..=7, ..] | [8, 1..=3, ..])
}

fn day_of_year(digits: &[u8]) -> bool {
    let [m1, m2, d1, d2] = digits else { return false };
    (1..=12).contains(&(m1 * 10 + m2)) && (1..=31).contains(&(d1 * 10 + d2))
}

/// The Luhn check and a first digit that card schemes use.
fn bank_card(digits: &[u8]) -> bool {
    if !matches!(digits.first(), Some(3..=6 | 9)) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match u32::from(digit) {
            digit if place % 2 == 0 => digit,
            digit if digit > 4 => digit * 2 - 9,
            digit => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A mobile number in Chinese numerals, as speech recognition may write it: 幺三八….
fn spoken(plain: &[char]) -> Vec<Stretch> {
    const NUMERALS: &str = "零〇一幺二三四五六七八九";
    let mut stretches = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let length = plain[at..].iter().take_while(|sign| NUMERALS.contains(**sign)).count();
        let begins = matches!(
            plain[at..],
            ['一' | '幺', '三' | '四' | '五' | '六' | '七' | '八' | '九', ..]
        );
        if length == 11 && begins {
            let (kind, start, end) = (PrivateKind::Phone, at, at + length);
            stretches.push(Stretch { kind, start, end, keep_front: 3, keep_back: 4 });
        }
        at += length.max(1);
    }
    stretches
}

/// What somebody is called in a chat or payment service: 微信号abc_123, QQ：16566163.
fn accounts(plain: &[char]) -> Vec<Stretch> {
    const SERVICES: &[&str] =
        &["微信", "支付宝", "财付通", "抖音", "快手", "qq", "QQ", "Qq", "wx", "WX", "vx", "VX"];
    let mut stretches = Vec::new();
    for at in 0..plain.len() {
        let Some(service) = SERVICES.iter().find(|word| stands(plain, at, word)) else { continue };
        let mut start = at + service.chars().count();
        let mut said = service.is_ascii();
        while let Some(sign) = plain.get(start).filter(|sign| ":号是为码 账户".contains(**sign))
        {
            said |= *sign != ' ';
            start += 1;
        }
        let part = |sign: &&char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
        let end = start + plain[start..].iter().take_while(part).count();
        let letter = plain.get(start).is_some_and(char::is_ascii_alphabetic);
        let whole = at == 0 || !plain[at - 1].is_ascii_alphanumeric();
        let named = (said || letter) && (5..=20).contains(&(end - start)) && whole;
        if named && !counted(plain, end) && plain.get(end) != Some(&'@') {
            let kind = PrivateKind::Account;
            stretches.push(Stretch { kind, start, end, keep_front: 2, keep_back: 1 });
        }
    }
    stretches
}

fn stands(plain: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(place, letter)| plain.get(at + place) == Some(&letter))
}

/// Plates: a province, a letter, perhaps a dot, then five signs (six for new energy).
fn plates(plain: &[char]) -> Vec<Stretch> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    let mut stretches = Vec::new();
    for (start, window) in plain.windows(2).enumerate() {
        if !PROVINCES.contains(window[0]) || !window[1].is_ascii_alphabetic() {
            continue;
        }
        let gap = usize::from(matches!(plain.get(start + 2), Some('·' | '.' | '-' | ' ' | '•')));
        let body = start + 2 + gap;
        let length = plain[body..].iter().take_while(|sign| sign.is_ascii_alphanumeric()).count();
        let digits = plain[body..body + length].iter().filter(|sign| sign.is_ascii_digit()).count();
        let special = length == 4
            && matches!(plain.get(body + 4), Some('学' | '警' | '挂' | '港' | '澳' | '领'));
        if (matches!(length, 5 | 6) || special) && digits >= 2 {
            let kind = PrivateKind::Plate;
            stretches.push(Stretch {
                kind,
                start,
                end: body + length,
                keep_front: 2,
                keep_back: 2,
            });
        }
    }
    stretches
}

/// `somebody@example.com`: the first sign and the host stay.
fn emails(plain: &[char]) -> Vec<Stretch> {
    let local = |sign: &char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-' | '+');
    let mut stretches = Vec::new();
    for (at, _) in plain.iter().enumerate().filter(|(_, sign)| **sign == '@') {
        let before = plain[..at].iter().rev().take_while(|sign| local(sign)).count();
        let host: String = plain[at + 1..].iter().take_while(|sign| local(sign)).collect();
        let has_zone = host.split_once('.').is_some_and(|(name, zone)| {
            !name.is_empty() && zone.chars().next().is_some_and(|sign| sign.is_ascii_alphabetic())
        });
        if before > 0 && has_zone {
            let start = at - before;
            let kind = PrivateKind::Email;
            stretches.push(Stretch { kind, start, end: at, keep_front: 1, keep_back: 0 });
        }
    }
    stretches
}

#[cfg(test)]
#[path = "privacy_tests.rs"]
mod tests;
