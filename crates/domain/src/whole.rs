//! Whole numbers as JSON knows them: `60.0` is the integer 60 (JSON Schema 2020-12, 6.1.1).
use std::fmt;

use serde::{Deserializer, de};

/// The largest whole number that every JSON reader keeps, 2⁵³ − 1 (RFC 8259, section 6).
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// Reads a whole number, however it is written.
///
/// # Errors
/// When it is none, or does not fit.
pub fn deserialize<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<T, D::Error> {
    let number = deserializer.deserialize_any(Whole)?;
    T::try_from(number).map_err(|_| de::Error::custom("a whole number out of its range"))
}

struct Whole;

impl de::Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(|_| E::custom("a whole number out of its range"))
    }

    #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2⁵³")]
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<i64, E> {
        let whole = number.fract() == 0.0 && number.abs() <= LARGEST;
        whole.then_some(number as i64).ok_or_else(|| E::custom("not a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Small(#[serde(deserialize_with = "super::deserialize")] u8);

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        for (text, number) in [("7", Some(7)), ("7.0", Some(7)), ("2.5e1", Some(25)), ("0", Some(0))] {
            assert_eq!(serde_json::from_str::<Small>(text).ok().map(|small| small.0), number, "{text}");
        }
        for bad in ["7.5", "-1", "256", "\"7\"", "null", "1e300", "18446744073709551615"] {
            assert!(serde_json::from_str::<Small>(bad).is_err(), "{bad}");
        }
    }
}
