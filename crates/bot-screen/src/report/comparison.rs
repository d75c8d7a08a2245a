//! The case's previous screening beside this one: which axes moved by more than both profiles' errors explain.
use chrono::{DateTime, Utc};
use domain::{Locale, RunId};
use serde::{Deserialize, Serialize};

use super::phrases::{Compared, Name};
use crate::engine::{Axis, Pole, v3::Profile};

/// An earlier screening of the same case, by the default formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Previous {
    /// Its run.
    pub run: RunId,
    /// When its report was made.
    pub made_at: DateTime<Utc>,
    /// Its profile.
    pub profile: Profile,
}

/// What became of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The difference is within the errors.
    WithinError,
    /// Toward the minus pole by more than that.
    TowardMinus,
    /// Toward the plus pole by more than that.
    TowardPlus,
}

/// An axis then and now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Which.
    pub axis: Axis,
    /// Then, −1…+1.
    pub before: f64,
    /// Now, −1…+1.
    pub after: f64,
    /// What that means.
    pub change: Change,
}

/// The comparison as an artifact keeps it, with its words in the specialist's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The earlier run.
    pub run: RunId,
    /// When its report was made.
    pub made_at: DateTime<Utc>,
    /// Axes then and now.
    pub shifts: Vec<Shift>,
    /// The heading.
    pub title: String,
    /// What the lines mean and do not mean.
    pub note: String,
    /// One for each axis.
    pub lines: Vec<String>,
}

/// A difference counts when it is more than 1.96 standard errors of a difference: the reliable change index (N. S. Jacobson,
/// P. Truax, *Journal of Consulting and Clinical Psychology* 59, 1991).
const RELIABLE: f64 = 1.96;

impl Comparison {
    /// Compares two profiles of one case.
    #[must_use]
    pub fn of(previous: &Previous, now: &Profile, locale: Locale) -> Self {
        let shifts: Vec<Shift> = Axis::ALL.into_iter().map(|axis| shift(&previous.profile, now, axis)).collect();
        let day = previous.made_at.format("%d.%m.%Y");
        Self {
            run: previous.run,
            made_at: previous.made_at,
            title: format!("{} {day}", Compared::Title.text(locale)),
            note: Compared::Note.text(locale).to_owned(),
            lines: shifts.iter().map(|shift| line(shift, locale)).collect(),
            shifts,
        }
    }
}

fn shift(then: &Profile, now: &Profile, axis: Axis) -> Shift {
    let (before, after) = (then.axis_vector[axis], now.axis_vector[axis]);
    let error = then.axis_error[axis].hypot(now.axis_error[axis]);
    let change = match after - before {
        by if by > RELIABLE * error => Change::TowardPlus,
        by if by < -RELIABLE * error => Change::TowardMinus,
        _ => Change::WithinError,
    };
    Shift { axis, before, after, change }
}

fn line(shift: &Shift, locale: Locale) -> String {
    let number = |value: f64| {
        let text = format!("{value:+.2}").replace('-', "−");
        if locale == Locale::Ru { text.replace('.', ",") } else { text }
    };
    let moved = |pole| format!("{} «{}»", Compared::Moved.text(locale), Name::Tendency(shift.axis, pole).text(locale));
    let what = match shift.change {
        Change::WithinError => Compared::Same.text(locale).to_owned(),
        Change::TowardMinus => moved(Pole::Negative),
        Change::TowardPlus => moved(Pole::Positive),
    };
    format!("{}: {what} ({} → {})", Name::Axis(shift.axis).text(locale), number(shift.before), number(shift.after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Answers, v3};

    fn profile(value: f64, error: f64) -> Profile {
        let mut profile = v3::profile(&Answers::default());
        profile.axis_vector[Axis::A1] = value;
        profile.axis_error[Axis::A1] = error;
        profile
    }

    #[test]
    fn a_difference_counts_only_beyond_both_errors() {
        let previous =
            |value| Previous { run: RunId(uuid::Uuid::nil()), made_at: DateTime::UNIX_EPOCH, profile: profile(value, 0.1) };
        let change =
            |before, after, error| Comparison::of(&previous(before), &profile(after, error), Locale::Ru).shifts[0].change;
        // The bound is 1.96 · √(0.1² + 0.1²) = 0.277.
        assert_eq!(change(0.0, 0.27, 0.1), Change::WithinError);
        assert_eq!(change(0.0, 0.28, 0.1), Change::TowardPlus);
        assert_eq!(change(0.0, -0.28, 0.1), Change::TowardMinus);
        assert_eq!(change(0.0, 0.28, 0.5), Change::WithinError, "an unsure profile hides a shift");
    }

    #[test]
    fn its_words_name_the_day_and_judge_nothing() {
        let previous = Previous { run: RunId(uuid::Uuid::nil()), made_at: DateTime::UNIX_EPOCH, profile: profile(0.5, 0.1) };
        for locale in [Locale::Ru, Locale::En] {
            let compared = Comparison::of(&previous, &profile(-0.5, 0.1), locale);
            assert!(compared.title.ends_with("01.01.1970"), "{}", compared.title);
            assert_eq!(compared.lines.len(), 4);
            for line in compared.lines.iter().chain([&compared.note]) {
                assert!(domain::policy::violation(line, locale).is_none(), "{line}");
            }
        }
    }
}
