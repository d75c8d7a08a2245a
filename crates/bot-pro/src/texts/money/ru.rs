//! Russian.
use bot_kit::{Html, MemberLine, Movement, PaymentLine, PaymentStatus, StatementLine, Verdict, html, plural_ru, shorten};
use domain::Stars;

use super::{Money, MoneyLabel, held_lines, margin, signed};
use crate::texts::ru::{date, moment, service};

pub(super) fn text(text: &Money<'_>) -> Html {
    match text {
        Money::Balance(wallet) => {
            let mut out = html!("<b>Баланс</b>\n\nСвободно: {}\nУдержано: {}", wallet.available, wallet.reserved);
            let lines =
                held_lines(&wallet.held, |held| html!("• {} · {} · {}", service(held.service), held.case_label, held.stars));
            if let Some(lines) = lines {
                out = out.line(&lines);
            }
            if wallet.debt.0 > 0 {
                out = out.paragraph(&html!(
                    "Долг: {}. Telegram вернул вам звёзды, которые уже были потрачены; следующее пополнение сначала закроет долг.",
                    wallet.debt
                ));
            }
            let mut prices = html!("<b>Цены за готовый результат</b>");
            for price in wallet.prices.iter().filter(|price| price.stars.0 > 0) {
                prices = prices.line(&html!("{}: {}", service(price.service), price.stars));
            }
            out.paragraph(&prices).paragraph(&html!(
                "Звёзды удерживаются в начале и списываются, только когда результат готов. Нет результата — они возвращаются.\n\n\
                 Пополнить:"
            ))
        }
        Money::Rates(rates) => {
            let mut out = html!(
                "<b>Как складываются цены</b>\n\nЦена за результат не меняется, пока он готовится: она запоминается, когда звёзды \
                 удерживаются. В ней работа модели, хранение и доставка.\n\nОснова — цена миллиона токенов: (цена модели + 2 $ \
                 инфраструктуры) × 1,1 при 0,01 $ за звезду."
            );
            for rate in *rates {
                out = out.line(&html!("{}: {} за чтение, {} за письмо", rate.model.as_str(), rate.input, rate.output));
            }
            out
        }
        Money::NoHistory => html!("<b>История</b>\n\nПока ничего не происходило."),
        Money::Statement { lines, page, pages } => {
            let mut out = if *pages > 1 {
                html!("<b>История</b> · страница {} из {}\n", *page, *pages)
            } else {
                html!("<b>История</b>\n")
            };
            for line in *lines {
                out = out.line(&statement_line(line));
            }
            out
        }
        Money::Price(offer) => html!(
            "Скрининг стоит {}, свободно {}. Звёзды удержатся на время приглашения и спишутся, только когда отчёт готов.",
            offer.price,
            offer.available
        ),
        Money::TooFewStars { offer, service: id } => html!(
            "{} стоит {}, свободно {}. Не хватает {}.\n\nПополните баланс — и после оплаты всё продолжится само.",
            service(*id),
            offer.price,
            offer.available,
            Stars(offer.price.0 - offer.available.0)
        ),
        Money::AskAmount { missing: Some(missing) } => {
            html!("Сколько звёзд купить? Число от 10 до 10 000. Не хватает {}.", *missing)
        }
        Money::AskAmount { missing: None } => html!("Сколько звёзд купить? Число от 10 до 10 000."),
        Money::BadAmount => html!("Нужно целое число от 10 до 10 000, например 150."),
        Money::InvoiceBelow => html!("Счёт придёт следующим сообщением."),
        Money::InvoiceTitle { stars } => html!("Пополнение на {}", *stars),
        Money::InvoiceDescription => {
            html!(
                "Звёзды для инструментов PsycheOS. Списываются только за готовый результат. Вопросы: /paysupport, условия: /terms"
            )
        }
        Money::Refusal(verdict) => refusal(*verdict),
        Money::Paid { stars, available } => html!("Баланс пополнен на {}. Свободно {}.", *stars, *available),
        Money::LaunchGoesOn { label } => html!("Приглашение, которое ждало оплаты, готово: «{}».", *label),
        Money::LaunchCannotGoOn => {
            html!("Запуск, который ждал оплаты, не состоялся: кейс удалён, в архиве или скрининг уже идёт. Звёзды на балансе.")
        }
        Money::LaunchStillLacks(offer) => {
            html!("Для приглашения всё ещё не хватает {}. Звёзды на балансе.", Stars(offer.price.0 - offer.available.0))
        }
        Money::PaidUnmatched { stars } => html!(
            "Оплата {} получена, но мы не смогли понять, на чей баланс её зачислить. Она не потеряна: администратор её видит и вернёт \
             или зачислит. Вопросы: /paysupport",
            *stars
        ),
        Money::GivenBack { stars, owed: Stars(0) } => html!("Вам возвращено {}. Баланс уменьшен на эту сумму.", *stars),
        Money::GivenBack { stars, owed } => html!(
            "Вам возвращено {}, но {} из них уже потрачены. Это записано как долг: его закроет следующее пополнение.",
            *stars,
            *owed
        ),
        Money::GivenBackUnknown { stars } => {
            html!("Telegram сообщает о возврате {}. Такой оплаты у нас нет; администратор это видит.", *stars)
        }
        Money::LaunchForgotten => html!("Отменено: после оплаты приглашение само не создастся. Оплаченное останется на балансе."),
        Money::Members { page, pages, search } => {
            let title = if *search { "Найдены" } else { "Специалисты" };
            if *pages > 1 {
                html!("<b>{}</b> · страница {} из {}", title, *page, *pages)
            } else {
                html!("<b>{}</b>", title)
            }
        }
        Money::NobodyFound => html!("Никого не нашлось."),
        Money::AskSearch => html!("Кого найти? Имя, @username или Telegram id."),
        Money::Member(member) => member_card(member),
        Money::AskAdjust { member, add } => html!(
            "{} {}: сколько и почему? Например: <code>50 за обучение</code>",
            if *add { "Зачислить" } else { "Списать" },
            member.full_name.as_str()
        ),
        Money::BadAdjust => html!("Нужны число от 1 до 10 000 и причина, например: <code>50 за обучение</code>"),
        Money::ConfirmAdjust { member, stars, note } => html!(
            "{} {} специалисту {}?\n\nПричина: {}",
            if stars.0 > 0 { "Зачислить" } else { "Списать" },
            Stars(stars.0.abs()),
            member.full_name.as_str(),
            *note
        ),
        Money::AdjustTooMuch { available } => html!("Столько списать нельзя: свободно {}.", *available),
        Money::AdjustOverCap { left } => html!("За сутки один администратор зачисляет не больше 10 000 ★. Осталось {}.", *left),
        Money::Adjusted { stars } => html!("{} {}.", if stars.0 > 0 { "Зачислено" } else { "Списано" }, Stars(stars.0.abs())),
        Money::AdjustNotice { stars, available, note } => html!(
            "Администратор {} {}. Свободно {}.\n\nПричина: {}",
            if stars.0 > 0 { "зачислил вам" } else { "списал с вашего баланса" },
            Stars(stars.0.abs()),
            *available,
            *note
        ),
        Money::Finance(finance) => {
            let (cost, left) = margin(finance);
            let (cost, left) = (cost.replace('.', ","), left.replace('.', ","));
            let mut out = html!(
                "<b>Финансы</b>\n\nНа балансах: {}, из них удержано {}\nОплачено: {}\nВозвращено: {}\nСписано за результаты: {}\n\
                 Зачислено администраторами: {}\nСписано без резерва: {}\nДолги: {}",
                finance.held,
                finance.reserved,
                finance.paid_in,
                finance.refunded,
                finance.spent,
                finance.given,
                finance.written_off,
                finance.debt
            );
            out = out.paragraph(&html!("Модели стоили {} $. Остаётся {} $, если звезда приносит 0,013 $.", cost, left));
            if finance.unmatched > 0 {
                let n = i64::from(finance.unmatched);
                let word = plural_ru(n, "оплата", "оплаты", "оплат");
                out = out.paragraph(&html!("⚠️ {} {} без плательщика: посмотрите в платежах.", n, word));
            }
            out
        }
        Money::PictureComes => html!("Картинка сейчас придёт."),
        Money::PictureCaption => html!("Финансы за 30 дней"),
        Money::Prices(_) => html!("<b>Цены</b>\n\nЗа один готовый результат. Новая цена действует для новых запусков."),
        Money::AskPrice { service: id, stars } => html!("{} стоит {}. Новая цена? Число от 0 до 10 000.", service(*id), *stars),
        Money::BadPrice => html!("Нужно целое число от 0 до 10 000."),
        Money::ConfirmPrice { service: id, from, to } => html!("{}: {} → {}. Изменить?", service(*id), *from, *to),
        Money::PriceSet => html!("Цена изменена."),
        Money::NoPayments => html!("<b>Платежи</b>\n\nОплат пока не было."),
        Money::Payments { page, pages } => {
            if *pages > 1 {
                html!("<b>Платежи</b> · страница {} из {}", *page, *pages)
            } else {
                html!("<b>Платежи</b>")
            }
        }
        Money::Payment(payment) => payment_card(payment),
        Money::ConfirmRefund(payment) => html!(
            "Вернуть {} плательщику ({})? Звёзды уйдут с баланса сразу, Telegram вернёт их ему.",
            payment.stars,
            payment.payer.as_deref().unwrap_or("имя неизвестно")
        ),
        Money::RefundTooMuch { available } => html!("Вернуть нельзя: из оплаченного свободно только {}.", *available),
        Money::RefundNotPaid => html!("Эту оплату вернуть нельзя: она уже возвращается или возвращена."),
        Money::RefundAsked => html!("Возврат отправлен в Telegram."),
    }
}

fn refusal(verdict: Verdict) -> Html {
    match verdict {
        Verdict::Approved | Verdict::Unknown => html!("Такого счёта нет. Откройте баланс и создайте новый."),
        Verdict::Expired => html!("Счёт устарел. Откройте баланс и создайте новый."),
        Verdict::PaidAlready => html!("Этот счёт уже оплачен. Для ещё одного пополнения создайте новый."),
        Verdict::WrongAmount => html!("Сумма не совпадает со счётом. Создайте новый счёт."),
        Verdict::WrongPayer => html!("Этот счёт выставлен другому человеку. Откройте свой баланс и создайте счёт там."),
        Verdict::NotRegistered => html!("Пополнять баланс могут специалисты с доступом к PsycheOS."),
        Verdict::Blocked => html!("Доступ к PsycheOS сейчас закрыт, оплата не принята."),
    }
}

fn statement_line(line: &StatementLine) -> Html {
    let what = match line.movement {
        Movement::TopUp => "пополнение",
        Movement::Held => "удержано",
        Movement::Released => "возвращено",
        Movement::Charged => "списано из удержанного",
        Movement::Refunded => "возврат оплаты",
        Movement::Credited => "зачислил администратор",
        Movement::Debited => "списал администратор",
        Movement::Owed => "долг",
        Movement::Repaid => "погашение долга",
    };
    let mut out = html!("{} · {}", date(line.at), what);
    if let Some(id) = line.service {
        out = out.then(&html!(" · {}", service(id)));
    }
    if let Some(label) = &line.case_label {
        out = out.then(&html!(" · {}", shorten(label, 30)));
    }
    out.line(&html!("<b>{}</b> → свободно {}", signed(line), line.available_after))
}

fn member_card(member: &MemberLine) -> Html {
    let username = member.username.as_ref().map_or_else(String::new, |name| format!(" · @{name}"));
    let mut out = html!("<b>{}</b>{}\nTelegram id: <code>{}</code>", member.full_name.as_str(), username, member.telegram_id.0);
    out = out.paragraph(&html!("Свободно: {}\nУдержано: {}", member.available, member.reserved));
    if member.debt.0 > 0 {
        out = out.line(&html!("Долг: {}", member.debt));
    }
    if member.blocked {
        out = out.paragraph(&html!("Доступ закрыт."));
    }
    out
}

fn status(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Created => "счёт выставлен",
        PaymentStatus::Approved => "оплачивается",
        PaymentStatus::Paid => "зачислено",
        PaymentStatus::Refunding => "возвращается",
        PaymentStatus::Refunded => "возвращено",
        PaymentStatus::Unmatched => "плательщик не найден",
    }
}

fn payment_card(payment: &PaymentLine) -> Html {
    let mut out = html!("<b>Платёж {}</b> · {}\n{}", payment.stars, moment(payment.at), status(payment.status));
    if let Some(name) = &payment.payer {
        out = out.line(&html!("{}, свободно {}", name.as_str(), payment.available));
    }
    if let Some(id) = payment.payer_telegram_id {
        out = out.line(&html!("Telegram id: <code>{}</code>", id.0));
    }
    out
}

pub(super) fn label(label: &MoneyLabel<'_>) -> String {
    match label {
        MoneyLabel::Pack(stars) => format!("⭐️ {stars}"),
        MoneyLabel::OtherAmount => "Другая сумма".into(),
        MoneyLabel::History => "🧾 История".into(),
        MoneyLabel::Rates => "❔ Как складываются цены".into(),
        MoneyLabel::BackToBalance => "← К балансу".into(),
        MoneyLabel::Administration => "← Управление".into(),
        MoneyLabel::Members => "👥 Специалисты".into(),
        MoneyLabel::Search => "🔍 Найти".into(),
        MoneyLabel::MemberLine(member) => {
            let lock = if member.blocked { "🔒 " } else { "" };
            format!("{lock}{} · {}", shorten(&member.full_name, 30), member.available)
        }
        MoneyLabel::AddStars => "➕ Зачислить".into(),
        MoneyLabel::TakeStars => "➖ Списать".into(),
        MoneyLabel::Yes => "Да".into(),
        MoneyLabel::Finance => "📊 Финансы".into(),
        MoneyLabel::Picture => "🖼 По дням за месяц".into(),
        MoneyLabel::Prices => "🏷 Цены".into(),
        MoneyLabel::PriceLine(price) => format!("{}: {}", service(price.service), price.stars),
        MoneyLabel::Payments => "💳 Платежи".into(),
        MoneyLabel::PaymentLine(payment) => {
            format!("{} · {} · {}", date(payment.at), payment.stars, status(payment.status))
        }
        MoneyLabel::Refund => "↩️ Вернуть".into(),
        MoneyLabel::RefundYes => "↩️ Да, вернуть".into(),
    }
}
