//! The tables of words against the wording policy. A psychologist reads and extends the tables; see `data/wording_ru.tsv`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use proptest::{prelude::*, sample::select};
use psycheos_domain::{Locale, lexicon, policy};

/// A row of a table: the words, and the rule they break; `None` when they may be said.
type Row = (String, Option<&'static str>);

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn rows(table: &'static str) -> Vec<Row> {
    let read = |line: &'static str| {
        let (text, rule) = line.split_once('\t').unwrap();
        (text.to_owned(), Some(rule).filter(|rule| *rule != "-"))
    };
    lines(table).map(read).collect()
}

/// Every form of every word of `wording_forms.tsv`.
fn forms() -> Vec<Row> {
    let read = |line: &'static str| {
        let mut fields = line.split('\t');
        let (rule, _word, forms) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
        forms.split(", ").map(move |form| (form.to_owned(), Some(rule)))
    };
    lines(include_str!("data/wording_forms.tsv")).flat_map(read).collect()
}

/// Rows that the policy reads otherwise than the table says, in either language of the reader.
fn wrong(rows: &[Row]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        for locale in [Locale::Ru, Locale::En] {
            let found: Vec<&str> = policy::violations(text, locale).iter().map(|violation| violation.rule).collect();
            if !expected.map_or(found.is_empty(), |rule| found.contains(&rule)) {
                wrong.push(format!("{text}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    wrong.dedup();
    wrong
}

#[track_caller]
fn assert_right(rows: &[Row]) {
    let caught = rows.iter().filter(|(_, rule)| rule.is_some()).count();
    let wrong = wrong(rows);
    let misses = wrong.iter().filter(|line| !line.contains("expected None")).count();
    let alarms = wrong.len() - misses;
    assert!(
        wrong.is_empty(),
        "{misses} of {caught} forbidden rows missed, {alarms} of {} good rows caught\n{}",
        rows.len() - caught,
        wrong.join("\n")
    );
}

#[test]
fn the_russian_table_is_read_as_it_says() {
    assert_right(&rows(include_str!("data/wording_ru.tsv")));
}

#[test]
fn the_english_table_is_read_as_it_says() {
    assert_right(&rows(include_str!("data/wording_en.tsv")));
}

#[test]
fn every_form_of_a_forbidden_word_is_caught() {
    assert_right(&forms());
}

#[test]
fn the_tables_of_words_are_as_large_as_they_were_planned() {
    let count = |rows: &[Row]| {
        let caught = rows.iter().filter(|(_, rule)| rule.is_some()).count();
        (caught, rows.len() - caught)
    };
    let (caught, passed) = count(&rows(include_str!("data/wording_ru.tsv")));
    assert!(caught >= 200 && passed >= 80, "{caught} {passed}");
    let (caught, passed) = count(&rows(include_str!("data/wording_en.tsv")));
    assert!(caught >= 60 && passed >= 30, "{caught} {passed}");
    assert!(count(&forms()).0 >= 500);
}

#[test]
fn all_violations_come_once_each_those_of_the_language_asked_for_first_then_in_the_order_of_the_text() {
    let text = "You must rest. Вы должны отдохнуть, у вас депрессивный эпизод: д е п р е с с и я!";
    let found = |locale| -> Vec<(&str, &str)> {
        policy::violations(text, locale).iter().map(|v| (v.rule, &text[v.start..v.end])).collect()
    };
    let (must, ought) = (("directive", "You must"), ("directive", "Вы должны"));
    let (first, second) = (("diagnosis", "депрессивный"), ("diagnosis", "д е п р е с с и я"));
    assert_eq!(found(Locale::Ru), [ought, first, second, must]);
    assert_eq!(found(Locale::En), [must, ought, first, second]);
    assert_eq!(policy::violation(text, Locale::Ru), policy::violations(text, Locale::Ru).first().copied());
    assert_eq!(policy::violations("Тихая вода и мост.", Locale::Ru), []);
}

#[test]
fn a_question_may_ask_what_an_image_means_and_a_statement_beside_it_may_not_tell() {
    let rules = |text: &str| policy::violations(text, Locale::Ru).iter().map(|v| v.rule).collect::<Vec<_>>();
    assert_eq!(rules("Что для вас означает этот дом? Может быть, опору?"), [] as [&str; 0]);
    assert_eq!(rules("Что означает дом? Он символизирует мать."), ["meaning"]);
    assert_eq!(rules("Вода означает мать. Что вы чувствуете?"), ["meaning"]);
    assert_eq!(rules("Не кажется ли вам, что у вас депрессия?"), ["diagnosis"]);
}

#[test]
fn a_long_row_of_single_letters_is_read_in_a_moment() {
    let text = "у в а с д е п р е с с и я ".repeat(300);
    assert!(policy::violation(&text, Locale::Ru).is_some_and(|found| found.rule == "diagnosis"));
}

/// Pieces that come apart when letters are brought into one form, among words that mean something.
const PIECES: [&str; 16] =
    ["¼", "ﬁ", "㎏", "①", "é", "ё", "\u{301}", "\u{ad}", "🧑‍🦱", "не ", "хочу ", "жить", "депрессия", "д-е-п", "suicide ", "?"];

proptest! {
    /// Whatever people and models write, it is read to its end.
    #[test]
    fn no_text_stops_the_reading(text in prop_oneof![
        ".{0,40}",
        prop::collection::vec(select(&PIECES[..]), 0..12).prop_map(|pieces| pieces.concat()),
    ]) {
        let signs = lexicon::all_signs(&text);
        prop_assert_eq!(lexicon::signs(&text), signs.first().copied());
        for locale in [Locale::Ru, Locale::En] {
            for found in policy::violations(&text, locale) {
                prop_assert!(text.get(found.start..found.end).is_some_and(|excerpt| !excerpt.is_empty()), "{found:?}");
            }
        }
    }
}
