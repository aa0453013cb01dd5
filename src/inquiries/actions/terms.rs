//! Searching inquiries: writing what they are found by, finding, and what was asked before like this.

use std::collections::HashMap;

use crate::inquiries::store::{self, COMMON, PAIRS};
use crate::inquiries::{Author, Inquiry, InquiryId, Message};
use crate::knowledge::terms::{is_pair, terms};
use crate::language::privacy;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::db::Link;
use crate::platform::error::{Error, Result};

/// Messages of an inquiry that are made searchable.
const MESSAGES: i64 = 200;
/// Pairs of a question that are weighed when others like it are looked for.
const WEIGHED: usize = 48;
/// The rarest of them by which others are found.
const TELLING: usize = 12;
/// Pairs two questions must share to be called alike.
const SHARED: usize = 3;
/// Earlier inquiries offered.
pub const OFFERED: usize = 5;

/// Writes the terms of inquiries in which something was said, at most `most`; gives how many it were.
pub async fn catch_up(deps: &Deps, most: i64) -> Result<usize> {
    let wanted = store::wanted_terms(&mut deps.db.read().await?, most).await?;
    if wanted.is_empty() {
        return Ok(0);
    }
    let mut tx = deps.db.begin().await?;
    for &id in &wanted {
        // Held first: an erasure that runs at the same moment comes before or after, never between.
        let found = store::lock(&mut tx, OrgScope::Everything, id).await?;
        if !store::take_wanted(&mut tx, id).await? {
            continue;
        }
        let Some(inquiry) = found else { continue };
        let messages = store::messages(&mut tx, id, MESSAGES).await?;
        store::put_terms(&mut tx, id, &terms_of(&inquiry, &messages)).await?;
    }
    tx.commit().await?;
    Ok(wanted.len())
}

/// The pairs an inquiry is found by: its number, what was asked and what was answered, masked. Notes
/// between colleagues are not among them.
fn terms_of(inquiry: &Inquiry, messages: &[Message]) -> Vec<i64> {
    let said = messages.iter().filter(|m| matches!(m.author, Author::Citizen | Author::Staff));
    let mut all = pairs(&inquiry.number);
    for message in said {
        all.extend(pairs(&privacy::mask(&message.body).text));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Every pair of a text once, in reading order.
fn pairs(text: &str) -> Vec<i64> {
    let mut seen = std::collections::HashSet::new();
    let found = terms(text).into_iter().filter(|term| is_pair(*term));
    found.filter_map(|term| i64::try_from(term).ok()).filter(|term| seen.insert(*term)).collect()
}

/// Each pair with how often it stands in all inquiries, rarest first.
async fn by_rarity(link: &mut impl Link, pairs: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut counted = Vec::with_capacity(pairs.len());
    for &pair in pairs {
        counted.push((store::how_often(link, pair).await?, pair));
    }
    counted.sort_unstable();
    Ok(counted)
}

/// Inquiries of a scope in which all words of `words` stand, newest first, older than `before`; at
/// most [`store::FOUND`].
///
/// # Errors
/// Invalid when no two characters stand together.
pub async fn search(
    link: &mut impl Link,
    scope: OrgScope,
    words: &str,
    before: Option<InquiryId>,
) -> Result<Vec<Inquiry>> {
    // Word by word: reading a text as one takes blanks between Chinese characters out.
    let asked: Vec<i64> = words.split_whitespace().flat_map(pairs).take(WEIGHED).collect();
    if asked.is_empty() {
        return Err(Error::invalid("请至少写两个连在一起的字，例如“押金”。"));
    }
    let counted = by_rarity(link, &asked).await?;
    if counted.first().is_some_and(|(often, _)| *often == 0) {
        return Ok(Vec::new());
    }
    let rarest: Vec<i64> = counted.iter().take(PAIRS).map(|(_, pair)| *pair).collect();
    store::holding(link, scope, &rarest, before).await
}

/// Inquiries of a scope that asked something like `question`, were answered and rated well; most
/// alike first, at most [`OFFERED`].
pub async fn similar(
    link: &mut impl Link,
    scope: OrgScope,
    question: &str,
    except: InquiryId,
) -> Result<Vec<Inquiry>> {
    let asked: Vec<i64> = pairs(question).into_iter().take(WEIGHED).collect();
    let counted = by_rarity(link, &asked).await?;
    let telling = counted.iter().filter(|(often, _)| (2..COMMON).contains(often)).take(TELLING);
    let mut alike: HashMap<InquiryId, (usize, f64)> = HashMap::new();
    for &(often, pair) in telling {
        for id in store::well_rated(link, scope, pair, except).await? {
            let sum = alike.entry(id).or_default();
            sum.0 += 1;
            sum.1 += (COMMON as f64 / often as f64).ln();
        }
    }
    let mut best: Vec<(InquiryId, f64)> = alike
        .into_iter()
        .filter(|(_, (shared, _))| *shared >= SHARED)
        .map(|(id, (_, weight))| (id, weight))
        .collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.0.cmp(&a.0.0)));
    let mut found = Vec::new();
    for (id, _) in best.into_iter().take(OFFERED) {
        found.extend(store::get(link, scope, id).await?);
    }
    Ok(found)
}
