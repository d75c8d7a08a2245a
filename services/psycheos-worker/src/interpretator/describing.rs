//! What is to be seen on pictures.
use bot_interpretator::ask;
use bot_kit::{Picture, RenderedPrompt};
use bot_material::FileRead;

use crate::{
    material::{Described, Group, Seen},
    tools::{Bench, NoAnswer},
};

/// Describes some pictures, in their order.
pub(super) async fn describe(bench: &Bench<'_>, group: Group<'_>) -> Described {
    let captions: Vec<Option<String>> = group.seen.iter().map(|seen| seen.caption.clone()).collect();
    let pictures = group.seen.iter().map(|seen| Picture(seen.jpeg.clone())).collect();
    let prompt = RenderedPrompt { pictures, ..ask::vision_prompt(&captions, group.locale) };
    let read = |reply: &str| ask::read_vision(reply, group.seen.len(), group.locale);
    Ok(match bench.ask(&group.step, &prompt, read, ask::repair_request).await? {
        Ok(descriptions) => {
            let pairs = group.seen.iter().zip(descriptions);
            Ok(pairs.map(|(seen, description)| (seen.at, FileRead::Picture { description })).collect())
        }
        Err(NoAnswer::Later(later)) => Err(later),
        // The specialist is asked to describe it in words.
        Err(NoAnswer::Never | NoAnswer::Unusable(_)) => {
            let unread = |seen: &Seen| (seen.at, FileRead::Unreadable { code: "not_described".to_owned() });
            Ok(group.seen.iter().map(unread).collect())
        }
    })
}
