//! Pictures for articles: decoded within bounds, turned upright, made small enough and encoded anew,
//! so that nothing of the file they came in remains (camera, place, hidden parts). Pure.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::media::Format;
use crate::media::rules::recognize;
use crate::wechat::media::ARTICLE_PICTURE_LIMIT_BYTES;

/// Largest file taken, in bytes.
pub const LARGEST_BYTES: usize = 10 * 1024 * 1024;
/// Most pixels along a side that are decoded.
const MOST_PIXELS: u32 = 12_000;
/// Most memory that decoding may take, in bytes.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Longest side of what is kept; phones show no more.
const LONGEST_SIDE: u32 = 1920;
/// The mark every whole JPEG ends with.
const END_OF_JPEG: [u8; 2] = [0xff, 0xd9];
/// Qualities of JPEG, best first; the first that fits counts.
const QUALITIES: [u8; 4] = [88, 80, 70, 60];

/// A picture ready for WeChat.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// JPEG or PNG.
    pub format: Format,
    /// The new file, below [`ARTICLE_PICTURE_LIMIT_BYTES`].
    pub bytes: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Prepares a file somebody chose.
///
/// # Errors
/// Why it cannot be used, in Chinese.
pub fn prepare(bytes: &[u8]) -> Result<Prepared, &'static str> {
    if bytes.is_empty() {
        return Err("没有选择图片，或图片是空文件。请重新选择。");
    }
    if bytes.len() > LARGEST_BYTES {
        return Err("图片超过 10 MB。请先缩小再上传。");
    }
    let format = match recognize(bytes) {
        Some(Format::Jpeg) => ImageFormat::Jpeg,
        Some(Format::Png) => ImageFormat::Png,
        _ => return Err("只能使用 JPG 或 PNG 图片。请转换格式后再上传。"),
    };
    const UNREADABLE: &str = "图片无法读取，可能已损坏或尺寸过大。请换一张，或另存后再上传。";
    // The decoder fills what is missing of a cut-off JPEG with grey.
    let cut_off = || !bytes.windows(2).any(|mark| mark == END_OF_JPEG);
    if format == ImageFormat::Jpeg && cut_off() {
        return Err(UNREADABLE);
    }
    let picture = decode(bytes, format).map_err(|_| UNREADABLE)?;
    let picture = match picture.width().max(picture.height()) {
        longest if longest > LONGEST_SIDE => picture.thumbnail(LONGEST_SIDE, LONGEST_SIDE),
        _ => picture,
    };
    encode(picture, format).ok_or("图片内容太复杂，压缩后仍超过 1 MB。请换一张更小的图片。")
}

fn decode(bytes: &[u8], format: ImageFormat) -> image::ImageResult<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// PNG stays PNG while it is small; everything else becomes JPEG, smaller until it fits.
fn encode(mut picture: DynamicImage, format: ImageFormat) -> Option<Prepared> {
    let fits = |bytes: &[u8]| bytes.len() < ARTICLE_PICTURE_LIMIT_BYTES;
    if format == ImageFormat::Png {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).ok()?;
        if fits(bytes.get_ref()) {
            return Some(prepared(&picture, Format::Png, bytes.into_inner()));
        }
    }
    picture = on_white(&picture);
    for _ in 0..4 {
        for quality in QUALITIES {
            let mut bytes = Vec::new();
            JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&picture).ok()?;
            if fits(&bytes) {
                return Some(prepared(&picture, Format::Jpeg, bytes));
            }
        }
        picture = picture.thumbnail(picture.width() / 2, picture.height() / 2);
    }
    None
}

fn prepared(picture: &DynamicImage, format: Format, bytes: Vec<u8>) -> Prepared {
    Prepared { format, bytes, width: picture.width(), height: picture.height() }
}

/// JPEG knows no transparency; what is transparent becomes white, as paper.
fn on_white(picture: &DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.to_rgb8());
    }
    let mut paper = image::RgbaImage::from_pixel(
        picture.width(),
        picture.height(),
        image::Rgba([255, 255, 255, 255]),
    );
    image::imageops::overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(paper).to_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 251) as u8, (y % 241) as u8, ((x * y) % 239) as u8])
        });
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&picture).unwrap();
        bytes
    }

    /// A JPEG with an EXIF part that says "turned by 90 degrees" and carries a secret.
    fn turned(width: u32, height: u32) -> Vec<u8> {
        let mut exif =
            b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
        exif.extend(b"\0\0\0\0GPS 31.7197N 119.9480E");
        let plain = jpeg(width, height);
        let mut bytes = plain[..2].to_vec();
        bytes.extend([0xff, 0xe1]);
        bytes.extend((exif.len() as u16 + 2).to_be_bytes());
        bytes.extend(&exif);
        bytes.extend(&plain[2..]);
        bytes
    }

    #[test]
    fn a_photo_is_turned_upright_and_loses_where_it_was_taken() {
        let photo = turned(64, 32);
        assert!(photo.windows(3).any(|at| at == b"GPS"));
        let done = prepare(&photo).unwrap();
        assert_eq!((done.format, done.width, done.height), (Format::Jpeg, 32, 64));
        assert!(!done.bytes.windows(3).any(|at| at == b"GPS"));
        assert!(!done.bytes.windows(4).any(|at| at == b"Exif"));
    }

    #[test]
    fn a_large_picture_becomes_small_enough_for_wechat() {
        let done = prepare(&jpeg(2400, 1800)).unwrap();
        assert!(done.bytes.len() < ARTICLE_PICTURE_LIMIT_BYTES);
        assert!(done.width <= 1920 && done.height <= 1920);
        assert!(prepare(&done.bytes).is_ok());
    }

    #[test]
    fn what_is_no_picture_or_a_broken_one_is_refused_with_a_reason() {
        let photo = jpeg(64, 64);
        let broken = &photo[..photo.len() / 3];
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>";
        for odd in [&b""[..], svg, b"GIF89a....", broken] {
            assert!(prepare(odd).is_err_and(|why| why.ends_with('。')));
        }
        assert!(prepare(&vec![0xff; LARGEST_BYTES + 1]).is_err_and(|why| why.contains("10 MB")));
    }
}
