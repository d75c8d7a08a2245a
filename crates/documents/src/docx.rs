//! Word's documents: a ZIP archive that is measured before anything in it is unpacked, and XML without document types.
mod body;
mod xml;

use std::io::{Cursor, Read as _};

use zip::{ZipArchive, result::ZipError};

use crate::{Limits, Read, Unreadable, bounded::Bounded, kind::holds};

/// Where the relations of the whole package stand; they name the main part.
const RELATIONS: &str = "_rels/.rels";
/// What the writer says of the document, its pages among it.
const STATED: &str = "docProps/app.xml";

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Whether this is an Office document behind a password: those are not ZIP archives but a container with one encrypted stream.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") && holds(bytes, &name)
}

/// Reads the text of the main part, then its notes.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    measure(&mut archive, limits)?;
    let main = main_part(&mut archive, limits)?;
    let stated = match part(&mut archive, STATED, limits)? {
        Some(xml) => xml::stated_pages(&xml)?,
        None => None,
    };
    let mut text = Bounded::new(limits.text_chars);
    let xml = part(&mut archive, &main, limits)?.ok_or(Unreadable::NotSupported { expected: None })?;
    let counted = body::read(&xml, &mut text)?;
    drop(xml);
    let pages = stated.into_iter().chain((counted > 1).then_some(counted)).max();
    if pages.is_some_and(|pages| pages > limits.pages) {
        return Err(Unreadable::TooManyPages);
    }
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    for notes in ["footnotes.xml", "endnotes.xml"] {
        if let Some(xml) = part(&mut archive, &format!("{folder}/{notes}"), limits)? {
            text.push('\n');
            body::read(&xml, &mut text)?;
        }
    }
    let (text, truncated) = text.finish();
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Unreadable::NoText);
    }
    Ok(Read::Text { text, pages, truncated })
}

/// Looks at every entry's head and unpacks none. What an entry says of its size is checked again while it is unpacked.
fn measure(archive: &mut Archive<'_>, limits: &Limits) -> Result<(), Unreadable> {
    if archive.len() > limits.zip_entries {
        return Err(Unreadable::ZipBomb);
    }
    // Something stands before the archive, which another program may take for the file.
    if archive.offset() != 0 {
        return Err(Unreadable::NotSupported { expected: None });
    }
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| Unreadable::Damaged)?;
        if entry.size() > limits.zip_entry_bytes {
            return Err(Unreadable::ZipBomb);
        }
        if entry.name().ends_with("vbaProject.bin") {
            return Err(Unreadable::NotSupported { expected: None });
        }
        packed = packed.saturating_add(entry.compressed_size());
        unpacked = unpacked.saturating_add(entry.size());
    }
    if unpacked > limits.zip_total_bytes || unpacked > packed.saturating_mul(limits.zip_ratio) {
        return Err(Unreadable::ZipBomb);
    }
    Ok(())
}

/// The name of the main part. An archive that names none is some other archive.
fn main_part(archive: &mut Archive<'_>, limits: &Limits) -> Result<String, Unreadable> {
    const OTHER: Unreadable = Unreadable::NotSupported { expected: None };
    if archive.index_for_name("[Content_Types].xml").is_none() {
        return Err(OTHER);
    }
    let relations = part(archive, RELATIONS, limits)?.ok_or(OTHER)?;
    let target = xml::main_part(&relations)?.ok_or(OTHER)?;
    let name = target.trim_start_matches('/');
    // Spreadsheets and presentations are built the same way; theirs stand in other folders.
    if name.starts_with("word/") { Ok(name.to_owned()) } else { Err(OTHER) }
}

/// A part of the document, unpacked to its limit and no further.
fn part(archive: &mut Archive<'_>, name: &str, limits: &Limits) -> Result<Option<String>, Unreadable> {
    let entry = match archive.by_name(name) {
        Ok(entry) => entry,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(Unreadable::Encrypted),
        Err(_) => return Err(Unreadable::Damaged),
    };
    let most = limits.zip_entry_bytes.min(entry.compressed_size().saturating_mul(limits.zip_ratio));
    let mut bytes = Vec::new();
    // One byte more than allowed tells a part that is full from one that goes on.
    entry.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| Unreadable::Damaged)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(Unreadable::ZipBomb);
    }
    xml::decoded(bytes).map(Some)
}
