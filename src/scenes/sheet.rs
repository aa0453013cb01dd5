//! The sheet for the wall: what stands on it, and the same sheet as a PDF. Pure.
//!
//! # Why
//! 2026-11-28: the PDF embeds no font. Every reader knows the standard font STSong-Light or puts a
//! Chinese font of the computer in its place; a font in the file would weigh megabytes and the
//! repository would have to carry it.

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, TextRenderingMode};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use qrcode::{Color, QrCode};

use crate::text_enum;

text_enum!(
    /// Size of the sheet.
    Paper {
        /// For a wall.
        A4 = "a4", "A4";
        /// For a counter.
        A6 = "a6", "A6";
    }
);

/// What stands on a sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Name of the alliance.
    pub alliance: String,
    /// Whether the database is marked as a demo.
    pub demo: bool,
    /// Name of the place.
    pub title: String,
    /// Below the name: the organization; may be empty.
    pub owner: String,
    /// When the code dies, in words; empty: never.
    pub until: String,
}

impl Sheet {
    /// What a demo's sheet says first.
    pub const DEMO: &'static str = "演示环境，请勿张贴";
    /// What the sheet calls for.
    pub const CALL: &'static str = "有法律问题，扫一扫就能问";
    /// How it is done.
    pub const STEPS: [&'static str; 3] =
        ["打开微信，点“扫一扫”", "对准二维码，点“关注”", "打字或按住说话，把事情说清楚"];

    /// The small print.
    pub fn foot(&self) -> String {
        let until = match self.until.as_str() {
            "" => String::new(),
            day => format!("本码有效至 {day}。"),
        };
        format!("免费咨询，由律师和法律工作者答复。{until}遇到人身危险请直接拨打 110。")
    }
}

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// Line height in letters' heights.
const LEADING: f32 = 1.4;
/// White modules around a code, as its standard asks for.
const QUIET: f32 = 4.0;
/// Punctuation that may hang over the margin rather than begin a line.
const HANGING: &str = "，。、；：！？）》”";
/// Where a letter of the font stands above and below its line, in thousandths.
const ASCENT: f32 = 880.0;
const DESCENT: f32 = -120.0;

/// Measures of a paper, all in points.
struct Measures {
    width: f32,
    height: f32,
    margin: (f32, f32),
    letter: f32,
    code: f32,
}

fn measures(paper: Paper) -> Measures {
    let (width, height, margin, letter, code) = match paper {
        Paper::A4 => (210.0, 297.0, (20.0, 18.0), 15.0, 120.0),
        Paper::A6 => (105.0, 148.0, (8.0, 7.0), 8.5, 62.0),
    };
    Measures {
        width: width * MM,
        height: height * MM,
        margin: (margin.0 * MM, margin.1 * MM),
        letter,
        code: code * MM,
    }
}

/// A piece of the sheet, from top to bottom.
enum Block {
    Lines { lines: Vec<String>, letter: f32, bold: bool, centred: bool },
    Code(f32),
}

impl Block {
    fn height(&self) -> f32 {
        match self {
            Self::Lines { lines, letter, .. } => {
                f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX)) * letter * LEADING
            }
            Self::Code(side) => *side,
        }
    }
}

/// The sheet as a PDF of one page; `code` is drawn as an area of black, sharp at any size.
pub fn pdf(sheet: &Sheet, paper: Paper, code: &QrCode) -> Vec<u8> {
    let measures = measures(paper);
    let content = draw(&fitting(sheet, &measures), &measures, code);
    assemble(sheet, &measures, &content.finish())
}

/// The blocks in the largest letters that leave room between them.
fn fitting(sheet: &Sheet, measures: &Measures) -> Vec<Block> {
    let room = measures.height - 2.0 * measures.margin.1;
    let mut letter = measures.letter;
    loop {
        let blocks = blocks(sheet, measures, letter);
        if blocks.iter().map(Block::height).sum::<f32>() <= room || letter < 4.0 {
            return blocks;
        }
        letter *= 0.95;
    }
}

fn blocks(sheet: &Sheet, measures: &Measures, letter: f32) -> Vec<Block> {
    let width = measures.width - 2.0 * measures.margin.0;
    let lines = |text: &str, times: f32, bold: bool| {
        let letter = letter * times;
        Block::Lines { lines: wrapped(text, width / letter), letter, bold, centred: true }
    };
    let steps = Sheet::STEPS.iter().enumerate();
    let steps = steps.map(|(nth, step)| format!("{}. {step}", nth + 1)).collect();
    let mut blocks = Vec::new();
    if sheet.demo {
        blocks.push(lines(Sheet::DEMO, 1.0, true));
    }
    blocks.push(lines(&sheet.alliance, 2.0, true));
    blocks.push(lines(Sheet::CALL, 1.35, false));
    blocks.push(Block::Code(measures.code));
    blocks.push(lines(&sheet.title, 1.6, true));
    if !sheet.owner.is_empty() {
        blocks.push(lines(&sheet.owner, 1.0, false));
    }
    let letter = letter * 1.1;
    blocks.push(Block::Lines { lines: steps, letter, bold: false, centred: false });
    blocks.push(lines(&sheet.foot(), 0.9, false));
    blocks
}

/// Width of a letter in its height: the font's Latin letters are set at half of it.
fn wide(letter: char) -> f32 {
    if letter.is_ascii() { 0.5 } else { 1.0 }
}

fn length(text: &str) -> f32 {
    text.chars().map(wide).sum()
}

/// Breaks a text into lines of at most `width` letters' heights.
fn wrapped(text: &str, width: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for letter in text.chars() {
        let full = lines.last().is_some_and(|line| length(line) + wide(letter) > width);
        if full && !HANGING.contains(letter) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(letter);
        }
    }
    lines
}

fn draw(blocks: &[Block], measures: &Measures, code: &QrCode) -> Content {
    let used: f32 = blocks.iter().map(Block::height).sum();
    let gaps = f32::from(u16::try_from(blocks.len().max(2) - 1).unwrap_or(1));
    let gap = ((measures.height - 2.0 * measures.margin.1 - used) / gaps).max(0.0);
    let mut content = Content::new();
    let mut top = measures.height - measures.margin.1;
    for block in blocks {
        match block {
            Block::Lines { lines, letter, bold, centred } => {
                let longest = lines.iter().map(|line| length(line)).fold(0.0, f32::max);
                for (nth, line) in (0u8..).zip(lines) {
                    let long = if *centred { length(line) } else { longest };
                    let x = (measures.width - long * letter) / 2.0;
                    let y = top - letter * (LEADING * f32::from(nth) + 1.1);
                    write(&mut content, line, (x, y), *letter, *bold);
                }
            }
            Block::Code(side) => {
                let corner = ((measures.width - side) / 2.0, top);
                paint(&mut content, code, corner, *side);
            }
        }
        top -= block.height() + gap;
    }
    content
}

/// Sets one line of text with its left end at a place.
fn write(content: &mut Content, line: &str, (x, y): (f32, f32), letter: f32, bold: bool) {
    let letters: Vec<u8> = line.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mode = if bold { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
    content.begin_text().set_font(Name(b"F"), letter).set_text_rendering_mode(mode);
    content.set_line_width(letter * 0.03).set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
    content.show(Str(&letters)).end_text();
}

/// Fills the dark modules of a code whose upper left corner is at a place, row by row.
fn paint(content: &mut Content, code: &QrCode, (left, top): (f32, f32), side: f32) {
    let across = code.width();
    let count = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
    let module = side / (count(across) + 2.0 * QUIET);
    for (row, modules) in code.to_colors().chunks(across).enumerate() {
        let y = top - module * (QUIET + count(row) + 1.0);
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let x = left + module * (QUIET + count(column));
                content.rect(x, y, module * count(run.len()), module);
            }
            column += run.len();
        }
    }
    content.fill_nonzero();
}

fn assemble(sheet: &Sheet, measures: &Measures, content: &[u8]) -> Vec<u8> {
    let [catalog, tree, page, stream, font, cid, descriptor, info] =
        [1, 2, 3, 4, 5, 6, 7, 8].map(Ref::new);
    let base = Name(b"STSong-Light");
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr("zh-CN"));
    pdf.document_info(info).title(TextStr(&sheet.title)).creator(TextStr("pufa"));
    pdf.pages(tree).kids([page]).count(1);
    let mut made = pdf.page(page);
    made.parent(tree).media_box(Rect::new(0.0, 0.0, measures.width, measures.height));
    made.contents(stream);
    made.resources().fonts().pair(Name(b"F"), font);
    made.finish();
    pdf.stream(stream, content);
    let cmap = Name(b"UniGB-UTF16-H");
    let name = Name(b"STSong-Light-UniGB-UTF16-H");
    pdf.type0_font(font).base_font(name).encoding_predefined(cmap).descendant_font(cid);
    let mut letters = pdf.cid_font(cid);
    letters.subtype(CidFontType::Type0).base_font(base).font_descriptor(descriptor);
    letters.system_info(SystemInfo {
        registry: Str(b"Adobe"),
        ordering: Str(b"GB1"),
        supplement: 5,
    });
    // Latin letters, proportional (1 to 95) and of half width (814 to 939); all others are square.
    letters.default_width(1000.0).widths().same(1, 95, 500.0).same(814, 939, 500.0);
    letters.finish();
    pdf.font_descriptor(descriptor)
        .name(base)
        .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(ASCENT)
        .descent(DESCENT)
        .cap_height(ASCENT)
        .stem_v(93.0);
    pdf.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(title: &str) -> Sheet {
        Sheet {
            alliance: "常州微信普法联盟".into(),
            demo: true,
            title: title.into(),
            owner: "武进区劳动法律服务中心".into(),
            until: "2026年12月28日".into(),
        }
    }

    /// What stands between two marks, wherever they stand.
    fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
        text.split(from).skip(1).filter_map(|part| part.split(to).next()).collect()
    }

    /// The lines of text and the places where they begin.
    fn lines(pdf: &str) -> Vec<(String, f32, f32)> {
        // Letters whose every byte is printable are written as they are, all others in hex.
        let bytes = |block: &str| -> Vec<u8> {
            let Some(hex) = between(block, "<", "> Tj").first().copied() else {
                return between(block, "\n(", ") Tj")[0].replace('\\', "").into_bytes();
            };
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            (0..hex.len()).step_by(2).map(byte).collect()
        };
        let decoded = |bytes: Vec<u8>| {
            let units = bytes.chunks(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
        };
        let place = |block: &str| {
            let numbers: Vec<f32> =
                block.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            (numbers[numbers.len() - 2], numbers[numbers.len() - 1])
        };
        between(pdf, "BT\n", "ET")
            .into_iter()
            .map(|block| {
                let (x, y) = place(block.split(" Tm").next().unwrap());
                (decoded(bytes(block)), x, y)
            })
            .collect()
    }

    /// The rectangles that are filled.
    fn areas(pdf: &str) -> Vec<[f32; 4]> {
        let numbers = |line: &str| -> Vec<f32> {
            line.trim_end_matches(" re").split(' ').map(|n| n.parse().unwrap()).collect()
        };
        let lines = pdf.lines().filter(|line| line.ends_with(" re"));
        lines.map(|line| numbers(line).try_into().unwrap()).collect()
    }

    #[test]
    fn the_page_says_what_the_sheet_says_and_nothing_leaves_the_paper() {
        let code = QrCode::new(b"http://weixin.qq.com/q/02abcdefghijklmnop").unwrap();
        for paper in Paper::ALL {
            for title in ["湖塘", &"很长的站点名称".repeat(8)] {
                let sheet = sheet(title);
                let measures = measures(*paper);
                let pdf = String::from_utf8_lossy(&pdf(&sheet, *paper, &code)).into_owned();
                let lines = lines(&pdf);
                let text: String = lines.iter().map(|(text, ..)| text.as_str()).collect();
                for wanted in [Sheet::DEMO, &sheet.alliance, title, &sheet.owner, &sheet.foot()] {
                    assert!(text.contains(wanted), "{wanted}: {text}");
                }
                assert!(Sheet::STEPS.iter().all(|step| text.contains(step)));
                for (text, x, y) in &lines {
                    assert!(*x > 0.0 && *y > 0.0 && *y < measures.height, "{text} at {x} {y}");
                }
                let mut heights: Vec<f32> = lines.iter().map(|(.., y)| *y).collect();
                heights.dedup();
                assert_eq!(heights.len(), lines.len(), "no line on another");
                assert!(heights.is_sorted_by(|a, b| a > b), "{heights:?}");
            }
        }
    }

    #[test]
    fn the_black_areas_are_the_dark_modules_of_the_code_and_nothing_else() {
        let code = QrCode::new(b"http://weixin.qq.com/q/02abcdefghijklmnop").unwrap();
        let pdf = String::from_utf8_lossy(&pdf(&sheet("湖塘"), Paper::A6, &code)).into_owned();
        let areas = areas(&pdf);
        let module = areas[0][3];
        let left = areas.iter().map(|area| area[0]).fold(f32::MAX, f32::min);
        let top = areas.iter().map(|area| area[1] + area[3]).fold(0.0, f32::max);
        let across = code.width();
        let mut drawn = vec![Color::Light; across * across];
        let nth = |length: f32| (length / module).round() as usize;
        for [x, y, width, height] in areas {
            assert!((height - module).abs() < 0.01);
            let row = nth(top - y - height);
            for column in nth(x - left)..nth(x - left + width) {
                drawn[row * across + column] = Color::Dark;
            }
        }
        assert!(drawn == code.to_colors(), "another picture");
    }
}
