//! A document as plain text.
use domain::artifact::Artifact;

use crate::{
    docx::{self, Block, Document, Line},
    text::{clean, lines},
};

/// An artifact as plain text: tool and case in its head (R22), then its document.
#[must_use]
pub fn artifact(artifact: &Artifact) -> String {
    let meta = &artifact.meta;
    let text = document(&docx::from_artifact(artifact, None));
    format!("service_id: {}\ncontext_id: {}\n\n{text}", meta.service_id, meta.context_id)
}

/// The document as plain text, UTF-8, one paragraph a line; pictures are named by their description. A person's words are
/// marked line by line with `> `, so that they can never pass for a part of the report.
#[must_use]
pub fn document(document: &Document) -> String {
    let mut out = String::new();
    for text in [&document.title, &document.subtitle, &document.notice] {
        line(&mut out, "", text);
    }
    for block in &document.blocks {
        add(&mut out, block);
    }
    if !document.footer.is_empty() {
        out.push('\n');
        line(&mut out, "", &document.footer);
    }
    out
}

fn line(out: &mut String, mark: &str, text: &str) {
    for part in lines(&clean(text)) {
        out.push_str(mark);
        out.push_str(part);
        out.push('\n');
    }
}

fn add(out: &mut String, block: &Block) {
    match block {
        Block::Heading(level, text) => {
            out.push('\n');
            line(out, "", &if *level == 1 { text.to_uppercase() } else { text.clone() });
        }
        Block::Paragraph(text) | Block::Note(text) => line(out, "", text),
        Block::Quote(text) => line(out, "> ", text),
        Block::Bullets(items) => items.iter().for_each(|item| line(out, "- ", item)),
        Block::Numbered(items) => {
            items.iter().zip(1..).for_each(|(item, number): (_, usize)| line(out, &format!("{number}. "), item));
        }
        Block::Table { head, rows, .. } => rows.iter().for_each(|row| table_row(out, head, row)),
        Block::Callout { title, lines, .. } => {
            out.push('\n');
            line(out, "", &title.to_uppercase());
            for Line { label, text } in lines {
                match label {
                    Some(label) => line(out, "- ", &format!("{label}: {text}")),
                    None => line(out, "- ", text),
                }
            }
        }
        Block::Picture { alt, .. } => line(out, "", &format!("[{alt}]")),
    }
}

fn table_row(out: &mut String, head: &[String], row: &[String]) {
    for (at, cell) in row.iter().enumerate() {
        let named = format!("{}: {cell}", head.get(at).map_or("", String::as_str));
        let text = if at == 0 { cell } else { &named };
        line(out, if at == 0 { "- " } else { "  " }, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docx::Tone;

    #[test]
    fn a_document_reads_as_plain_text() {
        let text = document(&Document {
            title: "Отчёт".into(),
            blocks: vec![
                Block::Callout {
                    tone: Tone::Attention, title: "Сначала".into(), lines: vec![Line::named("дома", "не всегда")]
                },
                Block::Quote("первая\n\nвторая".into()),
                Block::Heading(1, "Вопросы".into()),
                Block::Numbered(vec!["раз".into(), "два".into()]),
                Block::Table {
                    head: vec!["Вопрос".into(), "Зачем".into()],
                    rows: vec![vec!["Что?".into(), "Проверить".into()]],
                    widths: vec![50, 50],
                },
            ],
            footer: "конец".into(),
            ..Document::default()
        });
        let expected = "Отчёт\n\nСНАЧАЛА\n- дома: не всегда\n> первая\n> вторая\n\nВОПРОСЫ\n1. раз\n2. два\n- Что?\n  Зачем: \
                        Проверить\n\nконец\n";
        assert_eq!(text, expected);
    }
}
