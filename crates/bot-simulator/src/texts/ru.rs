//! Russian.
use bot_kit::{FileKind, Html, html, shorten};
use bot_material::{
    CHARS, PIECES, Refused,
    frame::OwnText,
    words::{counted, danger, unreadable_document},
};
use domain::{DangerLevel, Locale};

use super::{Label, Text, Toast, client_label, complexity, dots, goal_label, latest, line_label, mark, shares, variables};
use crate::{
    cases::{Case, Gender, find},
    engine::{Fit, Hint, MAX_LINES, MIN_CHARGED_LINES, Reason, Snapshot},
    flow::{Ending, Mode, Stage, Task},
    trend::{Direction, Profile},
    words,
};

const RU: Locale = Locale::Ru;

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::Greeting { label } => html!(
            "<b>Simulator · {}</b>\n\nУчебная беседа с вымышленным клиентом. Вы говорите как специалист, клиент отвечает, программа считает, что \
             сделала каждая реплика, а в конце будет разбор.\n\n<b>Тренировка</b>: сигнал и пояснение после каждой реплики, подсказки.\n\
             <b>Практика</b>: только клиент, всё остальное в разборе.\n\nДо {} реплик; к любой можно вернуться. Звёзды спишутся вместе с \
             разбором, до {} реплик не спишется ничего. Числа описывают беседу, а не специалиста.",
            label,
            MAX_LINES,
            MIN_CHARGED_LINES
        ),
        Text::Modes => html!("<b>Как тренироваться?</b>"),
        Text::Clients { mode } => html!(
            "<b>{}: выберите клиента</b>\n\nВсе клиенты вымышлены. ●○○ для начала, ●●● трудные. ⭐️ отмечен тот, кто подойдёт сейчас.",
            mode_name(mode)
        ),
        Text::Client { case } => card(case).paragraph(&html!("<b>Что потренируем?</b>")),
        Text::OwnClient { case } => html!("<b>Проверьте: никого нельзя узнать?</b>").paragraph(&card(case)).paragraph(&own_facts(case)).paragraph(
            &html!(
                "Имена, даты и места убраны, слова изменены. Программа может не заметить примету, по которой человека узнают: решаете вы. Если \
                 что-то узнаётся, напишите, что изменить, и соберите заново. После вашего «да» материал забывается."
            ),
        ),
        Text::OwnIntro => html!(
            "<b>Свой клиент</b>\n\nПришлите записи текстом или документы TXT, DOCX, PDF, или включите прежние результаты кейса. Из них соберётся \
             вымышленный клиент с похожим устройством, без примет. Прежде чем начать, вы его проверите.\n\nИмена лучше не писать."
        ),
        Text::Collected { count, earlier } if count.is_zero() && earlier == 0 => {
            html!("Материала пока нет. Пришлите записи или включите прежние результаты.")
        }
        Text::Collected { count, earlier } => html!("Материал: {}. Это всё?", counted(count, earlier, RU)),
        Text::Accepted { count, earlier } => html!("Материал принят: {}.", counted(count, earlier, RU)),
        Text::Refused(Refused::TooLarge { .. }) => html!(
            "Файл больше 5 МБ, его не прочитать. Разделите его или вставьте нужное место текстом. Остальной материал на месте."
        ),
        Text::Refused(Refused::TooMany) => {
            html!("В одном материале помещается {} сообщений. Это не добавлено, остальное на месте.", PIECES)
        }
        Text::Refused(Refused::TooLong) => html!(
            "Вместе получается больше {} знаков. Это не добавлено, остальное на месте. Пришлите короче, самое важное.",
            CHARS
        ),
        Text::OnlyThese => html!("Здесь помогут текст и документы TXT, DOCX или PDF. Картинки разбирает Интерпретатор."),
        Text::OnlyWords => html!("Здесь нужны слова: файлы понадобятся, только если собирать своего клиента."),
        Text::Unreadable { number, code } => html!("Файл №{} не прочитан: {}", number, unreadable_document(code, RU)),
        Text::Making => html!("⏳ Собираю вымышленного клиента: устройство то же, приметы убраны. Обычно это одна-две минуты."),
        Text::ForAnother => html!("Записано. Это войдёт, если собрать клиента заново."),
        Text::NoClient => html!(
            "Собрать клиента так, чтобы никого нельзя было узнать, не получилось. Материал на месте, ничего не списано. Добавьте описание без \
             примет, соберите заново или возьмите клиента из библиотеки."
        ),
        Text::Begin { title, goal, mode } => html!(
            "<b>{}</b> · {} · {}\n\nПишите, как сказали бы клиенту. Если захочется сказать о себе, тренировка подождёт.",
            title,
            words::goal(goal, RU),
            mode_name(mode)
        ),
        Text::ClientSays { words } => html!("🎭 <i>Вымышленный клиент, учебная беседа</i>\n{}", words),
        Text::Supervisor { step, explanation, lines } => {
            let mut head = html!("{} <b>{}</b> · {}", mark(step.signal), words::signal(step.signal, RU), words::fit(step.reading.fit(), RU));
            if let Some(pattern) = step.pattern {
                head = head.then(&html!(" · {}", words::pattern(pattern, RU)));
            }
            let mut html = head.line(&html!("{}", explanation));
            if step.after.warns() {
                html = html.line(&html!("⚠️ Клиенту сейчас слишком: сначала опора, потом содержание."));
            }
            html.line(&html!("<i>{} · реплика {} из {}</i>", words::state(step.after.state, RU), lines, MAX_LINES))
        }
        Text::Answering => html!("⏳ Клиент отвечает."),
        Text::LineTooLong { chars, most } => html!(
            "В реплике {} знаков, за раз клиент услышит не больше {}. Она не отправлена: разделите её или скажите короче.",
            chars,
            most
        ),
        Text::NotCounted => html!(
            "Клиент сейчас не смог ответить, и эта реплика не посчитана. Вся беседа на месте. Отправьте её ещё раз кнопкой или скажите иначе."
        ),
        Text::Meanwhile => html!("Клиент ещё отвечает. Эти слова сохранены: после ответа их можно сказать кнопкой."),
        Text::Said { words } => html!("💬 {}", shorten(words, 600)),
        Text::Hint(hint) => self::hint(&hint),
        Text::Now { snapshot, goal, lines, mode } => {
            let head = html!("<b>{}</b>: {} · реплик {} из {}", mode_name(mode), words::goal(goal, RU), lines, MAX_LINES);
            match mode {
                Mode::Practice => head,
                Mode::Training => head.paragraph(&state(snapshot)),
            }
        }
        Text::Lines => html!("<b>К какой реплике вернуться?</b>\n\nЕё и всё после неё можно сказать заново. Пройденное останется отдельной ветвью."),
        Text::Rewound { turn } => html!("↩️ Вернулись к месту перед репликой {}. Скажите её заново: прежняя ветвь сохранена.", turn),
        Text::Outside { contacts } => html!(
            "Похоже, это не роль, а о вас. Тренировка остановлена, эти слова никуда не ушли, и никто о них не узнает.\n\nЕсли сейчас тяжело, \
             есть люди, которым можно позвонить:\n{}\n\nМожно сделать паузу. Вернуться в роль можно, когда захотите.",
            contacts
        ),
        Text::StillOutside => html!("Мы сейчас вне роли: клиенту это не отправлено. Вернуться можно кнопкой."),
        Text::AnswerWaits => html!("Ответ клиента сохранён и подождёт, пока вы не вернётесь."),
        Text::AskEnd { lines, short: true } => html!(
            "Сказано реплик: {}. Разбор делается от {}. Если закончить сейчас, разбора не будет, а звёзды вернутся.",
            lines,
            MIN_CHARGED_LINES
        ),
        Text::AskEnd { lines, short: false } => {
            html!("Сказано реплик: {}. Закончить беседу и перейти к разбору? Вернуться к ней потом будет нельзя.", lines)
        }
        Text::TooShort => html!("Беседа закончена без разбора, звёзды возвращены. Новую тренировку можно начать из Pro."),
        Text::Ended { lines } => html!("🏁 Беседа закончена, реплик: {}.", lines),
        Text::Debriefing => html!("⏳ Готовлю разбор. Обычно это до минуты; чат можно закрыть."),
        Text::NoTraining => html!("Законченных тренировок пока нет. Профиль появится после первого разбора."),
        Text::Profile { profile, sessions } => self::profile(profile, sessions),
        Text::PictureCaption => html!("TSI по тренировкам и доли сигналов"),
        Text::Stuck(Task::Reading) => {
            html!("Сейчас материал прочитать не удалось. Он сохранён, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Stuck(Task::Client) => {
            html!("Сейчас собрать клиента не удалось. Материал сохранён, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Stuck(Task::Debrief) => {
            html!("Сейчас сделать разбор не удалось. Беседа сохранена, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Frame(OwnText::Danger { category, level, contacts }) => {
            let what = danger(category, RU);
            let head = match level {
                DangerLevel::Urgent => html!("<b>⚠️ Сначала безопасность: {}</b>", what),
                DangerLevel::Elevated => html!("<b>Сначала безопасность: {}</b>", what),
            };
            head.paragraph(&html!(
                "Такие слова есть в материале о вашем клиенте. Прежде тренировки это выясняют прямым вопросом.\n\n• Спросите клиента прямо о \
                 мыслях, намерении, средствах и о том, кто рядом.\n• Если опасность сейчас, не оставляйте клиента без помощи:\n{}\n\nИнструмент не \
                 оценивает опасность, и отсутствие такой отметки ничего не значит.",
                contacts
            ))
        }
        Text::Frame(OwnText::ChooseEarlier) => {
            html!("<b>Прежние результаты кейса</b>\n\nБез отметки они не учитываются. Отмеченные войдут в материал для клиента.")
        }
        Text::Frame(OwnText::Done) => html!("Готово. Разбор сохранён в кейсе, файлы выше. Новая тренировка запускается из Pro."),
        Text::Frame(OwnText::File(FileKind::Docx)) => html!("Разбор, DOCX"),
        Text::Frame(OwnText::File(FileKind::Json)) => html!("Данные, JSON"),
        Text::Frame(OwnText::File(FileKind::Course)) => html!("Ход беседы, PNG"),
        Text::Frame(OwnText::File(FileKind::Txt | FileKind::Profile | FileKind::Portrait | FileKind::Board)) => html!("Разбор, TXT"),
        Text::Frame(OwnText::TellReady { label }) => html!("Разбор тренировки готов: «{}».", label),
        Text::Frame(OwnText::AskCancel) => html!("Отменить тренировку? Беседа не сохранится, разбора не будет, удержанные звёзды вернутся."),
        Text::Frame(OwnText::Over(Ending::Done)) => html!("Эта тренировка закончена, разбор в кейсе. Новая запускается из Pro."),
        Text::Frame(OwnText::Over(Ending::GivenUp)) => html!("Тренировка отменена, звёзды возвращены. Новую можно начать из Pro."),
        Text::Frame(OwnText::Over(Ending::Closed)) => html!("Эта тренировка закрыта, ничего не списано. Новую можно начать из Pro."),
        Text::Frame(OwnText::Over(Ending::Expired)) => {
            html!("Время этой тренировки вышло, ничего не списано. Новую можно начать из Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Failed)) => {
            html!("Тренировка не получилась по нашей вине, ничего не списано. Новую можно начать из Pro.")
        }
        Text::Frame(OwnText::Busy) => {
            html!("Сейчас здесь идёт другая тренировка, и она пропала бы. Закончите или отмените её, потом откройте новую ссылку.")
        }
        Text::Frame(OwnText::OpenAgain) => html!("Прошлая тренировка закончилась. Откройте ссылку ещё раз."),
        Text::Frame(OwnText::TooFewStars(offer)) => html!(
            "Тренировка стоит {} ★, свободно {} ★. Пополните баланс в Pro и откройте ссылку ещё раз: она действует.",
            offer.price.0,
            offer.available.0
        ),
        Text::Frame(OwnText::Privacy) => html!(
            "Беседа хранится зашифрованной вместе с кейсом, материал своего клиента забывается после вашего «да». Клиента озвучивает модель \
             компании Anthropic (США), без имён и номеров. Подробности: /privacy в Pro."
        ),
        Text::Frame(OwnText::YourData) => html!("Выгрузить или удалить данные кейса можно в Pro. Отменить эту тренировку: /cancel."),
        Text::Frame(OwnText::Money) => {
            html!("Звёзды удержаны с открытия ссылки и спишутся, только когда разбор готов. Баланс и вопросы об оплате в Pro.")
        }
        Text::Frame(OwnText::InPro) => html!("Это делается в Pro. Здесь идёт тренировка."),
        Text::Help(stage) => help(stage),
    }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Training => "Тренировка",
        Mode::Practice => "Практика",
    }
}

fn card(case: &Case) -> Html {
    let who = match case.client.gender {
        Gender::F => "женщина",
        Gender::M => "мужчина",
    };
    html!(
        "<b>{}</b> {}\n{}, {}. Запрос: {}\nСложность кейса CCI {}",
        case.title.as_str(),
        dots(case.difficulty),
        who,
        case.client.age,
        case.client.request.as_str(),
        complexity(case)
    )
}

fn own_facts(case: &Case) -> Html {
    let facts = case
        .client
        .facts
        .iter()
        .fold(html!("<b>Что о нём известно</b>"), |html, fact| html.line(&html!("• {}", shorten(fact, 300))));
    facts.paragraph(&html!("<b>Первые слова</b>\n{}", shorten(&case.opening, 600)))
}

fn state(snapshot: &Snapshot) -> Html {
    let head =
        html!("Состояние: {}. Клиент сейчас здесь: {}.", words::state(snapshot.state, RU), words::layer(snapshot.active, RU));
    variables(head, snapshot, RU)
}

fn hint(hint: &Hint) -> Html {
    let why = match hint.reason {
        Reason::Alarm => "Клиенту слишком: прежде содержания нужна опора.",
        Reason::NoAccess => "Думать клиенту сейчас трудно, слова почти не доходят.",
        Reason::Rupture => "Последняя реплика стоила контакта. Сначала восстановить его.",
        Reason::NoContactYet => "Контакт ещё не держится сам: доверия мало.",
        Reason::FindFocus => "Контакт есть, фокуса ещё нет.",
        Reason::Work => "Работа идёт.",
        Reason::Close => "Задуманное сделано: можно завершать.",
    };
    let what = match hint.class {
        Fit::StabilizesL0 => "Медленнее и короче; помочь телу опереться на то, что есть здесь и сейчас.",
        Fit::Matches => "Назвать то, чем клиент занят сейчас, его словами, и подождать.",
        Fit::Ahead | Fit::IgnoresDominant | Fit::TightensControl | Fit::Escalates => "Побыть с тем, что клиент уже сказал.",
    };
    let mut html = html!("💡 {}\n{}\nСлой: {}.", why, what, words::layer(hint.layer, RU));
    if let Some(ask) = hint.ask {
        html = html.line(&html!(
            "В словах клиента есть знак опасности. Ещё не прозвучало: {}. Это не ждёт удобной минуты.",
            words::enquiry(ask, RU)
        ));
    }
    html
}

fn profile(profile: &Profile, sessions: usize) -> Html {
    let mut html = html!("<b>Профиль тренировок</b>\n\nТренировок: {}. TSI: {}.", sessions, latest(profile));
    html = html.line(&html!(
        "{}",
        match profile.direction {
            Direction::TooEarly => "О направлении говорить рано: нужно хотя бы четыре тренировки.",
            Direction::Rising => "Устойчивость растёт.",
            Direction::Falling => "Устойчивость снижается: может быть, клиенты стали труднее.",
            Direction::Steady => "Устойчивость ровная.",
        }
    ));
    if let Some(signals) = profile.signal_shares {
        html = html.line(&html!("Сигналы: {}", shares(signals)));
    }
    if !profile.weak_classes.is_empty() {
        let weak: Vec<&str> = profile.weak_classes.iter().map(|class| words::fit(*class, RU)).collect();
        html = html.line(&html!("Чаще не подходит реплика, которая {}.", weak.join("; ")));
    }
    let [signed, asked] = profile.danger_asked;
    if signed > 0 {
        html = html.line(&html!("Знак опасности был в {} из них; прямо спросили в {}.", signed, asked));
    }
    if let Some(case) = profile.next_case.as_ref().and_then(find) {
        html = html.line(&html!("Следующим подойдёт: {}.", case.title.as_str()));
    }
    html.paragraph(&html!("<i>Числа описывают беседы, а не специалиста.</i>"))
}

fn help(stage: Stage) -> Html {
    match stage {
        Stage::Mode | Stage::Clients | Stage::Goal => {
            html!("Выберите кнопкой: режим, клиента, цель. Потом пишите, как сказали бы клиенту.")
        }
        Stage::Collecting => {
            html!("Пришлите записи или документы TXT, DOCX, PDF. Когда всё здесь, соберите клиента кнопкой. Отменить: /cancel.")
        }
        Stage::Reading | Stage::Making | Stage::Debriefing => html!("Сейчас работа идёт сама. Отменить: /cancel."),
        Stage::Confirming => html!("Сверьте, не узнать ли в клиенте живого человека. Если узнаётся, напишите, что изменить."),
        Stage::Active => html!(
            "Пишите, как сказали бы клиенту. К любой реплике можно вернуться; закончить можно кнопкой «Завершить», тогда будет разбор. Отменить без \
             разбора: /cancel. Если тяжело вам самим: /sos."
        ),
        Stage::Answering => html!("Клиент отвечает. Написанное сейчас сохранится и подождёт."),
        Stage::Stuck(_) => html!("Всё сохранено. Нажмите «Попробовать ещё раз» или отмените: /cancel."),
    }
}

/// Every key.
pub(super) fn label(label: &Label<'_>) -> String {
    match *label {
        Label::Mode(Mode::Training) => "🎓 Тренировка".into(),
        Label::Mode(Mode::Practice) => "🎧 Практика".into(),
        Label::Client { title, difficulty, suits } => client_label(title, difficulty, suits),
        Label::Own => "🗂 Свой клиент".into(),
        Label::Make => "✅ Собрать клиента".into(),
        Label::Earlier(0) => "📚 Включить прежние результаты".into(),
        Label::Earlier(count) => format!("📚 Прежние результаты: {count}"),
        Label::Library => "Клиенты из библиотеки".into(),
        Label::Accept => "✅ Никого не узнать, начинаем".into(),
        Label::MakeAnew => "🔄 Собрать заново".into(),
        Label::Goal(goal) => goal_label(goal, RU),
        Label::Hint => "💡 Подсказка".into(),
        Label::Now => "📊 Состояние".into(),
        Label::Lines => "↩️ Вернуться к реплике".into(),
        Label::Line(line) => line_label(&line),
        Label::Older => "Раньше".into(),
        Label::Pause => "⏸ Пауза".into(),
        Label::End => "🏁 Завершить".into(),
        Label::EndYes { short: true } => "Закончить без разбора".into(),
        Label::EndYes { short: false } => "Да, к разбору".into(),
        Label::SayUnsaid(words) => format!("💬 Сказать: {}", shorten(words, 30)),
        Label::IntoRole => "🎭 Вернуться в роль".into(),
        Label::ItWasALine => "💬 Это была реплика".into(),
        Label::Profile => "📈 Профиль".into(),
        Label::Picture => "🖼 Картинкой".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::NothingYet => "Сначала пришлите записи или включите прежние результаты.",
        Toast::MadeOften => {
            "Из этого материала клиент собран уже пять раз. Измените материал или возьмите клиента из библиотеки."
        }
        Toast::PictureComes => "Рисую, сейчас пришлю.",
    }
}
