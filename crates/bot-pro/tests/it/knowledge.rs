//! Articles are read, or named with everything that is wrong with them.
use domain::{JobId, Locale};
use psycheos_bot_pro::guide::{Knowledge, Route, Topic, read_answer};
use uuid::Uuid;

/// Two small articles in each language.
pub const FILES: [(Locale, &str, &str); 4] = [
    (Locale::Ru, "second", include_str!("../knowledge/ru/second.md")),
    (Locale::Ru, "first", include_str!("../knowledge/ru/first.md")),
    (Locale::En, "first", include_str!("../knowledge/en/first.md")),
    (Locale::En, "second", include_str!("../knowledge/en/second.md")),
];

pub fn small() -> Knowledge {
    Knowledge::read(FILES).unwrap()
}

#[test]
fn a_question_is_answered_with_the_articles_of_its_kind_in_one_order() {
    let knowledge = small();
    let names = |route, locale| knowledge.of(route, locale).map(|article| article.name.as_str()).collect::<Vec<_>>();
    for &locale in Locale::ALL {
        assert_eq!(names(Route::Terms, locale), ["first"]);
        assert_eq!(names(Route::Report, locale), ["second"]);
        assert_eq!(names(Route::Session, locale), ["first", "second"]);
        assert_eq!(names(Route::Client, locale), ["first", "second"]);
        assert!(names(Route::Outside, locale).is_empty());
    }
    assert!(knowledge.articles(Locale::Ru).any(|article| article.clinical && article.topics.contains(&Topic::Tools)));
}

#[test]
fn what_is_wrong_with_an_article_is_told_with_its_file() {
    let good = FILES[1].2;
    for (from, to, why) in [
        ("+++\n", "", "front matter"),
        ("\"terms\"", "\"weather\"", "weather"),
        ("[\"terms\", \"layers\", \"session\"]", "[]", "routes are empty"),
        ("title = \"Слои и понятия\"", "title = \"\"", "title"),
        ("title = ", "colour = 1\ntitle = ", "colour"),
        ("Слой — это", &"слово ".repeat(5_000), "characters"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        let mut files = FILES;
        files[1].2 = &bad;
        let told = Knowledge::read(files).unwrap_err().to_string();
        assert!(told.contains("ru/first.md") && told.contains(why), "{why}: {told}");
    }
}

#[test]
fn every_language_has_the_same_articles_and_every_topic_one() {
    let without = |name: &str| Knowledge::read(FILES.into_iter().filter(|file| (file.0, file.1) != (Locale::En, name)));
    let told = without("second").unwrap_err().to_string();
    assert!(told.contains("en/second.md is absent") && told.contains("en: no article for Report"), "{told}");
    let mut files = FILES;
    let other = FILES[3].2.replace("clinical = true\n", "");
    files[3].2 = &other;
    assert!(Knowledge::read(files).unwrap_err().to_string().contains("en/second.md: its routes and clinical differ"));
    let mut named = FILES;
    named[0].1 = "../second";
    assert!(Knowledge::read(named).unwrap_err().to_string().contains("name of the file"));
    let twice = FILES.into_iter().chain([FILES[0]]);
    assert!(Knowledge::read(twice).unwrap_err().to_string().contains("one name"));
}

#[test]
fn the_articles_of_the_program_are_whole() {
    let embedded = Knowledge::embedded().unwrap();
    let counts = Locale::ALL.iter().map(|locale| embedded.articles(*locale).count()).collect::<Vec<_>>();
    assert!(counts[0] > 0, "the program has its articles");
    assert!(counts.windows(2).all(|two| two[0] == two[1]), "{counts:?}");
}

#[test]
fn the_guide_may_say_what_its_articles_say() {
    let embedded = Knowledge::embedded().unwrap();
    let mut refused = Vec::new();
    for &locale in Locale::ALL {
        for article in embedded.articles(locale) {
            for line in article.text.lines().filter(|line| line.chars().count() >= 20 && line.chars().count() <= 3_000) {
                let reply = serde_json::json!({ "answer": line }).to_string();
                if let Err(faults) = read_answer(&reply, JobId(Uuid::nil()), locale) {
                    refused.push(format!("{locale}/{}: {line}\n    {faults:?}", article.name));
                }
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
