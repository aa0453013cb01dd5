//! What may be kept, and when to try again. Pure.

use std::time::Duration;

use super::{Format, Kind};
use crate::platform::clock::Moment;

/// How long WeChat keeps what a follower sent (wechat-protocol.md §12).
pub const KEPT_BY_WECHAT: Duration = Duration::from_secs(3 * 24 * 3600);
/// The last try is made this long before WeChat forgets.
const LAST_CALL: Duration = Duration::from_secs(10 * 60);
/// What still waits this short before the end is worth an alarm.
pub const ALARM: Duration = Duration::from_secs(12 * 3600);
/// Pauses between tries, in minutes; the last one repeats itself.
const PAUSES_MINUTES: [u64; 6] = [1, 5, 15, 60, 3 * 60, 6 * 60];

/// What a file is, by its first bytes; `None` for everything we do not keep.
pub fn recognize(bytes: &[u8]) -> Option<Format> {
    let mp3 = |bytes: &[u8]| {
        bytes.starts_with(b"ID3") || matches!(bytes, [0xff, second, ..] if is_mp3_layer(*second))
    };
    match bytes {
        _ if bytes.starts_with(b"\xff\xd8\xff") => Some(Format::Jpeg),
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Format::Png),
        _ if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") => Some(Format::Gif),
        _ if bytes.starts_with(b"#!AMR\n") => Some(Format::Amr),
        _ if bytes.get(4..8) == Some(b"ftyp") => Some(Format::Mp4),
        _ if mp3(bytes) => Some(Format::Mp3),
        _ if bytes.starts_with(b"%PDF-") => Some(Format::Pdf),
        _ if is_word(bytes) => Some(Format::Docx),
        _ => None,
    }
}

/// The second byte of an MPEG audio frame of layer III: sync bits, a version that exists, the layer.
fn is_mp3_layer(second: u8) -> bool {
    second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 == 0x02
}

/// Whether a ZIP archive holds what Word needs, and no macros. Names of its parts stand in it as they
/// are, whatever packs their content.
fn is_word(bytes: &[u8]) -> bool {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    bytes.starts_with(b"PK\x03\x04")
        && holds(b"[Content_Types].xml")
        && holds(b"word/document.xml")
        && !holds(b"vbaProject.bin")
}

/// Largest file that staff may attach, in bytes.
pub const LARGEST_ATTACHED: usize = 10 * 1024 * 1024;

/// Why a file may not be attached to an answer, in Chinese; otherwise what it is, by its content.
pub fn attachable(bytes: &[u8]) -> Result<Format, &'static str> {
    if bytes.is_empty() {
        return Err("没有选文件，或者文件是空的。请选好文件再添加。");
    }
    if bytes.len() > LARGEST_ATTACHED {
        return Err("文件超过 10 MB，没有添加。请压缩或拆开后再添加。");
    }
    match recognize(bytes) {
        Some(format) if is_picture(format) || is_document(format) => Ok(format),
        _ => Err(
            "只能附图片（jpg、png、gif）、PDF 和 Word（docx，不带宏）。这个文件的内容不是，没有添加。",
        ),
    }
}

/// Whether a format is a picture that WeChat takes.
pub fn is_picture(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::Png | Format::Gif)
}

fn is_document(format: Format) -> bool {
    matches!(format, Format::Pdf | Format::Docx)
}

/// Longest name of an attached file, in characters.
const LONGEST_NAME: usize = 60;

/// A file's name as it is kept: without folders, ending and signs that are none.
pub fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = name.chars().filter(|sign| !sign.is_control() && *sign != '"');
    let plain: String = plain.take(LONGEST_NAME).collect();
    match plain.trim() {
        "" => "附件".to_owned(),
        plain => plain.to_owned(),
    }
}

/// What goes with an answer in words: 附图片 2 张、文件 1 份. Empty for nothing.
pub fn attached_in_words(formats: impl Iterator<Item = Format>) -> String {
    let (pictures, documents): (Vec<Format>, Vec<Format>) =
        formats.partition(|format| is_picture(*format));
    match (pictures.len(), documents.len()) {
        (0, 0) => String::new(),
        (pictures, 0) => format!("附图片 {pictures} 张"),
        (0, documents) => format!("附文件 {documents} 份"),
        (pictures, documents) => format!("附图片 {pictures} 张、文件 {documents} 份"),
    }
}

/// Why a file is not kept, in Chinese; otherwise what it is.
pub fn examine(kind: Kind, bytes: &[u8]) -> Result<Format, &'static str> {
    if bytes.is_empty() {
        return Err("微信给出的文件是空的，没有保存。请联系群众重发。");
    }
    if bytes.len() > limit_bytes(kind) {
        return Err("文件超过大小限制，没有保存。请联系群众改用更小的文件重发。");
    }
    match recognize(bytes) {
        Some(format) if kind_of(format) == Some(kind) => Ok(format),
        _ => Err("文件内容与类型不符，为安全起见没有保存。请联系群众重发图片或文字。"),
    }
}

/// The kind of thing that citizens send in a format; none for documents.
fn kind_of(format: Format) -> Option<Kind> {
    match format {
        Format::Jpeg | Format::Png | Format::Gif => Some(Kind::Picture),
        Format::Amr | Format::Mp3 => Some(Kind::Voice),
        Format::Mp4 => Some(Kind::Film),
        Format::Pdf | Format::Docx => None,
    }
}

/// Largest file kept, in bytes (wechat-protocol.md §12).
pub fn limit_bytes(kind: Kind) -> usize {
    match kind {
        Kind::Picture | Kind::Film => 10 * 1024 * 1024,
        Kind::Voice => 2 * 1024 * 1024,
    }
}

/// When to try again after the try number `tries`; `None` when WeChat will have forgotten by then.
pub fn next_try(tries: i64, now: Moment, expires: Moment) -> Option<Moment> {
    let last_call = expires.minus(LAST_CALL);
    if now >= last_call {
        return None;
    }
    let nth = usize::try_from(tries.saturating_sub(1)).unwrap_or(0).min(PAUSES_MINUTES.len() - 1);
    Some(now.plus(Duration::from_secs(PAUSES_MINUTES[nth] * 60)).min(last_call))
}

/// `Content-Type` of a format.
pub fn mime(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "image/jpeg",
        Format::Png => "image/png",
        Format::Gif => "image/gif",
        Format::Amr => "audio/amr",
        Format::Mp3 => "audio/mpeg",
        Format::Mp4 => "video/mp4",
        Format::Pdf => "application/pdf",
        Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
}

/// Ending of a file's name, without a dot.
pub fn extension(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "jpg",
        Format::Png => "png",
        Format::Gif => "gif",
        Format::Amr => "amr",
        Format::Mp3 => "mp3",
        Format::Mp4 => "mp4",
        Format::Pdf => "pdf",
        Format::Docx => "docx",
    }
}

/// Kind and size of a file in words: AMR 录音，12 KB.
pub fn in_words(format: Format, bytes: i64) -> String {
    format!("{}，{} KB", format.name(), bytes / 1024 + 1)
}

/// Whether a browser shows or plays the format by itself; everything else is handed over as a file.
pub fn shows_itself(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::Png | Format::Gif | Format::Mp3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says_and_nothing_else_is_kept() {
        assert_eq!(examine(Kind::Picture, b"\xff\xd8\xff\xe0rest"), Ok(Format::Jpeg));
        assert_eq!(examine(Kind::Picture, b"\x89PNG\r\n\x1a\n"), Ok(Format::Png));
        assert_eq!(examine(Kind::Picture, b"GIF89a"), Ok(Format::Gif));
        assert_eq!(examine(Kind::Voice, b"#!AMR\n\x7c"), Ok(Format::Amr));
        assert_eq!(examine(Kind::Voice, b"\xff\xfb\x90\x00"), Ok(Format::Mp3));
        assert_eq!(examine(Kind::Voice, b"ID3\x04"), Ok(Format::Mp3));
        assert_eq!(examine(Kind::Film, b"\0\0\0\x20ftypisom"), Ok(Format::Mp4));
        for odd in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"<!doctype html>",
            b"MZ\x90",
            b"#!AMR\n",
            b"%PDF-1.7",
            b"\xff\xff\xff",
        ] {
            assert!(examine(Kind::Picture, odd).is_err());
        }
    }

    #[test]
    fn what_staff_attach_is_judged_by_its_content_and_named_without_its_folder() {
        let word = |more: &str| {
            format!("PK\x03\x04[Content_Types].xml..word/document.xml{more}").into_bytes()
        };
        assert_eq!(attachable(b"%PDF-1.7 rest"), Ok(Format::Pdf));
        assert_eq!(attachable(&word("")), Ok(Format::Docx));
        assert_eq!(attachable(b"GIF89a"), Ok(Format::Gif));
        let hidden = word("word/vbaProject.bin");
        for odd in [&b""[..], b"MZ\x90", b"PK\x03\x04a.txt", b"#!AMR\n", b"<svg>", &hidden] {
            assert!(attachable(odd).is_err());
        }
        let mut large = b"%PDF-".to_vec();
        large.resize(LARGEST_ATTACHED, 0);
        assert!(attachable(&large).is_ok());
        large.push(0);
        assert!(attachable(&large).is_err_and(|why| why.contains("10 MB")));
        assert_eq!(stem("C:\\文书\\起诉状.样本.docx"), "起诉状.样本");
        assert_eq!(stem("../../etc/\"a\r\nb\".pdf"), "ab");
        assert_eq!(stem(".pdf"), "附件");
        let all = [Format::Png, Format::Gif, Format::Pdf];
        assert_eq!(attached_in_words(all.into_iter()), "附图片 2 张、文件 1 份");
        assert_eq!(attached_in_words(std::iter::empty()), "");
    }

    #[test]
    fn a_file_beyond_the_limit_is_not_kept() {
        let mut voice = b"#!AMR\n".to_vec();
        voice.resize(limit_bytes(Kind::Voice), 0);
        assert!(examine(Kind::Voice, &voice).is_ok());
        voice.push(0);
        assert!(examine(Kind::Voice, &voice).is_err());
    }

    #[test]
    fn pauses_grow_and_the_last_try_comes_before_wechat_forgets() {
        let start = Moment::from_seconds(1_763_900_000);
        let expires = start.plus(KEPT_BY_WECHAT);
        let (mut now, mut tries, mut pauses) = (start, 1, Vec::new());
        while let Some(next) = next_try(tries, now, expires) {
            pauses.push(next.since(now));
            (now, tries) = (next, tries + 1);
        }
        let whole = &pauses[..pauses.len() - 1];
        assert!(whole.is_sorted() && (12..30).contains(&pauses.len()), "{pauses:?}");
        assert!(now < expires && expires.since(now) == LAST_CALL);
    }
}
