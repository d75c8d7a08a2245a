//! Emergency contacts: data with the name of the person who confirmed them (safety.md, section 6).
use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer};

use crate::Locale;

/// Stands for "any country" in a record.
const ANYWHERE: &str = "*";

/// What a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// The general emergency number.
    Emergency,
    /// The ambulance.
    Ambulance,
    /// A crisis or help line.
    CrisisLine,
    /// A list of lines by country; `number` is its address.
    Directory,
}

/// Whom a contact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone.
    Everyone,
    /// Children, teenagers and their parents.
    Minors,
}

/// One emergency contact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Country as an ISO 3166-1 alpha-2 code, or `*` for the fallback.
    pub country: String,
    /// The language spoken there, `ru` or `en`.
    pub lang: String,
    /// What it is.
    pub kind: ResourceKind,
    /// The number to dial, or the address of a directory.
    pub number: String,
    /// When it answers, such as `24/7`.
    pub hours: String,
    /// Whom it is for.
    pub audience: Audience,
    /// Where the number was taken from.
    pub source_url: String,
    /// The person who confirmed the number; empty while it is a draft.
    pub reviewed_by: String,
    /// The day of the confirmation; `None` while it is a draft.
    #[serde(deserialize_with = "day")]
    pub reviewed_at: Option<NaiveDate>,
}

impl Resource {
    /// A person confirmed the number within the last `days` days before `now`.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>, days: i64) -> bool {
        !self.reviewed_by.is_empty() && self.reviewed_at.is_some_and(|at| (now.date_naive() - at).num_days() <= days)
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Countries in which the product is offered; each needs an emergency number.
    enabled: Vec<String>,
    resource: Vec<Resource>,
}

impl File {
    fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), String> {
        for resource in &self.resource {
            let name = format!("{} {}", resource.country, resource.number);
            let code = resource.country.len() == 2 && resource.country.bytes().all(|b| b.is_ascii_uppercase());
            if !code && resource.country != ANYWHERE {
                return Err(format!("{name}: the country is neither a two-letter code nor {ANYWHERE}"));
            }
            let dialled = resource.number.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
            if resource.number.is_empty() || (resource.kind != ResourceKind::Directory && !dialled) {
                return Err(format!("{name}: the number cannot be dialled"));
            }
            if resource.hours.is_empty() || !matches!(resource.lang.as_str(), "ru" | "en") {
                return Err(format!("{name}: the hours or the language are missing"));
            }
            if !resource.source_url.starts_with("https://") {
                return Err(format!("{name}: the source is not an https address"));
            }
            if resource.reviewed_by.is_empty() != resource.reviewed_at.is_none() {
                return Err(format!("{name}: a confirmation needs a person and a day"));
            }
        }
        for country in self.enabled.iter().map(String::as_str).chain([ANYWHERE]) {
            if !self.resource.iter().any(|r| r.country == country && r.kind == ResourceKind::Emergency) {
                return Err(format!("{country}: no emergency number"));
            }
        }
        Ok(())
    }
}

/// What is said when the data cannot be read: the number that works from most mobile phones.
fn last_resort() -> Resource {
    Resource {
        country: ANYWHERE.to_owned(),
        lang: "ru".to_owned(),
        kind: ResourceKind::Emergency,
        number: "112".to_owned(),
        hours: "24/7".to_owned(),
        audience: Audience::Everyone,
        source_url: String::new(),
        reviewed_by: String::new(),
        reviewed_at: None,
    }
}

struct Loaded {
    resources: Vec<Resource>,
    error: Option<String>,
}

fn loaded() -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| match File::parse(include_str!("../content/resources.toml")) {
        Ok(file) => Loaded { resources: file.resource, error: None },
        Err(error) => Loaded { resources: vec![last_resort()], error: Some(error) },
    })
}

/// Checks the contacts. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names the record that is incomplete, or the enabled country that has no emergency number.
pub fn validate() -> Result<(), String> {
    loaded().error.clone().map_or(Ok(()), Err)
}

/// The contacts to show in `country` (ISO 3166-1 alpha-2, any case): the emergency number first, then lines in the language of
/// `locale`. An unknown country gets the fallback. Never empty.
#[must_use]
pub fn for_country(country: Option<&str>, locale: Locale) -> Vec<&'static Resource> {
    let all = &loaded().resources;
    let code = country.map(str::to_ascii_uppercase);
    let of = |code: &str| all.iter().filter(|r| r.country == code).collect::<Vec<_>>();
    let mut found = code.as_deref().map(of).unwrap_or_default();
    if found.is_empty() {
        found = of(ANYWHERE);
    }
    found.sort_by_key(|r| (r.kind, r.lang != locale.as_str()));
    found
}

/// The same contacts for a person under 18: the lines for minors come first (C12).
#[must_use]
pub fn for_minor(country: Option<&str>, locale: Locale) -> Vec<&'static Resource> {
    let mut found = for_country(country, locale);
    found.sort_by_key(|r| r.audience != Audience::Minors);
    found
}

/// The contacts that nobody confirmed within the last `days` days before `now`, drafts among them.
#[must_use]
pub fn stale(now: DateTime<Utc>, days: i64) -> Vec<&'static Resource> {
    loaded().resources.iter().filter(|r| !r.is_fresh(now, days)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        enabled = ["RU"]
        [[resource]]
        country = "RU"
        lang = "ru"
        kind = "emergency"
        number = "112"
        hours = "24/7"
        audience = "everyone"
        source_url = "https://example.org"
        reviewed_by = "A. Doctor"
        reviewed_at = "2026-01-10"
        [[resource]]
        country = "*"
        lang = "ru"
        kind = "emergency"
        number = "112"
        hours = "24/7"
        audience = "everyone"
        source_url = "https://example.org"
        reviewed_by = ""
        reviewed_at = ""
    "#;

    fn complaint(from: &str, to: &str) -> String {
        let changed = GOOD.replacen(from, to, 1);
        assert_ne!(changed, GOOD);
        File::parse(&changed).err().unwrap_or_default()
    }

    #[test]
    fn incomplete_records_are_refused() {
        assert!(File::parse(GOOD).is_ok());
        assert!(complaint(r#"enabled = ["RU"]"#, r#"enabled = ["RU", "KZ"]"#).contains("KZ: no emergency number"));
        assert!(complaint(r#"country = "*""#, r#"country = "DE""#).contains("*: no emergency number"));
        assert!(complaint(r#"country = "RU""#, r#"country = "ru""#).contains("two-letter"));
        assert!(complaint(r#"number = "112""#, r#"number = "one one two""#).contains("dialled"));
        assert!(complaint(r#"number = "112""#, r#"number = """#).contains("dialled"));
        assert!(complaint("https://", "http://").contains("https"));
        assert!(complaint(r#"reviewed_by = "A. Doctor""#, r#"reviewed_by = """#).contains("a person and a day"));
        assert!(complaint(r#"hours = "24/7""#, r#"hours = """#).contains("hours"));
        assert!(complaint(r#"kind = "emergency""#, r#"kind = "wizard""#).contains("wizard"));
    }

    #[test]
    fn a_confirmation_grows_old_and_a_draft_is_never_fresh() {
        let file = File::parse(GOOD).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert!(file.resource[0].is_fresh(at("2026-07-09T12:00:00Z"), 180));
        assert!(!file.resource[0].is_fresh(at("2026-07-10T12:00:00Z"), 180));
        assert!(!file.resource[1].is_fresh(at("2026-01-10T00:00:00Z"), 180));
    }
}
