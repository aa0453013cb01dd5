//! An article's body as a citizens' page shows it: headings, paragraphs, lists, tables, quotes and
//! our own pictures. Whatever else stands in it (styles, links away, foreign pictures) is left out,
//! its words stay. Pure.

use std::fmt::Write;

use super::PictureId;
use super::rules::PICTURE_PATH;

/// Where citizens see the pictures of articles.
pub const PUBLIC_PICTURES: &str = "/c/pictures/";

/// Elements that are kept, without their attributes.
const KEPT: [&str; 18] = [
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "b",
    "strong",
    "em",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "u",
    "s",
];
/// Elements whose content is no text of the article.
const DROPPED: [&str; 3] = ["script", "style", "title"];

/// The body, safe to stand in a page of ours.
pub fn readable(body: &str) -> String {
    rewritten(body, public_picture)
}

/// The body as it is kept: what a paste from a word processor brings along (styles, foreign elements,
/// links) is gone, pictures stay where they are.
pub fn cleaned(body: &str) -> String {
    rewritten(body, kept_picture)
}

/// The body with nothing but the elements that are kept; `picture` writes its pictures.
fn rewritten(body: &str, picture: fn(&mut String, &Tag<'_>)) -> String {
    let mut out = String::with_capacity(body.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        text(&mut out, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some(tag) = Tag::read(rest) else {
            out.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        if DROPPED.contains(&tag.name.as_str()) && !tag.closes {
            let end = format!("</{}", tag.name);
            let lower = rest.to_ascii_lowercase();
            rest = lower.find(&end).map_or("", |at| &rest[at..]);
            continue;
        }
        put(&mut out, &mut open, &tag, picture);
    }
    text(&mut out, rest);
    for name in open.iter().rev() {
        let _ = write!(out, "</{name}>");
    }
    out
}

/// Text between two tags; its entities stay as they are.
fn text(out: &mut String, words: &str) {
    out.push_str(&words.replace('>', "&gt;"));
}

fn put(
    out: &mut String,
    open: &mut Vec<&'static str>,
    tag: &Tag<'_>,
    picture: fn(&mut String, &Tag<'_>),
) {
    // The page has a title of its own.
    let name = if tag.name == "h1" { "h2" } else { tag.name.as_str() };
    match name {
        "br" => out.push_str("<br>"),
        "img" => picture(out, tag),
        // Paragraphs of editors that know no other; their words must not run together.
        "div" | "section"
            if tag.closes && open.is_empty() && !out.is_empty() && !out.ends_with('>') =>
        {
            out.push_str("<br>");
        }
        _ => {
            let Some(kept) = KEPT.iter().find(|kept| **kept == name) else { return };
            if !tag.closes {
                open.push(kept);
                let _ = write!(out, "<{kept}>");
            } else if let Some(at) = open.iter().rposition(|one| one == kept) {
                // What was opened inside and never closed ends with it.
                for name in open.split_off(at).iter().rev() {
                    let _ = write!(out, "</{name}>");
                }
            }
        }
    }
}

/// A picture as it was written: ours or WeChat's, whoever checks a body sees to that.
fn kept_picture(out: &mut String, tag: &Tag<'_>) {
    let Some(src) = tag.value("src") else { return };
    let plain = |text: &str| text.replace(['"', '<', '>'], "");
    let _ = match tag.value("alt") {
        Some(alt) => write!(out, "<img src=\"{}\" alt=\"{}\">", plain(src), plain(alt)),
        None => write!(out, "<img src=\"{}\">", plain(src)),
    };
}

fn public_picture(out: &mut String, tag: &Tag<'_>) {
    let id = tag.value("src").and_then(|src| src.strip_prefix(PICTURE_PATH)?.parse().ok());
    let Some::<PictureId>(id) = id else { return };
    let alt = tag.value("alt").unwrap_or("文章配图").replace(['"', '<', '>'], "");
    let _ = write!(out, "<img src=\"{PUBLIC_PICTURES}{id}\" alt=\"{alt}\" loading=\"lazy\">");
}

/// A tag as it is written.
struct Tag<'t> {
    name: String,
    closes: bool,
    inside: &'t str,
    length: usize,
}

impl<'t> Tag<'t> {
    /// The tag at the beginning of `text`; `None` when it is none.
    fn read(text: &'t str) -> Option<Self> {
        let after = text.strip_prefix('<')?;
        let closes = after.starts_with('/');
        let after = after.trim_start_matches('/');
        let letters = after.chars().take_while(char::is_ascii_alphanumeric).count();
        if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut quote = None;
        let end = after.char_indices().find(|(_, c)| match (quote, *c) {
            (Some(open), c) if c == open => {
                quote = None;
                false
            }
            (None, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            (quoted, c) => quoted.is_none() && c == '>',
        })?;
        Some(Self {
            name: after[..letters].to_ascii_lowercase(),
            closes,
            inside: &after[letters..end.0],
            length: text.len() - after.len() + end.0 + 1,
        })
    }

    /// The value of an attribute in quotes.
    fn value(&self, name: &str) -> Option<&'t str> {
        let at = self.inside.find(&format!("{name}="))?;
        let value = &self.inside[at + name.len() + 1..];
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value[1..].split(quote).next()
    }
}

/// The words of a body alone, for looking citations up.
pub fn words(body: &str) -> String {
    let safe = readable(body);
    let mut out = String::with_capacity(safe.len());
    let mut inside = false;
    for c in safe.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push('\n');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_an_article_needs_stays_and_everything_else_keeps_its_words() {
        let id = "0193b1c2-0000-7000-8000-000000000001";
        let body = format!(
            "<h1 style=\"color:red\">一</h1><section><p class='x'>二<a href=\"https://x\">三</a></section>\
             <img src=\"{PICTURE_PATH}{id}\" alt=\"封面\"><img src=\"https://mmbiz.qpic.cn/x\"><script>四</script>5 > 4 &amp; 3 < 4"
        );
        let wanted = format!(
            "<h2>一</h2><p>二三<img src=\"{PUBLIC_PICTURES}{id}\" alt=\"封面\" loading=\"lazy\">5 &gt; 4 &amp; 3 &lt; 4</p>"
        );
        assert_eq!(readable(&body), wanted);
        assert_eq!(words("<p>《劳动法》</p><p>第五十条</p>").trim(), "《劳动法》\n\n第五十条");
    }

    #[test]
    fn a_paste_from_a_word_processor_keeps_its_words_and_its_structure() {
        let paste = "<meta charset=utf-8><p class=MsoNormal style='mso-x:1'><o:p>一</o:p><span lang=EN>二</span></p>\
            <div>三</div><div>四</div><table border=1><tr><td width=9>五</td></tr></table>\
            <img src=\"http://mmbiz.qpic.cn/a\" onerror=\"x()\" alt=\"图\">";
        let wanted = "<p>一二</p>三<br>四<br><table><tr><td>五</td></tr></table>\
            <img src=\"http://mmbiz.qpic.cn/a\" alt=\"图\">";
        assert_eq!(cleaned(paste), wanted);
        assert_eq!(cleaned(wanted), wanted, "cleaning twice changes nothing");
    }

    proptest! {
        #[test]
        fn nothing_but_kept_elements_ever_comes_out_and_all_are_closed(body in "[<>/a-z\"'= !-]{0,60}|<(p|b|script|img|x)[^>]{0,9}>{0,4}") {
            let out = readable(&body);
            let mut open: Vec<String> = Vec::new();
            for piece in out.split('<').skip(1) {
                let (tag, _) = piece.split_once('>').expect("a tag ends");
                let name = tag.trim_start_matches('/').split(' ').next().unwrap();
                prop_assert!(KEPT.contains(&name) || ["br", "img"].contains(&name), "{}", out);
                if tag.starts_with('/') {
                    let last = open.pop();
                    prop_assert_eq!(last.as_deref(), Some(name));
                } else if KEPT.contains(&name) {
                    prop_assert_eq!(name, tag);
                    open.push(name.to_owned());
                }
            }
            prop_assert!(open.is_empty());
        }
    }
}
