//! Screen's buttons.
//!
//! Everything that changes a client's answers names the run and, where there is one, the question it belongs to, and says
//! what is to be rather than what is to change ("option 2 on"): quick taps all count, a doubled tap does nothing, and a button
//! of another question or another screening is out of date. `Help`, `Continue`, `Pause` and `Stop` may be pressed at any time
//! from any message. What destroys answers carries the turn's stamp besides.
use bot_kit::ConsentScope;
use domain::{RunId, parse_short_id, short_id};

use crate::{
    bank::QuestionId,
    collected::{HomeSafety, LifeThoughts},
    flow::Scopes,
};

/// A button of Screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Button {
    /// "I need help now."
    Help,
    /// On with the screening.
    Continue,
    /// A pause.
    Pause,
    /// Stop: asks once.
    Stop,
    /// Yes, stop and delete.
    Withdraw {
        /// Which run.
        run: RunId,
        /// Of the turn that asked.
        stamp: i64,
    },
    /// Ask the specialist to delete the report.
    AskErasure {
        /// Which run.
        run: RunId,
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// A button of one screen of one run.
    Of {
        /// Which run.
        run: RunId,
        /// Which button.
        key: Key,
    },
}

/// A button that belongs to one screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// Of the consent.
    Consent(ConsentKey),
    /// Of a question.
    Question {
        /// Which question.
        question: QuestionId,
        /// Which button.
        key: QuestionKey,
    },
    /// Of the item about thoughts of not living.
    Thoughts(LifeThoughts),
    /// From that item back to the questions.
    ThoughtsBack,
    /// Of the item about home.
    Home(HomeSafety),
    /// From that item back to the one about thoughts.
    HomeBack,
    /// Done, without own words.
    NoWords,
    /// From own words back to the item about home.
    WordsBack,
}

/// Buttons of the consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentKey {
    /// A scope on or off.
    Scope(ConsentScope, bool),
    /// Consent to exactly what the message showed.
    Agree(Scopes),
    /// No.
    Decline,
    /// Under 18.
    Underage,
}

/// Buttons of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKey {
    /// An option, from 0, on or off.
    Tick(u8, bool),
    /// None of the options, on or off.
    NoneFits(bool),
    /// Past the question.
    Skip,
    /// To the question before.
    Back,
    /// To the next question.
    Next,
}

impl bot_kit::Button for Button {
    fn encode(&self) -> String {
        match self {
            Self::Help => "h".into(),
            Self::Continue => "c".into(),
            Self::Pause => "p".into(),
            Self::Stop => "s".into(),
            Self::Withdraw { run, stamp } => format!("w:{}:{stamp}", short_id(run.0)),
            Self::AskErasure { run, stamp } => format!("e:{}:{stamp}", short_id(run.0)),
            Self::Of { run, key } => format!("k:{}:{}", short_id(run.0), key.encode()),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        match data {
            "h" => return Some(Self::Help),
            "c" => return Some(Self::Continue),
            "p" => return Some(Self::Pause),
            "s" => return Some(Self::Stop),
            _ => {}
        }
        let (kind, rest) = data.split_once(':')?;
        let (run, rest) = rest.split_once(':')?;
        let run = RunId(parse_short_id(run)?);
        match kind {
            "w" => Some(Self::Withdraw { run, stamp: rest.parse().ok()? }),
            "e" => Some(Self::AskErasure { run, stamp: rest.parse().ok()? }),
            "k" => Some(Self::Of { run, key: Key::decode(rest)? }),
            _ => None,
        }
    }
}

impl Key {
    fn encode(&self) -> String {
        match self {
            Self::Consent(ConsentKey::Scope(scope, on)) => format!("o{}{}", scope_char(*scope), digit(*on)),
            Self::Consent(ConsentKey::Agree(scopes)) => {
                format!("a{}{}{}", digit(scopes.health), digit(scopes.pass), digit(scopes.ai))
            }
            Self::Consent(ConsentKey::Decline) => "d".into(),
            Self::Consent(ConsentKey::Underage) => "u".into(),
            Self::Question { question, key } => format!("q{question}:{}", key.encode()),
            Self::Thoughts(answer) => format!("t{}", position(&LifeThoughts::ALL, answer)),
            Self::ThoughtsBack => "tb".into(),
            Self::Home(answer) => format!("m{}", position(&HomeSafety::ALL, answer)),
            Self::HomeBack => "mb".into(),
            Self::NoWords => "x".into(),
            Self::WordsBack => "xb".into(),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        let mut chars = data.chars();
        let kind = chars.next()?;
        let rest = chars.as_str();
        match (kind, rest) {
            ('d', "") => Some(Self::Consent(ConsentKey::Decline)),
            ('u', "") => Some(Self::Consent(ConsentKey::Underage)),
            ('x', "") => Some(Self::NoWords),
            ('x', "b") => Some(Self::WordsBack),
            ('t', "b") => Some(Self::ThoughtsBack),
            ('m', "b") => Some(Self::HomeBack),
            ('t', at) => Some(Self::Thoughts(pick(&LifeThoughts::ALL, at)?)),
            ('m', at) => Some(Self::Home(pick(&HomeSafety::ALL, at)?)),
            ('o', _) => match *rest.as_bytes() {
                [scope, on] => Some(Self::Consent(ConsentKey::Scope(scope_of(scope)?, switch(on)?))),
                _ => None,
            },
            ('a', _) => match *rest.as_bytes() {
                [health, pass, ai] => {
                    let scopes = Scopes { health: switch(health)?, pass: switch(pass)?, ai: switch(ai)? };
                    Some(Self::Consent(ConsentKey::Agree(scopes)))
                }
                _ => None,
            },
            ('q', _) => {
                let (question, key) = rest.split_once(':')?;
                Some(Self::Question { question: question.parse().ok()?, key: QuestionKey::decode(key)? })
            }
            _ => None,
        }
    }
}

impl QuestionKey {
    fn encode(self) -> String {
        match self {
            Self::Tick(option, on) => format!("{option}{}", if on { '+' } else { '-' }),
            Self::NoneFits(on) => format!("n{}", digit(on)),
            Self::Skip => "s".into(),
            Self::Back => "b".into(),
            Self::Next => "f".into(),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        match data {
            "n1" => Some(Self::NoneFits(true)),
            "n0" => Some(Self::NoneFits(false)),
            "s" => Some(Self::Skip),
            "b" => Some(Self::Back),
            "f" => Some(Self::Next),
            _ => match (data.strip_suffix('+'), data.strip_suffix('-')) {
                (Some(option), _) => Some(Self::Tick(canonical(option)?, true)),
                (_, Some(option)) => Some(Self::Tick(canonical(option)?, false)),
                (None, None) => None,
            },
        }
    }
}

fn digit(on: bool) -> char {
    if on { '1' } else { '0' }
}

fn switch(byte: u8) -> Option<bool> {
    match byte {
        b'0' => Some(false),
        b'1' => Some(true),
        _ => None,
    }
}

fn scope_char(scope: ConsentScope) -> char {
    match scope {
        ConsentScope::HealthData => 'h',
        ConsentScope::PassToSpecialist => 's',
        ConsentScope::AiAbroad => 'a',
    }
}

fn scope_of(byte: u8) -> Option<ConsentScope> {
    match byte {
        b'h' => Some(ConsentScope::HealthData),
        b's' => Some(ConsentScope::PassToSpecialist),
        b'a' => Some(ConsentScope::AiAbroad),
        _ => None,
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or(all.len())
}

fn pick<T: Copy>(all: &[T], at: &str) -> Option<T> {
    all.get(usize::from(canonical(at)?)).copied()
}

/// A number in the only form [`Key::encode`] writes it in: no sign, no leading zero.
fn canonical(digits: &str) -> Option<u8> {
    let number: u8 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_kit::{BUTTON_BYTES, Button as _};

    fn all() -> Vec<Button> {
        let run = RunId(uuid::Uuid::from_u128(u128::MAX));
        let question = crate::engine::first_question();
        let mut keys = vec![Key::ThoughtsBack, Key::HomeBack, Key::NoWords, Key::WordsBack];
        for scope in [ConsentScope::HealthData, ConsentScope::PassToSpecialist, ConsentScope::AiAbroad] {
            keys.extend([true, false].map(|on| Key::Consent(ConsentKey::Scope(scope, on))));
        }
        keys.push(Key::Consent(ConsentKey::Agree(Scopes { health: true, pass: true, ai: false })));
        keys.extend([ConsentKey::Decline, ConsentKey::Underage].map(Key::Consent));
        keys.extend(LifeThoughts::ALL.map(Key::Thoughts));
        keys.extend(HomeSafety::ALL.map(Key::Home));
        let question_keys = [
            QuestionKey::Tick(0, true),
            QuestionKey::Tick(11, false),
            QuestionKey::NoneFits(true),
            QuestionKey::NoneFits(false),
            QuestionKey::Skip,
            QuestionKey::Back,
            QuestionKey::Next,
        ];
        keys.extend(question_keys.map(|key| Key::Question { question, key }));
        let mut buttons: Vec<Button> = keys.into_iter().map(|key| Button::Of { run, key }).collect();
        buttons.extend([Button::Help, Button::Continue, Button::Pause, Button::Stop]);
        buttons.extend([Button::Withdraw { run, stamp: i64::MAX }, Button::AskErasure { run, stamp: 1 }]);
        buttons
    }

    #[test]
    fn every_button_reads_back_as_itself_and_fits() {
        for button in all() {
            let data = button.encode();
            assert_eq!(Button::decode(&data), Some(button), "{data}");
            assert!(data.len() <= BUTTON_BYTES, "{data}");
        }
    }

    #[test]
    fn two_buttons_never_share_their_data() {
        let mut data: Vec<String> = all().iter().map(bot_kit::Button::encode).collect();
        let count = data.len();
        data.sort();
        data.dedup();
        assert_eq!(data.len(), count);
    }

    #[test]
    fn what_no_button_encodes_is_refused() {
        let run = short_id(uuid::Uuid::from_u128(1));
        let keys = ["", "t9", "t+1", "m00", "oh2", "a11", "a1112", "q", "qNOPE:f", "x1", "o"];
        let mut bad: Vec<String> = keys.iter().map(|key| format!("k:{run}:{key}")).collect();
        bad.extend(["", "hh", "w", "w:short:1", "k::d"].map(String::from));
        bad.push(format!("w:{run}:x"));
        for data in bad {
            assert_eq!(Button::decode(&data), None, "{data}");
        }
    }
}
