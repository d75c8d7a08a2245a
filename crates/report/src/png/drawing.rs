//! The picture as SVG, written by hand. Lengths are pixels.
use std::fmt::Write;

use super::{HEIGHT, Profile, WIDTH, font};
use crate::{
    png::AxisPoint,
    text::escape,
    words::{Axis, Half, Layer, Picture, Word},
};

const INK: &str = "#22303c";
const QUIET: &str = "#4f5f6d";
/// Two colours that people who see colours differently can tell apart (blue and orange), neither of them a warning.
const MINUS: [u8; 3] = [0x2b, 0x6c, 0xb0];
const PLUS: [u8; 3] = [0xd9, 0x7b, 0x1a];
const MIDDLE: [u8; 3] = [0xec, 0xef, 0xf2];

const LEFT: f64 = 60.0;
const RIGHT: f64 = 1020.0;
const CENTRE: f64 = 540.0;

/// An SVG and how many texts it shows.
pub(super) struct Drawing {
    pub(super) svg: String,
    pub(super) texts: usize,
}

/// How a text looks.
#[derive(Clone, Copy)]
struct Type {
    size: u32,
    bold: bool,
    fill: &'static str,
    anchor: &'static str,
}

const TITLE: Type = Type { size: 44, bold: true, fill: INK, anchor: "start" };
const NAME: Type = Type { size: 27, bold: true, fill: INK, anchor: "middle" };
const ROW: Type = Type { size: 24, bold: false, fill: INK, anchor: "start" };
const SMALL: Type = Type { size: 24, bold: false, fill: QUIET, anchor: "start" };

impl Type {
    const fn at_end(self) -> Self {
        Self { anchor: "end", ..self }
    }

    const fn centred(self) -> Self {
        Self { anchor: "middle", ..self }
    }

    const fn at_start(self) -> Self {
        Self { anchor: "start", ..self }
    }
}

/// The profile, drawn.
pub(super) fn of(profile: &Profile) -> Drawing {
    let mut drawing = Drawing { svg: beginning(), texts: 0 };
    let say = |word: Word| word.text(profile.locale);
    drawing.text(LEFT, 88.0, TITLE, &profile.title);
    let mut how = say(Word::Picture(Picture::How)).to_owned();
    if profile.axes.iter().any(|point| point.error.is_some()) {
        how.push_str(say(Word::Picture(Picture::Errors)));
    }
    drawing.text(LEFT, 136.0, SMALL, &how);
    for ((point, axis), at) in profile.axes.iter().zip(Axis::ALL).zip(0_u8..) {
        let top = 208.0 + 114.0 * f64::from(at);
        drawing.text(LEFT, top, SMALL, say(Word::Minus(axis)));
        drawing.text(CENTRE, top, NAME, say(Word::Axis(axis)));
        drawing.text(RIGHT, top, SMALL.at_end(), say(Word::Plus(axis)));
        drawing.axis(top + 38.0, *point);
    }
    drawing.map(profile);
    drawing.text(LEFT, 1290.0, SMALL, say(Word::Picture(Picture::Note)));
    drawing.text(LEFT, 1323.0, SMALL, say(Word::Picture(Picture::NoteRest)));
    drawing.svg.push_str("</svg>");
    drawing
}

fn beginning() -> String {
    let [minus, middle, plus] = [-0.5, 0.0, 0.5].map(colour);
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' font-family='{}'>\
         <defs><linearGradient id='poles'><stop offset='0' stop-color='{minus}'/><stop offset='0.5' stop-color='{middle}'/>\
         <stop offset='1' stop-color='{plus}'/></linearGradient></defs>\
         <rect width='{WIDTH}' height='{HEIGHT}' fill='white'/>",
        font::FAMILY
    )
}

/// Left and right end of an axis.
const AXIS: (f64, f64) = (84.0, 996.0);

fn place(value: f64) -> f64 {
    let share = f64::midpoint(value.clamp(-1.0, 1.0), 1.0);
    AXIS.0 + share * (AXIS.1 - AXIS.0)
}

impl Drawing {
    fn text(&mut self, x: f64, y: f64, look: Type, text: &str) {
        let escaped = escape(text);
        if escaped.trim().is_empty() {
            return;
        }
        let Type { size, bold, fill, anchor } = look;
        let weight = if bold { "bold" } else { "normal" };
        self.texts += 1;
        self.add(format_args!(
            "<text x='{x}' y='{y}' font-size='{size}' text-anchor='{anchor}' fill='{fill}' font-weight='{weight}'>{escaped}</text>"
        ));
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.svg.write_fmt(element);
    }

    /// The line with five ticks that are all alike, the error, and the point.
    fn axis(&mut self, y: f64, point: AxisPoint) {
        let (left, right) = AXIS;
        self.add(format_args!(
            "<rect x='{}' y='{}' width='{}' height='18' rx='9' fill='url(#poles)'/>",
            left - 24.0,
            y - 9.0,
            right - left + 48.0
        ));
        for tick in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            self.add(format_args!("<circle cx='{:.1}' cy='{y}' r='4' fill='{INK}' fill-opacity='0.35'/>", place(tick)));
        }
        if let Some(error) = point.error {
            let (from, to) = (place(point.value - error.abs()), place(point.value + error.abs()));
            self.add(format_args!(
                "<path d='M{from:.1} {0:.1}V{1:.1}M{to:.1} {0:.1}V{1:.1}M{from:.1} {y:.1}H{to:.1}' stroke='{INK}' \
                 stroke-width='5' stroke-linecap='round' fill='none'/>",
                y - 14.0,
                y + 14.0
            ));
        }
        let x = place(point.value);
        self.add(format_args!("<circle cx='{x:.1}' cy='{y}' r='16' fill='{INK}' stroke='white' stroke-width='4'/>"));
    }

    fn map(&mut self, profile: &Profile) {
        let say = |word: Word| word.text(profile.locale);
        let (left, top, width, height) = (276.0, 758.0, 188.0, 84.0);
        self.text(LEFT, 674.0, NAME.at_start(), say(Word::Picture(Picture::Map)));
        for (axis, column) in Axis::ALL.into_iter().zip(0_u8..) {
            let middle = left + width * f64::from(column) + (width - 8.0) / 2.0;
            self.text(middle, top - 40.0, SMALL.centred(), say(Word::AxisLines(axis, Half::First)));
            self.text(middle, top - 14.0, SMALL.centred(), say(Word::AxisLines(axis, Half::Second)));
        }
        for ((values, layer), row) in profile.map.iter().zip(Layer::ALL).zip(0_u8..) {
            let y = top + height * f64::from(row);
            self.text(LEFT, y + 33.0, ROW, say(Word::LayerLines(layer, Half::First)));
            self.text(LEFT, y + 62.0, ROW, say(Word::LayerLines(layer, Half::Second)));
            for (value, column) in values.iter().zip(0_u8..) {
                self.cell((left + width * f64::from(column), y), (width - 8.0, height - 8.0), *value);
            }
        }
        self.legend(say(Word::Picture(Picture::ToMinus)), say(Word::Picture(Picture::ToPlus)));
    }

    /// A cell says its value twice, by colour and by the place of a dot on a small axis, so that it can be read without colours.
    fn cell(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), value: f64) {
        let (middle, centre, reach) = (y + height / 2.0, x + width / 2.0, width / 2.0 - 26.0);
        self.add(format_args!("<rect x='{x}' y='{y}' width='{width}' height='{height}' rx='12' fill='{}'/>", colour(value)));
        self.add(format_args!(
            "<line x1='{}' y1='{middle}' x2='{}' y2='{middle}' stroke='white' stroke-width='6' stroke-linecap='round'/>",
            centre - reach,
            centre + reach
        ));
        let dot = centre + reach * strength(value).copysign(value);
        self.add(format_args!("<circle cx='{dot:.1}' cy='{middle}' r='11' fill='{INK}' stroke='white' stroke-width='3'/>"));
    }

    fn legend(&mut self, minus: &str, plus: &str) {
        let (y, width, swatches) = (1206.0, 30.0, 9_u8);
        let left = CENTRE - width * f64::from(swatches) / 2.0;
        for at in 0..swatches {
            let value = f64::from(at) / f64::from(swatches - 1) * 2.0 - 1.0;
            let x = left + width * f64::from(at);
            self.add(format_args!("<rect x='{x}' y='{y}' width='{width}' height='26' fill='{}'/>", colour(value)));
        }
        self.text(left - 20.0, y + 22.0, SMALL.at_end(), minus);
        self.text(CENTRE * 2.0 - left + 20.0, y + 22.0, SMALL, plus);
    }
}

/// The square root of the magnitude, 0…1, so that small values can be seen.
fn strength(value: f64) -> f64 {
    value.abs().clamp(0.0, 1.0).sqrt()
}

/// From one pole's colour over a pale middle to the other's.
fn colour(value: f64) -> String {
    let pole = if value < 0.0 { MINUS } else { PLUS };
    let share = strength(value);
    let [red, green, blue] = [0, 1, 2].map(|at: usize| {
        let (from, to) = (f64::from(MIDDLE[at]), f64::from(pole[at]));
        // Between 0 and 255 by construction.
        (from + (to - from) * share).round() as u8
    });
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_poles_look_equally_strong() {
        assert_eq!(colour(-1.0), "#2b6cb0");
        assert_eq!(colour(1.0), "#d97b1a");
        assert_eq!(colour(0.0), "#eceff2");
        assert!((place(-0.4) - AXIS.0 - (AXIS.1 - place(0.4))).abs() < 1e-9);
        // Relative luminance of the two full colours differs by less than a fifth.
        let luminance = |[r, g, b]: [u8; 3]| 0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b);
        assert!((luminance(MINUS) - luminance(PLUS)).abs() < 51.0);
    }
}
