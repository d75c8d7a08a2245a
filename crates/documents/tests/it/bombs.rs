//! Files that are small and mean to be large.
use std::time::{Duration, Instant};

use documents::{Confinement, Hint, Reader, ReaderConfig};

use crate::{
    code, config,
    make::{MIB, TYPES, archive, body, docx, much_of, page, paragraph, pdf, png, stream, zlib},
};

/// The most memory this process had, in MiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// A DOCX whose main part says less of its size than it has.
fn liar() -> Vec<u8> {
    let main = body(&paragraph(&format!("<w:t>{}</w:t>", "сон ".repeat(3 * MIB))));
    let mut bytes = docx(&main, &[]);
    let size = u32::try_from(main.len()).unwrap().to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == size).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    bytes
}

#[tokio::test]
async fn an_archive_that_would_become_large_is_a_bomb() {
    let main = body(&paragraph("<w:t>Сон</w:t>"));
    let spaces = vec![b' '; 21 * MIB];
    let noise: Vec<u8> = (0..MIB).map(|at| u8::try_from(at * at / 7 % 251).unwrap()).collect();
    let text_of = |length: usize| body(&paragraph(&format!("<w:t>{}</w:t>", "a".repeat(length))));
    let many: Vec<(String, &[u8])> = (0..10_000).map(|at| (format!("word/media/{at}"), b"a".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let nineteen = &spaces[..19 * MIB];
    let table = [
        ("one entry of 21 MiB", docx(&main, &[("word/media/a", &spaces)])),
        ("57 MiB together", docx(&main, &[("word/a", nineteen), ("word/b", nineteen), ("word/c", nineteen)])),
        ("the whole a thousand to one", docx(&main, &[("word/media/a", &spaces[..4 * MIB])])),
        ("the main part a thousand to one", docx(&text_of(2 * MIB), &[("word/media/a", &noise)])),
        ("a size that is a lie", liar()),
        ("10,000 entries", docx(&main, &many)),
        ("an archive within", docx(&main, &[("word/a", &archive(&[("b", &spaces)])), ("word/media/a", &spaces)])),
    ];
    for (name, bytes) in table {
        assert_eq!(code(bytes).await, "zip_bomb", "{name}");
    }
    let two_hundred = docx(&main, &many[..197]);
    assert_eq!(code(two_hundred).await, "read");
    assert_eq!(code(docx(&main, &many[..198])).await, "zip_bomb");
}

#[tokio::test]
async fn a_stream_that_would_become_gigabytes_costs_the_child_and_not_us() {
    let before = most_memory();
    let content = stream("/Filter/FlateDecode", &much_of(b' ', 4000));
    let twice = stream("/Filter[/FlateDecode/FlateDecode]", &zlib(&much_of(b' ', 4000)));
    let picture = png(2000, 2000, 8, 6, &much_of(0, 4000));
    // Less memory than usual, so that it is full sooner.
    let confinement = Confinement { memory_bytes: 96 * 1024 * 1024, ..Confinement::default() };
    let reader = Reader::new(ReaderConfig { confinement, ..config() });
    for bytes in [page(content, "", &[]), page(twice, "", &[])] {
        assert!(bytes.len() < 5 * MIB);
        assert_eq!(reader.read(bytes, Hint::default()).await.unwrap_err().code(), "gave_up");
    }
    // The decoder stops by itself where the picture ends.
    assert_eq!(code(picture).await, "read");
    assert!(most_memory() - before < 64, "{} MiB before, {} MiB after", before, most_memory());
}

#[tokio::test]
async fn forms_that_draw_each_other_take_too_long() {
    // Twelve forms, each of which draws the next one thirty times.
    let forms: Vec<Vec<u8>> = (0..12)
        .map(|at| {
            let next = format!("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</N {} 0 R>>>>", at + 6);
            stream(&next, "/N Do ".repeat(30).as_bytes())
        })
        .collect();
    let bytes = page(stream("", b"/N Do"), "/XObject<</N 5 0 R>>", &forms);
    let confinement = Confinement { cpu_secs: 1, ..Confinement::default() };
    let reader = Reader::new(ReaderConfig { confinement, ..config() });
    let started = Instant::now();
    assert_eq!(reader.read(bytes, Hint::default()).await.unwrap_err().code(), "took_too_long");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn nesting_without_end_does_no_harm() {
    let deep = "[".repeat(MIB).into_bytes();
    let catalogue = [b"<</Type/Catalog/Pages 2 0 R/X ".as_slice(), &deep, b">>"].concat();
    assert_eq!(code(pdf(&[catalogue])).await, "damaged");
    assert_eq!(code(page(stream("", &deep), "", &[])).await, "no_text");
    let itself = stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</N 5 0 R>>>>", b"/N Do");
    assert_eq!(code(page(stream("", b"/N Do"), "/XObject<</N 5 0 R>>", &[itself])).await, "no_text");
    let tree = pdf(&[b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>".to_vec()]);
    assert_eq!(code(tree).await, "damaged");
    let elements = body(&"<w:p>".repeat(300_000));
    let wrong = archive(&[("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", elements.as_bytes())]);
    assert_eq!(code(wrong).await, "zip_bomb");
}

#[tokio::test]
async fn bombs_leave_the_parent_as_it_was() {
    let before = most_memory();
    let reader = Reader::new(ReaderConfig { at_once: 2, ..config() });
    let bomb = png(20_000, 20_000, 1, 0, &much_of(0, 48));
    let reads = (0..20).map(|_| {
        let (reader, bomb) = (reader.clone(), bomb.clone());
        tokio::spawn(async move { reader.read(bomb, Hint::default()).await.unwrap_err().code() })
    });
    for read in reads.collect::<Vec<_>>() {
        assert_eq!(read.await.unwrap(), "too_many_pixels");
    }
    assert!(most_memory() - before < 32, "{} MiB before, {} MiB after", before, most_memory());
}
