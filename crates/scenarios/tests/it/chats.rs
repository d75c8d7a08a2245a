//! The stories of `chat-test`, unchanged, against the real thing. One test a story, so that they run side by side.
use std::path::Path;

use chat_test::{replay, stories};
use scenarios::Platform;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../chat-test/chats"))
}

async fn play(name: &str) {
    let all = stories(folder()).unwrap();
    let (_, story) = all.iter().find(|(found, _)| found == name).unwrap();
    let mut platform = Platform::start().await.unwrap();
    let played = replay(story, &mut platform).await.unwrap_or_else(|why| panic!("{why}\n{}", platform.log_tails()));
    if &played != story {
        let differing = story.lines().zip(played.lines()).position(|(wanted, got)| wanted != got).unwrap_or(0);
        let from = differing.saturating_sub(6);
        let part = |text: &str| text.lines().skip(from).take(24).collect::<Vec<_>>().join("\n");
        panic!("line {}: the story went differently\n--- written\n{}\n--- played\n{}", differing + 1, part(story), part(&played));
    }
    platform.check().await.unwrap();
}

macro_rules! stories_played {
    ($($test:ident = $file:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            play($file).await;
        })*

        #[test]
        fn no_story_is_left_out() {
            let listed = [$($file),*];
            let found: Vec<String> = stories(folder()).unwrap().into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, listed);
        }
    };
}

stories_played! {
    administration = "administration.chat";
    administration_care = "administration_care.chat";
    back_and_change = "back_and_change.chat";
    case = "case.chat";
    contradictory = "contradictory.chat";
    danger_before_consent = "danger_before_consent.chat";
    danger_by_answer = "danger_by_answer.chat";
    danger_in_own_words = "danger_in_own_words.chat";
    data = "data.chat";
    decline = "decline.chat";
    guide = "guide.chat";
    guide_client = "guide_client.chat";
    guide_queue = "guide_queue.chat";
    guide_without_claude = "guide_without_claude.chat";
    interpretation = "interpretation.chat";
    interpretation_danger = "interpretation_danger.chat";
    interpretation_given_up = "interpretation_given_up.chat";
    interpretation_of_drawing = "interpretation_of_drawing.chat";
    interpretation_without_claude = "interpretation_without_claude.chat";
    invitation = "invitation.chat";
    launch_abandoned = "launch_abandoned.chat";
    launch_after_payment = "launch_after_payment.chat";
    launch_canceled = "launch_canceled.chat";
    model = "model.chat";
    model_critical = "model_critical.chat";
    model_from_nothing = "model_from_nothing.chat";
    one_link = "one_link.chat";
    own_copy = "own_copy.chat";
    own_wording = "own_wording.chat";
    pause = "pause.chat";
    refund = "refund.chat";
    revoke = "revoke.chat";
    screening = "screening.chat";
    settings = "settings.chat";
    skip_everything = "skip_everything.chat";
    stop = "stop.chat";
    top_up = "top_up.chat";
    training = "training.chat";
    training_crisis = "training_crisis.chat";
    training_danger_false = "training_danger_false.chat";
    training_danger_missed = "training_danger_missed.chat";
    training_outside_role = "training_outside_role.chat";
    training_own_client = "training_own_client.chat";
    training_rewind = "training_rewind.chat";
    training_two_lines = "training_two_lines.chat";
    training_without_claude = "training_without_claude.chat";
    underage = "underage.chat";
    without_claude = "without_claude.chat";
    wrong_payer = "wrong_payer.chat";
}
