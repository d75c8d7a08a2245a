//! Letters at their places, put together to lines in the order in which they are drawn. Every writer we know draws in the order
//! of reading.
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    kurbo::{Affine, BezPath, Point, Vec2},
};

use crate::bounded::Bounded;

/// Units of a font to its size.
const EM: f64 = 1000.0;
/// How far from the line a letter still belongs to it, in sizes: less than a line's height, more than an exponent's.
const LINE: f64 = 0.6;
/// From so far on an empty line is left.
const PARAGRAPH: f64 = 2.0;
/// A gap that is a space: a quarter of the size is the narrowest space there is, and letters are set apart by less.
const SPACE: f64 = 0.18;
/// A gap between columns of a table.
const COLUMN: f64 = 1.5;

/// The text of the pages so far.
pub(super) struct Lines {
    out: Bounded,
    pen: Option<Pen>,
    filled: Option<Affine>,
    known: usize,
    unknown: usize,
}

/// Where the last letter ended.
#[derive(Clone, Copy)]
struct Pen {
    end: Point,
    /// Along the line, one unit long.
    along: Vec2,
    size: f64,
}

impl Lines {
    pub(super) fn new(out: Bounded) -> Self {
        Self { out, pen: None, filled: None, known: 0, unknown: 0 }
    }

    pub(super) fn is_full(&self) -> bool {
        self.out.is_full()
    }

    pub(super) fn end_page(&mut self) {
        self.pen = None;
        self.filled = None;
        self.out.push_str("\n\n");
    }

    /// The text, unless there is none or most of its letters cannot be told.
    pub(super) fn finish(self) -> Option<(String, bool)> {
        (self.known > self.unknown).then(|| self.out.finish())
    }

    fn letter(&mut self, glyph: &Glyph<'_>, place: Affine) {
        let start = place * Point::ZERO;
        let size = (place * Point::new(0.0, EM) - start).hypot();
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let end = place * Point::new(advance.map_or(EM / 2.0, f64::from), 0.0);
        let right = place * Point::new(EM, 0.0) - start;
        let said = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => ligature(letter).map_or_else(|| letter.to_string(), str::to_owned),
            Some(BfString::String(letters)) => letters,
            None => '\u{FFFD}'.to_string(),
        };
        if said.contains('\u{FFFD}') {
            self.unknown += 1;
        } else if said.contains(char::is_alphanumeric) {
            self.known += 1;
        }
        self.move_to(start, size);
        self.out.push_str(&said);
        self.pen = Some(Pen { end, along: right / right.hypot(), size });
    }

    /// Puts down what lies between the last letter and the next one.
    fn move_to(&mut self, start: Point, size: f64) {
        let Some(pen) = self.pen else { return };
        let size = size.max(pen.size);
        let gap = start - pen.end;
        let (along, across) = (gap.dot(pen.along) / size, (gap.cross(pen.along) / size).abs());
        if across > PARAGRAPH {
            self.out.push_str("\n\n");
        } else if across > LINE || along < -COLUMN {
            self.out.push('\n');
        } else if along > COLUMN {
            self.out.push('\t');
        } else if along > SPACE && !self.out.ends_with_space() {
            self.out.push(' ');
        }
    }
}

/// The letters of a sign that stands for several.
const fn ligature(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        '\u{FB05}' | '\u{FB06}' => "st",
        _ => return None,
    })
}

impl Device<'_> for Lines {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        let Some(first) = run.glyphs().first() else { return };
        let place = props.transform * first.transform();
        // Letters with an outline of another colour come twice.
        if matches!(mode, DrawMode::Stroke(_)) && self.filled.take() == Some(place) {
            return;
        }
        self.filled = matches!(mode, DrawMode::Fill(_)).then_some(place);
        for glyph in run.glyphs() {
            if self.is_full() {
                return;
            }
            self.letter(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
