//! The profile as a picture: four axes with their errors, and the map of layers and axes. Both poles of an axis are equal in
//! looks; there is no line for a norm, because there is none.
pub mod board;
mod canvas;
mod drawing;
pub mod finance;
mod font;
pub mod training;

use domain::Locale;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::Tree,
};

use crate::ReportError;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Axes A1 to A4.
    pub axes: [AxisPoint; 4],
    /// Cells by layer L0 to L4, then axis A1 to A4; −1…+1, what lies outside is drawn at the end.
    pub map: [[f64; 4]; 5],
    /// The language of the labels.
    pub locale: Locale,
    /// The line at the top, about 30 letters. Never a case label.
    pub title: String,
}

/// A point on an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxisPoint {
    /// −1…+1; what lies outside is drawn at the end.
    pub value: f64,
    /// Standard error, where the engine gives one.
    pub error: Option<f64>,
}

/// Width in pixels.
pub const WIDTH: u32 = 1080;
/// Height in pixels.
pub const HEIGHT: u32 = 1350;

/// The picture as PNG, [`WIDTH`] by [`HEIGHT`].
///
/// # Errors
/// [`ReportError::NotANumber`] when a value is none, [`ReportError::Font`] when the font lacks a letter of the title,
/// [`ReportError::Picture`] when the library refuses.
pub fn profile(profile: &Profile) -> Result<Vec<u8>, ReportError> {
    pixels(profile)?.encode_png().map_err(|_| ReportError::Picture)
}

fn pixels(profile: &Profile) -> Result<Pixmap, ReportError> {
    let tree = tree(profile)?;
    let mut pixels = Pixmap::new(WIDTH, HEIGHT).ok_or(ReportError::Picture)?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    Ok(pixels)
}

/// The drawing with every letter found in the font.
fn tree(profile: &Profile) -> Result<Tree, ReportError> {
    let points = profile.axes.iter().flat_map(|point| [Some(point.value), point.error]).flatten();
    if points.chain(profile.map.iter().flatten().copied()).any(|value| !value.is_finite()) {
        return Err(ReportError::NotANumber);
    }
    let drawing = drawing::of(profile);
    let tree = Tree::from_str(&drawing.svg, &font::options()?).map_err(|_| ReportError::Picture)?;
    font::all_letters_drawn(&tree, drawing.texts)?;
    Ok(tree)
}

/// Width and height in pixels of a PNG, from its first chunk.
///
/// # Errors
/// [`ReportError::Picture`] when the bytes do not begin like a PNG.
pub fn dimensions(png: &[u8]) -> Result<(u32, u32), ReportError> {
    const BEGINNING: &[u8; 16] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let sizes = png.strip_prefix(BEGINNING).and_then(|rest| rest.first_chunk::<8>()).ok_or(ReportError::Picture)?;
    let [a, b, c, d, e, f, g, h] = *sizes;
    let (width, height) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
    if width == 0 || height == 0 { Err(ReportError::Picture) } else { Ok((width, height)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(title: &str) -> Profile {
        let point = |value| AxisPoint { value, error: Some(0.2) };
        Profile {
            axes: [point(-0.6), point(0.1), point(0.9), point(-1.0)],
            map: [[-0.5, 0.1, 0.6, -0.9]; 5],
            locale: Locale::Ru,
            title: title.into(),
        }
    }

    /// The dark pixels where the title stands.
    fn title_ink(title: &str) -> Vec<bool> {
        let pixels = pixels(&sample(title)).unwrap();
        let title_rows = 40..100;
        title_rows
            .flat_map(|y| (0..WIDTH).map(move |x| (x, y)))
            .map(|(x, y)| pixels.pixel(x, y).is_some_and(|pixel| pixel.red() < 128))
            .collect()
    }

    #[test]
    fn the_picture_has_its_size() {
        let png = profile(&sample("Профиль")).unwrap();
        assert_eq!(dimensions(&png), Ok((WIDTH, HEIGHT)));
        assert_eq!(dimensions(b"GIF89a"), Err(ReportError::Picture));
    }

    #[test]
    fn the_picture_is_the_same_for_the_same_profile() {
        assert_eq!(profile(&sample("Профиль")), profile(&sample("Профиль")));
    }

    #[test]
    fn cyrillic_letters_are_drawn_each_in_its_own_shape() {
        assert!(!title_ink(" ").contains(&true), "there is ink where nothing is written");
        let (zhe, shcha) = (title_ink("Ж"), title_ink("Щ"));
        assert!(zhe.iter().filter(|dark| **dark).count() > 100, "nothing was drawn");
        // Letters a font does not have are all drawn as the same box.
        assert_ne!(zhe, shcha);
    }

    #[test]
    fn a_letter_the_font_does_not_have_is_an_error_and_no_box() {
        assert_eq!(profile(&sample("Профиль 𓀀")), Err(ReportError::Font));
    }

    #[test]
    fn every_label_can_be_drawn_inside_the_margins_in_both_languages() {
        for locale in Locale::ALL {
            let tree = tree(&Profile { locale: *locale, ..sample("Профиль регуляции") }).unwrap();
            for text in font::texts(&tree) {
                let (frame, said) = (text.abs_bounding_box(), text.chunks()[0].text());
                assert!(frame.left() >= 59.0 && frame.right() <= 1021.0, "«{said}» from {} to {}", frame.left(), frame.right());
            }
        }
    }

    #[test]
    fn a_title_cannot_break_out_of_its_element() {
        let drawn = drawing::of(&sample("</text><b>&'\u{0}"));
        assert!(drawn.svg.contains("&lt;/text&gt;&lt;b&gt;&amp;&apos;</text>"));
        assert!(tree(&sample("</text><b>&'\u{0}")).is_ok());
    }

    #[test]
    fn a_value_that_is_no_number_is_an_error_and_one_outside_is_drawn_at_the_end() {
        let with = |value, cell, error| {
            let mut wrong = sample("x");
            wrong.axes[1] = AxisPoint { value, error };
            wrong.map[3][2] = cell;
            wrong
        };
        let fault = |profile: Profile| super::profile(&profile).err();
        assert_eq!(fault(with(f64::NAN, 0.0, None)), Some(ReportError::NotANumber));
        assert_eq!(fault(with(0.0, f64::NAN, None)), Some(ReportError::NotANumber));
        assert_eq!(fault(with(0.0, 0.0, Some(f64::INFINITY))), Some(ReportError::NotANumber));
        assert_eq!(drawing::of(&with(7.0, -7.0, None)).svg, drawing::of(&with(1.0, -1.0, None)).svg);
    }

    #[test]
    fn the_error_is_explained_only_where_there_is_one() {
        let mut without = sample("x");
        without.axes.iter_mut().for_each(|point| point.error = None);
        assert!(drawing::of(&sample("x")).svg.contains("погрешность"));
        assert!(!drawing::of(&without).svg.contains("погрешность"));
    }
}
