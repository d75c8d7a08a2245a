//! Our own questions, for a dialogue without a model: fixed words for each direction, other ones when it is asked again.
use domain::Locale;

use crate::model::Direction;

/// The words of a direction that was asked `times` before, and what they are for.
pub(super) fn words(direction: Direction, times: usize, locale: Locale) -> (&'static str, &'static str) {
    let (questions, why) = match locale {
        Locale::Ru => russian(direction),
        Locale::En => english(direction),
    };
    (questions[times.min(questions.len() - 1)], why)
}

fn russian(direction: Direction) -> ([&'static str; 3], &'static str) {
    match direction {
        Direction::Control => (
            [
                "На что в этой картине можно повлиять уже сейчас, и кто может это сделать?",
                "Что клиент уже пробовал менять, и где это зависело от него?",
                "Что изменится само, если ничего не делать, а что нет?",
            ],
            "Пока в модели нет ничего, чем можно управлять.",
        ),
        Direction::Alternatives => (
            [
                "Как ещё можно объяснить те же самые наблюдения?",
                "Что сказал бы коллега, который с этим не согласен?",
                "Какое объяснение было бы самым простым?",
            ],
            "У главного предположения пока нет соперника.",
        ),
        Direction::Level => (
            [
                "Что вы знаете о теле и автоматизмах клиента: сон, силы, боль, что происходит само?",
                "Что вы знаете о чувствах и отношениях клиента: что злит и успокаивает, кто рядом?",
                "Что клиент говорит о смысле: ради чего, кем себя считает, что впереди?",
            ],
            "Модель опирается на слишком узкое место.",
        ),
        Direction::Function => (
            [
                "Чему это служит сейчас: от чего бережёт, что даёт?",
                "Что клиент потеряет, если этого вдруг не станет?",
                "Когда это впервые оказалось полезным?",
            ],
            "Устройство названо, а его польза пока нет.",
        ),
        Direction::Dynamics => (
            [
                "Что происходит сразу после этого, и как одно снова приводит к другому?",
                "Когда этот круг в последний раз разорвался, и что было иначе?",
                "Кто ещё участвует в этом круге, и что делает он?",
            ],
            "Не описано, чем это само себя поддерживает.",
        ),
        Direction::Safety => (
            ["Что вы знаете о безопасности клиента: мысли о смерти, вред себе, насилие рядом?"; 3],
            "Прежде целей это спрашивают прямо, всегда.",
        ),
        Direction::Evidence => (
            [
                "Что в материале говорит за это и что против?",
                "В каком случае это было видно яснее всего?",
                "Что вы услышите от клиента, если это неверно?",
            ],
            "Это предположение пока держится на одном месте.",
        ),
    }
}

fn english(direction: Direction) -> ([&'static str; 3], &'static str) {
    match direction {
        Direction::Control => (
            [
                "What in this picture can be influenced already, and by whom?",
                "What has the client tried to change, and where was it in the client's hands?",
                "What will change by itself if nothing is done, and what will not?",
            ],
            "There is nothing in the model yet that can be steered.",
        ),
        Direction::Alternatives => (
            [
                "How else could the same observations be explained?",
                "What would a colleague say who does not agree?",
                "What would be the simplest explanation?",
            ],
            "The main supposition has no rival yet.",
        ),
        Direction::Level => (
            [
                "What do you know of the client's body and automatisms: sleep, strength, pain, what happens by itself?",
                "What do you know of the client's feelings and relations: what angers and calms, who is near?",
                "What does the client say of meaning: what for, who they take themselves to be, what lies ahead?",
            ],
            "The model rests on too narrow a place.",
        ),
        Direction::Function => (
            [
                "What is it good for now: what does it guard from, what does it give?",
                "What would the client lose if it were suddenly gone?",
                "When was it useful for the first time?",
            ],
            "How it is built was named, what it is for was not.",
        ),
        Direction::Dynamics => (
            [
                "What happens right after it, and how does one lead to the other again?",
                "When did this circle last break, and what was different?",
                "Who else takes part in this circle, and what do they do?",
            ],
            "What keeps it going was not described.",
        ),
        Direction::Safety => (
            ["What do you know of the client's safety: thoughts of death, self-harm, violence near them?"; 3],
            "Before targets this is asked directly, always.",
        ),
        Direction::Evidence => (
            [
                "What in the material speaks for it, and what against?",
                "When did it show most clearly?",
                "What would you hear from the client if it were wrong?",
            ],
            "This supposition rests on one place so far.",
        ),
    }
}
