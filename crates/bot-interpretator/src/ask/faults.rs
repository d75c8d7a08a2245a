//! Why a model's reply was not taken, and what holds for every text of every reply. A fault names a field and a rule, never the
//! model's words, so that it may be logged.
use bot_kit::prompt::leaks;
use domain::{Locale, policy};

/// A fault of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The field, empty for the reply as a whole.
    pub field: &'static str,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// No JSON, or cut off, or a refusal in words.
    NotJson,
    /// Fields are missing or of another type.
    Shape,
    /// It says too little.
    TooShort,
    /// It is too long.
    TooLong {
        /// Characters allowed.
        at_most: usize,
    },
    /// There are too few or too many.
    Count {
        /// At least.
        from: usize,
        /// At most.
        to: usize,
    },
    /// A question is none, or is several.
    NoQuestion,
    /// The words are not in the material.
    NotInMaterial,
    /// Certainty that the material does not give.
    TooSure,
    /// Another language than the one asked for.
    Language,
    /// Against the wording policy.
    Forbidden {
        /// The rule of `domain::policy`.
        rule: &'static str,
    },
    /// The mark of the instructions was given away.
    Leaked,
}

impl Fault {
    /// A fault.
    #[must_use]
    pub const fn new(field: &'static str, why: Why) -> Self {
        Self { field, why }
    }

    /// What the model is asked to mend.
    #[must_use]
    pub fn instruction(&self) -> String {
        let field = if self.field.is_empty() { "ответ" } else { self.field };
        match self.why {
            Why::NotJson => "Ответ должен быть одним объектом JSON, законченным, без текста до и после.".into(),
            Why::Shape => "Поля ответа должны быть точно такими, как в схеме.".into(),
            Why::TooShort => format!("{field}: слишком коротко, скажите полнее."),
            Why::TooLong { at_most } => format!("{field}: не длиннее {at_most} знаков."),
            Why::Count { from, to } if from == to => format!("{field}: нужно ровно {from}."),
            Why::Count { from, to } => format!("{field}: нужно от {from} до {to}."),
            Why::NoQuestion => format!("{field}: каждый вопрос один, с одним вопросительным знаком в конце."),
            Why::NotInMaterial => format!("{field}: таких слов в материале нет. Выпишите дословно, без изменений."),
            Why::TooSure => format!("{field}: уверенность выше, чем даёт материал. Снизьте её или назовите пробелы в data_gaps."),
            Why::Language => format!("{field}: пишите на языке ответа."),
            Why::Forbidden { rule } => format!("{field}: {}", forbidden(rule)),
            Why::Leaked => "Служебную метку повторять нельзя.".into(),
        }
    }
}

fn forbidden(rule: &str) -> &'static str {
    match rule {
        "diagnosis" => "без диагнозов, кодов и медицинских сокращений.",
        "certainty" => "не утверждайте причин и травм, скажите предположением.",
        "pathologising" => "без слов о патологии и ненормальности.",
        "medication" => "без лекарств и доз.",
        "danger_verdict" => "без оценок опасности и прогнозов.",
        "harm_method" => "без способов причинить вред.",
        "promise" => "без обещаний.",
        "directive" => "без указаний, что делать.",
        "norm" => "без сравнения с нормой и с другими людьми.",
        "meaning" => "не говорите, что образ значит: скажите, с чем он может быть связан.",
        "claims_person" => "не говорите от лица человека.",
        _ => "эти слова недопустимы, скажите иначе.",
    }
}

/// What holds for every text: its length, its language, and the wording policy.
pub(crate) fn check(field: &'static str, text: &str, at_least: usize, at_most: usize, locale: Locale, faults: &mut Vec<Fault>) {
    let chars = text.trim().chars().count();
    if chars < at_least {
        faults.push(Fault::new(field, Why::TooShort));
    }
    if chars > at_most {
        faults.push(Fault::new(field, Why::TooLong { at_most }));
    }
    let is_cyrillic = |c: &char| ('\u{400}'..='\u{4ff}').contains(c);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let cyrillic = text.chars().filter(is_cyrillic).count();
    let of_language = match locale {
        Locale::Ru => cyrillic,
        Locale::En => letters - cyrillic,
    };
    if of_language * 2 < letters {
        faults.push(Fault::new(field, Why::Language));
    }
    faults.extend(policy::violations(text, locale).iter().map(|found| Fault::new(field, Why::Forbidden { rule: found.rule })));
}

/// A reply that gives the instructions' mark away is refused.
pub(crate) fn check_canary(canary: &str, reply: &str, faults: &mut Vec<Fault>) {
    if leaks(canary, reply) {
        faults.push(Fault::new("", Why::Leaked));
    }
}
