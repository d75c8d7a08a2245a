//! Blocks as paragraphs and tables.
use docx_rs::{
    AbstractNumbering, AlignmentType, BorderType, BreakType, Docx, FieldCharType, HeightRule, IndentLevel, InstrNUMPAGES,
    InstrPAGE, InstrText, Level, LevelJc, LevelText, NumberFormat, Numbering, NumberingId, Paragraph, Pic, Run, Shading,
    SpecialIndentType, Start, Table, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins,
    TableLayoutType, TableRow, WidthType,
};

use super::{Block, Document, Line, Tone, styles};
use crate::{
    ReportError, png,
    text::{clean, harmless, lines},
};

/// Width between the margins of an A4 page, in twentieths of a point.
const PAGE_WIDTH: usize = 9638;
/// English Metric Units of a pixel at 96 per inch.
const EMU_PER_PIXEL: u32 = 9525;
/// The list with bullets; each list with numbers has its own, from the next one on, so that each begins with 1.
const BULLETS: usize = 2;

/// A document being written.
pub(super) struct Writer {
    docx: Docx,
    lists: usize,
    alts: Vec<String>,
    head_rows: usize,
}

/// What was written, and what has to be completed in it.
pub(super) struct Written {
    pub(super) docx: Docx,
    /// Descriptions of the pictures, in order.
    pub(super) alts: Vec<String>,
    /// How many rows are heads of tables.
    pub(super) head_rows: usize,
}

impl Writer {
    pub(super) fn new(docx: Docx) -> Self {
        let docx = list(docx, BULLETS, "bullet", "•");
        Self { docx, lists: BULLETS, alts: Vec::new(), head_rows: 0 }
    }

    pub(super) fn written(self) -> Written {
        Written { docx: self.docx, alts: self.alts, head_rows: self.head_rows }
    }

    /// Title, subtitle and notice, each where there is one.
    pub(super) fn head(&mut self, document: &Document) {
        let head = [(styles::TITLE, &document.title), (styles::SUBTITLE, &document.subtitle), (styles::NOTICE, &document.notice)];
        for (style, text) in head {
            if !text.is_empty() {
                self.paragraph(paragraph(style, text));
            }
        }
    }

    pub(super) fn block(&mut self, block: &Block) -> Result<(), ReportError> {
        match block {
            Block::Heading(level, text) => {
                let style = if *level == 1 { styles::HEADING_1 } else { styles::HEADING_2 };
                self.paragraph(paragraph(style, text).keep_next(true));
            }
            Block::Paragraph(text) => lines(text).for_each(|line| self.paragraph(paragraph(styles::BODY, line))),
            Block::Note(text) => lines(text).for_each(|line| self.paragraph(paragraph(styles::NOTE, line))),
            Block::Quote(text) => {
                let lines: Vec<Line> = lines(text).map(Line::plain).collect();
                self.table(boxed(Look::QUOTE, "", &lines));
            }
            Block::Bullets(items) => self.items(BULLETS, items),
            Block::Numbered(items) => {
                self.lists += 1;
                self.with(|docx, lists| list(docx, lists, "decimal", "%1."));
                self.items(self.lists, items);
            }
            Block::Table { head, rows, widths } => {
                self.head_rows += 1;
                self.table(table(head, rows, widths));
            }
            Block::Callout { tone, title, lines } => self.table(boxed(Look::of(*tone), title, lines)),
            Block::Picture { png, width_px, height_px, alt } => self.picture(png, (*width_px, *height_px), alt)?,
        }
        Ok(())
    }

    fn with(&mut self, change: impl FnOnce(Docx, usize) -> Docx) {
        self.docx = change(std::mem::take(&mut self.docx), self.lists);
    }

    fn paragraph(&mut self, paragraph: Paragraph) {
        self.with(|docx, _| docx.add_paragraph(paragraph));
    }

    /// A table and a small gap: two tables that touch would become one.
    fn table(&mut self, table: Table) {
        self.with(|docx, _| docx.add_table(table));
        self.paragraph(Paragraph::new().style(styles::GAP));
    }

    fn items(&mut self, list: usize, items: &[String]) {
        for item in items {
            let numbering = NumberingId::new(list);
            self.paragraph(paragraph(styles::LIST, item).numbering(numbering, IndentLevel::new(0)).keep_lines(true));
        }
    }

    fn picture(&mut self, bytes: &[u8], (width, height): (u32, u32), alt: &str) -> Result<(), ReportError> {
        png::dimensions(bytes)?;
        self.alts.push(alt.to_owned());
        // An id of its own per document: the library counts pictures of the whole process.
        let pic = Pic::new_with_dimensions(bytes.to_vec(), width, height)
            .id(format!("rIdImage{}", self.alts.len()))
            .size(width.saturating_mul(EMU_PER_PIXEL), height.saturating_mul(EMU_PER_PIXEL));
        self.paragraph(Paragraph::new().style(styles::BODY).align(AlignmentType::Center).add_run(Run::new().add_image(pic)));
        Ok(())
    }
}

fn list(docx: Docx, id: usize, format: &str, mark: &str) -> Docx {
    let level = Level::new(0, Start::new(1), NumberFormat::new(format), LevelText::new(mark), LevelJc::new("left"));
    let level = level.indent(Some(425), Some(SpecialIndentType::Hanging(340)), None, None);
    docx.add_abstract_numbering(AbstractNumbering::new(id).add_level(level)).add_numbering(Numbering::new(id, id))
}

fn paragraph(style: &str, text: &str) -> Paragraph {
    Paragraph::new().style(style).add_run(run(text))
}

/// A run in which line breaks stay line breaks.
fn run(text: &str) -> Run {
    clean(text).split('\n').enumerate().fold(Run::new(), |run, (at, line)| {
        let run = if at == 0 { run } else { run.add_break(BreakType::TextWrapping) };
        run.add_text(line)
    })
}

/// The text, then the page's number of all: `… · 2 / 5`.
pub(super) fn footer(text: &str) -> Paragraph {
    let field = |instruction: InstrText| {
        Run::new()
            .add_field_char(FieldCharType::Begin, false)
            .add_instr_text(instruction)
            .add_field_char(FieldCharType::Separate, false)
            .add_text("1")
            .add_field_char(FieldCharType::End, false)
    };
    let before = if text.is_empty() { String::new() } else { format!("{text} · ") };
    Paragraph::new()
        .style(styles::FOOTER)
        .align(AlignmentType::Center)
        .add_run(run(&before))
        .add_run(field(InstrText::PAGE(InstrPAGE {})))
        .add_run(run(" / "))
        .add_run(field(InstrText::NUMPAGES(InstrNUMPAGES {})))
}

/// A row of this height is the head of a table: [`super::finish`] turns the height into the mark Word knows.
pub(super) const HEAD_ROW_HEIGHT: f32 = 1.0;

fn table(head: &[String], rows: &[Vec<String>], widths: &[usize]) -> Table {
    let columns = head.len().max(1);
    let width = |at: usize| PAGE_WIDTH * widths.get(at).copied().unwrap_or(100 / columns) / 100;
    let cell = |at: usize, style: &str, text: &str| {
        let cell = TableCell::new().width(width(at), WidthType::Dxa);
        cell.add_paragraph(paragraph(style, &harmless(text)))
    };
    let head_cells = head.iter().enumerate();
    let head_cells =
        head_cells.map(|(at, text)| cell(at, styles::CELL_HEAD, text).shading(Shading::new().fill(styles::HEAD_FILL)));
    let head_row = TableRow::new(head_cells.collect()).cant_split().row_height(HEAD_ROW_HEIGHT).height_rule(HeightRule::Auto);
    let row = |texts: &Vec<String>| {
        let texts = texts.iter().map(String::as_str).chain(std::iter::repeat("")).take(columns);
        TableRow::new(texts.enumerate().map(|(at, text)| cell(at, styles::CELL, text)).collect()).cant_split()
    };
    Table::new(std::iter::once(head_row).chain(rows.iter().map(row)).collect())
        .set_grid((0..columns).map(width).collect())
        .width(PAGE_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(70, 110, 70, 110))
        .set_borders(borders(
            &[(TableBorderPosition::Top, 6), (TableBorderPosition::Bottom, 6), (TableBorderPosition::InsideH, 4)],
            styles::LINE,
        ))
}

fn borders(sides: &[(TableBorderPosition, usize)], color: &str) -> TableBorders {
    sides.iter().fold(TableBorders::with_empty(), |borders, (position, size)| {
        borders.set(TableBorder::new(position.clone()).border_type(BorderType::Single).size(*size).color(color))
    })
}

/// How a box looks.
struct Look {
    fill: &'static str,
    bar: &'static str,
}

impl Look {
    const QUOTE: Self = Self { fill: "FFFFFF", bar: "9FB0BE" };

    fn of(tone: Tone) -> Self {
        match tone {
            Tone::Attention => Self { fill: "FFF3E0", bar: "D97B1A" },
            Tone::Plain => Self { fill: "F2F5F8", bar: "6B7F91" },
        }
    }
}

/// One cell with a bar at its left.
fn boxed(look: Look, title: &str, lines: &[Line]) -> Table {
    let mut cell = TableCell::new().width(PAGE_WIDTH, WidthType::Dxa).shading(Shading::new().fill(look.fill));
    if !title.is_empty() {
        cell = cell.add_paragraph(paragraph(styles::BOX_TITLE, &harmless(title)).keep_next(true));
    }
    for Line { label, text } in lines {
        let paragraph = Paragraph::new().style(styles::BOX_TEXT);
        cell = cell.add_paragraph(match label {
            Some(label) => paragraph.add_run(run(&harmless(&format!("{label}: "))).bold()).add_run(run(text)),
            None => paragraph.add_run(run(&harmless(text))),
        });
    }
    if title.is_empty() && lines.is_empty() {
        cell = cell.add_paragraph(Paragraph::new().style(styles::BOX_TEXT));
    }
    Table::new(vec![TableRow::new(vec![cell])])
        .set_grid(vec![PAGE_WIDTH])
        .width(PAGE_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(120, 200, 80, 220))
        .set_borders(borders(&[(TableBorderPosition::Left, 36)], look.bar))
}
