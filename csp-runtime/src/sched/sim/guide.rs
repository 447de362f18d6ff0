//! How to decide.

use super::tree::{Footprint, Tree};
use crate::shim::choice::Stream;

/// Stands for the clock among the processes that can take the next step.
pub(crate) const CLOCK: usize = usize::MAX;

/// Where a program can go on in several ways.
pub(crate) enum Point<'a> {
    /// Which process takes the next step, by numbers. If the running one can go on it comes first; the others follow in the
    /// order in which they became ready, and last the clock, if it may go on.
    Next(&'a [usize]),
    /// One of so many, such as the ready arms of a `select!`.
    Choice(u32),
}

impl Point<'_> {
    pub(super) fn alternatives(&self) -> u32 {
        match self {
            Self::Next(processes) => processes.len() as u32,
            Self::Choice(n) => *n,
        }
    }
}

/// Decides for one run.
#[derive(Clone, Debug)]
pub(crate) enum Guide {
    /// Every alternative is as likely as the others.
    Random(Stream),
    Priorities(Priorities),
    /// Along a path, and then always the first alternative: the running process goes on, or whoever waited longest.
    Path(Vec<u32>),
    /// The same along what may be no path: where it names an alternative that is not there, the first one is meant.
    Near(Vec<u32>),
    Tree(Tree),
}

impl Guide {
    pub(crate) fn random(seed: u64) -> Self {
        Self::Random(Stream::new(seed))
    }

    /// The number of an alternative, below their number; `None` if the path leads nowhere, or where nothing is new. `at` counts the decisions of the
    /// run, `step` its steps. It is asked of each point, also where there is no other alternative.
    pub(super) fn decide(&mut self, at: usize, step: u64, point: &Point<'_>) -> Option<u32> {
        let n = point.alternatives();
        if let Self::Tree(tree) = self {
            return tree.decide(point);
        }
        if n < 2 {
            return Some(0);
        }
        match self {
            Self::Random(stream) => Some(stream.below(n)),
            Self::Priorities(priorities) => Some(priorities.decide(step, point)),
            Self::Path(path) => {
                let taken = path.get(at).copied().unwrap_or(0);
                (taken < n).then_some(taken)
            }
            Self::Tree(_) => None,
            Self::Near(path) => Some(path.get(at).copied().filter(|&taken| taken < n).unwrap_or(0)),
        }
    }

    /// Whether it wants to know what steps touch.
    pub(super) fn reduces(&self) -> bool {
        matches!(self, Self::Tree(tree) if tree.reduces)
    }

    pub(super) fn step_over(&mut self, process: usize, touched: &Footprint) {
        if let Self::Tree(tree) = self {
            tree.step_over(process, touched);
        }
    }

    /// A process yields.
    pub(super) fn yielded(&mut self, process: usize) {
        if let Self::Priorities(priorities) = self {
            priorities.yielded(process);
        }
    }

    /// Others come before this process.
    pub(super) fn falls(&mut self, process: usize) {
        if let Self::Priorities(priorities) = self {
            priorities.lower(process);
        }
    }

    /// The clock was chosen to go on.
    pub(super) fn clock_moved(&mut self) {
        if let Self::Priorities(priorities) = self {
            priorities.redraw(CLOCK);
        }
    }
}

/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte 2010): the process of the highest priority
/// runs; priorities are random, and at `depth - 1` random steps the running process falls below all others. A bug that
/// `depth` ordered events suffice to cause, in a program of `n` processes and `k` steps, is found by one run with a
/// probability of at least `1 / (n * k^(depth - 1))`.
#[derive(Clone, Debug)]
pub(crate) struct Priorities {
    stream: Stream,
    /// By the process's number, after that of the clock. Those of the start have the highest bit.
    of: Vec<u64>,
    /// The steps at which the running process falls, in order from the last to the first.
    changes: Vec<u64>,
    /// Below all that were given so far.
    lowest: u64,
}

impl Priorities {
    const HIGH: u64 = 1 << 63;

    /// For runs of about so many steps.
    pub(crate) fn new(seed: u64, depth: u32, steps: u64) -> Self {
        let mut stream = Stream::new(seed);
        let steps = u32::try_from(steps.max(1)).unwrap_or(u32::MAX);
        let mut changes: Vec<u64> = (1..depth).map(|_| u64::from(stream.below(steps))).collect();
        changes.sort_unstable_by(|a, b| b.cmp(a));
        Self { stream, of: Vec::new(), changes, lowest: Self::HIGH }
    }

    fn draw(&mut self) -> u64 {
        Self::HIGH | u64::from(self.stream.next()) << 31 | u64::from(self.stream.next())
    }

    fn of(&mut self, process: usize) -> &mut u64 {
        let at = process.wrapping_add(1);
        while self.of.len() <= at {
            let drawn = self.draw();
            self.of.push(drawn);
        }
        &mut self.of[at]
    }

    fn lower(&mut self, process: usize) {
        self.lowest -= 1;
        *self.of(process) = self.lowest;
    }

    /// Each second time: if it always fell it would never go on before others, and if it never did, a loop that waits for others by
    /// yielding would have no end.
    fn yielded(&mut self, process: usize) {
        if self.stream.below(2) == 0 {
            self.lower(process);
        }
    }

    /// If the clock kept the highest priority, a ticker would tick for ever.
    fn redraw(&mut self, process: usize) {
        let drawn = self.draw();
        *self.of(process) = drawn;
    }

    fn highest(&mut self, processes: &[usize]) -> usize {
        let mut best = 0;
        for at in 1..processes.len() {
            if *self.of(processes[at]) > *self.of(processes[best]) {
                best = at;
            }
        }
        best
    }

    fn decide(&mut self, step: u64, point: &Point<'_>) -> u32 {
        match point {
            Point::Choice(n) => self.stream.below(*n),
            Point::Next(processes) => {
                let mut best = self.highest(processes);
                while self.changes.last().is_some_and(|&change| change <= step) {
                    self.changes.pop();
                    self.lower(processes[best]);
                    best = self.highest(processes);
                }
                best as u32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Guide, Point, Priorities};

    #[test]
    fn random_takes_each_alternative_alike_and_the_same_for_one_seed() {
        let draw = |seed| {
            let mut guide = Guide::random(seed);
            (0..6_000).map(|at| guide.decide(at, 0, &Point::Choice(3)).unwrap()).collect::<Vec<_>>()
        };
        let drawn = draw(1);
        for n in 0..3 {
            assert!((1_800..2_200).contains(&drawn.iter().filter(|&&taken| taken == n).count()));
        }
        assert_eq!(drawn, draw(1));
        assert_ne!(drawn, draw(2));
    }

    #[test]
    fn the_highest_goes_on_but_for_the_steps_at_which_it_falls() {
        for (seed, depth) in (0..100).flat_map(|seed| [(seed, 1), (seed, 2), (seed, 4)]) {
            let mut guide = Guide::Priorities(Priorities::new(seed, depth, 1_000));
            let mut running = Vec::new();
            for step in 0..1_000 {
                running.push(guide.decide(0, step, &Point::Next(&[3, 1, 2])).unwrap());
            }
            let switches = running.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(switches < depth as usize, "{switches} of depth {depth}");
        }
    }

    #[test]
    fn each_order_of_three_processes_is_about_as_likely() {
        let mut firsts = [0; 3];
        for seed in 0..3_000 {
            let mut guide = Guide::Priorities(Priorities::new(seed, 1, 100));
            firsts[guide.decide(0, 0, &Point::Next(&[0, 1, 2])).unwrap() as usize] += 1;
        }
        assert!(firsts.iter().all(|&hits| (880..1_120).contains(&hits)), "{firsts:?}");
    }

    #[test]
    fn who_falls_comes_after_all_others() {
        let mut guide = Guide::Priorities(Priorities::new(7, 1, 100));
        let all = [0, 1, 2];
        let mut order = Vec::new();
        for step in 0..3 {
            let taken = guide.decide(0, step, &Point::Next(&all)).unwrap() as usize;
            order.push(taken);
            guide.falls(all[taken]);
        }
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2]);
    }

    #[test]
    fn a_path_is_followed_and_one_that_leads_nowhere_is_told() {
        let mut path = Guide::Path(vec![0, 2]);
        assert_eq!(path.decide(1, 0, &Point::Choice(3)), Some(2));
        assert_eq!(path.decide(1, 0, &Point::Choice(2)), None);
        assert_eq!(path.decide(2, 0, &Point::Choice(2)), Some(0));
        assert_eq!(Guide::Near(vec![2]).decide(0, 0, &Point::Choice(2)), Some(0));
    }
}
