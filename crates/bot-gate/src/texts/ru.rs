//! Russian.
use bot_kit::{Html, html};
use domain::Locale;

use super::Text;
use crate::door::Tool;

fn tool_name(tool: Tool) -> Html {
    match tool {
        Tool::Interpretator => html!("Interpretator: сны и рисунки"),
        Tool::Conceptualizator => html!("Conceptualizator: рабочая модель кейса"),
        Tool::Simulator => html!("Simulator: тренировка с виртуальным клиентом"),
    }
}

/// Every message.
pub(super) fn text(text: Text, country: Option<&str>) -> Html {
    match text {
        Text::Door(tool) => {
            html!("<b>{}</b>\n\nЭтот инструмент для специалистов, и открывается он только из Pro.", tool_name(tool))
        }
        Text::BadLink(tool) => html!(
            "<b>{}</b>\n\nЭта ссылка здесь не действует. Инструмент открывается только из Pro. Если ссылку прислал ваш специалист, спросите у него, в какого бота она ведёт.",
            tool_name(tool)
        ),
        Text::Blocked => html!("Доступ к PsycheOS сейчас закрыт. Если это неожиданно, напишите администратору."),
        Text::Help(tool) => html!(
            "<b>{}</b>\n\nИнструмент запускается только из Pro. Здесь без запуска ничего не происходит и не списывается.\n\nЕсли нужна помощь в опасности: /sos.",
            tool_name(tool)
        ),
        Text::Privacy => html!(
            "Здесь ничего не хранится: без запуска из Pro бот не сохраняет того, что вы пишете. Подробности: /privacy в Pro."
        ),
        Text::NothingKept => html!("Здесь ничего не хранится, поэтому нечего выгружать и удалять. Ваши данные в Pro."),
        Text::Payments => html!("Здесь ничего не оплачивается и не списывается. Баланс и вопросы об оплате в Pro: /paysupport."),
        Text::Emergency => html!(
            "Этот чат никто не читает, поэтому не ждите ответа здесь.\n\n<b>Если опасность сейчас: звоните, идите к людям рядом.</b>\n{}",
            super::contacts(country, Locale::Ru)
        ),
    }
}
