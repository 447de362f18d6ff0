//! From a schedule that fails to a shorter one that fails in the same way.
//!
//! The shortest schedule is the one that decides nothing: each process goes on until it waits, then whoever waited longest
//! follows. So what is cut away are decisions that are not for the first alternative: first those at the end, then parts of
//! the others, large ones first. What is left cannot lose any one of them, unless the patience ended.

use super::FailureKind;
use crate::sched::sim::guide::Guide;
use crate::sched::sim::{Decision, Outcome};

/// How many runs, and how many steps, shrinking may take.
const MOST_RUNS: u32 = 1_000;
const MOST_STEPS: u64 = 3_000_000;

/// Runs the program once, under a guide; with a trace or without.
type Once<'a> = dyn FnMut(Guide, bool) -> Outcome + 'a;

/// The decisions of a short schedule that fails in the way `kind`; `None` if even `made` does not do it again.
pub(super) fn shrink(made: &[Decision], kind: FailureKind, once: &mut Once<'_>) -> Option<Vec<u32>> {
    let made: Vec<u32> = made.iter().map(|decision| decision.taken).collect();
    let mut shrinking = Shrinking { kind, once, runs: 0, steps: 0 };
    let mut best = shrinking.attempt(Guide::Path(made))?;
    shrinking.truncate(&mut best);
    while shrinking.without_parts(&mut best) {}
    Some(best)
}

struct Shrinking<'a, 'b> {
    kind: FailureKind,
    once: &'a mut Once<'b>,
    runs: u32,
    steps: u64,
}

impl Shrinking<'_, '_> {
    /// The decisions of a run that fails as it should, without the first alternatives at the end.
    fn attempt(&mut self, guide: Guide) -> Option<Vec<u32>> {
        if self.runs >= MOST_RUNS || self.steps >= MOST_STEPS && self.runs > 0 {
            return None;
        }
        self.runs += 1;
        let outcome = (self.once)(guide, false);
        self.steps += outcome.steps;
        if outcome.found.is_none_or(|found| found.kind != self.kind) {
            return None;
        }
        let mut path: Vec<u32> = outcome.made.iter().map(|decision| decision.taken).collect();
        while path.last() == Some(&0) {
            path.pop();
        }
        Some(path)
    }

    /// Takes `candidate` if it is shorter and fails.
    fn improve(&mut self, best: &mut Vec<u32>, candidate: Vec<u32>) -> bool {
        match self.attempt(Guide::Near(candidate)) {
            Some(path) if measure(&path) < measure(best) => {
                *best = path;
                true
            }
            _ => false,
        }
    }

    /// Looks for a short beginning that suffices.
    fn truncate(&mut self, best: &mut Vec<u32>) {
        let mut len = 0;
        while len < best.len() {
            if self.improve(best, best[..len].to_vec()) {
                return;
            }
            len = (len * 2).max(1);
        }
    }

    /// Leaves out parts, from halves to single decisions. True if that went anywhere.
    fn without_parts(&mut self, best: &mut Vec<u32>) -> bool {
        let mut improved = false;
        let mut size = switches(best).len().div_ceil(2);
        while size > 0 {
            let mut from = 0;
            loop {
                let places = switches(best);
                if from >= places.len() {
                    break;
                }
                let mut candidate = best.clone();
                places[from..(from + size).min(places.len())].iter().for_each(|&at| candidate[at] = 0);
                if self.improve(best, candidate) {
                    improved = true;
                } else {
                    from += size;
                }
            }
            size /= 2;
        }
        improved
    }
}

/// Where a path is not for the first alternative.
fn switches(path: &[u32]) -> Vec<usize> {
    (0..path.len()).filter(|&at| path[at] != 0).collect()
}

/// Fewer switches first, then an earlier end.
fn measure(path: &[u32]) -> (usize, usize) {
    (switches(path).len(), path.len())
}

#[cfg(test)]
mod tests {
    use super::{FailureKind, shrink};
    use crate::sched::sim::guide::Guide;
    use crate::sched::sim::{Decision, Found, Outcome};

    /// A run of 40 decisions among three that fails if `fails` says so of its path.
    fn run(guide: Guide, fails: impl Fn(&[u32]) -> bool) -> Outcome {
        let (Guide::Path(path) | Guide::Near(path)) = guide else { panic!("shrinking follows paths") };
        let taken: Vec<u32> = (0..40).map(|at| path.get(at).copied().unwrap_or(0)).collect();
        let found = fails(&taken).then(|| Found { kind: FailureKind::Panic, text: String::new() });
        let made = taken.into_iter().map(|taken| Decision { taken, of: 3 }).collect();
        Outcome {
            made,
            shape: 0,
            steps: 40,
            found,
            trace: String::new(),
            pruned: false,
            scripted: false,
            guide: None,
        }
    }

    #[test]
    fn what_a_failure_does_not_need_is_left_out() {
        let needs = |path: &[u32]| path[5] == 1 && path[17] == 2 && path[18] > 0;
        let made: Vec<Decision> =
            (0..40).map(|at| Decision { taken: if at == 5 { 1 } else { 2 }, of: 3 }).collect();
        let mut runs = 0;
        let short = shrink(&made, FailureKind::Panic, &mut |guide, _| {
            runs += 1;
            run(guide, needs)
        });
        let mut expected = vec![0; 19];
        (expected[5], expected[17], expected[18]) = (1, 2, 2);
        assert_eq!(short, Some(expected));
        assert!(runs < 60, "{runs}");
    }

    #[test]
    fn a_failure_that_needs_nothing_is_the_plainest_schedule() {
        let made = vec![Decision { taken: 2, of: 3 }; 40];
        assert_eq!(shrink(&made, FailureKind::Panic, &mut |guide, _| run(guide, |_| true)), Some(vec![]));
    }

    #[test]
    fn what_does_not_fail_again_is_not_shrunk() {
        let made = vec![Decision { taken: 1, of: 3 }; 40];
        assert_eq!(shrink(&made, FailureKind::Panic, &mut |guide, _| run(guide, |_| false)), None);
        assert_eq!(shrink(&made, FailureKind::Leak, &mut |guide, _| run(guide, |_| true)), None);
    }
}
