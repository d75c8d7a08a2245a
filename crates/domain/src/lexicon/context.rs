//! What lowers an urgent sign to an elevated one: negation, the past, another person.
use super::{
    normalise::Token,
    phrases::{Hit, Phrases},
};

/// What a word or phrase around a finding says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Turns the finding round: "не", "нет мыслей".
    Negation,
    /// Says that a thing is absent: "нет", "никаких". It negates [`Kind::Thing`] only: "нет мыслей", but not "сил нет, хочу".
    Absence,
    /// What can be absent: "мысли", "план".
    Thing,
    /// Looks like a negation and is none: "не могу не".
    NotNegation,
    /// Puts the sentence into the past: "раньше", "год назад".
    Past,
    /// A past form that counts only inside the finding: "хотела".
    PastVerb,
    /// Brings the clause back to the present: "сейчас", "снова", "хотела бы".
    Present,
    /// The person who writes.
    First,
    /// A verb in the first person: "хочу", "убью".
    FirstVerb,
    /// Another person.
    Third,
    /// A verb whose subject is another person: "хочет".
    ThirdVerb,
}

impl Kind {
    /// All kinds, in the order in which they are numbered in a collection of phrases.
    pub(super) const ALL: [Self; 11] = [
        Self::Negation,
        Self::Absence,
        Self::Thing,
        Self::NotNegation,
        Self::Past,
        Self::PastVerb,
        Self::Present,
        Self::First,
        Self::FirstVerb,
        Self::Third,
        Self::ThirdVerb,
    ];
}

/// How many words before and after a finding are looked at. It keeps the work linear in the length of the text.
const REACH: usize = 30;

/// The surroundings of findings in one text.
pub(super) struct Context<'a> {
    tokens: &'a [Token],
    /// In the order of their first words.
    marks: Vec<(Kind, Hit)>,
}

impl<'a> Context<'a> {
    pub(super) fn new(phrases: &Phrases, tokens: &'a [Token]) -> Self {
        let marks = phrases.find(tokens).into_iter().filter_map(|hit| Kind::ALL.get(hit.group).map(|kind| (*kind, hit)));
        Self { tokens, marks: marks.collect() }
    }

    /// The finding is negated, or past, or (where `about_others` matters) about another person.
    pub(super) fn lowers(&self, hit: &Hit, about_others: bool) -> bool {
        self.negated(hit) || self.past(hit) || (about_others && self.third_person(hit))
    }

    /// The marks of a kind around a finding.
    fn around(&self, hit: &Hit, kind: Kind) -> impl Iterator<Item = &Hit> {
        let from = self.marks.partition_point(|(_, mark)| mark.first + REACH < hit.first);
        let to = self.marks.partition_point(|(_, mark)| mark.first <= hit.last + REACH);
        self.marks[from..to].iter().filter(move |(k, _)| *k == kind).map(|(_, mark)| mark)
    }

    fn same_sentence(&self, a: usize, b: usize) -> bool {
        self.tokens[a].sentence == self.tokens[b].sentence
    }

    /// Words `a` and `b` stand in one clause; the words of a finding count as its clause even when a comma is inside.
    fn same_clause(&self, hit: &Hit, b: &Hit) -> bool {
        (self.tokens[hit.first].clause..=self.tokens[hit.last].clause).contains(&self.tokens[b.first].clause)
    }

    fn negated(&self, hit: &Hit) -> bool {
        if hit.negated {
            return !self.around(hit, Kind::NotNegation).any(|n| n.first <= hit.last && n.last + 1 >= hit.first);
        }
        let absence = self.around(hit, Kind::Absence).filter(|_| self.inside(Kind::Thing, hit));
        self.around(hit, Kind::Negation).chain(absence).any(|n| {
            let before = n.last + 1 == hit.first && self.tokens[n.last].clause == self.tokens[hit.first].clause;
            // A bare "не" after the finding belongs to what follows it.
            let bare = n.first == n.last && self.tokens[n.first].word == "не";
            let after = n.first == hit.last + 1 && !bare && self.same_sentence(n.first, hit.last);
            let real = || !self.around(hit, Kind::NotNegation).any(|not| not.first <= n.first && n.last <= not.last);
            (before || after) && self.same_sentence(n.first, hit.first) && real()
        })
    }

    fn past(&self, hit: &Hit) -> bool {
        if self.around(hit, Kind::Present).any(|present| self.same_clause(hit, present)) {
            return false;
        }
        // "хочу", "убью" speak of now, whatever else the sentence tells ("давно хочу", "в школе я хочу").
        if self.inside(Kind::FirstVerb, hit) {
            return false;
        }
        let verb_before = |verb: &Hit| hit.first <= verb.first + 3 && verb.last <= hit.last && self.same_clause(hit, verb);
        self.around(hit, Kind::PastVerb).any(verb_before)
            || self.around(hit, Kind::Past).any(|past| self.same_sentence(past.first, hit.first))
    }

    fn inside(&self, kind: Kind, hit: &Hit) -> bool {
        self.around(hit, kind).any(|mark| hit.first <= mark.first && mark.last <= hit.last)
    }

    fn third_person(&self, hit: &Hit) -> bool {
        if self.inside(Kind::FirstVerb, hit) {
            return false;
        }
        if self.inside(Kind::ThirdVerb, hit) {
            return true;
        }
        if self.inside(Kind::First, hit) {
            return false;
        }
        let near = |mark: &&Hit| mark.last < hit.first && self.tokens[mark.first].clause == self.tokens[hit.first].clause;
        let first =
            self.around(hit, Kind::First).chain(self.around(hit, Kind::FirstVerb)).filter(near).map(|mark| mark.last).max();
        let third =
            self.around(hit, Kind::Third).chain(self.around(hit, Kind::ThirdVerb)).filter(near).map(|mark| mark.last).max();
        third.is_some() && third > first
    }
}
