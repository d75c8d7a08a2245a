//! The tables of phrases against the lexicon and the wording policy; the contacts; the approvals of the content.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use psycheos_domain::{
    DangerCategory, DangerLevel, Locale,
    lexicon::{self, Sign},
    policy, resources,
};
use sha2::{Digest, Sha256};

/// One row of a table: the phrase, and what the lexicon has to see in it.
fn rows(table: &'static str) -> Vec<(&'static str, Sign)> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut fields = line.split('\t');
            let phrase = fields.next().unwrap();
            let category: DangerCategory = fields.next().unwrap().parse().unwrap();
            let level: DangerLevel = fields.next().unwrap().parse().unwrap();
            (phrase, Sign { category, level })
        })
        .collect()
}

/// Share of rows seen with the right category, and share of rows whose most serious sign has the right level.
fn agreement(table: &'static str) -> (f64, f64, Vec<String>) {
    let rows = rows(table);
    let (mut seen, mut exact, mut misses) = (0, 0, Vec::new());
    for (phrase, expected) in &rows {
        let found = lexicon::all_signs(phrase);
        let right_category = found.iter().any(|sign| sign.category == expected.category);
        let right_level = lexicon::signs(phrase).is_some_and(|sign| sign.level == expected.level);
        seen += usize::from(right_category);
        exact += usize::from(right_category && right_level);
        if !(right_category && right_level) {
            misses.push(format!("{phrase}: expected {expected:?}, found {found:?}"));
        }
    }
    let share = |n: usize| n as f64 / rows.len() as f64;
    (share(seen), share(exact), misses)
}

#[test]
fn russian_danger_phrases_are_recognised() {
    let (recall, levels, misses) = agreement(include_str!("data/danger_ru.tsv"));
    assert!(recall >= 0.98 && levels >= 0.98, "recall {recall}, levels {levels}\n{}", misses.join("\n"));
}

#[test]
fn english_danger_phrases_are_recognised() {
    let (recall, levels, misses) = agreement(include_str!("data/danger_en.tsv"));
    assert!(recall >= 0.98 && levels >= 0.98, "recall {recall}, levels {levels}\n{}", misses.join("\n"));
}

#[test]
fn the_lexicon_compiles_and_has_the_version_of_the_program() {
    assert_eq!(lexicon::validate(), Ok(()));
}

/// Everyday phrases in which a sign is accepted, because leaving them out would hide real danger.
const ACCEPTED_FALSE_ALARMS: &[&str] = &["не хочу жить в постоянной тревоге"];

#[test]
fn everyday_phrases_raise_no_alarm() {
    let phrases = [include_str!("data/calm_ru.txt"), include_str!("data/calm_en.txt")];
    let lines = phrases.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
    let alarms: Vec<String> = lines
        .filter(|line| lexicon::signs(line).is_some() && !ACCEPTED_FALSE_ALARMS.contains(line))
        .map(|line| format!("{line}: {:?}", lexicon::all_signs(line)))
        .collect();
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}

#[test]
fn idioms_hide_nothing_that_stands_beside_them() {
    let idioms = include_str!("data/calm_ru.txt").lines().filter(|line| !line.starts_with('#'));
    for idiom in idioms {
        for text in [format!("{idiom}. Не хочу жить"), format!("Я покончу с собой. {idiom}"), format!("{idiom}, я режу себя")]
        {
            let level = lexicon::signs(&text).map(|sign| sign.level);
            assert!(level.is_some(), "{text}");
            assert!(text.contains("режу") || level == Some(DangerLevel::Urgent), "{text}: {level:?}");
        }
    }
}

#[test]
fn negation_past_and_another_person_lower_a_sign_and_never_remove_it() {
    let suicide = |level| Some(Sign { category: DangerCategory::Suicide, level });
    for lowered in
        ["не хочу себя убивать", "раньше хотела покончить с собой", "он хочет покончить с собой", "I don't want to kill myself"]
    {
        assert_eq!(lexicon::signs(lowered), suicide(DangerLevel::Elevated), "{lowered}");
    }
    for urgent in
        ["не хочу жить", "раньше было легче, а сейчас хочу умереть", "он ушёл, я покончу с собой", "почему бы не убить себя"]
    {
        assert_eq!(lexicon::signs(urgent), suicide(DangerLevel::Urgent), "{urgent}");
    }
}

#[test]
fn all_signs_come_once_each_and_the_urgent_ones_first() {
    let found = lexicon::all_signs("Сын думает о смерти. Я режу себя. Муж меня бьёт. Муж меня избил.");
    let sign = |category, level| Sign { category, level };
    assert_eq!(
        found,
        [
            sign(DangerCategory::SelfHarm, DangerLevel::Urgent),
            sign(DangerCategory::AbuseNow, DangerLevel::Urgent),
            sign(DangerCategory::Suicide, DangerLevel::Elevated),
        ]
    );
}

#[test]
fn the_tables_are_as_large_as_the_specification_asks() {
    let count = |table: &str| table.lines().filter(|line| !line.starts_with('#')).count();
    assert!(count(include_str!("data/danger_ru.tsv")) >= 500);
    assert!(count(include_str!("data/danger_en.tsv")) >= 60);
    assert!(count(include_str!("data/calm_ru.txt")) >= 150);
    let passing = include_str!("data/wording.tsv").lines().filter(|line| line.ends_with("\t-")).count();
    assert!(passing >= 60 && count(include_str!("data/wording.tsv")) - passing >= 150);
    assert!(ACCEPTED_FALSE_ALARMS.len() * 50 <= count(include_str!("data/calm_ru.txt")));
}

/// The rules of the wording policy, as the table names them, against what the policy finds.
#[test]
fn the_wording_policy_catches_every_listed_form_and_passes_every_counter_example() {
    assert_eq!(policy::validate(), Ok(()));
    let mut wrong = Vec::new();
    for line in include_str!("data/wording.tsv").lines().filter(|line| !line.starts_with('#')) {
        let (text, rule) = line.split_once('\t').unwrap();
        let expected = Some(rule).filter(|rule| *rule != "-");
        for locale in [Locale::Ru, Locale::En] {
            let found = policy::violation(text, locale).map(|violation| violation.rule);
            if found != expected {
                wrong.push(format!("{text}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_violation_points_at_the_forbidden_words_in_the_original_text() {
    let text = "Судя по ответам, у вас ДЕПРЕ́ССИЯ… и это доказывает многое.";
    let found = policy::violation(text, Locale::Ru).unwrap();
    assert_eq!((found.rule, &text[found.start..found.end]), ("diagnosis", "ДЕПРЕ́ССИЯ"));
}

#[test]
fn a_violation_of_the_language_asked_for_is_reported_before_one_of_the_other() {
    let text = "You must rest. Вы должны отдохнуть.";
    let excerpt = |locale| policy::violation(text, locale).map(|v| &text[v.start..v.end]);
    assert_eq!(excerpt(Locale::Ru), Some("Вы должны"));
    assert_eq!(excerpt(Locale::En), Some("You must"));
}

fn numbers(country: Option<&str>, locale: Locale) -> Vec<&'static str> {
    resources::for_country(country, locale).iter().map(|r| r.number.as_str()).collect()
}

#[test]
fn every_country_has_contacts_and_an_unknown_one_gets_the_fallback() {
    assert_eq!(resources::validate(), Ok(()));
    assert_eq!(numbers(Some("RU"), Locale::Ru), ["112", "8-800-2000-122"]);
    assert_eq!(numbers(Some("gb"), Locale::En), ["999", "112", "116 123"]);
    assert_eq!(numbers(Some("US"), Locale::En), ["911", "988"]);
    for unknown in [None, Some("ZZ"), Some(""), Some("*")] {
        assert_eq!(numbers(unknown, Locale::Ru), ["112", "findahelpline.com"]);
    }
}

#[test]
fn a_minor_is_given_the_line_for_minors_first() {
    let first = resources::for_minor(Some("RU"), Locale::Ru)[0];
    assert_eq!((first.number.as_str(), first.audience), ("8-800-2000-122", resources::Audience::Minors));
}

#[test]
fn drafts_count_as_stale() {
    let now = "2026-03-01T00:00:00Z".parse().unwrap();
    assert_eq!(resources::stale(now, 180).iter().filter(|r| r.reviewed_by.is_empty()).count(), 13);
}

/// An entry of `clinical/APPROVALS.toml`.
#[derive(serde::Deserialize)]
struct Approval {
    path: String,
    sha256: String,
    approver: String,
    role: String,
    date: String,
    status: String,
}

#[derive(serde::Deserialize)]
struct Approvals {
    entry: Vec<Approval>,
}

#[test]
fn the_approvals_name_the_present_content_of_this_crate() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("clinical/APPROVALS.toml")).unwrap();
    let approvals: Approvals = toml::from_str(&text).unwrap();
    for name in ["danger", "wording", "resources"] {
        let path = format!("crates/domain/content/{name}.toml");
        let entry = approvals.entry.iter().find(|entry| entry.path == path).unwrap_or_else(|| panic!("no entry for {path}"));
        let digest = Sha256::digest(std::fs::read(root.join(&path)).unwrap());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(entry.sha256, hex, "{path} differs from its entry");
        let signed = [&entry.approver, &entry.role, &entry.date].iter().all(|field| !field.is_empty());
        assert_eq!(entry.status, if signed { "approved" } else { "draft" }, "{path}");
    }
}
