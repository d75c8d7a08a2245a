//! What the worker would do for the guide, in memory.
use bot_kit::{Event, Job};
use bot_pro::{
    Pro,
    guide::{Answered, GuideWish, Outcome, Ready, Route, read_answer, read_route},
};
use domain::BotId;

use crate::{
    Memory,
    replies::{NoAnswer, Replies, Said},
};

impl Memory {
    /// Every question to the guide that can be answered with the replies that have come, and those that follow from it.
    pub(crate) fn guide(&mut self, ever: Option<&Said>) {
        let mut at = 0;
        while let Some((chat, job)) = self.questions.get(at).cloned() {
            let come = self.replies.get(&job.job.0).cloned().unwrap_or_default();
            let Some(what) = outcome(&job, &mut Replies { come: come.iter(), ever: ever.cloned() }) else {
                at += 1;
                continue;
            };
            self.questions.remove(at);
            self.replies.remove(&job.job.0);
            if let Some(person) = (0..self.people.len()).find(|at| self.id_of(*at) == chat) {
                self.turn::<Pro>(person, BotId::Pro, Event::Answered(Ready { job: job.job, what }), None);
            }
            at = 0;
        }
    }
}

fn outcome(job: &Job, replies: &mut Replies<'_>) -> Option<Outcome> {
    let wish: GuideWish = serde_json::from_value(job.payload.clone()).ok()?;
    let sorted = match replies.ask(|reply| read_route(reply, job.job, &wish))? {
        Ok(sorted) => sorted,
        Err(why) => return Some(not_answered(&why)),
    };
    if sorted.route == Route::Outside {
        return Some(Outcome::Outside);
    }
    Some(match replies.ask(|reply| read_answer(reply, job.job, wish.locale))? {
        Ok(answer) => Outcome::Answered(Answered { route: sorted.route, question: sorted.question, answer, tool: sorted.tool }),
        Err(why) => not_answered(&why),
    })
}

fn not_answered(why: &NoAnswer) -> Outcome {
    match why {
        NoAnswer::Away => Outcome::Away,
        NoAnswer::Refused | NoAnswer::Unusable(_) => Outcome::Unusable,
    }
}
