//! Word documents: A4, plain fonts that exist everywhere, no active content.
use docx_rs::{
    AbstractNumbering, AlignmentType, BorderType, Docx, Footer, IndentLevel, Level, LevelJc, LevelText, NumberFormat, Numbering,
    NumberingId, PageMargin, PageNum, Paragraph, Pic, Run, RunFonts, Shading, SpecialIndentType, Start, Style, StyleType, Table,
    TableBorder, TableBorderPosition, TableBorders, TableCell, TableRow, WidthType,
};

use crate::ReportError;
pub use crate::artifact::from_artifact;

/// A document, top to bottom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The title.
    pub title: String,
    /// A line below it.
    pub subtitle: String,
    /// What the reader must know first.
    pub notice: String,
    /// The contents.
    pub blocks: Vec<Block>,
    /// At the foot of each page, before its number.
    pub footer: String,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of level 1 or 2.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(String),
    /// A list.
    Bullets(Vec<String>),
    /// A table with a head.
    Table {
        /// Head cells.
        head: Vec<String>,
        /// Rows of as many cells.
        rows: Vec<Vec<String>>,
        /// Widths in hundredths of the page.
        widths: Vec<usize>,
    },
    /// A box that is read first.
    Callout {
        /// Its title.
        title: String,
        /// Its lines.
        lines: Vec<String>,
    },
    /// A picture.
    Picture {
        /// PNG bytes.
        png: Vec<u8>,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
    },
}

const FONT: &str = "Calibri";
const INK: &str = "22303C";
const QUIET: &str = "5B6B7A";
const LINE: &str = "C9D3DC";
const BOX_FILL: &str = "FFF4E5";
const HEAD_FILL: &str = "EAF0F5";
/// Width between the margins of an A4 page, in twentieths of a point.
const PAGE_WIDTH: usize = 9638;
const BULLETS: usize = 2;
/// English Metric Units of a pixel at 96 per inch.
const EMU: u32 = 9525;

/// The document's bytes.
///
/// # Errors
/// [`ReportError::Document`] when the library refuses.
pub fn document(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut docx = Docx::new()
        .default_fonts(RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT))
        .default_size(22)
        .page_size(11906, 16838)
        .page_margin(PageMargin::new().top(1134).bottom(1134).left(1134).right(1134).footer(567))
        .add_style(heading_style("Heading1", "heading 1", 30))
        .add_style(heading_style("Heading2", "heading 2", 25))
        .add_abstract_numbering(AbstractNumbering::new(BULLETS).add_level(bullet_level()))
        .add_numbering(Numbering::new(BULLETS, BULLETS))
        .footer(Footer::new().add_paragraph(footer(&document.footer)));
    docx = docx
        .add_paragraph(spaced(Paragraph::new().add_run(run(&document.title).size(40).bold()), 0, 60))
        .add_paragraph(spaced(Paragraph::new().add_run(run(&document.subtitle).color(QUIET)), 0, 60))
        .add_paragraph(spaced(Paragraph::new().add_run(run(&document.notice).italic().color(QUIET).size(20)), 0, 200));
    for block in &document.blocks {
        docx = add(docx, block);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.build().pack(&mut bytes).map_err(|_| ReportError::Document)?;
    Ok(bytes.into_inner())
}

fn heading_style(id: &str, name: &str, size: usize) -> Style {
    Style::new(id, StyleType::Paragraph).name(name).size(size).bold().color(INK)
}

fn bullet_level() -> Level {
    Level::new(0, Start::new(1), NumberFormat::new("bullet"), LevelText::new("•"), LevelJc::new("left")).indent(
        Some(426),
        Some(SpecialIndentType::Hanging(284)),
        None,
        None,
    )
}

fn footer(text: &str) -> Paragraph {
    Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(run(&format!("{text} · ")).size(17).color(QUIET))
        .add_page_num(PageNum::new())
}

fn run(text: &str) -> Run {
    Run::new().add_text(text).color(INK).fonts(RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT))
}

fn spaced(paragraph: Paragraph, before: u32, after: u32) -> Paragraph {
    paragraph.line_spacing(docx_rs::LineSpacing::new().before(before).after(after).line(276))
}

fn add(docx: Docx, block: &Block) -> Docx {
    match block {
        Block::Heading(level, text) => {
            let (style, size, before) = if *level == 1 { ("Heading1", 30, 320) } else { ("Heading2", 25, 220) };
            docx.add_paragraph(spaced(
                Paragraph::new().style(style).keep_next(true).add_run(run(text).size(size).bold()),
                before,
                100,
            ))
        }
        Block::Paragraph(text) => text
            .split('\n')
            .filter(|line| !line.trim().is_empty())
            .fold(docx, |docx, line| docx.add_paragraph(spaced(Paragraph::new().add_run(run(line)), 0, 120))),
        Block::Bullets(items) => items.iter().fold(docx, |docx, item| {
            let paragraph = Paragraph::new().numbering(NumberingId::new(BULLETS), IndentLevel::new(0)).add_run(run(item));
            docx.add_paragraph(spaced(paragraph, 0, 60))
        }),
        Block::Table { head, rows, widths } => {
            docx.add_table(table(head, rows, widths)).add_paragraph(spaced(Paragraph::new(), 0, 60))
        }
        Block::Callout { title, lines } => docx.add_table(callout(title, lines)).add_paragraph(spaced(Paragraph::new(), 0, 60)),
        Block::Picture { png, width_px, height_px } => {
            let pic = Pic::new_with_dimensions(png.clone(), *width_px, *height_px).size(width_px * EMU, height_px * EMU);
            docx.add_paragraph(spaced(Paragraph::new().align(AlignmentType::Center).add_run(Run::new().add_image(pic)), 60, 120))
        }
    }
}

fn borders(color: &str) -> TableBorders {
    use TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    [Top, Left, Bottom, Right, InsideH, InsideV].into_iter().fold(TableBorders::with_empty(), |borders, position| {
        borders.set(TableBorder::new(position).border_type(BorderType::Single).size(4).color(color))
    })
}

fn table(head: &[String], rows: &[Vec<String>], widths: &[usize]) -> Table {
    let width = |at: usize| PAGE_WIDTH * widths.get(at).copied().unwrap_or(100 / head.len().max(1)) / 100;
    let cell = |at: usize, text: &str, bold: bool| {
        let inner = run(&harmless(text)).size(20);
        let inner = if bold { inner.bold() } else { inner };
        let cell =
            TableCell::new().width(width(at), WidthType::Dxa).add_paragraph(spaced(Paragraph::new().add_run(inner), 40, 40));
        if bold { cell.shading(Shading::new().fill(HEAD_FILL)) } else { cell }
    };
    let row = |texts: &[String], bold| TableRow::new(texts.iter().enumerate().map(|(at, text)| cell(at, text, bold)).collect());
    let all = std::iter::once(row(head, true)).chain(rows.iter().map(|texts| row(texts, false))).collect();
    Table::new(all).set_grid((0..head.len()).map(width).collect()).width(PAGE_WIDTH, WidthType::Dxa).set_borders(borders(LINE))
}

fn callout(title: &str, lines: &[String]) -> Table {
    let mut cell = TableCell::new()
        .width(PAGE_WIDTH, WidthType::Dxa)
        .shading(Shading::new().fill(BOX_FILL))
        .add_paragraph(spaced(Paragraph::new().add_run(run(title).bold()), 80, 40));
    for line in lines {
        cell = cell.add_paragraph(spaced(Paragraph::new().add_run(run(line)), 0, 60));
    }
    Table::new(vec![TableRow::new(vec![cell])])
        .set_grid(vec![PAGE_WIDTH])
        .width(PAGE_WIDTH, WidthType::Dxa)
        .set_borders(borders("E8B878"))
}

/// A cell whose text begins like a formula gets a mark before it, so that no table program runs it (S15).
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_begins_like_a_formula() {
        for (text, safe) in [("=1+1", "'=1+1"), ("@a", "'@a"), ("-5", "'-5"), ("+7", "'+7"), ("обычный", "обычный")]
        {
            assert_eq!(harmless(text), safe);
        }
    }

    #[test]
    fn a_document_is_a_word_file() {
        let bytes = document(&Document {
            title: "<Отчёт> & \"кавычки\"".into(),
            blocks: vec![
                Block::Heading(1, "Раздел".into()),
                Block::Bullets(vec!["один".into()]),
                Block::Table { head: vec!["а".into()], rows: vec![vec!["=б".into()]], widths: vec![100] },
                Block::Callout { title: "Сначала".into(), lines: vec!["строка".into()] },
            ],
            ..Document::default()
        })
        .unwrap();
        assert_eq!(&bytes[..2], b"PK");
        assert!(bytes.len() > 2000);
    }
}
