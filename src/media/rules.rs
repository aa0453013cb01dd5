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
        _ => None,
    }
}

/// The second byte of an MPEG audio frame of layer III: sync bits, a version that exists, the layer.
fn is_mp3_layer(second: u8) -> bool {
    second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 == 0x02
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
        Some(format) if kind_of(format) == kind => Ok(format),
        _ => Err("文件内容与类型不符，为安全起见没有保存。请联系群众重发图片或文字。"),
    }
}

/// The kind of thing a format is for.
fn kind_of(format: Format) -> Kind {
    match format {
        Format::Jpeg | Format::Png | Format::Gif => Kind::Picture,
        Format::Amr | Format::Mp3 => Kind::Voice,
        Format::Mp4 => Kind::Film,
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
