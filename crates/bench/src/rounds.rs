//! A rate and its bound, measured one after the other several times.

/// How often, and for how long each.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// Rounds.
    pub count: usize,
    /// Seconds of each side.
    pub secs: u64,
}

impl Rounds {
    /// The round whose ratio is the middle one, so that what slows one side of one round down for a moment does not count.
    #[must_use]
    pub fn middle<T>(mut measured: Vec<T>, ratio: impl Fn(&T) -> f64) -> Option<T> {
        measured.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
        let middle = measured.len() / 2;
        measured.into_iter().nth(middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_three_rounds_counts() {
        let rounds = vec![(10.0, 10.0), (5.0, 10.0), (9.0, 12.0)];
        assert_eq!(Rounds::middle(rounds, |(ours, bound)| ours / bound), Some((9.0, 12.0)));
        assert_eq!(Rounds::middle(Vec::new(), |rate: &f64| *rate), None);
    }
}
