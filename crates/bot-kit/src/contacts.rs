//! Emergency contacts as lines of a message: the same words in every bot.
use domain::{
    Locale,
    resources::{Audience, Resource, ResourceKind},
};

use crate::{Html, html};

/// One line for each contact: the number in bold, then what it is, for whom and when it answers.
#[must_use]
pub fn contact_lines(contacts: &[&Resource], locale: Locale) -> Html {
    contacts.iter().fold(Html::default(), |lines, contact| {
        let what = words(contact.kind, contact.audience, locale);
        let line = match contact.kind {
            ResourceKind::Directory => html!("<b>{}</b>: {}", contact.number, what),
            ResourceKind::Emergency | ResourceKind::Ambulance | ResourceKind::CrisisLine => {
                html!("<b>{}</b>: {}, {}", contact.number, what, contact.hours)
            }
        };
        lines.line(&line)
    })
}

fn words(kind: ResourceKind, audience: Audience, locale: Locale) -> &'static str {
    match (kind, audience, locale) {
        (ResourceKind::CrisisLine, Audience::Minors, Locale::Ru) => "для детей, подростков и их родителей",
        (ResourceKind::CrisisLine, Audience::Minors, Locale::En) => "for children, teenagers and their parents",
        (ResourceKind::Emergency, _, Locale::Ru) => "экстренная помощь",
        (ResourceKind::Emergency, _, Locale::En) => "emergency help",
        (ResourceKind::Ambulance, _, Locale::Ru) => "скорая помощь",
        (ResourceKind::Ambulance, _, Locale::En) => "ambulance",
        (ResourceKind::CrisisLine, Audience::Everyone, Locale::Ru) => "телефон доверия",
        (ResourceKind::CrisisLine, Audience::Everyone, Locale::En) => "crisis line",
        (ResourceKind::Directory, _, Locale::Ru) => "линии помощи по странам",
        (ResourceKind::Directory, _, Locale::En) => "help lines by country",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::resources::{for_country, for_minor};

    #[test]
    fn every_contact_has_its_line_and_its_number() {
        for &locale in Locale::ALL {
            for country in [None, Some("RU"), Some("ru"), Some("QQ")] {
                for contacts in [for_country(country, locale), for_minor(country, locale)] {
                    let lines = contact_lines(&contacts, locale).visible();
                    assert_eq!(lines.lines().count(), contacts.len());
                    assert!(contacts.iter().zip(lines.lines()).all(|(contact, line)| line.starts_with(&contact.number)));
                }
            }
        }
    }
}
