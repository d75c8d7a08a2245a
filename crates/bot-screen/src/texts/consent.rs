//! The consent: a document of its own, `content/consent.<language>.md`, approved as a file and named in the stored consent by
//! its version and the SHA-256 of that file, so that anybody can compare it with `sha256sum`. What differs from client to
//! client (who asks, whom to call) stands in the run and in the contacts of the country, not in the document.
use std::{fmt::Write, sync::OnceLock};

use bot_kit::{Html, html};
use domain::Locale;
use sha2::{Digest, Sha256};

/// The version of both documents. It changes with every change of their words.
pub const DOCUMENT_VERSION: &str = "1.1-draft";

/// The document as approved, with `{specialist}` and `{emergency}` where the client's own facts go.
#[must_use]
pub fn document(locale: Locale) -> &'static str {
    match locale {
        Locale::Ru => include_str!("../../content/consent.ru.md"),
        Locale::En => include_str!("../../content/consent.en.md"),
    }
}

/// SHA-256 of [`document`], hexadecimal.
#[must_use]
pub fn document_sha256(locale: Locale) -> &'static str {
    static RU: OnceLock<String> = OnceLock::new();
    static EN: OnceLock<String> = OnceLock::new();
    let cell = match locale {
        Locale::Ru => &RU,
        Locale::En => &EN,
    };
    cell.get_or_init(|| {
        Sha256::digest(document(locale).as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    })
}

/// The document as a message for one client. `emergency` are the lines to call.
#[must_use]
pub fn render(locale: Locale, specialist: &str, emergency: &Html) -> Html {
    document(locale).trim().split("\n\n").fold(Html::default(), |page, block| match block.strip_prefix("# ") {
        Some(heading) => page.paragraph(&html!("<b>{}</b>", heading)),
        // A heading stands directly above its paragraph.
        None if page.as_str().ends_with("</b>") => page.line(&paragraph(block, specialist, emergency)),
        None => page.paragraph(&paragraph(block, specialist, emergency)),
    })
}

/// One paragraph, line by line: the line `{emergency}` becomes the contacts, everything else is text.
fn paragraph(block: &str, specialist: &str, emergency: &Html) -> Html {
    block.lines().fold(Html::default(), |done, line| match line {
        "{emergency}" => done.line(emergency),
        line => done.line(&Html::text(&line.replace("{specialist}", specialist))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consent_names_who_asks_and_whom_to_call_and_nothing_stays_open() {
        for &locale in Locale::ALL {
            let text = render(locale, "Анна <b>", &html!("112")).visible();
            assert!(text.contains("Анна <b>") && text.contains("\n112\n"), "{text}");
            assert!(!text.contains('{') && !text.contains('}') && !text.contains('#'), "{text}");
        }
    }

    #[test]
    fn the_hash_is_the_hash_of_the_file_and_differs_between_languages() {
        assert_eq!(document_sha256(Locale::Ru).len(), 64);
        assert_ne!(document_sha256(Locale::Ru), document_sha256(Locale::En));
    }
}
