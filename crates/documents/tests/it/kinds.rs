//! What a file is, is what stands in it.
use documents::{Hint, Kind, Limits, Read, Reader, Unreadable};
use image::ImageFormat;

use crate::{
    code, config, fixture,
    make::{archive, body, docx, drawing, paragraph, written},
    read, text,
};

#[tokio::test]
async fn an_ordinary_text_is_read() {
    assert_eq!(text("Мне снится море.\r\nИ лодка.".as_bytes()).await, "Мне снится море.\nИ лодка.");
    let old = encoding_rs::WINDOWS_1251.encode("Мне снится море, и я плыву.").0.into_owned();
    assert_eq!(text(old).await, "Мне снится море, и я плыву.");
}

#[tokio::test]
async fn a_long_text_is_cut_and_that_is_said() {
    let limits = Limits { text_chars: 100, ..Limits::default() };
    let reader = Reader::new(documents::ReaderConfig { limits, ..config() });
    let long = reader.read("сон ".repeat(30).into_bytes(), Hint::default()).await;
    assert_eq!(long, Ok(Read::Text { text: "сон ".repeat(25).trim_end().into(), pages: None, truncated: true }));
    let short = reader.read("сон ".repeat(25).into_bytes(), Hint::default()).await;
    assert!(matches!(short, Ok(Read::Text { truncated: false, .. })));
}

#[tokio::test]
async fn nothing_is_empty_and_so_is_white_space() {
    assert_eq!(code(b"".as_slice()).await, "empty");
    assert_eq!(code(b" \r\n\t\n".as_slice()).await, "empty");
}

#[tokio::test]
async fn a_file_over_its_kinds_size_is_not_even_given_to_a_child() {
    let reader = Reader::new(documents::ReaderConfig { program: Some("/nonexistent".into()), ..config() });
    let size = |bytes: Vec<u8>| {
        let reader = reader.clone();
        async move { reader.read(bytes, Hint::default()).await.unwrap_err() }
    };
    let padded = |mark: &[u8], length: usize| [mark, &vec![b' '; length - mark.len()]].concat();
    const MIB: usize = crate::make::MIB;
    for mark in [b"%PDF-1.7".as_slice(), b"PK\x03\x04", b"text"] {
        assert_eq!(size(padded(mark, 21 * MIB)).await, Unreadable::TooLarge);
        assert_eq!(size(padded(mark, 5 * MIB + 1)).await, Unreadable::TooLarge);
        assert_eq!(size(padded(mark, 5 * MIB)).await, Unreadable::Unavailable);
    }
    for mark in [b"\xFF\xD8\xFF".as_slice(), b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"] {
        assert_eq!(size(padded(mark, 21 * MIB)).await, Unreadable::TooLarge);
        assert_eq!(size(padded(mark, 10 * MIB + 1)).await, Unreadable::TooLarge);
        assert_eq!(size(padded(mark, 10 * MIB)).await, Unreadable::Unavailable);
    }
}

#[tokio::test]
async fn a_renamed_program_is_refused_and_what_it_promised_is_said() {
    let reader = Reader::new(config());
    let program = std::fs::read("/bin/true").unwrap();
    for (name, promised) in [("сон.docx", Some(Kind::Docx)), ("сон.txt", Some(Kind::Txt)), ("сон.exe", None)] {
        let read = reader.read(program.clone(), Hint::of(Some(name), None)).await;
        assert_eq!(read, Err(Unreadable::NotSupported { expected: promised }));
    }
    assert_eq!(code(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0".as_slice()).await, "not_supported");
}

#[tokio::test]
async fn a_wrong_ending_changes_nothing() {
    let png = written(&drawing(8, 8), ImageFormat::Png);
    for name in ["рисунок.txt", "рисунок.pdf", "рисунок.jpg", "рисунок"] {
        let read = Reader::new(config()).read(png.clone(), Hint::of(Some(name), Some("application/pdf"))).await;
        assert!(matches!(read, Ok(Read::Picture { width: 8, height: 8, .. })), "{name}: {read:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_two_kinds_at_once_is_refused() {
    let word = docx(&body(&paragraph("<w:t>Сон</w:t>")), &[]);
    let page = fixture("libreoffice.pdf");
    let picture = written(&drawing(8, 8), ImageFormat::Png);
    let photograph = written(&drawing(8, 8), ImageFormat::Jpeg);
    let hidden = archive(&[("a.txt", b"%PDF-1.4 a second file")]);
    let table = [
        ("a picture with an archive after it", [picture.as_slice(), &word].concat()),
        ("a photograph with an archive after it", [photograph.as_slice(), &word].concat()),
        ("a PDF with an archive after it", [page.as_slice(), &word].concat()),
        ("a document with an archive before it", [archive(&[("a.txt", b"a")]).as_slice(), &word].concat()),
        ("a text with a PDF after it", [b"text\n".as_slice(), &page].concat()),
        ("an archive with a PDF's mark at its beginning", {
            let mut stored = word.clone();
            stored.splice(30..30, *b"%PDF-");
            stored
        }),
    ];
    for (name, bytes) in table {
        assert_eq!(code(bytes).await, "not_supported", "{name}");
    }
    assert_eq!(code(hidden).await, "not_supported");
}

#[tokio::test]
async fn other_kinds_of_files_are_not_supported() {
    let sheet = crate::make::RELATIONS.replace("word/document.xml", "xl/workbook.xml");
    let types = crate::make::TYPES.as_bytes();
    let macros: [(&str, &[u8]); 1] = [("word/vbaProject.bin", b"macro")];
    let table = [
        ("GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("RTF", b"{\\rtf1\\ansi dream}".to_vec()),
        ("PostScript", b"%!PS-Adobe-3.0\nshowpage".to_vec()),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("an archive of texts", archive(&[("a.txt", b"a")])),
        ("a spreadsheet", archive(&[("[Content_Types].xml", types), ("_rels/.rels", sheet.as_bytes())])),
        ("a document with macros", docx(&body(&paragraph("<w:t>Сон</w:t>")), &macros)),
        ("Word of before 2007", [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 600]].concat()),
    ];
    for (name, bytes) in table {
        assert_eq!(code(bytes).await, "not_supported", "{name}");
    }
}

#[tokio::test]
async fn whatever_is_cut_short_is_damaged_and_never_half_read() {
    let table = [
        ("PDF of LibreOffice", fixture("libreoffice.pdf")),
        ("PDF of Chromium", fixture("chromium.pdf")),
        ("DOCX", fixture("libreoffice.docx")),
        ("WebP", fixture("drawing.webp")),
        ("progressive JPEG", fixture("progressive.jpg")),
        ("JPEG", written(&drawing(64, 64), ImageFormat::Jpeg)),
        ("PNG", written(&drawing(64, 64), ImageFormat::Png)),
        ("lossless WebP", written(&drawing(64, 64), ImageFormat::WebP)),
    ];
    for (name, whole) in table {
        assert!(read(whole.clone()).await.is_ok(), "{name}");
        for eighth in 1..8 {
            let cut = whole.len() * eighth / 8;
            assert_eq!(code(&whole[..cut]).await, "damaged", "{name}, {cut} bytes of {}", whole.len());
        }
    }
}
