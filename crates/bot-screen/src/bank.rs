//! The question bank: six situations of phase 1 and twenty nodes, one for each axis and layer.
//!
//! Texts and weights are data, `content/bank.toml`. The bank is parsed once; [`Bank::load`] tells what is wrong with the file,
//! and a test keeps it right, so that nothing at run time has to fail.
use std::{collections::BTreeMap, fmt, str::FromStr, sync::OnceLock};

use domain::Locale;
use serde::{Deserialize, Serialize};

use crate::engine::{Axis, Layer, PerAxis, PerLayer, UnknownCode};

/// Questions of phase 1.
const SITUATIONS: usize = 6;
/// Questions of phases 2 and 3.
const NODES: usize = Axis::ALL.len() * Layer::ALL.len();

/// Longest question, in characters.
pub const QUESTION_CHARS: usize = 300;
/// Longest option, in characters.
pub const OPTION_CHARS: usize = 90;

/// Which question. Written `P1_01` to `P1_06`, or `A1_L0` to `A4_L4` for a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuestionId(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// From 0.
    Situation(u8),
    Node(Axis, Layer),
}

impl QuestionId {
    /// The six questions of phase 1, in order.
    pub fn phase1() -> impl Iterator<Item = Self> {
        (0..).take(SITUATIONS).map(|at| Self(Kind::Situation(at)))
    }

    /// The twenty nodes in the bank's order: axis by axis, in each axis from the lowest layer.
    pub fn nodes() -> impl Iterator<Item = Self> {
        Axis::ALL.into_iter().flat_map(|axis| Layer::ALL.into_iter().map(move |layer| Self::node(axis, layer)))
    }

    /// The node of an axis on a layer.
    #[must_use]
    pub const fn node(axis: Axis, layer: Layer) -> Self {
        Self(Kind::Node(axis, layer))
    }

    /// The axis and layer of a node; `None` for a question of phase 1.
    #[must_use]
    pub const fn as_node(self) -> Option<(Axis, Layer)> {
        match self.0 {
            Kind::Situation(_) => None,
            Kind::Node(axis, layer) => Some((axis, layer)),
        }
    }

    /// Its place in the bank, below [`SITUATIONS`] + [`NODES`].
    fn place(self) -> usize {
        match self.0 {
            Kind::Situation(at) => usize::from(at),
            Kind::Node(axis, layer) => SITUATIONS + axis as usize * Layer::ALL.len() + layer as usize,
        }
    }
}

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Situation(at) => write!(f, "P1_{:02}", at + 1),
            Kind::Node(axis, layer) => write!(f, "{}_{}", axis.code(), layer.code()),
        }
    }
}

impl FromStr for QuestionId {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::phase1().chain(Self::nodes()).find(|id| id.to_string() == text).ok_or(UnknownCode)
    }
}

impl From<QuestionId> for String {
    fn from(id: QuestionId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for QuestionId {
    type Error = UnknownCode;
    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

/// Which of a node's two readings an option supports. The v2 formula does not use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Split {
    /// The first reading.
    H1,
    /// The second reading.
    H2,
    /// Both at once.
    #[serde(rename = "conflict")]
    Conflict,
    /// Neither.
    #[serde(rename = "neither")]
    Neither,
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Bilingual {
    ru: String,
    en: String,
}

impl Bilingual {
    fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ru => &self.ru,
            Locale::En => &self.en,
        }
    }
}

/// What a client may tick.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionItem {
    text: Bilingual,
    /// Weights on the axes, −1…+1; 0 where the option says nothing.
    pub axis: PerAxis<f64>,
    /// Weights on the layers, −1…+1; 0 where the option says nothing.
    pub layer: PerLayer<f64>,
    /// The reading it supports; only options of nodes have one.
    pub split: Option<Split>,
}

impl OptionItem {
    /// What the client reads.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        self.text.text(locale)
    }
}

/// A question with its options.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Which question.
    pub id: QuestionId,
    text: Bilingual,
    /// Options in the order of their numbers.
    pub options: Vec<OptionItem>,
}

impl Question {
    /// What the client reads.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        self.text.text(locale)
    }
}

/// All questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Bank {
    /// Phase 1, then the nodes; the place of a question is `QuestionId::place`.
    questions: Vec<Question>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<QuestionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionEntry {
    id: QuestionId,
    ru: String,
    en: String,
    options: Vec<OptionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionEntry {
    ru: String,
    en: String,
    axis: BTreeMap<Axis, f64>,
    layer: BTreeMap<Layer, f64>,
    split: Option<Split>,
}

impl From<OptionEntry> for OptionItem {
    fn from(entry: OptionEntry) -> Self {
        Self {
            text: Bilingual { ru: entry.ru, en: entry.en },
            axis: PerAxis::of(|axis| entry.axis.get(&axis).copied().unwrap_or_default()),
            layer: PerLayer::of(|layer| entry.layer.get(&layer).copied().unwrap_or_default()),
            split: entry.split,
        }
    }
}

impl Bank {
    /// Reads the bank that the program carries.
    ///
    /// # Errors
    /// Says what is wrong with `content/bank.toml`.
    pub fn load() -> Result<Self, String> {
        Self::parse(include_str!("../content/bank.toml"))
    }

    /// Reads a bank: every question once, in order, with its texts within their lengths.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let ids: Vec<QuestionId> = file.question.iter().map(|entry| entry.id).collect();
        if !ids.iter().copied().eq(QuestionId::phase1().chain(QuestionId::nodes())) {
            return Err("the questions are not those of the bank, each once and in order".to_owned());
        }
        for entry in &file.question {
            check(entry)?;
        }
        let questions = file.question.into_iter().map(|entry| Question {
            id: entry.id,
            text: Bilingual { ru: entry.ru, en: entry.en },
            options: entry.options.into_iter().map(OptionItem::from).collect(),
        });
        Ok(Self { questions: questions.collect() })
    }

    /// Questions without texts and options, for a program whose bank is broken; [`Bank::load`] says so at its start.
    fn empty() -> Self {
        let ids = QuestionId::phase1().chain(QuestionId::nodes());
        Self { questions: ids.map(|id| Question { id, text: Bilingual::default(), options: Vec::new() }).collect() }
    }

    /// The question of an id.
    #[must_use]
    pub fn question(&self, id: QuestionId) -> &Question {
        &self.questions[id.place()]
    }

    /// The six questions of phase 1, in order.
    #[must_use]
    pub fn phase1(&self) -> &[Question] {
        &self.questions[..SITUATIONS]
    }

    /// The twenty nodes, in the order of [`QuestionId::nodes`].
    #[must_use]
    pub fn nodes(&self) -> &[Question] {
        &self.questions[SITUATIONS..SITUATIONS + NODES]
    }
}

fn check(entry: &QuestionEntry) -> Result<(), String> {
    let fits = |text: &String, limit| !text.trim().is_empty() && text.chars().count() <= limit;
    if ![&entry.ru, &entry.en].into_iter().all(|text| fits(text, QUESTION_CHARS)) {
        return Err(format!("{}: a text is empty or too long", entry.id));
    }
    for (at, option) in entry.options.iter().enumerate() {
        if ![&option.ru, &option.en].into_iter().all(|text| fits(text, OPTION_CHARS)) {
            return Err(format!("{}, option {at}: a text is empty or too long", entry.id));
        }
        if !option.axis.values().chain(option.layer.values()).all(|weight| (-1.0..=1.0).contains(weight)) {
            return Err(format!("{}, option {at}: a weight is not within −1…+1", entry.id));
        }
        if option.split.is_some() != entry.id.as_node().is_some() {
            return Err(format!("{}, option {at}: options of nodes, and only they, have a split", entry.id));
        }
    }
    if entry.options.is_empty() { Err(format!("{}: has no options", entry.id)) } else { Ok(()) }
}

/// The bank that the program carries.
#[must_use]
pub fn bank() -> &'static Bank {
    static BANK: OnceLock<Bank> = OnceLock::new();
    BANK.get_or_init(|| Bank::load().unwrap_or_else(|_| Bank::empty()))
}
