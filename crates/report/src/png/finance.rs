//! The finances by day as a picture: Stars paid in and Stars charged side by side, and below them what the models cost.
use domain::Locale;

use super::canvas::{Canvas, INK, QUIET};
use crate::ReportError;

/// One day.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Day and month, as `25.11`.
    pub name: String,
    /// Stars paid in, less what was refunded; what is below zero is drawn as zero.
    pub paid_in: i64,
    /// Stars charged for results.
    pub spent: i64,
    /// Dollars the models cost.
    pub cost_usd: f64,
}

/// What is drawn: at most 31 days, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Finances {
    /// The days.
    pub days: Vec<Day>,
    /// The language of the labels.
    pub locale: Locale,
}

/// Width in pixels.
pub const WIDTH: u32 = 1200;
/// Height in pixels.
pub const HEIGHT: u32 = 900;

const PAID: &str = "#2b6cb0";
const SPENT: &str = "#d97b1a";
const COST: &str = "#6b7b8c";
const LEFT: f64 = 110.0;
const RIGHT: f64 = 1160.0;

struct Words {
    title: &'static str,
    paid: &'static str,
    spent: &'static str,
    cost: &'static str,
}

fn words(locale: Locale) -> Words {
    match locale {
        Locale::Ru => Words {
            title: "Финансы по дням",
            paid: "оплачено, ★",
            spent: "списано за результаты, ★",
            cost: "стоимость моделей, $",
        },
        Locale::En => {
            Words { title: "Finances by day", paid: "paid in, ★", spent: "charged for results, ★", cost: "models, $" }
        }
    }
}

/// The picture as PNG, [`WIDTH`] by [`HEIGHT`].
///
/// # Errors
/// [`ReportError::NotANumber`] when a cost is none, [`ReportError::Font`] when the font lacks a letter,
/// [`ReportError::Picture`] when the library refuses or there are more than 31 days.
pub fn finances(finances: &Finances) -> Result<Vec<u8>, ReportError> {
    if finances.days.len() > 31 {
        return Err(ReportError::Picture);
    }
    if finances.days.iter().any(|day| !day.cost_usd.is_finite()) {
        return Err(ReportError::NotANumber);
    }
    drawn(finances).png()
}

impl Canvas {
    fn bar(&mut self, x: f64, width: f64, base: f64, height: f64, fill: &str) {
        if height > 0.0 {
            let top = base - height;
            self.add(format_args!("<rect x='{x:.1}' y='{top:.1}' width='{width:.1}' height='{height:.1}' fill='{fill}'/>"));
        }
    }

    /// Lines with their values at zero, half and top.
    fn scale(&mut self, base: f64, height: f64, top: f64, say: impl Fn(f64) -> String) {
        for share in [0.0, 0.5, 1.0] {
            let y = base - height * share;
            self.add(format_args!("<line x1='{LEFT}' y1='{y:.1}' x2='{RIGHT}' y2='{y:.1}' stroke='#dde3e8' stroke-width='2'/>"));
            self.text((LEFT - 14.0, y + 7.0), 20, "end", QUIET, &say(top * share));
        }
    }
}

fn drawn(finances: &Finances) -> Canvas {
    let say = words(finances.locale);
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    canvas.text((LEFT, 66.0), 36, "start", INK, say.title);
    legend(&mut canvas, LEFT, 112.0, PAID, say.paid);
    legend(&mut canvas, LEFT + 280.0, 112.0, SPENT, say.spent);
    let days = &finances.days;
    let stars = days.iter().flat_map(|day| [day.paid_in, day.spent]).max().unwrap_or(0);
    let (stars, cost) = (nice(stars as f64, 10.0), nice(days.iter().map(|day| day.cost_usd).fold(0.0, f64::max), 0.01));
    let (upper, lower) = ((560.0, 400.0), (830.0, 150.0));
    canvas.scale(upper.0, upper.1, stars, |value| format!("{value:.0}"));
    legend(&mut canvas, LEFT, 656.0, COST, say.cost);
    canvas.scale(lower.0, lower.1, cost, |value| format!("{value:.2}"));
    let step = (RIGHT - LEFT) / days.len().max(1) as f64;
    for (at, day) in days.iter().enumerate() {
        let x = LEFT + step * at as f64;
        let width = step * 0.38;
        let height = |value: i64| value.max(0) as f64 / stars * upper.1;
        canvas.bar(x + step * 0.1, width, upper.0, height(day.paid_in), PAID);
        canvas.bar(x + step * 0.1 + width, width, upper.0, height(day.spent), SPENT);
        canvas.bar(x + step * 0.1, width * 2.0, lower.0, day.cost_usd.max(0.0) / cost * lower.1, COST);
        // Every fifth day by name, and the last.
        if (days.len() - 1 - at).is_multiple_of(5) {
            canvas.text((x + step / 2.0, 868.0), 20, "middle", QUIET, &day.name);
            canvas.text((x + step / 2.0, 598.0), 20, "middle", QUIET, &day.name);
        }
    }
    canvas
}

fn legend(canvas: &mut Canvas, x: f64, y: f64, fill: &str, text: &str) {
    canvas.add(format_args!("<rect x='{x}' y='{:.1}' width='22' height='22' rx='4' fill='{fill}'/>", y - 18.0));
    canvas.text((x + 32.0, y), 22, "start", INK, text);
}

/// The next round number that is not below `value`: 1, 2 or 5 times a power of ten, at least `least`.
fn nice(value: f64, least: f64) -> f64 {
    let mut unit = least;
    while unit * 10.0 < value {
        unit *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| unit * factor).find(|top| *top >= value).unwrap_or(unit * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month() -> Finances {
        let days = (0..30_i64).map(|n| Day {
            name: format!("{:02}.11", n + 1),
            paid_in: if n % 7 == 0 { 500 } else { 0 },
            spent: n * 10,
            cost_usd: n as f64 / 50.0,
        });
        Finances { days: days.collect(), locale: Locale::Ru }
    }

    #[test]
    fn a_month_is_drawn_in_both_languages() {
        for locale in Locale::ALL {
            let png = finances(&Finances { locale: *locale, ..month() }).unwrap();
            assert_eq!(crate::png::dimensions(&png), Ok((WIDTH, HEIGHT)));
            if let Some(folder) = std::env::var_os("PICTURES") {
                std::fs::write(std::path::Path::new(&folder).join(format!("finance-{locale}.png")), png).unwrap();
            }
        }
    }

    #[test]
    fn an_empty_month_is_drawn_and_a_cost_that_is_no_number_is_an_error() {
        let mut quiet = month();
        quiet.days.iter_mut().for_each(|day| (day.paid_in, day.spent, day.cost_usd) = (0, 0, 0.0));
        assert!(finances(&quiet).is_ok());
        quiet.days[3].cost_usd = f64::NAN;
        assert_eq!(finances(&quiet), Err(ReportError::NotANumber));
        assert!(finances(&Finances { days: Vec::new(), locale: Locale::En }).is_ok());
    }

    #[test]
    fn a_scale_ends_at_a_round_number() {
        for (value, top) in [(0.0, 10.0), (10.0, 10.0), (11.0, 20.0), (290.0, 500.0), (501.0, 1000.0)] {
            assert!((nice(value, 10.0) - top).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn twice_as_much_is_twice_as_high() {
        let bars = |svg: &str| svg.matches(&format!("fill='{SPENT}'")).count();
        let canvas = drawn(&month());
        let svg = canvas.svg();
        // The first day has nothing charged; the legend has one.
        assert_eq!(bars(svg), 30);
    }
}
