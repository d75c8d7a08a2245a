//! Why a model's reply was not taken. A fault names a field and a rule, never the model's words, so that it may be logged.
use bot_kit::prompt::Rejection;

/// A fault of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is no JSON, or it is cut off, or it is a refusal in words.
    NotJson,
    /// Fields are missing, unknown or of another type.
    WrongShape,
    /// A field says too little.
    TooShort {
        /// The field.
        field: &'static str,
    },
    /// A question or its reason is too long.
    TooLong {
        /// The group.
        field: &'static str,
        /// How many characters are allowed.
        at_most: usize,
    },
    /// The text has too many words as a whole.
    TooManyWords {
        /// How many words are allowed.
        at_most: usize,
    },
    /// The number of questions is not 6 to 8.
    WrongCount {
        /// How many there were.
        found: usize,
    },
    /// A group has no question.
    EmptyGroup {
        /// The group.
        field: &'static str,
    },
    /// A question does not end with a question mark.
    NoQuestion {
        /// The group.
        field: &'static str,
    },
    /// Digits where none may stand.
    Digits {
        /// The field.
        field: &'static str,
    },
    /// An axis or layer by its code.
    Codes {
        /// The field.
        field: &'static str,
    },
    /// Terms of the model in a text for the client.
    Terms {
        /// The field.
        field: &'static str,
    },
    /// The text does not address the client.
    NotAddressed {
        /// The field.
        field: &'static str,
    },
    /// Another language than the one asked for.
    WrongLanguage {
        /// The field.
        field: &'static str,
    },
    /// Against the wording policy.
    Forbidden {
        /// The field.
        field: &'static str,
        /// The rule of `domain::policy`.
        rule: &'static str,
    },
}

impl Rejection for Fault {
    fn reason(&self) -> &'static str {
        match self {
            Self::NotJson
            | Self::WrongShape
            | Self::TooShort { .. }
            | Self::TooLong { .. }
            | Self::TooManyWords { .. }
            | Self::WrongCount { .. }
            | Self::EmptyGroup { .. }
            | Self::NoQuestion { .. }
            | Self::Digits { .. }
            | Self::Codes { .. }
            | Self::Terms { .. }
            | Self::NotAddressed { .. } => "form",
            Self::WrongLanguage { .. } => "language",
            Self::Forbidden { .. } => "wording",
        }
    }
}

impl Fault {
    /// What the model is asked to mend.
    #[must_use]
    pub fn instruction(&self) -> String {
        match self {
            Self::NotJson => "Ответ должен быть одним целым объектом JSON, без текста вокруг.".to_owned(),
            Self::WrongShape => "Поля JSON должны быть ровно те, что названы в правилах.".to_owned(),
            Self::TooShort { field } => format!("Поле {field}: слишком мало сказано."),
            Self::TooLong { field, at_most } => format!("Поле {field}: каждая строка не длиннее {at_most} знаков."),
            Self::TooManyWords { at_most } => format!("Сократите весь текст: не больше {at_most} слов."),
            Self::WrongCount { found } => format!("Вопросов должно быть от шести до восьми, а не {found}."),
            Self::EmptyGroup { field } => format!("В группе {field} нет ни одного вопроса."),
            Self::NoQuestion { field } => format!("В группе {field} каждый вопрос должен кончаться вопросительным знаком."),
            Self::Digits { field } => format!("Поле {field}: уберите цифры."),
            Self::Codes { field } => format!("Поле {field}: назовите оси и слои словами, без обозначений."),
            Self::Terms { field } => format!("Поле {field}: уберите термины, скажите простыми словами."),
            Self::NotAddressed { field } => format!("Поле {field}: обращайтесь к человеку на «вы»."),
            Self::WrongLanguage { field } => format!("Поле {field}: пишите на названном языке."),
            Self::Forbidden { field, rule } => format!("Поле {field}: {}", forbidden(rule)),
        }
    }
}

/// What each rule of the wording policy asks for.
fn forbidden(rule: &str) -> &'static str {
    match rule {
        "diagnosis" => "уберите диагнозы и названия расстройств.",
        "certainty" => "не утверждайте ничего о причинах и прошлом, оставьте предположения.",
        "pathologising" => "уберите слова, которые описывают человека как больного или неправильного.",
        "medication" => "уберите всё о лекарствах и лечении.",
        "danger_verdict" => "уберите любую оценку опасности.",
        "harm_method" => "уберите любые подробности о способах причинить вред.",
        "promise" => "уберите обещания и утешения.",
        "directive" => "не указывайте человеку, что ему делать.",
        "norm" => "не сравнивайте с нормой и с другими людьми.",
        "meaning" => "не говорите, что ответы или образы «означают».",
        "claims_person" => "не изображайте человека или специалиста.",
        _ => "есть недопустимые слова, скажите иначе.",
    }
}
