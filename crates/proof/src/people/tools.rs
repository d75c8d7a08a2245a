//! How a specialist works with the tools: what they do next, by what they see.
use super::phone::{Chat, Next, Screen};

/// The button under what has failed.
const AGAIN: &str = "🔄 Попробовать ещё раз";
const DREAM: &str = "Сон клиентки: иду по старому дому, лестница рушится, внизу чёрная вода. Проснулась с тревогой.";
const NOTES: &str = "Клиент 34 года. Засыпает под утро, днём нет сил. На работе берёт чужие задачи, потому что боится подвести. \
                     Когда злится, замолкает и уходит в телефон. Жена говорит, что его как будто нет.";
const ANSWER: &str = "Один раз он закрыл чат после девяти и спал лучше";
const LINES: [&str; 3] = [
    "Похоже, вы оба устали держать это в себе. Что сейчас труднее всего?",
    "Вы сказали «держать». Что именно приходится держать?",
    "Давайте не спешить. Побудем с этим.",
];

/// A button that anybody presses as soon as it is there, the first of these first.
fn first_of(screen: &Screen<'_>, beginnings: &[&str]) -> Option<Next> {
    beginnings.iter().find_map(|beginning| screen.keys.iter().find(|key| key.starts_with(beginning))).map(Next::press)
}

/// Says by what is to be seen what comes next.
pub type Reader = fn(&Chat) -> Next;

/// How often somebody tries again before they give up.
const TRIES: usize = 3;

/// Somebody who reads so, and gives up when it fails again and again: they cancel, and get their Stars back.
pub fn patient(read: Reader) -> impl FnMut(&Chat) -> Next {
    let mut tried = 0;
    move |chat| {
        if has_given_up(chat) {
            return Next::Done;
        }
        let next = read(chat);
        if next != Next::press(AGAIN) {
            return next;
        }
        tried += 1;
        let cancel = || chat.screen().and_then(|screen| first_of(&screen, &["Отменить"]));
        if tried <= TRIES { next } else { cancel().unwrap_or(next) }
    }
}

/// Whether it was canceled, and the Stars are back.
pub fn has_given_up(chat: &Chat) -> bool {
    chat.count("звёзды возвращены") > 0
}

/// A dream is written down, its questions are answered, the interpretation is read.
pub fn interpretation(chat: &Chat) -> Next {
    if chat.count("Результат сохранён в кейсе") > 0 {
        return Next::Done;
    }
    let Some(screen) = chat.screen() else { return Next::Wait };
    let known = ["Да, отменить", AGAIN, "Принято", "✅ Готово", "Спрошу клиента"];
    first_of(&screen, &known).unwrap_or_else(|| if screen.text.contains("Пришлите") { Next::say(DREAM) } else { Next::Wait })
}

/// Notes become hypotheses, each is decided, one question is answered, the model is put together.
pub fn conceptualization(chat: &Chat) -> Next {
    if chat.count("Модель сохранена в кейсе") > 0 {
        return Next::Done;
    }
    let Some(screen) = chat.screen() else { return Next::Wait };
    let known = ["Да, отменить", AGAIN, "Принято", "✅ Готово", "✅ Принять все", "✅ Принять", "Проверено", "🧩 Собрать модель"];
    let own = || match screen.text {
        text if text.contains("Пришлите") => Next::say(NOTES),
        text if text.contains("всего не больше") && chat.said() < 2 => Next::say(ANSWER),
        text if text.contains("всего не больше") => Next::press("Закончить и собрать модель"),
        _ => Next::Wait,
    };
    first_of(&screen, &known).unwrap_or_else(own)
}

/// Three lines of a training, then the debrief.
pub fn training(chat: &Chat) -> Next {
    if chat.count("Разбор сохранён в кейсе") > 0 {
        return Next::Done;
    }
    let Some(screen) = chat.screen() else { return Next::Wait };
    let known = [AGAIN, "🎓 Тренировка", "●○○ Конфликт в паре", "Работа с чувствами", "Да, к разбору", "▶️ Продолжить"];
    let own = || {
        let Some(finish) = first_of(&screen, &["🏁 Завершить"]) else { return Next::Wait };
        // Lines that were answered, not lines that were said: one may have been lost on its way. And not messages: one may have come twice.
        let number = |text: &str| text.split_once(" из 60")?.0.rsplit(' ').next()?.parse::<usize>().ok();
        let answered = chat.from_bot().filter_map(|message| number(&message.text)).max().unwrap_or(0);
        LINES.get(answered).map_or(finish, |line| Next::say(*line))
    };
    first_of(&screen, &known).unwrap_or_else(own)
}
