//! Replacing bytes in a stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};

/// A byte string and what stands in its place, of the same length, so that no length in front of it becomes wrong.
#[derive(Debug)]
pub(crate) struct Rule {
    from: Vec<u8>,
    to: Vec<u8>,
    times: AtomicU64,
}

impl Rule {
    pub fn new(from: &[u8], to: &[u8]) -> Result<Self> {
        if from.is_empty() || from.len() != to.len() {
            bail!("{} bytes cannot take the place of {}", to.len(), from.len());
        }
        Ok(Self { from: from.to_owned(), to: to.to_owned(), times: AtomicU64::new(0) })
    }

    /// How often it was applied.
    pub fn times(&self) -> u64 {
        self.times.load(Ordering::Relaxed)
    }
}

/// A rule at work on one stream. It holds back an end that may be the beginning of what it looks for.
#[derive(Debug)]
pub(crate) struct Rewriter {
    rule: Arc<Rule>,
    held: Vec<u8>,
}

impl Rewriter {
    pub fn new(rule: &Arc<Rule>) -> Self {
        Self { rule: Arc::clone(rule), held: Vec::new() }
    }

    /// The bytes that may go on, now that these have come.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Rule { from, to, times } = &*self.rule;
        let mut stream = std::mem::take(&mut self.held);
        stream.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(place) = stream.get_mut(at..at + from.len()) {
            if place == from {
                place.copy_from_slice(to);
                times.fetch_add(1, Ordering::Relaxed);
                at += from.len();
            } else {
                at += 1;
            }
        }
        let end = (at..stream.len()).find(|&start| from.starts_with(&stream[start..])).unwrap_or(stream.len());
        self.held = stream.split_off(end);
        stream
    }

    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// What was held back, given up because nothing has followed.
    pub fn give_up(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewriter() -> Rewriter {
        Rewriter::new(&Arc::new(Rule::new(b"aab", b"XYZ").unwrap()))
    }

    #[test]
    fn a_string_is_replaced_wherever_the_stream_is_cut() {
        let stream = b"aaab.aa.aab";
        for first in 0..=stream.len() {
            for second in first..=stream.len() {
                let mut rewriter = rewriter();
                let pieces = [&stream[..first], &stream[first..second], &stream[second..]];
                let mut out: Vec<u8> = pieces.into_iter().flat_map(|piece| rewriter.push(piece)).collect();
                out.extend(rewriter.give_up());
                assert_eq!(String::from_utf8(out).unwrap(), "aXYZ.aa.XYZ", "{first} {second}");
                assert_eq!(rewriter.rule.times(), 2);
            }
        }
    }

    #[test]
    fn only_what_may_become_the_string_is_held_back() {
        let mut rewriter = rewriter();
        assert_eq!(rewriter.push(b"ab.a"), b"ab.");
        assert!(rewriter.holds());
        assert_eq!(rewriter.give_up(), b"a");
        assert!(!rewriter.holds());
    }

    #[test]
    fn another_length_is_refused() {
        assert!(Rule::new(b"delete", b"select 1").is_err());
        assert!(Rule::new(b"", b"").is_err());
    }
}
