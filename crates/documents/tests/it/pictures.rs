//! Pictures.
use documents::{Hint, Limits, Read, Reader, ReaderConfig};
use image::{DynamicImage, ImageFormat};

use crate::{
    code, config, fixture,
    make::{drawing, much_of, png, written, zlib},
    read,
};

/// A picture that was read, decoded once more.
async fn fresh(bytes: impl Into<Vec<u8>>) -> (Vec<u8>, DynamicImage) {
    let Ok(Read::Picture { jpeg, width, height }) = read(bytes).await else { panic!("no picture") };
    let picture = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap();
    assert_eq!((picture.width(), picture.height()), (width, height));
    (jpeg, picture)
}

/// Whether a pixel is about this colour.
fn is(picture: &DynamicImage, x: u32, y: u32, colour: [u8; 3]) -> bool {
    let found = picture.to_rgb8().get_pixel(x, y).0;
    found.iter().zip(colour).all(|(one, other)| one.abs_diff(other) < 40)
}

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];

#[tokio::test]
async fn every_kind_of_picture_becomes_a_new_jpeg() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let (_, picture) = fresh(written(&drawing(60, 40), format)).await;
        assert_eq!((picture.width(), picture.height()), (60, 40));
        assert!(is(&picture, 30, 5, RED) && is(&picture, 30, 35, BLUE), "{format:?}");
    }
    for name in ["drawing.webp", "progressive.jpg"] {
        let (_, picture) = fresh(fixture(name)).await;
        assert_eq!((picture.width(), picture.height()), (160, 120));
        assert!(is(&picture, 100, 2, RED) && is(&picture, 100, 117, BLUE) && is(&picture, 40, 35, [255; 3]), "{name}");
    }
}

#[tokio::test]
async fn a_photograph_stands_upright_and_says_nothing_of_its_place() {
    let photograph = written(&drawing(60, 40), ImageFormat::Jpeg);
    // One entry: orientation 6, "the top is at the right"; then words that no picture needs.
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPS 55.7558 N";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let comment = b"\xFF\xFE\0\x0Csecret man";
    let with = [&photograph[..2], b"\xFF\xE1", &length, exif, comment, &photograph[2..]].concat();
    let (jpeg, picture) = fresh(with).await;
    assert_eq!((picture.width(), picture.height()), (40, 60));
    assert!(is(&picture, 35, 30, RED) && is(&picture, 5, 30, BLUE));
    for word in [b"Exif".as_slice(), b"GPS", b"secret"] {
        assert!(!jpeg.windows(word.len()).any(|part| part == word));
    }
}

#[tokio::test]
async fn a_large_picture_is_made_smaller_and_a_small_one_stays() {
    let (_, wide) = fresh(written(&drawing(3136, 100), ImageFormat::Png)).await;
    assert_eq!((wide.width(), wide.height()), (1568, 50));
    let (_, whole) = fresh(written(&drawing(1568, 10), ImageFormat::Png)).await;
    assert_eq!((whole.width(), whole.height()), (1568, 10));
    let (_, thin) = fresh(written(&drawing(1, 6000), ImageFormat::Png)).await;
    assert_eq!((thin.width(), thin.height()), (1, 1568));
}

#[tokio::test]
async fn what_hangs_on_to_a_picture_is_left_behind() {
    let film = [written(&drawing(60, 40), ImageFormat::Jpeg).as_slice(), b"\0\0\0\x18ftypmp42 moving"].concat();
    let (jpeg, _) = fresh(film).await;
    assert!(!jpeg.windows(4).any(|part| part == b"ftyp"));
}

#[tokio::test]
async fn too_many_pixels_are_refused_by_the_head_alone() {
    let gray_bits = much_of(0, 48);
    let table = [
        ("20,000 by 20,000 in one bit", png(20_000, 20_000, 1, 0, &gray_bits)),
        ("20,000 by 20,000 in colour", png(20_000, 20_000, 8, 6, &gray_bits)),
        ("a side too long", png(12_001, 1, 8, 0, &zlib(&[0; 12_002]))),
        ("16 bits to a colour", png(5000, 5000, 16, 6, &gray_bits)),
        ("as many as there are", png(0x7FFF_FFFF, 0x7FFF_FFFF, 8, 6, &gray_bits)),
    ];
    for (name, bytes) in table {
        assert_eq!(code(bytes).await, "too_many_pixels", "{name}");
    }
    assert!(read(png(12_000, 1, 8, 0, &zlib(&[0; 12_001]))).await.is_ok());
}

#[tokio::test]
async fn a_progressive_photograph_may_have_three_quarters_of_the_pixels() {
    let read = async |name: &str, pixels| {
        let limits = Limits { pixels, ..Limits::default() };
        Reader::new(ReaderConfig { limits, ..config() })
            .read(fixture(name), Hint::default())
            .await
            .map_err(|decision| decision.code())
    };
    let pixels = 160 * 120;
    assert!(read("drawing.webp", pixels).await.is_ok());
    assert_eq!(read("progressive.jpg", pixels).await, Err("too_many_pixels"));
    assert!(read("progressive.jpg", pixels / 3 * 4).await.is_ok());
}

#[tokio::test]
async fn a_picture_with_garbage_for_pixels_is_damaged() {
    assert_eq!(code(png(100, 100, 8, 2, b"garbage")).await, "damaged");
    let mut photograph = written(&drawing(60, 40), ImageFormat::Jpeg);
    photograph.splice(20..300, []);
    assert_eq!(code(photograph).await, "damaged");
    assert_eq!(code(b"RIFF\x10\0\0\0WEBPVP8 \xFF\xFF\xFF\xFF".as_slice()).await, "damaged");
}
