use domain::RunId;

/// The name of a result's file: `<kind>-<end of the run's id>.<extension>`, in `[a-z0-9_-]` (S15). It is made of the kind and
/// the run only, so a case label cannot get into it.
///
/// The end of the id is its last twelve hex digits: in a UUIDv7 these are random, while its beginning is a time.
#[must_use]
pub fn file_name(kind: &str, run: RunId, extension: &str) -> String {
    let run = run.0.simple().to_string();
    let short = run.get(20..).unwrap_or_default();
    format!("{}-{short}.{}", safe(kind, "result"), safe(extension, "bin"))
}

/// Lower-case letters, digits, `_` and `-`; spaces become `-`, all else is left out.
fn safe(text: &str, otherwise: &str) -> String {
    let kept: String = text
        .to_ascii_lowercase()
        .chars()
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .filter(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '-'))
        .collect();
    let kept = kept.trim_matches('-');
    if kept.is_empty() { otherwise } else { kept }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_holds_only_safe_letters() {
        let run = RunId(uuid::Uuid::from_u128(0x0192_3f5e_0000_7000_8000_00ab_cdef_0123));
        assert_eq!(file_name("screen-report", run, "docx"), "screen-report-00abcdef0123.docx");
        assert_eq!(file_name("../Анна И./Screen report", run, ".PNG"), "screen-report-00abcdef0123.png");
        assert_eq!(file_name("Анна", run, "…"), "result-00abcdef0123.bin");
    }
}
