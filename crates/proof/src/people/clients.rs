//! How a client of good will reads Screen.
use super::phone::{Chat, Next};

/// What the client does next: agrees, answers one option on each screen, keeps safe.
pub fn screening(chat: &Chat) -> Next {
    if chat.count("ответы сохранены") + chat.count("Анкета завершена") > 0 {
        return Next::Done;
    }
    let Some(screen) = chat.screen() else { return Next::Wait };
    let labels = screen.keys;
    let first = |test: &dyn Fn(&str) -> bool| labels.iter().find(|label| test(label)).cloned();
    let numbered = |label: &str, tick: char| label.strip_prefix(tick).is_some_and(|rest| rest.trim().parse::<u32>().is_ok());
    if let Some(begin) = first(&|label| label.starts_with("Согласиться")) {
        return Next::press(first(&|label| label.starts_with('☐')).unwrap_or(begin));
    }
    if labels.iter().any(|label| label == "Дальше") {
        if labels.iter().any(|label| numbered(label, '☑')) {
            return Next::press("Дальше");
        }
        let options: Vec<&String> = labels.iter().filter(|label| numbered(label, '☐')).collect();
        // Not everybody answers the same, and nobody answers by chance.
        let at = screen.text.chars().filter(|letter| *letter == 'о').count() % options.len().max(1);
        return options.get(at).map_or(Next::Wait, |label| Next::press(label.as_str()));
    }
    let known = ["Никогда", "Да, безопасно", "Пропустить и закончить"];
    known.into_iter().find(|known| labels.iter().any(|label| label == known)).map_or(Next::Wait, Next::press)
}

/// Whether the link led in.
pub fn is_inside(chat: &Chat) -> bool {
    chat.count("Анкета перед первой встречей") > 0
}

/// Whether the link led nowhere: somebody else has it.
pub fn is_refused(chat: &Chat) -> bool {
    !is_inside(chat) && chat.from_bot().next().is_some()
}
