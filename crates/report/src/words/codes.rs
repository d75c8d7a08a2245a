//! The codes in an artifact and the words that stand for them.
use domain::Locale;

use super::{Asked, Axis, Band, Degree, Marker, Mode, SafetyAnswer, Word};

/// The words of a marker: its name and its value. What is not known is shown as it is written, for a tool may add markers of
/// its own.
pub(crate) fn marker(name: &str, value: &str, locale: Locale) -> (String, String) {
    let (name_word, value_word) = match name {
        "mode" => (Some(Word::Marker(Marker::Mode)), mode(value)),
        "layer_hint" => (Some(Word::Marker(Marker::Layer)), layer(value)),
        "uncertainty" => (Some(Word::Marker(Marker::Uncertainty)), degree(value)),
        "axis_activation" => (Some(Word::Axis(Axis::A1)), pole(Axis::A1, value)),
        "axis_uncertainty" => (Some(Word::Axis(Axis::A2)), pole(Axis::A2, value)),
        "axis_impulse" => (Some(Word::Axis(Axis::A3)), pole(Axis::A3, value)),
        "axis_time_horizon" => (Some(Word::Axis(Axis::A4)), pole(Axis::A4, value)),
        "tsi" => (Some(Word::Marker(Marker::Tsi)), None),
        "tsi_band" => (Some(Word::Marker(Marker::TsiBand)), band(value)),
        "cci" => (Some(Word::Marker(Marker::Cci)), None),
        "risk_competence" => (Some(Word::Marker(Marker::RiskCompetence)), asked(value)),
        _ => (None, None),
    };
    let said = |word: Option<Word>, code: &str| word.map_or_else(|| code.to_owned(), |word| word.text(locale).to_owned());
    (said(name_word, name), said(value_word, value))
}

/// How steadily a training session was led.
fn band(code: &str) -> Option<Word> {
    Some(Word::Band(match code {
        "high_stability" => Band::High,
        "functional" => Band::Functional,
        "unstable" => Band::Unstable,
        "cascade_risk" => Band::CascadeRisk,
        _ => return None,
    }))
}

/// How danger was dealt with in a training session.
fn asked(code: &str) -> Option<Word> {
    Some(Word::Asked(match code {
        "not_called_for" => Asked::NotCalledFor,
        "not_asked" => Asked::Never,
        "incomplete" => Asked::Incomplete,
        "complete" => Asked::Complete,
        "complete_and_overtaken" => Asked::Overtaken,
        _ => return None,
    }))
}

/// The answer about thoughts of not living.
pub(crate) fn safety_thoughts(code: &str) -> Option<SafetyAnswer> {
    Some(match code {
        "never" => SafetyAnswer::Never,
        "past" => SafetyAnswer::Past,
        "recently" => SafetyAnswer::Recently,
        "now" => SafetyAnswer::Now,
        "no_answer" => SafetyAnswer::NoAnswer,
        _ => return None,
    })
}

/// The answer about safety at home.
pub(crate) fn safety_home(code: &str) -> Option<SafetyAnswer> {
    Some(match code {
        "safe" => SafetyAnswer::Safe,
        "not_always" => SafetyAnswer::NotAlways,
        "not_now" => SafetyAnswer::NotNow,
        "no_answer" => SafetyAnswer::NoAnswer,
        _ => return None,
    })
}

impl Axis {
    /// The axis of a code.
    pub(crate) fn of(code: &str) -> Option<Self> {
        Some(match code {
            "A1" => Self::A1,
            "A2" => Self::A2,
            "A3" => Self::A3,
            "A4" => Self::A4,
            _ => return None,
        })
    }
}

impl SafetyAnswer {
    /// Whether the answer is a sign of danger (safety.md, section 3). An answer withheld is none, but is always shown.
    pub(crate) fn is_sign(self) -> bool {
        match self {
            Self::Recently | Self::Now | Self::NotAlways | Self::NotNow => true,
            Self::Never | Self::Past | Self::Safe | Self::NoAnswer => false,
        }
    }
}

fn mode(code: &str) -> Option<Word> {
    Some(Word::Mode(match code {
        "exploration" => Mode::Exploration,
        "defense" => Mode::Defense,
        "power_saving" => Mode::PowerSaving,
        "goal_pursuit" => Mode::GoalPursuit,
        "social_alignment" => Mode::SocialAlignment,
        "play" => Mode::Play,
        _ => return None,
    }))
}

fn layer(code: &str) -> Option<Word> {
    code.parse().ok().map(Word::Layer)
}

fn degree(code: &str) -> Option<Word> {
    Some(Word::Degree(match code {
        "low" => Degree::Low,
        "medium" => Degree::Medium,
        "high" => Degree::High,
        _ => return None,
    }))
}

fn pole(axis: Axis, code: &str) -> Option<Word> {
    match code {
        "lowering" | "closing" | "quick" | "relief_now" => Some(Word::Minus(axis)),
        "mobilisation" | "exploring" | "holding" | "future_held" => Some(Word::Plus(axis)),
        "even" => Some(Word::NoLean),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_the_contract_knows_has_a_word_and_an_unknown_one_is_shown_as_it_is() {
        for name in ["mode", "layer_hint", "uncertainty"] {
            for value in domain::artifact::allowed_values(name).unwrap() {
                for locale in Locale::ALL {
                    let (name_said, value_said) = marker(name, value, *locale);
                    assert_ne!(name_said, name);
                    if *locale == Locale::Ru {
                        assert!(!value_said.is_ascii(), "{name} = {value}");
                    }
                }
            }
        }
        assert_eq!(marker("own_one", "x-1", Locale::Ru), ("own_one".to_owned(), "x-1".to_owned()));
        assert_eq!(marker("mode", "unheard_of", Locale::Ru).1, "unheard_of");
    }
}
