//! Image files to what a network for handwritten digits was trained with: light ink on black, in the middle.

use image::imageops::{crop_imm, resize, FilterType};
use image::{GrayImage, ImageReader, Limits};
use std::io::Cursor;

/// Pixels of a side at most, and bytes that decoding may take.
const SIDE: u32 = 8192;
const MEMORY: u64 = 256 << 20;
/// What counts as ink.
const INK: u8 = 48;

/// Why a file gives no input.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Not an image, or a damaged one.
    #[error("no image that can be read (PNG, JPEG, GIF, BMP, PNM, WebP): {0}")]
    Unreadable(String),
    /// A huge one.
    #[error("an image that is too large: at most {SIDE} x {SIDE} pixels and {} MiB of them", MEMORY >> 20)]
    Large,
    /// A plain one.
    #[error("an image of one colour: there is nothing on it")]
    Empty,
}

/// `side` * `side` grey values. An image of this size with a black border is taken as it is; in others the ink, which is
/// what differs from the border, is cut out, scaled to 20 / 28 of the side, and its weight put in the middle: as the
/// images of MNIST were made.
///
/// # Errors
/// [`PictureError`].
pub fn pixels(file: &[u8], side: usize) -> Result<Vec<u8>, PictureError> {
    let unreadable = |e: &dyn std::fmt::Display| PictureError::Unreadable(e.to_string());
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|e| unreadable(&e))?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(SIDE), Some(SIDE), Some(MEMORY));
    reader.limits(limits);
    let image = reader.decode().map_err(|e| match e {
        image::ImageError::Limits(_) => PictureError::Large,
        e => unreadable(&e),
    })?;
    // On white paper, where it is transparent.
    let mut grey = GrayImage::new(image.width(), image.height());
    for (to, from) in grey.pixels_mut().zip(image.to_luma_alpha8().pixels()) {
        let [value, alpha] = from.0.map(u32::from);
        to.0 = [((value * alpha + 255 * (255 - alpha)) / 255) as u8];
    }
    let border = border(&grey);
    if grey.dimensions() == (side as u32, side as u32) && border < 32 {
        return Ok(grey.into_raw());
    }
    grey.pixels_mut().for_each(|p| p.0[0] = p.0[0].abs_diff(border));
    let most = grey.pixels().map(|p| p.0[0]).max().unwrap_or(0);
    if most < INK {
        return Err(PictureError::Empty);
    }
    grey.pixels_mut().for_each(|p| p.0[0] = (u32::from(p.0[0]) * 255 / u32::from(most)) as u8);
    Ok(middle(&grey, side))
}

/// The median of the outermost pixels.
fn border(image: &GrayImage) -> u8 {
    let (w, h) = image.dimensions();
    let outside = image.enumerate_pixels().filter(|(x, y, _)| *x == 0 || *y == 0 || x + 1 == w || y + 1 == h);
    let mut values: Vec<u8> = outside.map(|(_, _, p)| p.0[0]).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// The ink, scaled and put in the middle.
fn middle(image: &GrayImage, side: usize) -> Vec<u8> {
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, _) in image.enumerate_pixels().filter(|(_, _, p)| p.0[0] >= INK) {
        (left, top) = (left.min(x), top.min(y));
        (right, bottom) = (right.max(x), bottom.max(y));
    }
    let (w, h) = (right - left + 1, bottom - top + 1);
    let inner = (side as f64 * 20.0 / 28.0).max(1.0);
    let scale = inner / f64::from(w.max(h));
    let to = |n: u32| ((f64::from(n) * scale).round() as u32).max(1);
    let small = resize(&crop_imm(image, left, top, w, h).to_image(), to(w), to(h), FilterType::Triangle);
    let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
    for (u, v, p) in small.enumerate_pixels() {
        let value = f64::from(p.0[0]);
        (sum, x, y) = (sum + value, x + value * (f64::from(u) + 0.5), y + value * (f64::from(v) + 0.5));
    }
    let half = side as f64 / 2.0;
    let (dx, dy) = ((half - x / f64::max(sum, 1.0)).round() as i64, (half - y / f64::max(sum, 1.0)).round() as i64);
    let mut out = vec![0; side * side];
    for (u, v, p) in small.enumerate_pixels() {
        let (u, v) = (i64::from(u) + dx, i64::from(v) + dy);
        if (0..side as i64).contains(&u) && (0..side as i64).contains(&v) {
            out[v as usize * side + u as usize] = p.0[0];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Luma};

    fn file(image: &GrayImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn dark_ink_on_paper_becomes_light_ink_in_the_middle() {
        let mut paper = GrayImage::from_pixel(200, 300, Luma([230]));
        (20..60).for_each(|y| (10..20).for_each(|x| paper.put_pixel(x, y, Luma([20]))));
        let found = pixels(&file(&paper, ImageFormat::Png), 28).unwrap();
        let ink: Vec<usize> = (0..784).filter(|&i| found[i] > 128).collect();
        let (rows, columns): (Vec<usize>, Vec<usize>) = ink.iter().map(|i| (i / 28, i % 28)).unzip();
        assert_eq!((rows.iter().min(), rows.iter().max()), (Some(&4), Some(&23)));
        assert!(columns.iter().all(|c| (11..=16).contains(c)));
    }

    #[test]
    fn an_image_of_the_set_stays_as_it_is() {
        let mut digit = GrayImage::new(28, 28);
        (5..20).for_each(|y| digit.put_pixel(9, y, Luma([200])));
        assert_eq!(pixels(&file(&digit, ImageFormat::Bmp), 28).unwrap(), digit.into_raw());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let say = |file: &[u8]| pixels(file, 28).unwrap_err().to_string();
        assert!(say(b"no image").starts_with("no image that can be read"));
        assert!(say(&[]).starts_with("no image that can be read"));
        let plain = file(&GrayImage::from_pixel(50, 50, Luma([90])), ImageFormat::Png);
        assert!(say(&plain).contains("of one colour"));
        assert!(say(&plain[..plain.len() / 2]).starts_with("no image that can be read"));
        // A small file of a huge image.
        assert!(say(&file(&GrayImage::new(9000, 10), ImageFormat::Png)).contains("too large"));
    }
}
