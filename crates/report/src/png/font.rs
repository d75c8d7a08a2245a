//! The one font of the picture.
use std::sync::Arc;

use resvg::usvg::{
    Group, Node, Options, Text, Tree,
    fontdb::{Database, Source},
};

use crate::ReportError;

/// The family of the font that is part of the program.
pub(super) const FAMILY: &str = "DejaVu Sans";

/// Settings with this font and no other: a picture must not depend on what a machine has installed.
pub(super) fn options() -> Result<Options<'static>, ReportError> {
    let mut fonts = Database::new();
    for face in [dejavu::sans::regular(), dejavu::sans::bold()] {
        if fonts.load_font_source(Source::Binary(Arc::new(face))).is_empty() {
            return Err(ReportError::Font);
        }
    }
    Ok(Options { fontdb: Arc::new(fonts), font_family: FAMILY.into(), ..Options::default() })
}

/// Checks that as many texts as were written became letters, none of them the box that stands for a missing letter.
///
/// The library leaves out, without a word, a text for which it finds no font.
pub(super) fn all_letters_drawn(tree: &Tree, texts: usize) -> Result<(), ReportError> {
    let found = self::texts(tree);
    if found.len() == texts && found.into_iter().all(has_its_letters) { Ok(()) } else { Err(ReportError::Font) }
}

/// All texts of a tree.
pub(super) fn texts(tree: &Tree) -> Vec<&Text> {
    let mut found = Vec::new();
    collect(tree.root(), &mut found);
    found
}

fn collect<'tree>(group: &'tree Group, found: &mut Vec<&'tree Text>) {
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(inner, found),
            Node::Text(text) => found.push(text),
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

fn has_its_letters(text: &Text) -> bool {
    let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs).peekable();
    glyphs.peek().is_some() && glyphs.all(|glyph| glyph.id.0 != 0)
}
