//! Made-up sessions.
use chrono::DateTime;
use domain::{Clinical, Locale};
use psycheos_bot_screen::{
    bank::bank,
    collected::{Collected, HomeSafety, LifeThoughts},
    engine::{Answer, Answers, Next, PerAxis, next_step},
    report::ReportInput,
};

/// A small deterministic source of numbers.
pub struct Numbers(pub u64);

impl Numbers {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A whole session of random ticks, with questions passed over now and then.
pub fn random_session(seed: u64) -> Answers {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut answers = Answers::default();
    while let Next::Ask(question, _) = next_step(&answers) {
        let options = bank().question(question).options.len() as u64;
        let (skipped, none_fits) = (numbers.below(12) == 0, numbers.below(12) == 0);
        let share = 1 + numbers.below(4);
        let ticked = (0..options).filter(|_| numbers.below(4) < share && !skipped && !none_fits);
        let ticked = ticked.map(|option| u8::try_from(option).unwrap()).collect();
        answers.0.push(Answer { question, ticked, skipped, none_fits: none_fits && !skipped });
    }
    answers
}

/// The answers that tick what `wanted` accepts.
pub fn session(wanted: impl Fn(&PerAxis<f64>) -> bool) -> Answers {
    let mut answers = Answers::default();
    while let Next::Ask(question, _) = next_step(&answers) {
        let options = bank().question(question).options.iter().enumerate();
        let ticked = options.filter(|(_, option)| wanted(&option.axis)).map(|(at, _)| u8::try_from(at).unwrap());
        answers.0.push(Answer { question, ticked: ticked.collect(), skipped: false, none_fits: false });
    }
    answers
}

/// What a calm client answered.
pub fn collected(answers: Answers, locale: Locale) -> Collected {
    Collected {
        reworded: Default::default(),
        answers,
        thoughts: LifeThoughts::Never,
        home: HomeSafety::Safe,
        own_words: None,
        locale,
        specialist_locale: locale,
        ai_allowed: true,
        signs: Vec::new(),
    }
}

/// The input of a report with fixed ids.
pub fn input(collected: Collected) -> ReportInput {
    let id = |last: u8| {
        serde_json::from_str::<serde_json::Value>(&format!("\"01923f5e-0000-7000-8000-0000000000{last:02}\"")).unwrap()
    };
    ReportInput::new(
        serde_json::from_value(id(1)).unwrap(),
        serde_json::from_value(id(2)).unwrap(),
        DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        "correlation-3".to_owned(),
        collected,
    )
}

/// A report's input with own words.
pub fn input_with_words(words: &str) -> ReportInput {
    let mut collected = collected(random_session(3), Locale::Ru);
    collected.own_words = Some(Clinical(words.to_owned()));
    input(collected)
}
