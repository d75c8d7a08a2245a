//! The text of a part with paragraphs: the main one, footnotes, endnotes.
use quick_xml::events::{BytesStart, Event};

use super::xml;
use crate::{Unreadable, bounded::Bounded};

/// What a reader of the document does not see, or sees elsewhere: removed and moved text, and the second telling of what a new
/// program shows from the first.
const UNSEEN: [&[u8]; 3] = [b"del", b"moveFrom", b"Fallback"];

/// Where in the part the reading is.
#[derive(Default)]
struct Place {
    unseen: usize,
    run: usize,
    cell: usize,
    text: bool,
    breaks: u32,
    laid_out: u32,
}

/// Adds a part's text and gives its pages, counted by its breaks.
pub(super) fn read(xml: &str, out: &mut Bounded) -> Result<u32, Unreadable> {
    let mut at = Place::default();
    xml::each_event(xml, |event| {
        match event {
            Event::Start(element) => {
                at.opened(&element);
                at.mark(&element, out);
            }
            Event::Empty(element) => at.mark(&element, out),
            Event::End(element) => at.closed(element.local_name().as_ref(), out),
            Event::Text(text) if at.reads() => out.push_str(&text.decode().map_err(|_| Unreadable::Damaged)?),
            Event::CData(text) if at.reads() => out.push_str(&text.decode().map_err(|_| Unreadable::Damaged)?),
            Event::GeneralRef(reference) => {
                let letter = xml::resolved(&reference)?;
                if at.reads() {
                    out.push(letter);
                }
            }
            _ => {}
        }
        // Pages are counted to the end, even where no more text is taken.
        Ok(true)
    })?;
    Ok(at.breaks.max(at.laid_out).saturating_add(1))
}

impl Place {
    const fn reads(&self) -> bool {
        self.text && self.unseen == 0
    }

    fn opened(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            name if UNSEEN.contains(&name) => self.unseen += 1,
            b"r" => self.run += 1,
            b"tc" => self.cell += 1,
            b"t" => self.text = true,
            _ => {}
        }
    }

    /// Elements that are a character, or count a page. Inside a run only: `tab` is also the name of a tabulator's position.
    fn mark(&mut self, element: &BytesStart<'_>, out: &mut Bounded) {
        if self.run == 0 || self.unseen > 0 {
            return;
        }
        match element.local_name().as_ref() {
            b"tab" => out.push('\t'),
            b"br" if xml::attribute(element, b"type").as_deref() == Some("page") => {
                self.breaks = self.breaks.saturating_add(1);
                out.push('\n');
            }
            b"br" | b"cr" => out.push('\n'),
            b"noBreakHyphen" => out.push('-'),
            b"lastRenderedPageBreak" => self.laid_out = self.laid_out.saturating_add(1),
            _ => {}
        }
    }

    fn closed(&mut self, name: &[u8], out: &mut Bounded) {
        match name {
            name if UNSEEN.contains(&name) => self.unseen = self.unseen.saturating_sub(1),
            b"r" => self.run = self.run.saturating_sub(1),
            b"t" => self.text = false,
            // A row of a table is one line; its cells stand apart by tabulators.
            b"p" if self.cell > 0 => out.push(' '),
            b"tc" => {
                self.cell = self.cell.saturating_sub(1);
                out.push('\t');
            }
            b"p" | b"tr" => out.push('\n'),
            _ => {}
        }
    }
}
