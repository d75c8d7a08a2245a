//! Russian.
use bot_kit::{CaseCard, FileKind, Html, ResultCard, Screening, html, plural_ru, shorten};
use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::{DangerLevel, Locale, ServiceId, Stars, artifact::Artifact, resources};

use super::{COUNTRIES, Label, Text, flag};

const MONTHS: [&str; 12] =
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];

pub(super) fn date(at: DateTime<Utc>) -> String {
    format!("{} {}", at.day(), MONTHS[at.month0() as usize % 12])
}

pub(super) fn moment(at: DateTime<Utc>) -> String {
    format!("{}, {:02}:{:02} UTC", date(at), at.hour(), at.minute())
}

fn days(n: u8) -> String {
    format!("{n} {}", plural_ru(i64::from(n), "день", "дня", "дней"))
}

pub(super) fn service(id: ServiceId) -> &'static str {
    match id {
        ServiceId::Screen => "Скрининг",
        ServiceId::Interpretator => "Интерпретатор",
        ServiceId::Conceptualizator => "Концептуализатор",
        ServiceId::Simulator => "Симулятор",
        ServiceId::ProGuide => "Гид",
    }
}

pub(super) fn text(text: &Text<'_>) -> Html {
    match text {
        Text::NotInvited => html!(
            "Здравствуйте! Это рабочий кабинет психолога.\n\nДоступ — по приглашению. Чтобы его получить, напишите тому, кто \
             рассказал вам о PsycheOS: администратор пришлёт ссылку."
        ),
        Text::BadInvitation => html!(
            "Это приглашение не подходит: оно использовано, отозвано или срок вышел.\n\nПопросите у администратора новую ссылку."
        ),
        Text::Welcome { name } => html!(
            "{}, добро пожаловать в PsycheOS.\n\nЗдесь вы ведёте кейсы, приглашаете клиентов на скрининг и получаете результаты. \
             Начните с нового кейса.",
            name
        ),
        Text::Hello { name: "" } => html!("Здравствуйте. Чем займёмся?"),
        Text::Hello { name } => html!("{}, здравствуйте. Чем займёмся?", name),
        Text::Blocked => html!("Доступ к PsycheOS сейчас закрыт. Если это неожиданно, напишите администратору."),
        Text::MainMenu => html!("<b>Главное меню</b>"),
        Text::Help => html!(
            "<b>Как всё устроено</b>\n\n1. Заведите кейс: код или псевдоним клиента, без имени и фамилии.\n2. В кейсе пригласите \
             клиента на скрининг и перешлите ему ссылку.\n3. Когда клиент ответит, сюда придёт результат: выводы, вопросы для \
             встречи, документ и профиль.\n\nВсё, что пишут инструменты, — гипотезы для проверки с клиентом, не диагноз.\n\n\
             /cases — кейсы, /new — новый кейс, /guide — спросить Гида, /balance — баланс, /settings — настройки, /cancel — отменить начатое, \
             /privacy — о данных, /sos — экстренные контакты."
        ),
        Text::HelpStranger => html!(
            "PsycheOS помогает психологам готовиться к встречам. Доступ — по приглашению администратора.\n\n/terms — условия, \
             /paysupport — вопросы об оплате, /privacy — о данных, /sos — экстренные контакты."
        ),
        Text::Terms => html!(
            "<b>Условия</b>\n\nPsycheOS — инструмент для специалистов. Он не ставит диагнозов и не заменяет встречу с клиентом.\n\n\
             Звёзды на балансе — оплата будущих результатов. Они удерживаются в начале, списываются только за готовый результат; \
             если результата нет, удержанное возвращается. Цена запоминается в начале. Неизрасходованное можно вернуть: /paysupport.\n\n\
             Клиента вы приглашаете сами и отвечаете за то, чтобы он знал, зачем."
        ),
        Text::PaySupport => html!(
            "<b>Вопросы об оплате</b>\n\nСписания без результата возвращаются на баланс сами. Каждое движение видно в истории: \
             /balance.\n\nЕсли звёзды оплачены, а на балансе их нет, или нужен возврат, напишите администратору, который вас \
             пригласил: дату и сумму. Вернуть можно то, что ещё не потрачено. Telegram вопросы об этих покупках не решает."
        ),
        Text::Privacy => html!(
            "<b>О данных</b>\n\nОтветы, отчёты и имена кейсов хранятся зашифрованными, у каждого кейса свой ключ. Удалив кейс, вы \
             уничтожаете ключ и всё содержание; остаются только суммы операций.\n\nКейсы видите только вы. Переписка с ботом в \
             Telegram не защищена сквозным шифрованием.\n\n/export — забрать всё, /delete_me — удалить учётную запись."
        ),
        Text::Sos { country } => html!("Если опасность есть сейчас, звоните и идите к людям рядом:")
            .line(&bot_kit::contact_lines(&resources::for_country(*country, Locale::Ru), Locale::Ru)),
        Text::MyData => html!(
            "<b>Мои данные</b>\n\nХранятся: кейсы с результатами, движения звёзд, настройки и числа тренировок. Содержание зашифровано. \
             Кейс в архиве удаляется через 12 месяцев, разборы тренировок — через 90 дней; журнал действий хранится 3 года, суммы — 5 лет.\n\n\
             Всё можно забрать одним архивом или удалить навсегда."
        ),
        Text::ArchiveComes => html!("Собираю архив, пришлю сюда. Наша копия живёт сутки."),
        Text::ArchiveCaption { part: _, of: 1 } => html!("Ваш архив. Внутри — README.txt о том, что где лежит."),
        Text::ArchiveCaption { part, of } => {
            html!("Ваш архив, часть {} из {}. В первой — README.txt о том, что где лежит.", part, of)
        }
        Text::ArchiveFailed => html!("Архив собрать не удалось. Попробуйте ещё раз; если повторится, напишите администратору."),
        Text::AskForgetMe { left, held } => html!(
            "<b>Удалить учётную запись?</b>\n\nНавсегда исчезнут все кейсы с содержанием, файлы, тренировки, ваше имя и адрес; открытые \
             приглашения и запуски закроются. Останутся только суммы без имени. Вернуть ничего будет нельзя.\n\n{}Сообщения в этом чате \
             удалите в Telegram сами.",
            match (left.0, held.0) {
                (0, 0) => html!(""),
                (left, held) => html!(
                    "На балансе {}. После удаления их не вернуть: если они оплачены и не потрачены, сначала напишите администратору \
                     (/paysupport).\n\n",
                    Stars(left + held)
                ),
            }
        ),
        Text::Forgotten => html!(
            "Учётная запись удалена вместе со всеми кейсами. Спасибо, что были с нами.\n\nЭто последнее сообщение: сами мы вам больше \
             не напишем."
        ),
        Text::UnknownCommand => html!("Такой команды нет. Все команды — в /help."),
        Text::CanceledNaming => html!("Отменено: новый кейс не заведён."),
        Text::CanceledRenaming => html!("Отменено: кейс называется по-прежнему."),
        Text::Canceled => html!("Отменено."),
        Text::NothingToCancel => html!("Отменять нечего."),
        Text::OnlyButtons => html!("Я понимаю кнопки и команды. Выберите, что сделать:"),
        Text::NeedsWords => html!("Здесь нужен текст: короткое обозначение кейса."),
        Text::NeedsAnswer => html!("Здесь нужен текст. Напишите его или нажмите кнопку."),
        Text::NotFound => html!("Этого здесь нет: возможно, оно удалено."),
        Text::EmptyPage => html!("На этой странице уже ничего нет."),
        Text::StaleButton => html!("Эта кнопка устарела."),
        Text::NoCases => html!("Кейсов пока нет."),
        Text::NoArchive => html!("Архив пуст."),
        Text::CasesPage { archived, page, pages } => {
            let title = if *archived { "Архив" } else { "Мои кейсы" };
            if *pages > 1 {
                html!("<b>{}</b> · страница {} из {}", title, *page, *pages)
            } else {
                html!("<b>{}</b>", title)
            }
        }
        Text::Case(case) => case_card(case),
        Text::AskLabel => html!(
            "<b>Новый кейс</b>\n\nКак его обозначить? До 64 знаков: код или псевдоним, например <b>К-014</b>. Имя и фамилию \
             лучше не писать."
        ),
        Text::AskNewLabel { label } => html!("Новое обозначение для «{}»? До 64 знаков, без имени и фамилии.", label),
        Text::BadLabel => html!("Нужно от 1 до 64 знаков. Попробуйте ещё раз."),
        Text::DoubtfulLabel { label } => html!(
            "«{}» похоже на имя или контакт. Безопаснее код или псевдоним: напишите другое обозначение — или оставьте это.",
            label
        ),
        Text::CaseOpened { label } => html!("Кейс «{}» заведён.", label),
        Text::Renamed { label } => html!("Теперь кейс называется «{}».", label),
        Text::Archived => html!("Кейс в архиве."),
        Text::Restored => html!("Кейс снова в работе."),
        Text::AskDelete(case) => html!(
            "Удалить кейс «{}»?\n\nБудет уничтожено всё содержание: ответы клиента, {}, файлы, открытые приглашения. Удержанные \
             звёзды вернутся. Вернуть кейс будет нельзя.",
            case.label,
            format!("{} {}", case.results, plural_ru(i64::from(case.results), "результат", "результата", "результатов"))
        ),
        Text::Deleted => html!("Кейс удалён вместе с содержанием."),
        Text::Screening(case) => screening(case),
        Text::ArchivedRefuses => html!("Кейс в архиве. Сначала верните его."),
        Text::ScreeningGoesOn => html!("Скрининг ещё идёт."),
        Text::ForwardLink { name, url } => html!(
            "Здравствуйте! {} приглашает вас ответить на вопросы перед встречей: 10–15 минут, кнопками, в своём темпе. Ответы \
             увидит только специалист.\n\n{}",
            name,
            url
        ),
        Text::ToolReady { service: id, label, price, expires_at } => html!(
            "<b>{}</b> · {}\n\nСтоит {} ★. Звёзды удержатся, когда вы откроете инструмент, и спишутся, только когда результат готов.\n\n\
             Ссылка ваша и действует до {}.",
            service(*id),
            label,
            price.0,
            moment(*expires_at)
        ),
        Text::ResultCame { service: id, label, danger: None } => html!("Готов результат: {}. Кейс: {}", service(*id), label),
        Text::ResultCame { service: id, label, danger: Some(level) } => html!(
            "<b>Сигнал опасности</b>\nКейс: {}\nОткуда: результат инструмента «{}»\n{}\n\nЭто автоматический признак, а не оценка риска. \
             Откройте результат и свяжитесь с клиентом. Нажмите «Принято», чтобы подтвердить, что вы это видели.",
            label,
            service(*id),
            match level {
                DangerLevel::Urgent => html!("<b>Срочно</b>"),
                DangerLevel::Elevated => html!("Требует внимания"),
            }
        ),
        Text::InvitationEnds { label, expires_at } => html!(
            "Приглашение на скрининг по кейсу «{}» ещё не открыто. Оно действует до {}; потом удержанные звёзды вернутся, и его можно \
             создать заново.",
            *label,
            moment(*expires_at)
        ),
        Text::NoOpenInvitation => html!("Открытого приглашения нет."),
        Text::CaseEnds { label, at } => html!(
            "Кейс «{}» почти год в архиве: {} он удалится вместе с содержанием. Если он ещё нужен, верните его или заберите архивом.",
            label,
            date(*at)
        ),
        Text::AskRevoke { reserved } => {
            html!("Отозвать приглашение? Ссылка перестанет открываться, удержанные {} вернутся.", *reserved)
        }
        Text::DangerSeen => html!("Отмечено, что вы это увидели. Напоминаний об этом больше не будет."),
        Text::SeenToast => html!("Принято."),
        Text::AlreadySeen => html!("Вы это уже отметили."),
        Text::NoResults => html!("Результатов пока нет."),
        Text::ResultsPage { label, page, pages } => {
            if *pages > 1 {
                html!("<b>Результаты</b> · {} · страница {} из {}", *label, *page, *pages)
            } else {
                html!("<b>Результаты</b> · {}", *label)
            }
        }
        Text::Result(result) => result_card(result),
        Text::FileCaption { kind, label } => html!("{} · {}", file(*kind), *label),
        Text::FileComes => html!("Файл сейчас придёт."),
        Text::PortraitHead { label, letter: true } => html!("<b>Письмо клиенту</b> · {}\n\nТак его прочтёт клиент:", *label),
        Text::PortraitHead { label, letter: false } => {
            html!("<b>Портрет для клиента</b> · {}\n\nТак его прочтёт клиент:", *label)
        }
        Text::PortraitState { released_at: Some(at), .. } => html!("<i>Отдан клиенту {}.</i>", moment(*at)),
        Text::PortraitState { released_at: None, reachable: true } => {
            html!("<i>Клиент этого ещё не видел. Прочитайте до конца; отдать можно один раз.</i>")
        }
        Text::PortraitState { released_at: None, reachable: false } => {
            html!("<i>Написать клиенту через бота уже нельзя. Документ можно передать самому.</i>")
        }
        Text::PortraitGiven { letter: true } => html!("Письмо отправлено клиенту."),
        Text::PortraitGiven { letter: false } => html!("Портрет отправлен клиенту."),
        Text::Rewriting => html!("Тексты пишутся заново. Прежний отчёт пока на месте."),
        Text::Rewritten { label } => html!("Отчёт по кейсу «{}» написан заново.", *label),
        Text::NotRewritten { label } => {
            html!("Отчёт по кейсу «{}» заново написать не получилось: модель сейчас недоступна. Прежний отчёт на месте.", *label)
        }
        Text::NoSuchFile => html!("Такого файла у этого результата нет."),
        Text::NoTraining => {
            html!("Законченных тренировок с виртуальным клиентом пока нет. Они запускаются из кейса: «Симулятор».")
        }
        Text::PictureComes => html!("Рисую, сейчас пришлю."),
        Text::Settings { country, notify } => html!(
            "<b>Настройки</b>\n\nСтрана (для экстренных контактов клиента): {}\nУведомления: {}. О признаках опасности сообщается \
             всегда.\n\nОбычный срок приглашения клиента:",
            chosen_country(*country),
            if *notify { "включены" } else { "выключены" }
        ),
        Text::AskCountry => html!("Какие экстренные контакты показывать вашим клиентам?"),
        Text::Admin => html!("<b>Управление</b>"),
        Text::SpecialistLink { url, uses, days: n } => html!(
            "Приглашение для специалистов: {}, действует {}.\n\n{}",
            format!("{uses} {}", plural_ru(i64::from(*uses), "человек", "человека", "человек")),
            days(*n),
            *url
        ),
    }
}

fn case_card(case: &CaseCard) -> Html {
    let mut out = html!(
        "<b>{}</b>{}\n\nЗаведён {}, последнее событие {}.",
        case.label,
        if case.archived { " · в архиве" } else { "" },
        date(case.created_at),
        moment(case.last_activity_at)
    );
    out = out.line(&html!("Скрининг: {}", status_line(&case.screening)));
    out
}

fn status_line(screening: &Screening) -> String {
    match screening {
        Screening::None => "не проводился".into(),
        Screening::Waiting { expires_at, .. } => format!("приглашение ждёт клиента до {}", moment(*expires_at)),
        Screening::Opened { at } => format!("клиент открыл ссылку {}, согласия ещё нет", moment(*at)),
        Screening::InProgress { phase: 4, .. } => "клиент отвечает на последние вопросы".into(),
        Screening::InProgress { phase, question } => format!("клиент отвечает: часть {phase}, отвечено вопросов {question}"),
        Screening::Writing => "ответы получены, отчёт пишется".into(),
        Screening::Done { at, .. } => format!("готов {}", moment(*at)),
        Screening::Expired => "срок приглашения вышел".into(),
        Screening::Revoked => "приглашение отозвано".into(),
        Screening::Declined => "клиент отказался".into(),
        Screening::Withdrawn => "клиент прервал и удалил ответы".into(),
        Screening::Failed => "отчёт написать не удалось, звёзды возвращены".into(),
    }
}

fn screening(case: &CaseCard) -> Html {
    let mut out = html!("<b>Скрининг</b> · {}\n\nСейчас: {}.", case.label, status_line(&case.screening));
    match &case.screening {
        Screening::Waiting { reserved, .. } => {
            out = out.paragraph(&if case.archived {
                html!("Удержано {}. Кейс в архиве: приглашение можно отозвать, и звёзды вернутся.", *reserved)
            } else {
                html!("Удержано {}. Перешлите клиенту сообщение со ссылкой.", *reserved)
            });
        }
        Screening::Opened { .. } | Screening::InProgress { .. } | Screening::Writing => {}
        Screening::None
        | Screening::Done { .. }
        | Screening::Expired
        | Screening::Revoked
        | Screening::Declined
        | Screening::Withdrawn
        | Screening::Failed => {
            if !case.archived {
                out = out.paragraph(&html!("Новое приглашение — на какой срок?"));
            }
        }
    }
    out
}

fn marker(name: &str, value: &str) -> Option<String> {
    let said = match (name, value) {
        ("mode", "exploration") => "режим: исследование",
        ("mode", "defense") => "режим: защита",
        ("mode", "power_saving") => "режим: сбережение сил",
        ("mode", "goal_pursuit") => "режим: движение к цели",
        ("mode", "social_alignment") => "режим: настройка на других",
        ("mode", "play") => "режим: игра",
        ("layer_hint", "L0") => "слой: энергия и тело",
        ("layer_hint", "L1") => "слой: рефлексы и автоматизмы",
        ("layer_hint", "L2") => "слой: оценка и аффект",
        ("layer_hint", "L3") => "слой: отношения и роли",
        ("layer_hint", "L4") => "слой: смысл и идентичность",
        ("uncertainty", "low") => "неопределённость: низкая",
        ("uncertainty", "medium") => "неопределённость: средняя",
        ("uncertainty", "high") => "неопределённость: высокая",
        _ => return None,
    };
    Some(said.to_owned())
}

fn result_card(result: &ResultCard) -> Html {
    let content: &Artifact = &result.content;
    let mut out =
        html!("<b>{}</b> · {} · {}", service(content.meta.service_id), result.case_label, date(content.meta.created_at));
    if !content.summary.risk_flags.is_empty() {
        let mut risks = html!("⚠️ <b>Сначала проверьте</b>");
        for flag in content.summary.risk_flags.iter().take(6) {
            risks = risks.line(&html!("• {}", shorten(flag, 250)));
        }
        out = out.paragraph(&risks);
    }
    out = out.paragraph(&html!("{}", shorten(&content.summary.one_liner, 300)));
    if !content.summary.resource_flags.is_empty() {
        out = out.paragraph(&html!("Опоры: {}", shorten(&content.summary.resource_flags.join("; "), 500)));
    }
    let markers: Vec<String> = content.markers.iter().filter_map(|m| marker(&m.name, &m.value)).take(6).collect();
    if !markers.is_empty() {
        out = out.paragraph(&html!("<i>{}</i>", markers.join(" · ")));
    }
    let mut questions: Vec<_> = content.questions_for_session.iter().collect();
    questions.sort_by_key(|question| question.priority);
    if !questions.is_empty() {
        let mut asked = html!("<b>Спросить на встрече</b>");
        for question in questions.iter().take(3) {
            asked = asked.line(&html!("• {}", shorten(&question.q, 300)));
        }
        out = out.paragraph(&asked);
    }
    out.paragraph(&match content.meta.service_id {
        ServiceId::Simulator => {
            html!("<i>Числа описывают беседу с вымышленным клиентом, а не специалиста. Полный разбор — в файлах.</i>")
        }
        ServiceId::Screen | ServiceId::Interpretator | ServiceId::Conceptualizator | ServiceId::ProGuide => {
            html!("<i>Это гипотезы для проверки с клиентом, не медицинское заключение. Полный текст — в файлах.</i>")
        }
    })
}

fn file(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Txt => "Текст",
        FileKind::Docx => "Документ",
        FileKind::Json => "Данные",
        FileKind::Profile => "Профиль",
        FileKind::Portrait => "Для клиента (документ)",
        FileKind::Board => "Доска",
        FileKind::Course => "Ход беседы",
    }
}

/// The country as it stands in the settings; a code we do not offer is shown as it is.
fn chosen_country(code: Option<&str>) -> String {
    match code {
        Some(code) => {
            COUNTRIES.iter().find(|known| known.as_slice() == code.as_bytes()).map_or(code, |known| country(known)).to_owned()
        }
        None => "не выбрана".to_owned(),
    }
}

fn country(code: &[u8; 2]) -> &'static str {
    match code {
        b"RU" => "Россия",
        b"BY" => "Беларусь",
        b"KZ" => "Казахстан",
        b"AM" => "Армения",
        b"GE" => "Грузия",
        b"IL" => "Израиль",
        b"DE" => "Германия",
        b"GB" => "Великобритания",
        b"US" => "США",
        _ => "Другая",
    }
}

pub(super) fn label(label: &Label<'_>) -> String {
    match label {
        Label::Menu => "🏠 Меню".into(),
        Label::Back => "← Назад".into(),
        Label::MyCases => "📂 Мои кейсы".into(),
        Label::NewCase => "➕ Новый кейс".into(),
        Label::Archive => "🗄 Архив".into(),
        Label::Balance => "⭐️ Баланс".into(),
        Label::Training => "📈 Тренировки".into(),
        Label::MyData => "🗂 Мои данные".into(),
        Label::Export => "📦 Забрать архивом".into(),
        Label::ExportAll => "📦 Забрать всё".into(),
        Label::ForgetMe => "Удалить учётную запись".into(),
        Label::ForgetMeYes => "Удалить навсегда".into(),
        Label::AsPicture => "🖼 Картинкой".into(),
        Label::Settings => "⚙️ Настройки".into(),
        Label::CaseLine { label, last: Some((id, at)) } => format!("{label} · {} {}", service(*id).to_lowercase(), date(*at)),
        Label::CaseLine { label, last: None } => (*label).to_owned(),
        Label::Screening => "📝 Скрининг".into(),
        Label::Tool(ServiceId::Interpretator) => "🌙 Интерпретатор".into(),
        Label::Tool(ServiceId::Conceptualizator) => "🧩 Концептуализатор".into(),
        Label::Tool(ServiceId::Simulator) => "🎭 Симулятор".into(),
        Label::Tool(id) => service(*id).into(),
        Label::OpenTool(id) => format!("Открыть: {}", service(*id)),
        Label::Results { count } => format!("📄 Результаты ({count})"),
        Label::Rename => "✏️ Имя".into(),
        Label::ToArchive => "🗄 В архив".into(),
        Label::Restore => "↩️ Вернуть".into(),
        Label::Delete => "🗑 Удалить".into(),
        Label::DeleteYes => "🗑 Да, удалить навсегда".into(),
        Label::BackToCases => "← К кейсам".into(),
        Label::BackToCase => "← К кейсу".into(),
        Label::OpenCase => "📂 Открыть кейс".into(),
        Label::KeepIt => "Всё равно оставить".into(),
        Label::InviteDays { days: n, usual } => format!("{}Пригласить на {}", if *usual { "✉️ " } else { "" }, days(*n)),
        Label::ShowLink => "🔗 Показать ссылку".into(),
        Label::CopyLink => "📋 Скопировать ссылку".into(),
        Label::Revoke => "✖️ Отозвать".into(),
        Label::RevokeYes => "✖️ Да, отозвать".into(),
        Label::Acknowledge => "Принято".into(),
        Label::OpenResult => "📄 Открыть результат".into(),
        Label::Portrait { letter: true } => "✉️ Письмо клиенту".into(),
        Label::Portrait { letter: false } => "👤 Портрет для клиента".into(),
        Label::GivePortrait => "✅ Отдать клиенту".into(),
        Label::Rewrite => "🔄 Написать заново".into(),
        Label::AllResults => "← Все результаты".into(),
        Label::ResultLine { service: id, at, line } => format!("{} {} · {line}", service(*id), date(*at)),
        Label::File(kind) => file(*kind).into(),
        Label::OtherLanguage => "🌐 English".into(),
        Label::Country => "📍 Страна".into(),
        Label::CountryName(code) => format!("{} {}", flag(code), country(code)),
        Label::OtherCountry => "Другая страна".into(),
        Label::Notify { on: true } => "🔔 Уведомления включены".into(),
        Label::Notify { on: false } => "🔕 Уведомления выключены".into(),
        Label::Days { days: n, chosen } => format!("{}{}", if *chosen { "✓ " } else { "" }, days(*n)),
        Label::InviteUses { uses, days: n } => format!("{uses} чел. · {}", days(*n)),
    }
}
