//! Russian.
use bot_kit::{Again, FailedQueue, Health, Html, InviteLine, WebhookLine, html, plural_ru, shorten};
use chrono::{DateTime, Utc};

use super::{CareLabel, CareText};
use crate::texts::ru::{date, moment};

fn people(count: u32) -> String {
    format!("{count} {}", plural_ru(i64::from(count), "человек", "человека", "человек"))
}

fn days(count: u8) -> String {
    format!("{count} {}", plural_ru(i64::from(count), "день", "дня", "дней"))
}

/// Seconds, roughly.
fn span(secs: u64) -> String {
    match secs {
        0..60 => format!("{secs} с"),
        60..7200 => format!("{} мин", secs / 60),
        _ => format!("{} ч", secs / 3600),
    }
}

const fn queue(queue: FailedQueue) -> &'static str {
    match queue {
        FailedQueue::Jobs => "Задания",
        FailedQueue::Messages => "Сообщения",
        FailedQueue::Updates => "Обновления",
    }
}

pub(super) fn text(text: &CareText<'_>) -> Html {
    match text {
        CareText::Invites { page, pages } if *pages > 1 => html!("<b>Приглашения</b> · страница {} из {}", *page, *pages),
        CareText::Invites { .. } => {
            html!("<b>Приглашения</b>\n\nНовое: сколько человек и на какой срок, или своими словами с заметкой.")
        }
        CareText::NoInvites => html!("<b>Приглашения</b>\n\nПока ни одного. Сколько человек пригласить и на какой срок?"),
        CareText::AskInvite => html!(
            "Сколько человек (1–50), на сколько дней (1–30) и для кого? Например: 5 14 Группа в Казани\n\nЗаметку увидят только \
             администраторы."
        ),
        CareText::BadInvite => {
            html!("Нужны два числа и заметка: человек от 1 до 50, дней от 1 до 30. Например: 5 14 Группа в Казани")
        }
        CareText::ConfirmInvite { uses, days: n, note } => {
            html!("Приглашение: {}, действует {}.\n\nЗаметка: {}\n\nСделать?", people(u32::from(*uses)), days(*n), *note)
        }
        CareText::Invite { line, now } => invite(line, *now),
        CareText::InviteRevoked => html!("Приглашение отозвано: по ссылке больше никто не войдёт."),
        CareText::AskBlock { member, on: true } => html!(
            "Закрыть доступ специалисту {}?\n\nВо всех ботах он увидит одну фразу. Кейсы, результаты и баланс сохранятся; доступ можно \
             открыть снова.",
            member.full_name
        ),
        CareText::AskBlock { member, on: false } => html!("Открыть доступ специалисту {}?", member.full_name),
        CareText::Blocked { member, on: true } => html!("Доступ закрыт: {}.", member.full_name),
        CareText::Blocked { member, on: false } => html!("Доступ открыт: {}.", member.full_name),
        CareText::Health { health: found, now, drafts } => health(found, *now, *drafts),
        CareText::Failed { queue: of, page, pages } if *pages > 1 => {
            html!("<b>{}, которые не получились</b> · страница {} из {}", queue(*of), *page, *pages)
        }
        CareText::Failed { queue: of, .. } => html!("<b>{}, которые не получились</b>", queue(*of)),
        CareText::NothingFailed(of) => html!("<b>{}</b>\n\nЗдесь всё получилось.", queue(*of)),
        CareText::FailedOne(line) => {
            let mut out = html!(
                "<b>{}</b> · {}{}\n\nПочему: {}\nКогда: {}",
                queue(line.id.queue()),
                line.kind.as_str(),
                line.bot.map_or(String::new(), |bot| format!(" · {bot}")),
                line.why.as_str(),
                moment(line.at)
            );
            if line.uncertain {
                out = out.paragraph(&html!("Сообщение могло дойти: повтор может прийти вторым."));
            }
            out.paragraph(&match (line.again, line.id.queue()) {
                (Again::Yes, FailedQueue::Jobs) => {
                    html!("Можно выполнить снова. Если за него держатся звёзды, они ещё удержаны.")
                }
                (Again::Yes, FailedQueue::Messages) => html!("Можно отправить снова; оно придёт позже тех, что уже ушли."),
                (Again::Yes, FailedQueue::Updates) => {
                    html!("Можно обработать снова, как будто оно пришло сейчас: по нынешнему месту в разговоре.")
                }
                (why, _) => refused(why),
            })
        }
        CareText::Refused(why) => refused(*why),
        CareText::TriedAgain(FailedQueue::Jobs) => html!("Задание снова в очереди."),
        CareText::TriedAgain(FailedQueue::Messages) => html!("Сообщение снова в очереди."),
        CareText::TriedAgain(FailedQueue::Updates) => html!("Обновление обработается через несколько секунд."),
        CareText::Discarded => html!("Отброшено; содержание забыто."),
        CareText::AskAnnouncement => {
            html!("Текст для всех специалистов, одним сообщением до 3500 знаков. Сначала покажу, как он будет выглядеть.")
        }
        CareText::BadAnnouncement => html!("Нужен текст от 1 до 3500 знаков."),
        CareText::Nobody => html!("Сейчас такое сообщение никто не получит."),
        CareText::ConfirmAnnouncement(audience) => html!(
            "Так увидят это сообщение. Получат: {}. Не получат (выключили уведомления или закрыли бота): {}.\n\nРазослать?",
            people(audience.reached),
            people(audience.left_out)
        ),
        CareText::Announced(audience) => {
            html!("Рассылаю: {}. Сообщения идут последними, чтобы никого не задержать.", people(audience.reached))
        }
        CareText::AnnouncementQueued { count } => html!("Рассылка в очереди целиком: {}.", people(*count)),
    }
}

fn refused(why: Again) -> Html {
    match why {
        Again::Yes | Again::Gone => html!("Среди того, что не получилось, этого уже нет."),
        Again::NoContent => html!("Повторить нельзя: содержание уже забыто. Остаётся отбросить."),
        Again::RunOver => {
            html!("Повторить нельзя: запуск закончен, удержанное возвращено. Нужен новый запуск; это можно отбросить.")
        }
        Again::NoReserve => {
            html!("Повторить нельзя: за него больше не держатся звёзды, а без них результат не списать. Нужен новый запуск.")
        }
        Again::TooLate => html!("Повторить нельзя: его время прошло. Остаётся отбросить."),
        Again::Unreachable => html!("Повторить нельзя: человек закрыл бота. Когда он вернётся, можно будет."),
    }
}

fn state(line: &InviteLine, now: DateTime<Utc>) -> String {
    if line.revoked {
        "отозвано".into()
    } else if line.used >= line.uses {
        "использовано".into()
    } else if line.expires_at <= now {
        "срок вышел".into()
    } else {
        format!("до {}", date(line.expires_at))
    }
}

fn invite(line: &InviteLine, now: DateTime<Utc>) -> Html {
    let mut out = html!("<b>Приглашение</b>");
    if let Some(note) = &line.note {
        out = out.then(&html!(" · {}", note.as_str()));
    }
    out.paragraph(&html!("Вошли: {} из {}\nСостояние: {}", line.used, line.uses, state(line, now)))
        .paragraph(&html!("Ссылка показывается один раз, когда приглашение сделано."))
}

fn health(found: &Health, now: DateTime<Utc>, drafts: bool) -> Html {
    let mut out = html!(
        "<b>Состояние</b>\n\nЗадания: ждут {}, в работе {}, самое давнее ждёт {}\nСообщения: ждут {}, самое давнее ждёт {}\nОтказов 429 за \
         час: {}\n\n<b>Вебхуки</b>",
        found.jobs_waiting,
        found.jobs_running,
        span(found.jobs_oldest_secs),
        found.messages_waiting,
        span(found.messages_oldest_secs),
        found.refusals
    );
    for line in &found.webhooks {
        out = out.line(&webhook(line, now));
    }
    if drafts {
        out = out.paragraph(&html!("Клинические тексты: черновик, ждут подписи."));
    }
    out
}

fn webhook(line: &WebhookLine, now: DateTime<Utc>) -> Html {
    let mark = if line.is_well(now) { "✅" } else { "⚠️" };
    if !line.is_fresh(now) || line.url_matches.is_none() {
        return html!("{} {} · нет сведений", mark, line.bot.as_str());
    }
    let mut out = html!("{} {} · в очереди {}", mark, line.bot.as_str(), line.pending.unwrap_or_default());
    if line.url_matches == Some(false) {
        out = out.then(&html!(" · чужой адрес"));
    }
    if let Some((why, at)) = line.last_error.as_ref().filter(|_| line.fails(now)) {
        out = out.then(&html!(" · {} в {}", why.as_str(), moment(*at)));
    }
    out
}

pub(super) fn label(label: &CareLabel<'_>) -> String {
    match label {
        CareLabel::Invites => "✉️ Приглашения".into(),
        CareLabel::InviteInWords => "✏️ С заметкой".into(),
        CareLabel::InviteLine { line, now } => {
            let note = line.note.as_deref().map_or(String::new(), |note| format!("{} · ", shorten(note, 24)));
            format!("{note}{}/{} · {}", line.used, line.uses, state(line, *now))
        }
        CareLabel::Revoke => "🚫 Отозвать".into(),
        CareLabel::Block { on: true } => "🔒 Закрыть доступ".into(),
        CareLabel::Block { on: false } => "🔓 Открыть доступ".into(),
        CareLabel::Health => "🩺 Состояние".into(),
        CareLabel::Refresh => "🔄 Обновить".into(),
        CareLabel::Failed { queue: of, count } => format!("{}: {count}", queue(*of)),
        CareLabel::FailedLine(line) => format!("{} · {} · {}", line.kind, shorten(&line.why, 24), date(line.at)),
        CareLabel::Again => "🔁 Повторить".into(),
        CareLabel::Discard => "🗑 Отбросить".into(),
        CareLabel::Announce => "📣 Рассылка".into(),
        CareLabel::AnnounceYes { count } => format!("📣 Разослать: {count}"),
    }
}
