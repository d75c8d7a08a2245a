//! A picture that is written as SVG and drawn as PNG. Lengths are pixels.
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::Tree,
};

use super::font;
use crate::{ReportError, text::escape};

/// Letters that are read.
pub(super) const INK: &str = "#22303c";
/// Letters that stand back.
pub(super) const QUIET: &str = "#4f5f6d";

/// A picture in the making.
pub(super) struct Canvas {
    svg: String,
    texts: usize,
    width: u32,
    height: u32,
}

impl Canvas {
    /// A white picture.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' font-family='{}'>\
             <rect width='{width}' height='{height}' fill='white'/>",
            font::FAMILY
        );
        Self { svg, texts: 0, width, height }
    }

    /// An element of ours; a text goes through [`Canvas::text`].
    pub(super) fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.svg, element);
    }

    /// A text, escaped. `anchor`: `start`, `middle` or `end`.
    pub(super) fn text(&mut self, (x, y): (f64, f64), size: u32, anchor: &str, fill: &str, text: &str) {
        self.texts += 1;
        let escaped = escape(text);
        self.add(format_args!(
            "<text x='{x:.1}' y='{y:.1}' font-size='{size}' text-anchor='{anchor}' fill='{fill}'>{escaped}</text>"
        ));
    }

    /// What was written so far.
    #[cfg(test)]
    pub(super) fn svg(&self) -> &str {
        &self.svg
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// [`ReportError::Font`] when the font lacks a letter, [`ReportError::Picture`] when the library refuses.
    pub(super) fn png(mut self) -> Result<Vec<u8>, ReportError> {
        self.svg.push_str("</svg>");
        let tree = Tree::from_str(&self.svg, &font::options()?).map_err(|_| ReportError::Picture)?;
        font::all_letters_drawn(&tree, self.texts)?;
        let mut pixels = Pixmap::new(self.width, self.height).ok_or(ReportError::Picture)?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels.encode_png().map_err(|_| ReportError::Picture)
    }
}
