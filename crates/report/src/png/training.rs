//! Training with a virtual client as pictures: the course of one session, and a specialist's sessions one after the other. What differs in
//! colour differs in shape or stroke too.
use domain::Locale;

use super::canvas::{Canvas, INK, QUIET};
use crate::ReportError;

/// One variable over a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Points from 0 to 100 at the start and after each line.
    pub values: Vec<f64>,
}

/// The course of a session: at most five curves and sixty lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The client's title.
    pub title: String,
    /// The variables, all of the same length.
    pub curves: Vec<Curve>,
    /// Of each line: 0 for green, 1 for yellow, 2 for red.
    pub signals: Vec<usize>,
    /// Codes of the states, at the start and after each line.
    pub states: Vec<String>,
    /// The language of the labels.
    pub locale: Locale,
}

/// A session of a specialist.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Session {
    /// How steadily it was led, 0 to 1.
    pub tsi: f64,
    /// How complex the case was, 0 to 1.
    pub cci: f64,
    /// Green, yellow and red lines.
    pub signals: [u32; 3],
}

/// Sessions one after the other, the earliest first; at most thirty.
#[derive(Debug, Clone, PartialEq)]
pub struct Sessions {
    /// The sessions.
    pub sessions: Vec<Session>,
    /// The language of the labels.
    pub locale: Locale,
}

/// Width in pixels.
pub const WIDTH: u32 = 1200;
/// Height in pixels.
pub const HEIGHT: u32 = 1000;

const LEFT: f64 = 90.0;
const RIGHT: f64 = 1160.0;
/// Colours of the curves that people who see colours differently can tell apart, and their strokes.
const STROKES: [(&str, &str); 5] =
    [("#d55e00", "none"), ("#0072b2", "none"), ("#8a5a9e", "14 8"), ("#00795c", "none"), ("#6b7b8c", "4 7")];
/// Green, yellow, red.
const SIGNALS: [&str; 3] = ["#2e8b57", "#d9a514", "#c0392b"];

/// The course as PNG, [`WIDTH`] by [`HEIGHT`].
///
/// # Errors
/// [`ReportError::NotANumber`] when a value is none, [`ReportError::Font`] when the font lacks a letter, [`ReportError::Picture`] when the
/// library refuses or there is more than can be drawn.
pub fn course(course: &Course) -> Result<Vec<u8>, ReportError> {
    let points = course.signals.len() + 1;
    let fits = course.curves.len() <= STROKES.len()
        && (2..=61).contains(&points)
        && course.states.len() == points
        && course.curves.iter().all(|curve| curve.values.len() == points)
        && course.signals.iter().all(|signal| *signal < SIGNALS.len());
    if !fits {
        return Err(ReportError::Picture);
    }
    if course.curves.iter().flat_map(|curve| &curve.values).any(|value| !value.is_finite()) {
        return Err(ReportError::NotANumber);
    }
    drawn_course(course).png()
}

/// The sessions as PNG, [`WIDTH`] by [`HEIGHT`].
///
/// # Errors
/// As [`course`].
pub fn sessions(sessions: &Sessions) -> Result<Vec<u8>, ReportError> {
    if !(1..=30).contains(&sessions.sessions.len()) {
        return Err(ReportError::Picture);
    }
    if sessions.sessions.iter().any(|session| !session.tsi.is_finite() || !session.cci.is_finite()) {
        return Err(ReportError::NotANumber);
    }
    drawn_sessions(sessions).png()
}

fn choose(locale: Locale, ru: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ru => ru,
        Locale::En => en,
    }
}

impl Canvas {
    /// A line through points.
    fn curve(&mut self, points: &[(f64, f64)], colour: &str, dashes: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.add(format_args!(
            "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='5' stroke-dasharray='{dashes}' stroke-linejoin='round'/>",
            points.join(" ")
        ));
    }

    /// The mark of a signal: a circle for green, a triangle for yellow, a square for red.
    fn signal(&mut self, (x, y): (f64, f64), size: f64, signal: usize) {
        let fill = SIGNALS[signal];
        match signal {
            0 => self.add(format_args!("<circle cx='{x:.1}' cy='{y:.1}' r='{size:.1}' fill='{fill}'/>")),
            1 => self.add(format_args!(
                "<path d='M{x:.1} {:.1} L{:.1} {:.1} L{:.1} {:.1} Z' fill='{fill}'/>",
                y - size,
                x + size,
                y + size,
                x - size,
                y + size
            )),
            _ => self.add(format_args!(
                "<rect x='{:.1}' y='{:.1}' width='{:.1}' height='{:.1}' fill='{fill}'/>",
                x - size,
                y - size,
                size * 2.0,
                size * 2.0
            )),
        }
    }

    fn rule(&mut self, y: f64, label: &str) {
        self.add(format_args!("<line x1='{LEFT}' y1='{y:.1}' x2='{RIGHT}' y2='{y:.1}' stroke='#dde3e8' stroke-width='2'/>"));
        self.text((LEFT - 14.0, y + 7.0), 20, "end", QUIET, label);
    }
}

fn drawn_course(course: &Course) -> Canvas {
    let locale = course.locale;
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    canvas.text((LEFT, 62.0), 34, "start", INK, choose(locale, "Ход беседы", "Course of the session"));
    canvas.text((LEFT, 100.0), 24, "start", QUIET, &course.title);
    for (at, (curve, (colour, dashes))) in course.curves.iter().zip(STROKES).enumerate() {
        let (x, y) = (LEFT + (at % 3) as f64 * 360.0, 146.0 + (at / 3) as f64 * 40.0);
        canvas.curve(&[(x, y - 8.0), (x + 56.0, y - 8.0)], colour, dashes);
        canvas.text((x + 68.0, y), 24, "start", INK, &curve.name);
    }
    let (base, height) = (820.0, 580.0);
    for value in [0.0, 25.0, 50.0, 75.0, 100.0] {
        canvas.rule(base - height * value / 100.0, &format!("{value:.0}"));
    }
    let points = course.signals.len() + 1;
    let step = (RIGHT - LEFT - 40.0) / (points - 1) as f64;
    let x = |at: usize| LEFT + 20.0 + step * at as f64;
    for (curve, (colour, dashes)) in course.curves.iter().zip(STROKES) {
        let y = |value: f64| base - height * value.clamp(0.0, 100.0) / 100.0;
        let points: Vec<(f64, f64)> = curve.values.iter().enumerate().map(|(at, value)| (x(at), y(*value))).collect();
        canvas.curve(&points, colour, dashes);
    }
    let every = points.div_ceil(20);
    for (at, signal) in course.signals.iter().enumerate() {
        canvas.signal((x(at + 1), 852.0), (step * 0.35).clamp(4.0, 11.0), *signal);
        if (at + 1) % every == 0 || at == 0 {
            canvas.text((x(at + 1), 892.0), 20, "middle", QUIET, &(at + 1).to_string());
        }
    }
    // The state is written where it changes.
    let mut last = (f64::MIN, "");
    for (at, state) in course.states.iter().enumerate() {
        if state != last.1 && x(at) - last.0 > 34.0 {
            canvas.text((x(at), 926.0), 22, "middle", INK, state);
            last = (x(at), state);
        }
    }
    let notes = [
        choose(locale, "● зелёный  ▲ жёлтый  ■ красный сигнал", "● green  ▲ yellow  ■ red signal"),
        choose(
            locale,
            "S1 контакт · S2 прояснение · S3 работа · S4 кризис · S5 стабилизация · S6 завершение",
            "S1 contact · S2 clarification · S3 work · S4 crisis · S5 stabilisation · S6 closing",
        ),
    ];
    for (note, y) in notes.into_iter().zip([958.0, 986.0]) {
        canvas.text((LEFT, y), 20, "start", QUIET, note);
    }
    canvas
}

fn drawn_sessions(drawn: &Sessions) -> Canvas {
    let locale = drawn.locale;
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    canvas.text((LEFT, 62.0), 34, "start", INK, choose(locale, "Тренировки", "Training sessions"));
    let legend = [("TSI", STROKES[1]), (choose(locale, "сложность кейса CCI", "complexity CCI"), STROKES[4])];
    for (at, (name, (colour, dashes))) in legend.into_iter().enumerate() {
        let x = LEFT + at as f64 * 220.0;
        canvas.curve(&[(x, 108.0), (x + 56.0, 108.0)], colour, dashes);
        canvas.text((x + 68.0, 116.0), 24, "start", INK, name);
    }
    let (base, height) = (600.0, 440.0);
    for value in [0.0, 0.5, 0.7, 0.85, 1.0] {
        canvas.rule(base - height * value, &format!("{value:.2}"));
    }
    let count = drawn.sessions.len();
    let step = (RIGHT - LEFT) / count as f64;
    let x = |at: usize| LEFT + step * (at as f64 + 0.5);
    let y = |value: f64| base - height * value.clamp(0.0, 1.0);
    let of = |value: fn(&Session) -> f64| -> Vec<(f64, f64)> {
        drawn.sessions.iter().enumerate().map(|(at, session)| (x(at), y(value(session)))).collect()
    };
    canvas.curve(&of(|session| session.cci), STROKES[4].0, STROKES[4].1);
    let tsi = of(|session| session.tsi);
    canvas.curve(&tsi, STROKES[1].0, STROKES[1].1);
    for (x, y) in tsi {
        canvas.add(format_args!("<circle cx='{x:.1}' cy='{y:.1}' r='9' fill='{}'/>", STROKES[1].0));
    }
    canvas.text((LEFT, 664.0), 24, "start", INK, choose(locale, "Доли сигналов", "Shares of signals"));
    let (base, height) = (900.0, 210.0);
    for (at, session) in drawn.sessions.iter().enumerate() {
        let all: u32 = session.signals.iter().sum();
        let mut top = base;
        for (signal, count) in session.signals.into_iter().enumerate() {
            let part = height * f64::from(count) / f64::from(all.max(1));
            top -= part;
            let (left, width) = (x(at) - (step * 0.32).min(40.0), (step * 0.64).min(80.0));
            canvas.add(format_args!(
                "<rect x='{left:.1}' y='{top:.1}' width='{width:.1}' height='{part:.1}' fill='{}' stroke='white' stroke-width='2'/>",
                SIGNALS[signal]
            ));
        }
        canvas.text((x(at), 932.0), 20, "middle", QUIET, &(at + 1).to_string());
    }
    let note = choose(
        locale,
        "Снизу вверх: зелёные, жёлтые, красные реплики. Числа описывают беседы, а не специалиста.",
        "From below: green, yellow, red lines. The numbers describe sessions, not a person.",
    );
    canvas.text((LEFT, 974.0), 20, "start", QUIET, note);
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(lines: usize) -> Course {
        let names = ["напряжение", "доступ к мышлению", "неопределённость", "доверие", "защита"];
        let wave = |at: usize, of: usize| 50.0 + 40.0 * ((at + of * 3) as f64 / 4.0).sin();
        let curve =
            |(of, name): (usize, &&str)| Curve { name: (*name).to_owned(), values: (0..=lines).map(|at| wave(at, of)).collect() };
        Course {
            title: "Неустойчивая близость".into(),
            curves: names.iter().enumerate().map(curve).collect(),
            signals: (0..lines).map(|at| at % 3).collect(),
            states: (0..=lines).map(|at| format!("S{}", at / 6 % 6 + 1)).collect(),
            locale: Locale::Ru,
        }
    }

    #[test]
    fn a_course_is_drawn_from_one_line_to_sixty_and_bad_data_is_refused() {
        for lines in [1, 14, 60] {
            let png = course(&example(lines)).unwrap();
            assert!(png.starts_with(b"\x89PNG"));
        }
        assert!(course(&example(61)).is_err());
        assert!(course(&Course { signals: vec![0; 13], ..example(14) }).is_err());
        let mut bad = example(3);
        bad.curves[0].values[1] = f64::NAN;
        assert!(matches!(course(&bad), Err(ReportError::NotANumber)));
        // Every line has the mark of its signal.
        let svg = drawn_course(&example(6)).svg().to_owned();
        assert_eq!((svg.matches("<circle").count(), svg.matches("<path").count()), (2, 2));
    }

    #[test]
    fn sessions_are_drawn_up_to_thirty() {
        let one = Session { tsi: 0.62, cci: 0.4, signals: [5, 2, 1] };
        for count in [1, 2, 30] {
            let drawn = Sessions { sessions: vec![one; count], locale: Locale::En };
            assert!(sessions(&drawn).unwrap().starts_with(b"\x89PNG"));
        }
        assert!(sessions(&Sessions { sessions: vec![one; 31], locale: Locale::Ru }).is_err());
        assert!(sessions(&Sessions { sessions: vec![Session { tsi: f64::NAN, ..one }], locale: Locale::Ru }).is_err());
    }
}
