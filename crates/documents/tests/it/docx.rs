//! Word's documents.
use documents::{Read, Unreadable};

use crate::{
    code, fixture,
    make::{RELATIONS, TYPES, archive, body, docx, paragraph},
    read, text,
};

#[tokio::test]
async fn a_document_of_libreoffice_is_read() {
    let text = text(fixture("libreoffice.docx")).await;
    assert!(text.starts_with("Сон клиента\nЯ иду по длинному коридору, в конце — дверь."), "{text}");
    assert!(text.contains("«Не бойся, заходи».\nЁлка, подъезд, щука, 15 % — и всё это снится каждую ночь."), "{text}");
    assert!(text.contains("страх \t8\nинтерес \t5\n"), "{text}");
}

#[tokio::test]
async fn what_a_reader_sees_is_read_and_nothing_else() {
    let main = body(
        r#"<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>
             <w:r><w:t xml:space="preserve">Мне снится </w:t></w:r><w:del><w:r><w:delText>лес</w:delText></w:r></w:del><w:r><w:t>море</w:t></w:r></w:p>
           <w:p><w:moveFrom><w:r><w:t>прежде</w:t></w:r></w:moveFrom><w:r><w:t>A &amp; B &lt;&#1103;&gt;</w:t><w:br/><w:t>лодка</w:t><w:tab/><w:t>весло</w:t></w:r></w:p>
           <w:p><w:r><w:instrText>HYPERLINK "http://example.org"</w:instrText></w:r></w:p>
           <w:p><mc:AlternateContent><mc:Choice><w:r><w:t>один раз</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>один раз</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"#,
    );
    let notes = body(&paragraph("<w:t>Сноска</w:t>"));
    let bytes = docx(&main, &[("word/footnotes.xml", notes.as_bytes())]);
    assert_eq!(text(bytes).await, "Мне снится море\nA & B <я>\nлодка\tвесло\n\nодин раз\n\nСноска");
}

#[tokio::test]
async fn the_main_part_is_the_one_the_package_names() {
    let relations = RELATIONS.replace("word/document.xml", "/word/document2.xml");
    let main = body(&paragraph("<w:t>Сон</w:t>"));
    let bytes = archive(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", relations.as_bytes()),
        ("word/document2.xml", main.as_bytes()),
    ]);
    assert_eq!(text(bytes).await, "Сон");
}

#[tokio::test]
async fn pages_are_counted_by_breaks_and_by_what_the_writer_states() {
    let broken = |breaks| body(&(paragraph("<w:t>Сон</w:t>") + &paragraph(r#"<w:br w:type="page"/>"#).repeat(breaks)));
    let laid_out = |breaks| body(&(paragraph("<w:t>Сон</w:t>") + &paragraph("<w:lastRenderedPageBreak/>").repeat(breaks)));
    let stated = |pages: u32| format!("<Properties><Pages>{pages}</Pages></Properties>");
    let pages = |read| match read {
        Ok(Read::Text { pages, .. }) => Ok(pages),
        Ok(Read::Picture { .. }) => panic!("a picture"),
        Err(decision) => Err(decision),
    };
    assert_eq!(pages(read(docx(&broken(0), &[])).await), Ok(None));
    assert_eq!(pages(read(docx(&broken(49), &[])).await), Ok(Some(50)));
    assert_eq!(pages(read(docx(&broken(50), &[])).await), Err(Unreadable::TooManyPages));
    assert_eq!(pages(read(docx(&laid_out(50), &[])).await), Err(Unreadable::TooManyPages));
    for (said, expected) in [(50, Ok(Some(50))), (51, Err(Unreadable::TooManyPages))] {
        assert_eq!(pages(read(docx(&broken(0), &[("docProps/app.xml", stated(said).as_bytes())])).await), expected);
    }
}

#[tokio::test]
async fn a_document_type_is_refused_in_every_part_that_is_read() {
    let bomb = r#"<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"#;
    let outside = r#"<!DOCTYPE w:document SYSTEM "file:///etc/passwd">"#;
    let main = body(&paragraph("<w:t>Сон</w:t>"));
    for declared in [bomb, outside] {
        let with = main.replacen("?>", &format!("?>{declared}"), 1);
        assert_eq!(code(docx(&with, &[])).await, "dtd");
        for part in ["docProps/app.xml", "word/footnotes.xml", "word/endnotes.xml"] {
            assert_eq!(code(docx(&main, &[(part, with.as_bytes())])).await, "dtd", "{part}");
        }
        let relations = RELATIONS.replacen("?>", &format!("?>{declared}"), 1);
        let parts = [("[Content_Types].xml", TYPES), ("_rels/.rels", &relations), ("word/document.xml", &main)];
        assert_eq!(code(archive(&parts.map(|(name, xml)| (name, xml.as_bytes())))).await, "dtd");
    }
    // An entity nobody declared.
    assert_eq!(code(docx(&body(&paragraph("<w:t>&c;</w:t>")), &[])).await, "damaged");
}

#[tokio::test]
async fn a_document_behind_a_password_is_encrypted() {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let container = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 500], &name, &[0; 500]].concat();
    assert_eq!(code(container).await, "encrypted");
    // Bit 0 of the flags, in the head of each entry and in the directory.
    let mut locked = docx(&body(&paragraph("<w:t>Сон</w:t>")), &[]);
    for at in 0..locked.len() - 10 {
        match locked[at..at + 4] {
            [b'P', b'K', 3, 4] => locked[at + 6] |= 1,
            [b'P', b'K', 1, 2] => locked[at + 8] |= 1,
            _ => {}
        }
    }
    assert_eq!(code(locked).await, "encrypted");
}

#[tokio::test]
async fn a_document_of_pictures_has_no_text() {
    assert_eq!(code(docx(&body(&paragraph("<w:drawing/>")), &[])).await, "no_text");
}

#[tokio::test]
async fn xml_that_breaks_off_or_does_not_match_is_damaged() {
    let main = body(&paragraph("<w:t>Сон</w:t>"));
    for broken in [&main[..main.len() - 20], "<w:p><w:r></w:p>", &main.replace("Сон", "<w:x")] {
        assert_eq!(code(docx(broken, &[])).await, "damaged", "{broken}");
    }
}
