//! How a document looks. A specialist may change a style in Word, and all text of that kind follows.
use docx_rs::{Docx, LineSpacing, LineSpacingType, Style, StyleType};

/// A font every system has, or has a stand-in of the same widths for (Liberation Sans, Arimo).
pub(super) const FONT: &str = "Arial";
pub(super) const INK: &str = "22303C";
pub(super) const QUIET: &str = "4F5F6D";
pub(super) const LINE: &str = "CBD4DC";
pub(super) const HEAD_FILL: &str = "EAF0F5";

pub(super) const TITLE: &str = "Title";
pub(super) const SUBTITLE: &str = "Subtitle";
pub(super) const NOTICE: &str = "Notice";
pub(super) const HEADING_1: &str = "Heading1";
pub(super) const HEADING_2: &str = "Heading2";
pub(super) const BODY: &str = "BodyText";
pub(super) const NOTE: &str = "Note";
pub(super) const LIST: &str = "ListParagraph";
pub(super) const CELL: &str = "TableText";
pub(super) const CELL_HEAD: &str = "TableHead";
pub(super) const BOX_TITLE: &str = "BoxTitle";
pub(super) const BOX_TEXT: &str = "BoxText";
pub(super) const GAP: &str = "Gap";
pub(super) const FOOTER: &str = "Footer";

/// Sizes are in half points, spaces in twentieths of a point, lines in 240ths of a line. The rule for lines is written out:
/// without it LibreOffice takes the height as fixed and cuts a picture down to one line.
fn style(id: &str, name: &str, size: usize, (before, after, line): (u32, u32, i32)) -> Style {
    let spacing = LineSpacing::new().before(before).after(after).line(line).line_rule(LineSpacingType::Auto);
    Style::new(id, StyleType::Paragraph).name(name).size(size).color(INK).line_spacing(spacing).based_on("Normal")
}

/// The document with all styles.
pub(super) fn add_all(docx: Docx) -> Docx {
    let all = [
        style(TITLE, "Title", 40, (0, 60, 252)).bold(),
        style(SUBTITLE, "Subtitle", 21, (0, 60, 252)).color(QUIET),
        style(NOTICE, "Notice", 19, (0, 200, 264)).color(QUIET).italic(),
        style(HEADING_1, "heading 1", 29, (340, 110, 252)).bold().outline_lvl(0).next(BODY),
        style(HEADING_2, "heading 2", 23, (200, 60, 252)).bold().outline_lvl(1).next(BODY),
        style(BODY, "Body Text", 21, (0, 120, 283)),
        style(NOTE, "Note", 18, (0, 100, 264)).color(QUIET),
        style(LIST, "List Paragraph", 21, (0, 60, 276)),
        style(CELL, "Table Text", 19, (0, 0, 259)),
        style(CELL_HEAD, "Table Head", 19, (0, 0, 259)).bold(),
        style(BOX_TITLE, "Box Title", 23, (0, 80, 252)).bold(),
        style(BOX_TEXT, "Box Text", 21, (0, 60, 271)),
        style(GAP, "Gap", 12, (0, 0, 240)),
        style(FOOTER, "footer", 16, (0, 0, 240)).color(QUIET),
    ];
    all.into_iter().fold(docx, Docx::add_style)
}
