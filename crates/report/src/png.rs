//! The profile as a picture: four axes with their errors, and the map of layers and axes. Both poles of an axis are equal in
//! looks; there is no line for a norm, because there is none.
use std::{fmt::Write, sync::Arc};

use domain::Locale;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use crate::ReportError;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Axes A1 to A4.
    pub axes: [AxisPoint; 4],
    /// Cells by layer L0 to L4, then axis A1 to A4; −1…+1.
    pub map: [[f64; 4]; 5],
    /// The language of the labels.
    pub locale: Locale,
    /// The line at the top.
    pub title: String,
}

/// A point on an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxisPoint {
    /// −1…+1.
    pub value: f64,
    /// Standard error, where the engine gives one.
    pub error: Option<f64>,
}

/// Width in pixels.
pub const WIDTH: u32 = 1080;
/// Height in pixels.
pub const HEIGHT: u32 = 1350;

const FONT: &str = "DejaVu Sans";
const INK: &str = "#22303c";
const QUIET: &str = "#5b6b7a";
/// Two colours that people who see colours differently can tell apart (blue and orange).
const MINUS: [u8; 3] = [0x2b, 0x6c, 0xb0];
const PLUS: [u8; 3] = [0xd9, 0x7b, 0x1a];
const PAPER: [u8; 3] = [0xf3, 0xf5, 0xf7];

struct Words {
    axes: [[&'static str; 3]; 4],
    layers: [&'static str; 5],
    map: &'static str,
    legend: [&'static str; 3],
    note: &'static str,
}

fn words(locale: Locale) -> Words {
    match locale {
        Locale::Ru => Words {
            axes: [
                ["Активация", "сбережение сил", "мобилизация"],
                ["Неопределённость", "закрытие", "исследование"],
                ["Импульс", "быстрый ответ", "пауза"],
                ["Горизонт времени", "облегчение сейчас", "удержание будущего"],
            ],
            layers: ["Энергия и тело", "Автоматизмы", "Оценка и аффект", "Отношения и роли", "Смысл и идентичность"],
            map: "Слои и оси",
            legend: ["левый полюс", "середина", "правый полюс"],
            note: "Оба полюса уместны в своё время. Это гипотеза для проверки на встрече, не диагноз.",
        },
        Locale::En => Words {
            axes: [
                ["Activation", "saving energy", "mobilisation"],
                ["Uncertainty", "closing", "exploring"],
                ["Impulse", "quick", "pausing"],
                ["Time horizon", "relief now", "holding the future"],
            ],
            layers: ["Energy and body", "Automatisms", "Valuation and affect", "Relations and roles", "Meaning and identity"],
            map: "Layers and axes",
            legend: ["left pole", "middle", "right pole"],
            note: "Both poles fit in their time. A hypothesis to check in the session, not a diagnosis.",
        },
    }
}

/// The picture as PNG.
///
/// # Errors
/// [`ReportError`] when the font is missing or the picture cannot be drawn.
pub fn profile(profile: &Profile) -> Result<Vec<u8>, ReportError> {
    render(&svg(profile))
}

fn render(svg: &str) -> Result<Vec<u8>, ReportError> {
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    if fonts.faces().count() < 2 {
        return Err(ReportError::Font);
    }
    let options = Options { fontdb: Arc::new(fonts), font_family: FONT.into(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|_| ReportError::Picture)?;
    let mut pixels = Pixmap::new(WIDTH, HEIGHT).ok_or(ReportError::Picture)?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|_| ReportError::Picture)
}

fn svg(profile: &Profile) -> String {
    let words = words(profile.locale);
    let mut out = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' font-family='{FONT}'>\
         <rect width='100%' height='100%' fill='white'/>"
    );
    text(&mut out, 60.0, 84.0, 40, "start", INK, true, &profile.title);
    for (at, (point, names)) in profile.axes.iter().zip(&words.axes).enumerate() {
        axis(&mut out, 150.0 + 128.0 * at as f64, *point, names);
    }
    map(&mut out, 720.0, profile, &words);
    text(&mut out, 60.0, 1312.0, 21, "start", QUIET, false, words.note);
    out.push_str("</svg>");
    out
}

/// Left and right end of an axis, in pixels.
const AXIS: (f64, f64) = (90.0, 990.0);

fn place(value: f64) -> f64 {
    let share = (value.clamp(-1.0, 1.0) + 1.0) / 2.0;
    AXIS.0 + share * (AXIS.1 - AXIS.0)
}

fn axis(out: &mut String, top: f64, point: AxisPoint, names: &[&str; 3]) {
    let line = top + 62.0;
    text(out, 60.0, top + 22.0, 27, "start", INK, true, names[0]);
    let _ = write!(
        out,
        "<line x1='{}' y1='{line}' x2='{}' y2='{line}' stroke='#c9d3dc' stroke-width='10' stroke-linecap='round'/>",
        AXIS.0, AXIS.1
    );
    let middle = place(0.0);
    let _ = write!(
        out,
        "<line x1='{middle}' y1='{}' x2='{middle}' y2='{}' stroke='#9fb0be' stroke-width='2'/>",
        line - 16.0,
        line + 16.0
    );
    if let Some(error) = point.error {
        let (from, to) = (place(point.value - error), place(point.value + error));
        let _ = write!(
            out,
            "<line x1='{from:.1}' y1='{line}' x2='{to:.1}' y2='{line}' stroke='{INK}' stroke-opacity='0.35' stroke-width='10' \
             stroke-linecap='round'/>"
        );
    }
    let _ =
        write!(out, "<circle cx='{:.1}' cy='{line}' r='17' fill='{INK}' stroke='white' stroke-width='4'/>", place(point.value));
    text(out, 60.0, top + 102.0, 22, "start", QUIET, false, names[1]);
    text(out, 1020.0, top + 102.0, 22, "end", QUIET, false, names[2]);
}

fn map(out: &mut String, top: f64, profile: &Profile, words: &Words) {
    text(out, 60.0, top, 27, "start", INK, true, words.map);
    let (left, width, height) = (400.0, 155.0, 76.0);
    for (at, names) in words.axes.iter().enumerate() {
        text(out, left + width * at as f64 + width / 2.0 - 4.0, top + 44.0, 17, "middle", QUIET, false, names[0]);
    }
    for (row, (values, name)) in profile.map.iter().zip(&words.layers).enumerate() {
        let y = top + 60.0 + height * row as f64;
        text(out, 60.0, y + 45.0, 24, "start", INK, false, name);
        for (column, value) in values.iter().enumerate() {
            let x = left + width * column as f64;
            let _ = write!(
                out,
                "<rect x='{x}' y='{y}' width='{}' height='{}' rx='10' fill='{}'/>",
                width - 8.0,
                height - 8.0,
                colour(*value)
            );
        }
    }
    let y = top + 60.0 + height * 5.0 + 24.0;
    for (at, (value, name)) in [-0.8, 0.0, 0.8].iter().zip(&words.legend).enumerate() {
        let x = 400.0 + 215.0 * at as f64;
        let _ = write!(out, "<rect x='{x}' y='{y}' width='30' height='30' rx='6' fill='{}'/>", colour(*value));
        text(out, x + 42.0, y + 23.0, 20, "start", QUIET, false, name);
    }
}

/// From one pole's colour over paper to the other's, by the square root of the value, so that small values can be seen.
fn colour(value: f64) -> String {
    let pole = if value < 0.0 { MINUS } else { PLUS };
    let share = value.abs().clamp(0.0, 1.0).sqrt();
    let mix = |at: usize| {
        let (from, to) = (f64::from(PAPER[at]), f64::from(pole[at]));
        // Between 0 and 255 by construction.
        (from + (to - from) * share).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

#[allow(clippy::too_many_arguments, reason = "a drawing primitive")]
fn text(out: &mut String, x: f64, y: f64, size: u32, anchor: &str, fill: &str, bold: bool, text: &str) {
    let weight = if bold { "bold" } else { "normal" };
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = write!(
        out,
        "<text x='{x}' y='{y}' font-size='{size}' text-anchor='{anchor}' fill='{fill}' font-weight='{weight}'>{escaped}</text>"
    );
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

    #[test]
    fn the_picture_has_its_size_and_is_the_same_for_the_same_profile() {
        let png = profile(&sample("Профиль")).unwrap();
        assert_eq!(&png[1..4], b"PNG");
        assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), WIDTH);
        assert_eq!(u32::from_be_bytes(png[20..24].try_into().unwrap()), HEIGHT);
        assert_eq!(png, profile(&sample("Профиль")).unwrap());
    }

    #[test]
    fn cyrillic_letters_are_drawn_each_in_its_own_shape() {
        let drawn = |title: &str| profile(&sample(title)).unwrap();
        let blank = drawn(" ");
        assert_ne!(drawn("Ж"), blank, "nothing was drawn");
        // Letters a font does not have are all drawn as the same box.
        assert_ne!(drawn("Ж"), drawn("Щ"));
    }

    #[test]
    fn a_title_cannot_break_out_of_its_element() {
        assert!(svg(&sample("<b>&")).contains("&lt;b&gt;&amp;"));
    }
}
