//! PDF.
use documents::{Read, Unreadable};
use image::ImageFormat;

use crate::{
    code, fixture,
    make::{drawing, page, pdf, stream, written},
    read, text,
};

const HELVETICA: &str = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

#[tokio::test]
async fn cyrillic_of_two_writers_is_read_in_order() {
    for name in ["libreoffice.pdf", "chromium.pdf", "no-copying.pdf"] {
        let text = text(fixture(name)).await;
        assert!(text.starts_with("Сон клиента\n"), "{name}: {text}");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in [
            "Я иду по длинному коридору, в конце — дверь. За дверью слышен голос моей бабушки: «Не бойся, заходи».",
            "Ёлка, подъезд, щука, 15 % — и всё это снится каждую ночь.",
            "чтобы строка перенеслась на следующую; слова не должны слипаться.",
            "страх 8 интерес 5",
            "English too: fi ffl office.",
        ] {
            assert!(words.contains(sentence), "{name}: {words}");
        }
    }
}

#[tokio::test]
async fn a_document_behind_a_password_is_encrypted() {
    assert_eq!(code(fixture("password.pdf")).await, "encrypted");
}

#[tokio::test]
async fn a_scan_has_no_text() {
    let jpeg = written(&drawing(40, 30), ImageFormat::Jpeg);
    let image =
        stream("/Type/XObject/Subtype/Image/Width 40/Height 30/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", &jpeg);
    let scan = page(stream("", b"600 0 0 800 0 0 cm /I Do"), "/XObject<</I 5 0 R>>", &[image]);
    assert_eq!(code(scan).await, "no_text");
}

#[tokio::test]
async fn words_lines_and_columns_are_told_by_their_distance() {
    let content = b"BT /F 10 Tf 50 700 Td (two) Tj 30 0 Td (words) Tj 0 -12 Td (next line) Tj 0 -40 Td (paragraph) Tj \
                    200 0 Td (column) Tj ET BT /F 10 Tf 2 Tr 50 500 Td (outlined) Tj ET";
    let read = text(page(stream("", content), HELVETICA, &[])).await;
    assert_eq!(read, "two words\nnext line\n\nparagraph\tcolumn\n\noutlined");
}

#[tokio::test]
async fn pages_are_counted_before_any_is_read() {
    let book = |pages: usize| {
        let kids: String = (0..pages).map(|page| format!("{} 0 R ", page + 4)).collect();
        let mut objects = vec![
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            format!("<</Type/Pages/Kids[{kids}]/Count {pages}/MediaBox[0 0 600 800]/Resources<<{HELVETICA}>>>>").into_bytes(),
            stream("", b"BT /F 10 Tf 50 700 Td (dream) Tj ET"),
        ];
        objects.extend((0..pages).map(|_| b"<</Type/Page/Parent 2 0 R/Contents 3 0 R>>".to_vec()));
        pdf(&objects)
    };
    assert!(matches!(read(book(50)).await, Ok(Read::Text { pages: Some(50), .. })));
    assert_eq!(read(book(51)).await, Err(Unreadable::TooManyPages));
    assert_eq!(read(book(20_000)).await, Err(Unreadable::TooManyPages));
    assert_eq!(read(book(0)).await, Err(Unreadable::Damaged));
}
