//! Russian.
use bot_kit::{ConsentScope, Html, html, plural_ru};
use domain::{DangerCategory, DangerLevel};

use super::{Label, Opening, Text, Toast, moment, numbered, tick};
use crate::collected::{HomeSafety, LifeThoughts};

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::NoLink => html!(
            "Здравствуйте. Это Screen: автоматическая анкета перед первой встречей со специалистом. Здесь отвечает не человек, и это не экстренная помощь.\n\nЧтобы начать, откройте ссылку, которую прислал ваш специалист. Если ссылки нет, попросите её у специалиста."
        ),
        Text::OwnLink => {
            html!("Эта ссылка для вашего клиента. Перешлите её клиенту: вы её не использовали, она по-прежнему действует.")
        }
        Text::LinkTaken => html!("Эту ссылку уже открыли из другого аккаунта. Попросите у специалиста новую."),
        Text::LinkUnavailable => html!("Эта ссылка не действует. Попросите у специалиста новую."),
        Text::Blocked => html!("Доступ к PsycheOS сейчас закрыт. Если это неожиданно, напишите администратору."),
        Text::TooManyTries => html!("Слишком много попыток подряд. Подождите десять минут и откройте ссылку ещё раз."),
        Text::PortraitFrom { name, letter: true } => {
            html!("{} делится с вами письмом о том, что вы вместе обсуждаете. Его удобно обсудить на встрече.", name)
        }
        Text::PortraitFrom { name, letter: false } => {
            html!("{} делится с вами портретом по вашей анкете. Его удобно обсудить на встрече.", name)
        }
        Text::PortraitNote { letter: true } => html!(
            "<i>Это предположения, не диагноз и не оценка. Что-то может не совпасть с вами: скажите об этом специалисту. Сюда специалист не \
             смотрит и не отвечает.</i>"
        ),
        Text::PortraitNote { letter: false } => html!(
            "<i>Это наблюдения по вашим ответам, не диагноз и не оценка. Что-то может не совпасть с вами: скажите об этом специалисту. \
             Сюда специалист не смотрит и не отвечает.</i>"
        ),
        Text::Unfinished => html!(
            "Вы начали анкету и остановились. Ответы сохранены: продолжить можно с того же места. Если не хочется, делать ничего не нужно; \
             удалить ответы: /stop."
        ),
        Text::Resumed => html!("С возвращением. Продолжим с того места, где вы остановились."),
        Text::ConsentGiven { ai: true } => html!("<b>Вы согласились, в том числе на обработку ИИ за рубежом.</b>"),
        Text::ConsentGiven { ai: false } => html!("<b>Вы согласились, без обработки ИИ за рубежом.</b>"),
        Text::Question { number, left, question, options } => {
            let progress = match left {
                0 => html!("<i>Вопрос {}, вопросов почти не осталось</i>", number),
                left => html!("<i>Вопрос {}, осталось примерно {}</i>", number, left),
            };
            let question = html!("<b>{}</b>", question);
            progress.paragraph(&question).paragraph(&numbered(options)).paragraph(&html!("Отметьте всё, что подходит."))
        }
        Text::QuestionHint => {
            html!(
                "Спасибо. Здесь я понимаю только кнопки: отметьте номера и нажмите «Дальше». Написать своими словами можно будет в конце."
            )
        }
        Text::ConsentHint => html!("Здесь я понимаю только кнопки под текстом ниже."),
        Text::ClosingHint => html!("Здесь я понимаю только кнопки. Написать своими словами можно будет на следующем шаге."),
        Text::MediaHint => {
            html!("Я читаю только кнопки и текст. Фото, файлы и голосовые сообщения никто не увидит.")
        }
        Text::Thoughts => html!(
            "Почти всё. Осталось два вопроса о безопасности: их задают всем, и на них можно не отвечать.\n\n<b>Бывают ли у вас мысли о том, чтобы не жить, или о том, чтобы причинить себе вред?</b>"
        ),
        Text::Home => html!("<b>Безопасно ли вам дома?</b>"),
        Text::AnswerKept => html!("Ответ записан."),
        Text::OwnWords => html!(
            "<b>Хотите, чтобы специалист узнал что-то ещё?</b>\n\nНапишите одним сообщением, до 2000 знаков, или пропустите."
        ),
        Text::WordsTooLong { chars } => html!(
            "Получилось {} {}, а помещается 2000. Сократите, пожалуйста, и отправьте ещё раз. Этот текст не сохранён.",
            chars,
            plural_ru(i64::try_from(chars).unwrap_or(i64::MAX), "знак", "знака", "знаков")
        ),
        Text::Done => html!(
            "Спасибо. Вы ответили на все вопросы, ответы сохранены.\n\nДальше по ним составляется отчёт для специалиста. Вы обсудите его вместе на встрече. Здесь больше ничего делать не нужно.\n\nПока отчёт не готов, ответы можно отозвать: /stop."
        ),
        Text::DoneReady => html!(
            "Анкета завершена, отчёт у вашего специалиста. Вы обсудите его вместе на встрече.\n\nЕсли хотите, чтобы отчёт удалили: /stop."
        ),
        Text::AnswersSaved => html!("Вы ответили на все вопросы, ответы сохранены. Здесь больше ничего делать не нужно."),
        Text::Declined => html!(
            "Хорошо. Анкеты не будет, и ничего, кроме отказа, не сохранено. Со специалистом можно встретиться и без неё.\n\nЕсли передумаете, попросите новую ссылку."
        ),
        Text::Underage { contacts } => html!(
            "Спасибо, что сказали. Эта анкета только для тех, кому есть 18 лет, поэтому здесь мы остановимся. Ничего, кроме этой отметки, не сохранено.\n\nЕсли нужно с кем-то поговорить, вот куда можно обратиться:\n{}\n\nСкажите об этом взрослому, которому доверяете.",
            contacts
        ),
        Text::Withdrawn => html!("Анкета отозвана, ответы удалены. Специалист узнает только то, что вы её отозвали."),
        Text::Closed => html!("Эта анкета закрыта. Если хотите пройти её, попросите у специалиста новую ссылку."),
        Text::Expired => html!("Срок этой ссылки истёк. Если хотите пройти анкету, попросите у специалиста новую."),
        Text::Failed => {
            html!("Анкета закрыта: отчёт составить не получилось, и это не из-за вас. Что делать дальше, скажет специалист.")
        }
        Text::Paused => html!("Хорошо, пауза. Всё сохранено, продолжить можно в любое время: кнопкой ниже или по той же ссылке."),
        Text::Cancel => html!("Ничего не потеряно. Можно продолжить, сделать паузу или остановиться совсем."),
        Text::StopAsked { begun: true } => {
            html!("Остановить анкету? Ответы будут удалены. Специалист узнает только то, что вы её отозвали.")
        }
        Text::StopAsked { begun: false } => html!("Отказаться от анкеты? Ничего, кроме отказа, не сохранится."),
        Text::ErasureOffer => {
            html!("Отчёт уже у вашего специалиста, и удалить его может он. Я могу передать, что вы об этом просите.")
        }
        Text::ErasureAsked => html!("Просьба отправлена специалисту. Если ответа нет, напишите специалисту сами."),
        Text::NothingGoing => html!("Сейчас анкета не идёт: останавливать нечего."),
        Text::Help => html!(
            "Это автоматическая анкета перед встречей со специалистом. Отмечайте номера и нажимайте «Дальше»; любой вопрос можно пропустить. Ответы никто не читает в реальном времени.\n\n/pause: сделать паузу\n/stop: остановиться и удалить ответы\n/privacy: что хранится и кто это читает\n/sos: помощь сейчас\n\nВопросы о самой анкете задайте специалисту, который прислал ссылку."
        ),
        Text::Privacy => html!(
            "<b>Что хранится:</b> ваши ответы, отчёт по ним, согласие и время. Всё зашифровано, имени в ответах нет.\n<b>Кто читает:</b> только специалист, который прислал ссылку. При признаках опасности ему уходит уведомление без ваших слов.\n<b>Сколько:</b> незаконченная анкета 30 дней; отчёт до 12 месяцев после окончания работы; запись о согласии 3 года.\n<b>Как удалить:</b> /stop. Копия ответов: /export.\n\nСообщения в Telegram сквозным шифрованием не защищены: их можно удалить из чата."
        ),
        Text::OwnCopy { granted_at, document, abroad } => html!(
            "<b>Ваши ответы</b>\n\nВы согласились {} (текст согласия {}): хранить данные о здоровье и передать ответы специалисту; ИИ за рубежом — {}. Удалить ответы: /stop.\n\nДальше всё, что вы ответили.",
            moment(granted_at),
            document,
            if abroad { "да" } else { "нет" }
        ),
        Text::NoneOfThese => html!("ничего не подошло"),
        Text::Passed => html!("пропущено"),
        Text::NothingKept => {
            html!("Ответов здесь нет, удалять нечего. Хранится только отметка, чем закончилась анкета, если она была.")
        }
        Text::Free => html!("Для вас анкета бесплатна: здесь ничего не продаётся и не списывается."),
        Text::NotHere => html!("Такой команды здесь нет. Что есть: /help."),
        Text::Danger { opening, level, notified, contacts } => danger(opening, level, notified, contacts),
        Text::TellDanger { label, category, level, at } => html!(
            "<b>Сигнал опасности</b>\nКейс: {}\nО чём: {}\n{}\nКогда: {}\n\nЭто автоматический признак, а не оценка риска. Свяжитесь с клиентом. Нажмите «Принято», чтобы подтвердить, что вы это видели.",
            label,
            category_words(category),
            match level {
                DangerLevel::Urgent => html!("<b>Срочно</b>"),
                DangerLevel::Elevated => html!("Требует внимания"),
            },
            moment(at)
        ),
        Text::TellDeclined { label } => html!("Клиент отказался от анкеты. Кейс: {}", label),
        Text::TellWithdrawn { label } => html!("Клиент отозвал анкету, ответы удалены. Кейс: {}", label),
        Text::TellErasure { label } => {
            html!("Клиент просит удалить отчёт по анкете. Удалить можно вместе с кейсом. Кейс: {}", label)
        }
        Text::TellReady { label } => html!("Отчёт по анкете готов. Кейс: {}", label),
        Text::TellFailed { label } => {
            html!("Отчёт по анкете составить не получилось. Звёзды за него не списаны. Кейс: {}", label)
        }
    }
}

fn danger(opening: Opening, level: DangerLevel, notified: bool, contacts: &Html) -> Html {
    let first = match (opening, level) {
        (Opening::Asked, _) => html!("Хорошо, что вы попросили о помощи. Вы не обязаны справляться с этим в одиночку."),
        (Opening::Answered, DangerLevel::Urgent) => {
            html!("Спасибо, что сказали об этом. Это важно. Вы не обязаны справляться с этим в одиночку.")
        }
        (Opening::Answered, DangerLevel::Elevated) => {
            html!("Спасибо, что поделились. О таком бывает нелегко говорить, и об этом можно поговорить с человеком.")
        }
    };
    let told = if notified {
        html!("Специалисту отправлено уведомление. Этот чат никто не читает в реальном времени, поэтому не ждите ответа здесь.")
    } else {
        html!("Этот чат никто не читает, и уведомить отсюда некого. Поэтому не ждите ответа здесь.")
    };
    let call = match level {
        DangerLevel::Urgent => html!("<b>Если опасность сейчас: звоните, идите к людям рядом.</b>"),
        DangerLevel::Elevated => html!("Если станет тяжело или появится опасность: звоните, идите к людям рядом."),
    };
    first.paragraph(&told).paragraph(&call).line(contacts)
}

fn category_words(category: DangerCategory) -> &'static str {
    match category {
        DangerCategory::Suicide => "мысли о смерти или самоубийстве",
        DangerCategory::SelfHarm => "вред себе",
        DangerCategory::ViolenceToOthers => "вред другим",
        DangerCategory::AbuseNow => "насилие или небезопасность рядом",
        DangerCategory::Psychosis => "голоса или утрата связи с реальностью",
        DangerCategory::Overdose => "передозировка или отмена вещества",
        DangerCategory::MinorInDanger => "опасность для ребёнка",
        DangerCategory::AskedForHelp => "клиент попросил о помощи, причина не названа",
    }
}

/// Every label.
pub(super) fn label(label: Label) -> String {
    match label {
        Label::HelpNow => "Мне нужна помощь сейчас".into(),
        Label::Continue => "Продолжить".into(),
        Label::Pause => "Пауза".into(),
        Label::Stop => "Остановиться".into(),
        Label::Scope(ConsentScope::HealthData, on) => format!("{} Хранить данные о здоровье", tick(on)),
        Label::Scope(ConsentScope::PassToSpecialist, on) => format!("{} Передать ответы специалисту", tick(on)),
        Label::Scope(ConsentScope::AiAbroad, on) => format!("{} ИИ за рубежом (по желанию)", tick(on)),
        Label::Agree => "Согласиться и начать".into(),
        Label::Decline => "Отказаться".into(),
        Label::Underage => "Мне меньше 18".into(),
        Label::Tick(number, on) => format!("{} {number}", tick(on)),
        Label::NoneFits(on) => format!("{} Ничего не подходит", tick(on)),
        Label::Skip => "Пропустить".into(),
        Label::Back => "← Назад".into(),
        Label::Next => "Дальше".into(),
        Label::Thoughts(LifeThoughts::Never) => "Никогда".into(),
        Label::Thoughts(LifeThoughts::Past) => "Были раньше".into(),
        Label::Thoughts(LifeThoughts::Recently) => "Недавно".into(),
        Label::Thoughts(LifeThoughts::Now) => "Сейчас".into(),
        Label::Thoughts(LifeThoughts::NoAnswer) | Label::Home(HomeSafety::NoAnswer) => "Не хочу отвечать".into(),
        Label::Home(HomeSafety::Safe) => "Да, безопасно".into(),
        Label::Home(HomeSafety::NotAlways) => "Не всегда".into(),
        Label::Home(HomeSafety::NotNow) => "Сейчас нет".into(),
        Label::NoWords => "Пропустить и закончить".into(),
        Label::Withdraw => "Да, остановить".into(),
        Label::AskErasure => "Попросить удалить отчёт".into(),
        Label::Acknowledge => "Принято".into(),
        Label::OpenCase => "Открыть кейс".into(),
        Label::OpenResult => "Открыть отчёт".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::Stale => "Эта кнопка устарела.",
        Toast::TickFirst => "Отметьте хотя бы один номер или «Ничего не подходит». Вопрос можно и пропустить.",
        Toast::TwoNeeded => "Чтобы начать, нужны первые два пункта. Третий по желанию.",
        Toast::LookAgain => "Отметки изменились. Посмотрите, пожалуйста, ещё раз.",
    }
}
