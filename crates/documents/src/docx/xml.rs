//! What is the same for every XML part.
use encoding_rs::Encoding;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
};

use crate::Unreadable;

/// A part as text: UTF-8, or whatever its mark says.
pub(super) fn decoded(bytes: Vec<u8>) -> Result<String, Unreadable> {
    match Encoding::for_bom(&bytes) {
        None => String::from_utf8(bytes).map_err(|_| Unreadable::Damaged),
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
            text.map(std::borrow::Cow::into_owned).ok_or(Unreadable::Damaged)
        }
    }
}

/// Gives each event to `see` until it says to stop. A document type is refused here, for every part that is read
/// (`a_document_type_is_refused_in_every_part_that_is_read`).
pub(super) fn each_event(xml: &str, mut see: impl FnMut(Event<'_>) -> Result<bool, Unreadable>) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(xml);
    let mut open = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| Unreadable::Damaged)?;
        match &event {
            Event::DocType(_) => return Err(Unreadable::Dtd),
            Event::Eof if open > 0 => return Err(Unreadable::Damaged),
            Event::Eof => return Ok(()),
            Event::Start(_) => open += 1,
            Event::End(_) => open = open.saturating_sub(1),
            _ => {}
        }
        if !see(event)? {
            return Ok(());
        }
    }
}

/// What `&…;` stands for: a number or one of XML's own five names. Others would need a document type.
pub(super) fn resolved(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|_| Unreadable::Damaged)? {
        return Ok(letter);
    }
    let name: &[u8] = reference;
    match name {
        b"amp" => Ok('&'),
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(Unreadable::Damaged),
    }
}

/// An attribute by its name, whatever its prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Explicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The name of the main part, from the package's relations.
pub(super) fn main_part(relations: &str) -> Result<Option<String>, Unreadable> {
    let mut target = None;
    each_event(relations, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && attribute(&element, b"Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
        {
            target = attribute(&element, b"Target");
        }
        Ok(target.is_none())
    })?;
    Ok(target)
}

/// The number of pages its writer stated.
pub(super) fn stated_pages(xml: &str) -> Result<Option<u32>, Unreadable> {
    let (mut inside, mut pages) = (false, None);
    each_event(xml, |event| {
        match event {
            Event::Start(element) => inside = element.local_name().as_ref() == b"Pages",
            Event::Text(text) if inside => pages = text.decode().ok().and_then(|text| text.trim().parse().ok()),
            Event::End(_) => inside = false,
            _ => {}
        }
        Ok(pages.is_none())
    })?;
    // Writers that do not lay pages out state none, or zero.
    Ok(pages.filter(|pages| *pages > 0))
}
