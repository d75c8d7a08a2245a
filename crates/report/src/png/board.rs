//! The board of a working model as a picture: kinds of hypotheses by layers, gaps visible. Readable on a phone.
use super::canvas::{Canvas, INK, QUIET};
use crate::ReportError;

/// What is drawn: one row for each kind, one column for each layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Above the board.
    pub title: String,
    /// Names of the layers, left to right, each in at most two short lines.
    pub columns: Vec<Vec<String>>,
    /// Names of the kinds with how many hypotheses there are on each layer.
    pub rows: Vec<(String, Vec<usize>)>,
    /// Below the board: how to read it.
    pub note: String,
}

/// Width in pixels.
pub const WIDTH: u32 = 1080;
/// Height in pixels.
pub const HEIGHT: u32 = 860;

const LEFT: f64 = 60.0;
const FIRST: f64 = 350.0;
const TOP: f64 = 230.0;
const CELL: (f64, f64) = (134.0, 130.0);
/// From nothing to three and more: the lighter, the emptier; no colour is a warning.
const FILLS: [&str; 4] = ["#f3f5f7", "#c9d9ea", "#8fb3d9", "#4f86bd"];

/// The picture as PNG, [`WIDTH`] by [`HEIGHT`].
///
/// # Errors
/// [`ReportError::Picture`] when rows and columns do not fit each other or the picture, [`ReportError::Font`] when the font lacks a
/// letter.
pub fn board(board: &Board) -> Result<Vec<u8>, ReportError> {
    let fits = board.columns.len() <= 5 && board.rows.len() <= 4;
    if !fits || board.rows.iter().any(|(_, cells)| cells.len() != board.columns.len()) {
        return Err(ReportError::Picture);
    }
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    canvas.text((LEFT, 84.0), 44, "start", INK, &board.title);
    let mut x = FIRST;
    for name in &board.columns {
        let mut y = TOP - 24.0 - 30.0 * (name.len().saturating_sub(1)) as f64;
        for line in name {
            canvas.text((x + CELL.0 / 2.0 - 5.0, y), 20, "middle", QUIET, line);
            y += 30.0;
        }
        x += CELL.0;
    }
    let mut y = TOP;
    for (name, cells) in &board.rows {
        canvas.text((LEFT, y + CELL.1 / 2.0 + 9.0), 25, "start", INK, name);
        let mut x = FIRST;
        for count in cells {
            let fill = FILLS[(*count).min(FILLS.len() - 1)];
            let (width, height) = (CELL.0 - 10.0, CELL.1 - 10.0);
            let dashes = if *count == 0 { " stroke='#9aa8b5' stroke-width='2' stroke-dasharray='7 7'" } else { "" };
            canvas.add(format_args!(
                "<rect x='{x:.1}' y='{y:.1}' width='{width:.1}' height='{height:.1}' rx='14' fill='{fill}'{dashes}/>"
            ));
            if *count > 0 {
                let ink = if *count > 2 { "white" } else { INK };
                canvas.text((x + width / 2.0, y + height / 2.0 + 15.0), 42, "middle", ink, &count.to_string());
            }
            x += CELL.0;
        }
        y += CELL.1;
    }
    canvas.text((LEFT, f64::from(HEIGHT) - 50.0), 24, "start", QUIET, &board.note);
    canvas.png()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Board {
        let two = |one: &str, other: &str| vec![one.to_owned(), other.to_owned()];
        Board {
            title: "Доска".into(),
            columns: vec![
                two("энергия", "и тело"),
                vec!["автоматизмы".into()],
                two("чувства", "и оценки"),
                two("отношения", "и роли"),
                vec!["смысл".into()],
            ],
            rows: vec![
                ("как устроено".into(), vec![1, 1, 0, 0, 0]),
                ("чему служит".into(), vec![0, 0, 0, 2, 0]),
                ("чем держится".into(), vec![0, 0, 3, 1, 0]),
                ("чем управлять".into(), vec![0, 0, 0, 0, 0]),
            ],
            note: "Число: принятые гипотезы; пунктир: пусто.".into(),
        }
    }

    #[test]
    fn a_board_is_drawn_and_one_that_does_not_fit_is_refused() {
        let png = board(&some()).unwrap();
        assert_eq!(crate::png::dimensions(&png), Ok((WIDTH, HEIGHT)));
        if let Some(folder) = std::env::var_os("PICTURES") {
            std::fs::write(std::path::Path::new(&folder).join("board.png"), png).unwrap();
        }
        let mut crooked = some();
        crooked.rows[0].1.pop();
        assert_eq!(board(&crooked), Err(ReportError::Picture));
        let mut strange = some();
        strange.title = "\u{1F9E9}".into();
        assert_eq!(board(&strange), Err(ReportError::Font));
    }
}
