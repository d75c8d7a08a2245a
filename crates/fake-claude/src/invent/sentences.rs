//! Calm, neutral sentences: no diagnosis, no cause, no promise, no advice, no numbers. The test of the house's wording policy over
//! them is `every_sentence_keeps_the_wording_policy`.

/// The language of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Russian,
    English,
}

/// Sentences by what they are for.
pub(crate) struct Sentences {
    /// Observations and assumptions.
    pub neutral: &'static [&'static str],
    /// Questions for a conversation.
    pub questions: &'static [&'static str],
    /// What a question is good for.
    pub reasons: &'static [&'static str],
    /// A few words without a full stop.
    pub titles: &'static [&'static str],
    /// How a text to the reader begins.
    pub openings: &'static [&'static str],
}

impl Language {
    /// The language of this code or name, in lower case.
    pub(crate) fn called(name: &str) -> Option<Self> {
        let begins = |with: [&str; 2]| with.iter().any(|beginning| name.starts_with(beginning));
        match name {
            "ru" => Some(Self::Russian),
            "en" => Some(Self::English),
            _ if begins(["russian", "русск"]) => Some(Self::Russian),
            _ if begins(["english", "английск"]) => Some(Self::English),
            _ => None,
        }
    }

    pub(crate) const fn sentences(self) -> &'static Sentences {
        match self {
            Self::Russian => &RUSSIAN,
            Self::English => &ENGLISH,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Russian => Self::English,
            Self::English => Self::Russian,
        }
    }
}

const RUSSIAN: Sentences = Sentences {
    neutral: &[
        "Похоже, что силы сейчас расходуются экономно, и это помогает удерживать важное.",
        "В привычных делах опора заметна, а в новых ситуациях требуется больше времени.",
        "Возможно, в разговоре с близкими часть переживаний остаётся внутри.",
        "Это предположение, которое стоит проверить вместе на встрече.",
        "Видно, что пауза перед решением бывает полезной, хотя иногда затягивается.",
        "Интерес к новому появляется, когда есть ощущение устойчивости.",
        "Телесные сигналы замечаются не сразу, и к ним можно возвращаться вниманием.",
        "В ближайших планах больше ясности, чем в отдалённых.",
        "Разные стороны картины могут меняться в зависимости от обстоятельств.",
        "Здесь нет правильного положения, важна возможность двигаться.",
        "Иногда быстрый ответ экономит силы, а иногда полезнее немного подождать.",
        "Заметно, что порядок в делах приносит облегчение.",
        "Похоже, что в спокойной обстановке выбирать проще.",
        "Возможно, часть усилий уходит на то, чтобы всё удержать в поле зрения.",
        "В ответах встречаются и движение вперёд, и желание остановиться.",
        "Такой способ помогает в одних случаях и обходится дорого в других.",
        "Отношения с близкими выглядят как место, где можно опереться.",
        "По этим ответам видна привычка сначала присматриваться.",
        "Не все вопросы получили ответ, поэтому картина остаётся неполной.",
        "Возможно, отдых появляется только тогда, когда дела закончены.",
        "Смысл происходящего проясняется постепенно, через небольшие шаги.",
        "Похоже, что перемены легче принимать, когда о них известно заранее.",
    ],
    questions: &[
        "Как вы замечаете, что сил стало меньше?",
        "Что помогает вам вернуться к важному делу?",
        "Когда пауза перед ответом была вам полезна?",
        "Что происходит в теле, когда планы меняются?",
        "С кем вам проще говорить о переживаниях?",
        "Каким вы представляете ближайший месяц?",
        "Что из недавнего вас порадовало?",
        "Где вы чувствуете себя устойчивее всего?",
        "Как вы понимаете, что пора остановиться?",
        "Что в привычном дне вам хотелось бы сохранить?",
        "Как обычно начинается ваш разговор о трудном?",
        "Что меняется, когда рядом есть поддержка?",
    ],
    reasons: &[
        "Помогает проверить, как это видно в обычной жизни.",
        "Уточняет, в каких обстоятельствах это меняется.",
        "Показывает, на что можно опереться в разговоре.",
        "Даёт возможность услышать другое объяснение.",
        "Связывает ответы с тем, что происходит сейчас.",
        "Помогает отличить привычку от усталости.",
        "Проясняет, что для человека здесь важно.",
        "Показывает, где картина пока остаётся неполной.",
    ],
    titles: &[
        "Бережный расход сил",
        "Опора в привычном",
        "Пауза перед решением",
        "Внимание к телу",
        "Место для нового",
        "Ближние и дальние планы",
        "Тихая комната у окна",
        "Мост через спокойную реку",
    ],
    openings: &[
        "Вы ответили на вопросы спокойно и внимательно.",
        "Спасибо, что вы нашли время для этих вопросов.",
        "В ваших ответах есть несколько повторяющихся мотивов.",
    ],
};

const ENGLISH: Sentences = Sentences {
    neutral: &[
        "It seems that strength is spent sparingly at the moment, and this helps to keep what matters.",
        "In familiar things there is support, while new situations take more time.",
        "Perhaps a part of the feelings stays inside when talking with close people.",
        "This is an assumption to look at together in the session.",
        "A pause before deciding is often useful, though it sometimes grows long.",
        "Interest in new things appears when there is a sense of steadiness.",
        "Signals of the body are noticed late, and attention can return to them.",
        "The near plans are clearer than the distant ones.",
        "Different sides of the picture may change with circumstances.",
        "There is no right place here, what matters is being able to move.",
        "Sometimes a quick reply saves strength, and sometimes it is more useful to wait a little.",
        "Order in daily matters seems to bring relief.",
        "It seems easier to choose in quiet surroundings.",
        "Perhaps a part of the effort goes into keeping everything in view.",
        "The answers hold both a movement forward and a wish to stop.",
        "This way helps in some cases and is costly in others.",
        "Close people look like a place to lean on.",
        "The answers show a habit of looking around first.",
        "Not every question was answered, so the picture stays incomplete.",
        "Perhaps rest comes only when the work is done.",
        "The sense of what happens becomes clear gradually, through small steps.",
        "It seems that changes are easier to take when they are known beforehand.",
    ],
    questions: &[
        "How do you notice that there is less strength?",
        "What helps you to return to something important?",
        "When was a pause before answering useful to you?",
        "What happens in the body when plans change?",
        "With whom is it easier to talk about feelings?",
        "How do you picture the coming month?",
        "What pleased you recently?",
        "Where do you feel steadiest?",
        "How do you know that it is time to stop?",
        "What in an ordinary day would you like to keep?",
        "How does a talk about something difficult usually begin?",
        "What changes when there is support nearby?",
    ],
    reasons: &[
        "It helps to see how this shows in daily life.",
        "It clarifies in which circumstances this changes.",
        "It shows what the conversation can lean on.",
        "It makes room for another explanation.",
        "It connects the answers with what happens now.",
        "It helps to tell a habit from tiredness.",
        "It makes clear what matters here to the person.",
        "It shows where the picture is still incomplete.",
    ],
    titles: &[
        "A sparing use of strength",
        "Support in familiar things",
        "A pause before deciding",
        "Attention to the body",
        "Room for something new",
        "Near and distant plans",
        "A quiet room with a window",
        "A bridge over a calm river",
    ],
    openings: &[
        "You answered the questions calmly and attentively.",
        "Thank you for taking the time for these questions.",
        "Your answers hold a few motives that return.",
    ],
};
