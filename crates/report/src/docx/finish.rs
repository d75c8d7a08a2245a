//! What Word knows and the library cannot say: the head of a table, a picture's description, the author.
use std::io::Cursor;

use super::write::{HEAD_ROW_HEIGHT, Writer, Written};
use crate::{ReportError, text::escape};

/// How the library writes each picture.
const PICTURE: &str = r#"<wp:docPr id="1" name="Figure" />"#;
const UNKNOWN: &str = ">unknown<";

/// The finished file.
///
/// The marks replaced here are markup with `<` or an attribute in it; in a person's text the library writes `&lt;`, so no text
/// can pass for one (`a_text_that_looks_like_markup_stays_text`).
pub(super) fn pack(writer: Writer) -> Result<Vec<u8>, ReportError> {
    let Written { docx, alts, head_rows } = writer.written();
    let mut parts = docx.build();
    let head_row = format!(r#"<w:trHeight w:val="{HEAD_ROW_HEIGHT}" w:hRule="auto" />"#);
    let document = String::from_utf8(parts.document).map_err(|_| ReportError::Document)?;
    let document = replace_each(&document, &head_row, &vec!["<w:tblHeader />".to_owned(); head_rows])?;
    let described = alts.iter().zip(1..).map(|(alt, id): (_, usize)| {
        format!(r#"<wp:docPr id="{id}" name="picture-{id}" descr="{}" />"#, escape(alt).replace('\n', " "))
    });
    parts.document = replace_each(&document, PICTURE, &described.collect::<Vec<_>>())?.into_bytes();
    let properties = String::from_utf8(parts.doc_props.core).map_err(|_| ReportError::Document)?;
    parts.doc_props.core = properties.replace(UNKNOWN, ">PsycheOS<").into_bytes();
    let mut bytes = Cursor::new(Vec::new());
    parts.pack(&mut bytes).map_err(|_| ReportError::Document)?;
    Ok(bytes.into_inner())
}

/// The text with the first mark replaced by the first of `by`, the second by the second, and so on; there must be as many marks.
fn replace_each(text: &str, mark: &str, by: &[String]) -> Result<String, ReportError> {
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut replaced = 0;
    for part in parts {
        out.push_str(by.get(replaced).ok_or(ReportError::Document)?);
        out.push_str(part);
        replaced += 1;
    }
    if replaced == by.len() { Ok(out) } else { Err(ReportError::Document) }
}
