//! Covers for the demo's articles: drawn, so that no picture of anybody is needed.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use serde::Deserialize;

/// Size of a cover in pixels, as WeChat shows it above an article.
const SIZE: (u32, u32) = (900, 383);

#[derive(Deserialize)]
pub struct Drawing {
    pub name: String,
    top: [u8; 3],
    bottom: [u8; 3],
    motif: Motif,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Motif {
    Scales,
    House,
    Coins,
    Shield,
}

impl Motif {
    /// Whether the motif covers a place; (0, 0) is the middle, 1 half of the height.
    fn covers(self, x: f32, y: f32) -> bool {
        let within = |left: f32, right: f32, top: f32, bottom: f32| {
            (left..=right).contains(&x) && (top..=bottom).contains(&y)
        };
        let round = |at: (f32, f32), size: f32| (x - at.0).hypot(y - at.1) <= size;
        match self {
            Self::Scales => {
                let pan = |side: f32| round((side, 0.1), 0.26) && y >= 0.1;
                let beam = within(-0.62, 0.62, -0.5, -0.42);
                let foot = within(-0.03, 0.03, -0.6, 0.55) || within(-0.3, 0.3, 0.55, 0.63);
                let cord = |side: f32| within(side - 0.012, side + 0.012, -0.45, 0.1);
                pan(-0.55) || pan(0.55) || beam || foot || cord(-0.55) || cord(0.55)
            }
            Self::House => {
                let roof = (-0.6..=-0.05).contains(&y) && x.abs() <= (y + 0.6) * 1.2;
                let wall = within(-0.48, 0.48, -0.05, 0.6) && !within(-0.12, 0.12, 0.2, 0.6);
                roof || wall
            }
            Self::Coins => {
                let coin = |at: (f32, f32)| round(at, 0.3) && !round(at, 0.2);
                coin((-0.4, 0.25)) || coin((0.4, 0.25)) || coin((0.0, -0.3))
            }
            Self::Shield => {
                let half = if y < 0.0 { 0.45 } else { 0.45 * (1.0 - (y / 0.65).powi(2)) };
                let outer = (-0.55..=0.65).contains(&y) && x.abs() <= half;
                let keyhole = round((0.0, -0.12), 0.13) || within(-0.045, 0.045, -0.1, 0.3);
                outer && !keyhole
            }
        }
    }
}

impl Drawing {
    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn png(&self) -> anyhow::Result<Vec<u8>> {
        let (width, height) = (SIZE.0 as f32, SIZE.1 as f32);
        let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
            let part = y / height;
            let paper = |from: u8, to: u8| f32::from(from) * (1.0 - part) + f32::from(to) * part;
            let half = height / 2.0;
            let ink = self.motif.covers((x - width / 2.0) / half, (y - half) / half);
            let mixed = |(from, to): (u8, u8)| {
                let colour = paper(from, to);
                if ink { colour * 0.15 + 217.0 } else { colour }
            };
            let pairs = [0, 1, 2].map(|at| (self.top[at], self.bottom[at]));
            Rgb(pairs.map(|pair| mixed(pair) as u8))
        });
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png)?;
        Ok(bytes.into_inner())
    }
}
