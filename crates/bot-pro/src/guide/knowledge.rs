//! What the guide knows: articles, one Markdown file each, the same files in every language.
//!
//! ```text
//! +++
//! title = "Слои регуляции"
//! routes = ["terms", "layers"]
//! clinical = true            # optional: it speaks of danger, and waits for a named person's approval
//! +++
//! The text.
//! ```
use std::{collections::BTreeSet, fmt};

use domain::Locale;
use serde::{Deserialize, Serialize};

/// Longest article, in characters.
const ARTICLE_CHARS: usize = 9_000;
/// Longest knowledge of one topic in one language, in characters: it goes along with every question.
const TOPIC_CHARS: usize = 40_000;
/// Longest title, in characters.
const TITLE_CHARS: usize = 120;

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// A term of the model.
    Terms,
    /// Layers and axes.
    Layers,
    /// How a report of Screen is read.
    Report,
    /// What to ask in a session.
    Session,
    /// The tools and the console.
    Tools,
    /// A particular client: explained in general, with the name of the tool made for it.
    Client,
    /// Something else.
    Outside,
}

impl Route {
    /// All routes.
    pub const ALL: [Self; 7] = [Self::Terms, Self::Layers, Self::Report, Self::Session, Self::Tools, Self::Client, Self::Outside];

    /// The topics whose articles a model is given.
    #[must_use]
    pub const fn topics(self) -> &'static [Topic] {
        match self {
            Self::Terms => &[Topic::Terms],
            Self::Layers => &[Topic::Layers],
            Self::Report => &[Topic::Report],
            Self::Session => &[Topic::Session],
            Self::Tools => &[Topic::Tools],
            Self::Client => &[Topic::Session],
            Self::Outside => &[],
        }
    }
}

/// What an article serves: the closed list of its front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Terms of the model.
    Terms,
    /// Layers and axes.
    Layers,
    /// Reports of Screen.
    Report,
    /// Questions for a session.
    Session,
    /// The tools and the console.
    Tools,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 5] = [Self::Terms, Self::Layers, Self::Report, Self::Session, Self::Tools];
}

/// An article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its file's name without the ending: the same in every language.
    pub name: String,
    /// Its title, one line.
    pub title: String,
    /// What it serves.
    pub topics: Vec<Topic>,
    /// Waits for a named person's approval.
    pub clinical: bool,
    /// The text.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: String,
    routes: Vec<Topic>,
    #[serde(default)]
    clinical: bool,
}

/// Everything that is wrong with the articles, each with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadKnowledge(pub Vec<String>);

impl fmt::Display for BadKnowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for BadKnowledge {}

/// The articles of all languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knowledge {
    articles: Vec<(Locale, Article)>,
}

impl Knowledge {
    /// Reads articles, wherever they come from: language, file's name without its ending, text.
    ///
    /// # Errors
    /// Everything that is wrong: an article that cannot be read or is too long, one that stands in one language only, a topic without
    /// an article.
    pub fn read<'a>(files: impl IntoIterator<Item = (Locale, &'a str, &'a str)>) -> Result<Self, BadKnowledge> {
        let mut articles = Vec::new();
        let mut wrong = Vec::new();
        for (locale, name, text) in files {
            match article(name, text) {
                Ok(article) => articles.push((locale, article)),
                Err(why) => wrong.push(format!("{locale}/{name}.md: {why}")),
            }
        }
        // The same order in every process, so that the model's cache finds the same beginning.
        articles.sort_by(|(one, first), (other, second)| (one.as_str(), &first.name).cmp(&(other.as_str(), &second.name)));
        let knowledge = Self { articles };
        wrong.extend(knowledge.gaps());
        if wrong.is_empty() { Ok(knowledge) } else { Err(BadKnowledge(wrong)) }
    }

    /// The articles that are part of the program; none when it was built without any.
    ///
    /// # Errors
    /// As [`Knowledge::read`].
    pub fn embedded() -> Result<Self, BadKnowledge> {
        let files: &[(&str, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));
        if files.is_empty() {
            return Ok(Self::default());
        }
        Self::read(files.iter().filter_map(|(locale, name, text)| Some((locale.parse().ok()?, *name, *text))))
    }

    /// The articles of a language.
    pub fn articles(&self, locale: Locale) -> impl Iterator<Item = &Article> {
        self.articles.iter().filter(move |(of, _)| *of == locale).map(|(_, article)| article)
    }

    /// The articles a question of this kind is answered with.
    pub fn of(&self, route: Route, locale: Locale) -> impl Iterator<Item = &Article> {
        self.articles(locale).filter(move |article| article.topics.iter().any(|topic| route.topics().contains(topic)))
    }

    /// Whether an article serves something else in another language.
    fn differs(&self, article: &Article, other: Locale) -> bool {
        let same = |twin: &Article| (&twin.topics, twin.clinical) == (&article.topics, article.clinical);
        self.articles(other).find(|twin| twin.name == article.name).is_some_and(|twin| !same(twin))
    }

    fn gaps(&self) -> Vec<String> {
        let names = |locale| self.articles(locale).map(|article| article.name.as_str()).collect::<BTreeSet<_>>();
        let mut gaps = Vec::new();
        for &locale in Locale::ALL {
            if names(locale).len() < self.articles(locale).count() {
                gaps.push(format!("{locale}: two articles have one name"));
            }
            for &other in Locale::ALL {
                gaps.extend(names(other).difference(&names(locale)).map(|name| format!("{locale}/{name}.md is absent")));
                gaps.extend(self.articles(locale).filter(|article| self.differs(article, other)).map(|article| {
                    format!("{other}/{}.md: its routes and clinical differ from those of {locale}", article.name)
                }));
            }
            for topic in Topic::ALL {
                let of_topic = self.articles(locale).filter(|article| article.topics.contains(&topic));
                let lengths: Vec<usize> = of_topic.map(|article| article.text.chars().count()).collect();
                if lengths.is_empty() {
                    gaps.push(format!("{locale}: no article for {topic:?}"));
                }
                if lengths.iter().sum::<usize>() > TOPIC_CHARS {
                    gaps.push(format!("{locale}: articles for {topic:?} are longer than {TOPIC_CHARS} characters together"));
                }
            }
        }
        gaps
    }
}

fn article(name: &str, file: &str) -> Result<Article, String> {
    let file = file.replace("\r\n", "\n");
    let (front, text) = file
        .strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or("needs front matter between two lines +++ and a text behind it")?;
    let Front { title, routes, clinical } = toml::from_str(front).map_err(|error| error.message().to_owned())?;
    let text = text.trim();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err("the name of the file is [a-z0-9-]+.md".into());
    }
    if routes.is_empty() {
        return Err("routes are empty".into());
    }
    if title.trim().is_empty() || title.contains('\n') || title.chars().count() > TITLE_CHARS {
        return Err(format!("the title is one line of 1–{TITLE_CHARS} characters"));
    }
    if text.is_empty() || text.chars().count() > ARTICLE_CHARS {
        return Err(format!("the text has 1–{ARTICLE_CHARS} characters"));
    }
    Ok(Article { name: name.to_owned(), title, topics: routes, clinical, text: text.to_owned() })
}
