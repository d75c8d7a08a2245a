//! The jobs `interpretator_questions` and `interpretator_result`.
use bot_interpretator::{
    ask,
    material::{Earlier, Input},
    result as made,
    wish::{InputWish, Outcome, Ready},
};
use bot_kit::KeptArtifact;
use db::DbError;
use domain::{ArtifactId, artifact::Artifact};

use crate::{
    files,
    outcome::Worked,
    tools::{self, Bench, NoAnswer},
};

fn ready(bench: &Bench<'_>, serial: u32, what: Outcome) -> Worked<Ready> {
    Worked::Made(Ready { run: bench.run, serial, what })
}

async fn input_of(bench: &Bench<'_>) -> Result<(u32, Input), DbError> {
    let wish: InputWish = bench.wish().await?;
    let told = |(_, content): &(ArtifactId, Artifact)| Earlier {
        service: content.meta.service_id,
        created_at: content.meta.created_at,
        one_liner: content.summary.one_liner.clone(),
        text: tools::told(content),
    };
    let earlier = bench.earlier(&wish.earlier).await?.iter().map(told).collect();
    let (now, correlation) = bench.now_and_correlation().await?;
    Ok((wish.serial, wish.into_input(bench.run, bench.case, now, correlation, earlier)))
}

/// Questions about the material; ours when Claude gives none that can be asked.
pub(super) async fn questions(bench: &Bench<'_>) -> Result<Worked<Ready>, DbError> {
    let (serial, input) = input_of(bench).await?;
    let name = format!("questions@{serial}");
    let read = |reply: &str| ask::read_questions(reply, input.locale);
    let asked = bench.ask(&name, &ask::questions_prompt(&input), read, ask::repair_request).await?;
    let questions = asked.unwrap_or_else(|_| ask::fallback_questions(&input));
    Ok(ready(bench, serial, Outcome::Questions(questions)))
}

/// The result: asked for, checked, mended once; what cannot be used at all is nobody's result and costs nothing.
pub(super) async fn perform(bench: &Bench<'_>) -> Result<Worked<Ready>, DbError> {
    let (serial, input) = input_of(bench).await?;
    let name = format!("result@{serial}");
    let read = |reply: &str| made::read_interpretation(reply, &input);
    let (interpretation, flags) = match bench.ask(&name, &ask::interpretation_prompt(&input), read, ask::repair_request).await? {
        Ok(interpretation) => (interpretation, Vec::new()),
        Err(NoAnswer::Later(later)) => {
            return Ok(bench.later(later, || Ready { run: bench.run, serial, what: Outcome::Failed }));
        }
        Err(NoAnswer::Never) => return Ok(ready(bench, serial, Outcome::Failed)),
        Err(NoAnswer::Unusable(reply)) => match made::mend(&reply, &input) {
            Some(mended) => (mended.interpretation, mended.flags),
            None => return Ok(ready(bench, serial, Outcome::Failed)),
        },
    };
    let assembled = tokio::task::spawn_blocking(move || assemble(&input, made::compose(&input, &interpretation, &flags))).await;
    match assembled {
        Ok(Ok(kept)) => Ok(ready(bench, serial, Outcome::Result(Box::new(kept)))),
        Ok(Err(code)) => Ok(Worked::Retry { code }),
        Err(_) => Ok(Worked::Retry { code: "result_panicked" }),
    }
}

fn assemble(input: &Input, content: Artifact) -> Result<KeptArtifact, &'static str> {
    content.validate().map_err(|_| "artifact_breaks_contract")?;
    let txt = report::txt::artifact(&content);
    let named = files::of_tool("interpretation", input.run, &content, &txt, None)?;
    let risk = input.signs.iter().map(|(sign, _)| sign.level).min();
    Ok(files::kept(input.run, input.case, content, txt, risk, named))
}
