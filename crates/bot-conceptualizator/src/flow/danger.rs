//! Signs of danger in the material are red flags besides, which have to be answered before targets are proposed.
use bot_material::SeenSign;
use domain::Locale;

use super::Work;
use crate::texts::Text;

/// New signs in words, remembered and flagged.
pub(super) fn look(work: &mut Work, words: &str, locale: Locale) -> Vec<SeenSign> {
    let new = work.signs.look(words);
    flag(work, &new, locale);
    new
}

/// Each new sign is a red flag.
pub(super) fn flag(work: &mut Work, new: &[SeenSign], locale: Locale) {
    for sign in new {
        let text = Text::DangerFlag(sign.category).html(locale).visible();
        work.flag_danger(&text, sign.level);
    }
}
