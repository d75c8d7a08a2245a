//! What a client has said and agreed to, given back to that client in this chat (P7).
use bot_kit::{BoundRun, OwnAnswers, Say, messages_of};
use domain::{Clinical, Locale};
use serde::Deserialize;

use crate::{
    bank::bank,
    collected::{HomeSafety, LifeThoughts},
    engine::Answers,
    texts::{Label, Text},
};

/// What was kept, of a screening on its way or of a finished one.
#[derive(Deserialize)]
struct Kept {
    answers: Answers,
    thoughts: Option<LifeThoughts>,
    home: Option<HomeSafety>,
    own_words: Option<Clinical<String>>,
}

/// The copy, in as many messages as it needs; none of them can be passed on by accident. `None`: nothing is kept.
pub(super) fn messages(own: &OwnAnswers, run: &BoundRun, locale: Locale) -> Option<Vec<Say>> {
    let kept = Kept::deserialize(&own.answers).ok()?;
    let head = Text::OwnCopy { granted_at: own.granted_at, document: &own.document_version, abroad: own.abroad }.html(locale);
    let parts = messages_of(&lines(&kept, locale));
    let said = std::iter::once(head).chain(parts.into_iter().filter(|part| !part.is_empty()));
    Some(said.map(|html| Say::new(html).protected().about(run.case)).collect())
}

/// Questions with what was ticked, the two about safety, own words.
fn lines(kept: &Kept, locale: Locale) -> String {
    let mut out = String::new();
    for (at, answer) in kept.answers.0.iter().enumerate() {
        out.push_str(&format!("{}. {}\n", at + 1, bank().question(answer.question).text(locale)));
        for (_, option) in answer.chosen() {
            out.push_str(&format!("— {}\n", option.text(locale)));
        }
        if answer.none_fits {
            out.push_str(&format!("— {}\n", Text::NoneOfThese.html(locale).visible()));
        }
        if answer.skipped {
            out.push_str(&format!("— {}\n", Text::Passed.html(locale).visible()));
        }
        out.push('\n');
    }
    let closing = [
        kept.thoughts.map(|answer| (Text::Thoughts, Label::Thoughts(answer))),
        kept.home.map(|answer| (Text::Home, Label::Home(answer))),
    ];
    for (question, answer) in closing.into_iter().flatten() {
        out.push_str(&format!("{}\n— {}\n\n", question.html(locale).visible(), answer.text(locale)));
    }
    if let Some(Clinical(words)) = &kept.own_words {
        out.push_str(words);
    }
    out
}
