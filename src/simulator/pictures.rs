//! Sample pictures and a sample voice, drawn by code so that nothing has to be shipped.

use super::world::Media;
use crate::platform::clock::Moment;

const WIDTH: usize = 240;
const HEIGHT: usize = 180;

/// Pictures a citizen can send: name in the API and label on the phone.
pub(super) const SAMPLES: [(&str, &str); 3] =
    [("payslip", "工资条"), ("contract", "租房合同"), ("crossing", "事故现场")];

type Colour = [u8; 3];
const PAPER: Colour = [0xfb, 0xf8, 0xee];
const INK: Colour = [0x3a, 0x3f, 0x4a];
const FAINT: Colour = [0xb9, 0xbd, 0xc6];
const RED: Colour = [0xd6, 0x3b, 0x2f];
const GREEN: Colour = [0x2f, 0x8f, 0x5b];
const ROAD: Colour = [0x6b, 0x70, 0x78];
const BLUE: Colour = [0x2b, 0x6c, 0xb0];

struct Canvas(Vec<u8>);

impl Canvas {
    fn new(background: Colour) -> Self {
        Self(background.repeat(WIDTH * HEIGHT))
    }

    fn block(&mut self, x: usize, y: usize, width: usize, height: usize, colour: Colour) {
        for row in y..(y + height).min(HEIGHT) {
            let start = (row * WIDTH + x.min(WIDTH)) * 3;
            let end = (row * WIDTH + (x + width).min(WIDTH)) * 3;
            if let Some(line) = self.0.get_mut(start..end) {
                line.chunks_exact_mut(3).for_each(|pixel| pixel.copy_from_slice(&colour));
            }
        }
    }

    /// Grey lines that look like writing.
    fn writing(&mut self, x: usize, y: usize, widths: &[usize], colour: Colour) {
        for (line, width) in widths.iter().enumerate() {
            self.block(x, y + line * 14, *width, 5, colour);
        }
    }
}

/// The picture of this name as PNG; the first one for an unknown name.
pub(super) fn picture(name: &str, now: Moment) -> Media {
    let canvas = match name {
        "contract" => contract(),
        "crossing" => crossing(),
        _ => payslip(),
    };
    Media {
        content_type: "image/png",
        file_name: "picture.png".to_owned(),
        bytes: png(&canvas),
        created_at: now,
        is_video: false,
    }
}

/// Half a second of silence in AMR narrow band, as `media/get` would deliver a voice.
pub(super) fn voice(now: Moment) -> Media {
    let mut bytes = b"#!AMR\n".to_vec();
    // Frame type 15 (no data) with the quality bit set: one octet for each 20 ms.
    bytes.extend(std::iter::repeat_n(0x7c, 25));
    Media {
        content_type: "audio/amr",
        file_name: "voice.amr".to_owned(),
        bytes,
        created_at: now,
        is_video: false,
    }
}

fn payslip() -> Canvas {
    let mut canvas = Canvas::new(PAPER);
    canvas.block(16, 14, 208, 22, GREEN);
    for row in 0..5 {
        let y = 46 + row * 24;
        canvas.block(16, y, 208, 1, FAINT);
        canvas.writing(24, y + 9, &[48 + (row * 13) % 30], INK);
        canvas.writing(150, y + 9, &[40 + (row * 7) % 25], if row == 4 { RED } else { FAINT });
    }
    canvas.block(120, 46, 1, 120, FAINT);
    canvas
}

fn contract() -> Canvas {
    let mut canvas = Canvas::new(PAPER);
    canvas.block(80, 14, 80, 10, INK);
    canvas.writing(24, 40, &[190, 182, 192, 120, 188, 176, 140], FAINT);
    canvas.block(168, 134, 42, 3, RED);
    canvas.block(168, 169, 42, 3, RED);
    canvas.block(168, 134, 3, 38, RED);
    canvas.block(207, 134, 3, 38, RED);
    canvas.block(180, 148, 18, 10, RED);
    canvas
}

fn crossing() -> Canvas {
    let mut canvas = Canvas::new([0xcf, 0xdd, 0xc8]);
    canvas.block(0, 62, WIDTH, 56, ROAD);
    canvas.block(92, 0, 56, HEIGHT, ROAD);
    for stripe in 0..5 {
        canvas.block(10 + stripe * 16, 88, 9, 3, PAPER);
        canvas.block(154 + stripe * 18, 88, 9, 3, PAPER);
        canvas.block(97 + stripe * 10, 122, 5, 16, PAPER);
    }
    canvas.block(60, 68, 38, 18, BLUE);
    canvas.block(66, 71, 12, 12, [0xbe, 0xe3, 0xf8]);
    canvas.block(104, 74, 18, 8, RED);
    canvas
}

/// PNG (ISO/IEC 15948) with 8-bit RGB and stored, that is uncompressed, deflate blocks.
fn png(canvas: &Canvas) -> Vec<u8> {
    let mut raw = Vec::with_capacity(canvas.0.len() + HEIGHT);
    for row in canvas.0.chunks(WIDTH * 3) {
        raw.push(0); // filter "none"
        raw.extend_from_slice(row);
    }
    let mut header = Vec::new();
    header.extend_from_slice(&(WIDTH as u32).to_be_bytes());
    header.extend_from_slice(&(HEIGHT as u32).to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &zlib_stored(&raw));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    let sum = crc32(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&sum.to_be_bytes());
}

fn zlib_stored(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = raw.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend_from_slice(&((b << 16) | a).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sums_match_their_published_values() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(zlib_stored(b"Wikipedia").last_chunk::<4>(), Some(&[0x11, 0xe6, 0x03, 0x98]));
    }

    #[test]
    fn every_sample_is_a_png_under_the_size_wechat_takes() {
        for (name, _) in SAMPLES {
            let media = picture(name, Moment(0));
            assert!(media.bytes.starts_with(b"\x89PNG"), "{name}");
            assert!(media.bytes.len() < 200_000, "{name}");
        }
    }
}
