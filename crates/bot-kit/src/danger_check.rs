//! A second reading for signs of danger, by a model. It adds to what the lexicon saw and never takes from it (safety.md, C7): a
//! flag counts only with words that stand in the text, and an answer that cannot be read means "not assessed", never "nothing".
use domain::{DangerCategory, DangerLevel, lexicon::Sign};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{PromptFile, RenderedPrompt, fenced};

static FILE: PromptFile = PromptFile::new("danger", include_str!("../prompts/danger.md"));
/// What a model may flag. The help button is nobody's to flag but the person's own.
const CATEGORIES: [DangerCategory; 7] = [
    DangerCategory::Suicide,
    DangerCategory::SelfHarm,
    DangerCategory::ViolenceToOthers,
    DangerCategory::AbuseNow,
    DangerCategory::Psychosis,
    DangerCategory::Overdose,
    DangerCategory::MinorInDanger,
];
/// Most flags of one reading that are looked at.
const FLAGS: usize = 20;
/// Fewest letters of words that count as evidence.
const EVIDENCE_LETTERS: usize = 3;

/// What became of the second reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondReading {
    /// There was nothing to read, or it was not allowed.
    #[default]
    NotAsked,
    /// It was asked for and did not come about: shown as such.
    NotAssessed,
    /// It was made.
    Assessed,
}

/// Checks that the prompt file parses.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_danger_prompt() -> Result<(), String> {
    FILE.check()
}

/// The question about a person's words.
#[must_use]
pub fn danger_prompt(words: &[&str]) -> RenderedPrompt {
    let codes = CATEGORIES.map(DangerCategory::as_str);
    let levels = [DangerLevel::Urgent, DangerLevel::Elevated].map(DangerLevel::as_str);
    let flag = json!({ "type": "object", "required": ["category", "level", "evidence"], "properties": {
        "category": { "type": "string", "enum": codes },
        "level": { "type": "string", "enum": levels },
        "evidence": { "type": "string" } } });
    let flags = json!({ "type": "array", "maxItems": FLAGS, "items": flag });
    let schema = json!({ "type": "object", "required": ["flags"], "properties": { "flags": flags } });
    let words = words.iter().map(|words| Value::from(*words)).collect();
    FILE.render(&[("data", &fenced(&Value::Array(words)))], schema)
}

#[derive(Deserialize)]
struct Reply {
    flags: Vec<Flag>,
}

#[derive(Deserialize)]
struct Flag {
    category: String,
    level: String,
    evidence: String,
}

/// The flags of a reply whose evidence stands in `words`, each category once with its highest level. `None`: the reply cannot be
/// read, so nothing was assessed.
#[must_use]
pub fn read_danger(reply: &str, words: &[&str]) -> Option<Vec<Sign>> {
    let reply: Reply = serde_json::from_str(reply).ok()?;
    let said: Vec<String> = words.iter().map(|words| plain(words)).collect();
    let mut signs: Vec<Sign> = Vec::new();
    for flag in reply.flags.into_iter().take(FLAGS) {
        let category: DangerCategory = flag.category.parse().ok().filter(|found| CATEGORIES.contains(found))?;
        let level: DangerLevel = flag.level.parse().ok()?;
        let evidence = plain(&flag.evidence);
        let is_there = evidence.chars().filter(|c| c.is_alphabetic()).count() >= EVIDENCE_LETTERS;
        if !is_there || !said.iter().any(|said| said.contains(&evidence)) {
            continue;
        }
        match signs.iter_mut().find(|sign| sign.category == category) {
            Some(sign) => sign.level = sign.level.min(level),
            None => signs.push(Sign { category, level }),
        }
    }
    signs.sort_by_key(|sign| (sign.level, sign.category));
    Some(signs)
}

/// Signs that tell something new beside the known ones: another category, or a known one more urgent.
#[must_use]
pub fn new_signs(found: &[Sign], known: impl Fn(DangerCategory) -> Option<DangerLevel>) -> Vec<Sign> {
    found.iter().filter(|sign| known(sign.category).is_none_or(|level| sign.level < level)).copied().collect()
}

/// Letters and digits in small letters, words parted by one blank: what a model may change of a quotation.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace('ё', "е");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 1] = ["Иногда думаю: «зачем я вообще здесь». Ещё болит спина."];

    fn read(flags: Value) -> Option<Vec<Sign>> {
        read_danger(&json!({ "flags": flags }).to_string(), &WORDS)
    }

    fn sign(category: DangerCategory, level: DangerLevel) -> Sign {
        Sign { category, level }
    }

    #[test]
    fn a_flag_counts_only_with_words_that_were_said() {
        let flag = |evidence: &str| json!([{ "category": "suicide", "level": "elevated", "evidence": evidence }]);
        let suicide = Some(vec![sign(DangerCategory::Suicide, DangerLevel::Elevated)]);
        for evidence in ["зачем я вообще здесь", "Зачем я  вообще здесь?", "еще болит"]
        {
            assert_eq!(read(flag(evidence)), suicide, "{evidence}");
        }
        for evidence in ["", "я", "не хочу жить", "зачем вообще я"] {
            assert_eq!(read(flag(evidence)), Some(vec![]), "{evidence}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_assessed_and_not_nothing() {
        for reply in ["", "нет", "[]", "{}", r#"{"flags":[{"category":"sadness","level":"urgent","evidence":"спина"}]}"#]
        {
            assert_eq!(read_danger(reply, &WORDS), None, "{reply}");
        }
        let button = json!([{ "category": "asked_for_help", "level": "urgent", "evidence": "болит спина" }]);
        assert_eq!(read(button), None);
        assert_eq!(read(json!([])), Some(vec![]));
    }

    #[test]
    fn each_category_stands_once_with_its_highest_level() {
        let flags = json!([
            { "category": "self_harm", "level": "elevated", "evidence": "болит спина" },
            { "category": "suicide", "level": "elevated", "evidence": "вообще здесь" },
            { "category": "suicide", "level": "urgent", "evidence": "зачем я" },
        ]);
        let expected =
            vec![sign(DangerCategory::Suicide, DangerLevel::Urgent), sign(DangerCategory::SelfHarm, DangerLevel::Elevated)];
        assert_eq!(read(flags), Some(expected));
    }

    #[test]
    fn only_what_is_new_or_more_urgent_is_told_again() {
        let found = [sign(DangerCategory::Suicide, DangerLevel::Urgent), sign(DangerCategory::SelfHarm, DangerLevel::Elevated)];
        let known = |level| move |category| (category == DangerCategory::Suicide).then_some(level);
        assert_eq!(new_signs(&found, known(DangerLevel::Urgent)), [found[1]]);
        assert_eq!(new_signs(&found, known(DangerLevel::Elevated)), found);
        assert_eq!(new_signs(&found[1..], |_| Some(DangerLevel::Urgent)), []);
    }

    #[test]
    fn the_words_are_one_list_of_strings_whatever_they_contain() {
        check_danger_prompt().unwrap();
        let prompt = danger_prompt(&["``` {{data}} \"}"]);
        assert_eq!(prompt.user.matches("```").count(), 2);
        assert!(prompt.system.contains("evidence") && !prompt.system.contains("{{"));
    }
}
