//! Pictures: measured by their header, decoded, made smaller, turned upright, encoded anew.
use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, Rgb, RgbImage,
    codecs::{jpeg::JpegDecoder, jpeg::JpegEncoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use crate::{Kind, Limits, Read, Unreadable, kind::holds};

/// Qualities that are tried until the picture is small enough.
const QUALITIES: [u8; 3] = [88, 75, 50];
/// Claude takes pictures up to 5 MB in base64, which makes four bytes of three.
const OUT_BYTES: usize = 3 * 1024 * 1024;
/// A pixel of red, green, blue and transparency.
const PIXEL_BYTES: u64 = 4;

/// What decoding keeps besides the picture, as a part of the pixels that are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cost {
    /// All of them fit into the child's memory.
    Plain,
    /// Progressive JPEG keeps every coefficient, WebP with transparency a second picture: three quarters fit
    /// (the README has the figures).
    Heavy,
}

/// Reads a picture of the kind its first bytes say.
pub(crate) fn read(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Read, Unreadable> {
    let source = || Cursor::new(bytes);
    match kind {
        Kind::Jpeg => {
            let cost = whole_jpeg(bytes).ok_or(Unreadable::Damaged)?;
            fresh(JpegDecoder::new(source()).map_err(decision)?, cost, limits)
        }
        Kind::Png => fresh(PngDecoder::with_limits(source(), of_library(limits)).map_err(decision)?, Cost::Plain, limits),
        Kind::Webp => {
            let decoder = WebPDecoder::new(source()).map_err(decision)?;
            let cost = if decoder.color_type().has_alpha() { Cost::Heavy } else { Cost::Plain };
            fresh(decoder, cost, limits)
        }
        Kind::Txt | Kind::Docx | Kind::Pdf => Err(Unreadable::NotSupported { expected: None }),
    }
}

/// The picture as a new JPEG.
fn fresh(mut decoder: impl ImageDecoder, cost: Cost, limits: &Limits) -> Result<Read, Unreadable> {
    let (width, height) = decoder.dimensions();
    let pixels = match cost {
        Cost::Plain => limits.pixels,
        Cost::Heavy => limits.pixels / 4 * 3,
    };
    let too_many = u64::from(width) * u64::from(height) > pixels
        || width.max(height) > limits.side
        || decoder.total_bytes() > limits.pixels.saturating_mul(PIXEL_BYTES);
    if too_many {
        return Err(Unreadable::TooManyPixels);
    }
    decoder.set_limits(of_library(limits)).map_err(decision)?;
    // A wrong note about its orientation is no reason to refuse a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(decision)?;
    let mut small = opaque(smaller(decoded, limits.side_out));
    small.apply_orientation(orientation);
    let jpeg = encoded(&small)?;
    Ok(Read::Picture { jpeg, width: small.width(), height: small.height() })
}

/// At most so many pixels on the long side. The library's averaging needs no copy of the large picture, unlike its filters.
fn smaller(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side { picture } else { picture.thumbnail(side, side) }
}

/// Eight bits to a colour, on white where it is transparent: JPEG has no transparency.
fn opaque(picture: DynamicImage) -> DynamicImage {
    let colours = picture.color();
    if !colours.has_alpha() {
        let gray = !colours.has_color();
        return if gray { DynamicImage::ImageLuma8(picture.into_luma8()) } else { DynamicImage::ImageRgb8(picture.into_rgb8()) };
    }
    let pixels = picture.into_rgba8();
    let on_white = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u16::from(colour), u16::from(alpha));
        u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|colour| on_white(colour, alpha)))
    }))
}

fn encoded(picture: &DynamicImage) -> Result<Vec<u8>, Unreadable> {
    let mut jpeg = Vec::new();
    for quality in QUALITIES {
        jpeg.clear();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(picture).map_err(|_| Unreadable::Damaged)?;
        if jpeg.len() <= OUT_BYTES {
            break;
        }
    }
    Ok(jpeg)
}

fn of_library(limits: &Limits) -> image::Limits {
    let mut bounds = image::Limits::default();
    bounds.max_alloc = Some(limits.pixels.saturating_mul(PIXEL_BYTES));
    bounds
}

fn decision(error: ImageError) -> Unreadable {
    match error {
        ImageError::Limits(_) => Unreadable::TooManyPixels,
        ImageError::Unsupported(_) => Unreadable::NotSupported { expected: None },
        _ => Unreadable::Damaged,
    }
}

/// What a JPEG costs, when its picture ends. The decoder fills what is missing with gray, and half a drawing would be taken for a
/// whole one. A preview inside the metadata has an end of its own, so the search begins where the picture does.
fn whole_jpeg(bytes: &[u8]) -> Option<Cost> {
    let (mut at, mut cost) = (2, Cost::Plain);
    loop {
        let [0xFF, marker] = *bytes.get(at..)?.first_chunk::<2>()? else { return None };
        match marker {
            0xDA => break,
            // A filler, and markers that stand alone.
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            _ => {
                if matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE) {
                    cost = Cost::Heavy;
                }
                at += 2 + usize::from(u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk::<2>()?));
            }
        }
    }
    holds(bytes.get(at..)?, b"\xFF\xD9").then_some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_becomes_white_and_gray_stays_gray() {
        let clear = image::RgbaImage::from_pixel(2, 2, image::Rgba([10, 20, 30, 0]));
        assert_eq!(opaque(DynamicImage::ImageRgba8(clear)).to_rgb8().get_pixel(0, 0).0, [255; 3]);
        let half = image::RgbaImage::from_pixel(2, 2, image::Rgba([0, 100, 255, 128]));
        assert_eq!(opaque(DynamicImage::ImageRgba8(half)).to_rgb8().get_pixel(0, 0).0, [127, 177, 255]);
        let gray = opaque(DynamicImage::ImageLuma8(image::GrayImage::new(2, 2)));
        assert!(matches!(gray, DynamicImage::ImageLuma8(_)));
    }

    #[test]
    fn a_progressive_picture_is_heavy_and_one_without_its_end_is_not_whole() {
        let progressive = include_bytes!("../tests/data/progressive.jpg");
        assert_eq!(whole_jpeg(progressive), Some(Cost::Heavy));
        assert_eq!(whole_jpeg(&encoded(&DynamicImage::new_rgb8(9, 9)).unwrap()), Some(Cost::Plain));
        for cut in 0..progressive.len() {
            assert_eq!(whole_jpeg(&progressive[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn a_picture_of_noise_becomes_small_enough_all_the_same() {
        let mut seed = 1_u32;
        let noise = RgbImage::from_fn(1568, 1568, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [_, red, green, blue] = seed.to_le_bytes();
            Rgb([red, green, blue])
        });
        assert!(encoded(&DynamicImage::ImageRgb8(noise)).unwrap().len() <= OUT_BYTES);
    }
}
