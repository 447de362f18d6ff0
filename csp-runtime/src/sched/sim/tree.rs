//! Every schedule, depth first, without those that only exchange neighbours which do not see each other.
//!
//! A run goes along a path of the tree of all decisions; the next run takes the same path up to the last decision that has an
//! alternative left, and goes on from there. What is left out are *sleep sets* (Godefroid 1996): once a step `a` was tried at
//! a decision, and then another one `b`, to try `a` right after `b` is of no use if the two touch nothing in common. So `a`
//! sleeps, until a step that touches what it touches, and a run in which only sleepers are ready is given up.
//!
//! What a step touches are channels, ends of processes, time as a source, and the births of channels and processes, all of which
//! get their numbers in the order in which they are made. Who communicates says so where it passes its point, in the cold path of
//! the budget, so that programs that nobody explores do not pay for it; a select names the channels of all its arms. What is no
//! point (`try_recv`, `len`, the drop of an end) and what happens after a wait (a select that goes on, a receive that is
//! cancelled) tells in its own code. An observation that nothing can change any more, such as that a process is over, is not told.

use super::guide::Point;

/// What a step touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Sorted.
    objects: Vec<usize>,
    /// It did what cannot be exchanged with anything.
    all: bool,
}

/// What can be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Birth,
    TimeSource,
    Channel(usize),
    Process(usize),
}

impl Footprint {
    pub(super) fn add(&mut self, object: Object) {
        let id = match object {
            Object::Birth => 0,
            Object::TimeSource => 1,
            Object::Channel(number) => 2 + 2 * number,
            Object::Process(number) => 3 + 2 * number,
        };
        if let Err(at) = self.objects.binary_search(&id) {
            self.objects.insert(at, id);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.objects.is_empty()
    }

    pub(super) fn add_all(&mut self) {
        self.all = true;
    }

    fn join(&mut self, other: &Self) {
        self.all |= other.all;
        self.objects.extend(&other.objects);
        self.objects.sort_unstable();
        self.objects.dedup();
    }

    fn meets(&self, other: &Self) -> bool {
        self.all || other.all || self.objects.iter().any(|id| other.objects.binary_search(id).is_ok())
    }
}

type Sleepers = Vec<(usize, Footprint)>;

#[derive(Clone, Debug)]
enum Node {
    Choice { taken: u32, of: u32 },
    Next { taken: usize, processes: Vec<usize>, asleep: Sleepers, tried: Sleepers, touched: Footprint },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// How far the run has come.
    at: usize,
    /// Whose next step is of no use here.
    asleep: Sleepers,
    /// The node that chose the step which goes on.
    chosen_at: Option<usize>,
    pub(crate) reduces: bool,
}

impl Tree {
    pub(crate) fn new(reduces: bool) -> Self {
        Self { reduces, ..Self::default() }
    }

    /// A step is over.
    pub(super) fn step_over(&mut self, process: usize, touched: &Footprint) {
        if !self.reduces {
            return;
        }
        self.asleep.retain(|(sleeper, theirs)| *sleeper != process && !theirs.meets(touched));
        if let Some(at) = self.chosen_at.take()
            && let Some(Node::Next { touched: here, .. }) = self.nodes.get_mut(at)
        {
            here.join(touched);
        }
    }

    /// `None`: all that could follow was seen elsewhere.
    pub(super) fn decide(&mut self, point: &Point<'_>) -> Option<u32> {
        match point {
            Point::Choice(of) => Some(self.choose(*of)),
            Point::Next([process]) => (!sleeps(&self.asleep, *process)).then_some(0),
            Point::Next(processes) => self.next(processes),
        }
    }

    fn choose(&mut self, of: u32) -> u32 {
        self.at += 1;
        if let Some(Node::Choice { taken, .. }) = self.nodes.get(self.at - 1) {
            return *taken;
        }
        self.nodes.truncate(self.at - 1);
        self.nodes.push(Node::Choice { taken: 0, of });
        0
    }

    fn next(&mut self, processes: &[usize]) -> Option<u32> {
        let at = self.at;
        if !matches!(self.nodes.get(at), Some(Node::Next { .. })) {
            self.nodes.truncate(at);
            let taken = (0..processes.len()).find(|&n| !sleeps(&self.asleep, processes[n]))?;
            self.nodes.push(Node::Next {
                taken,
                processes: processes.to_vec(),
                asleep: self.asleep.clone(),
                tried: Vec::new(),
                touched: Footprint::default(),
            });
        }
        let Node::Next { taken, asleep, tried, .. } = &self.nodes[at] else { return None };
        self.asleep = asleep.iter().chain(tried).cloned().collect();
        self.chosen_at = Some(at);
        self.at += 1;
        Some(*taken as u32)
    }

    /// The run is over. Goes on to the next path; false if this was the last.
    pub(crate) fn advance(&mut self) -> bool {
        self.at = 0;
        self.asleep.clear();
        self.chosen_at = None;
        while let Some(node) = self.nodes.last_mut() {
            match node {
                Node::Choice { taken, of } if *taken + 1 < *of => {
                    *taken += 1;
                    return true;
                }
                Node::Choice { .. } => {}
                Node::Next { taken, processes, asleep, tried, touched } => {
                    tried.push((processes[*taken], std::mem::take(touched)));
                    let awake = (*taken + 1..processes.len()).find(|&n| !sleeps(asleep, processes[n]));
                    if let Some(next) = awake {
                        *taken = next;
                        if !self.reduces {
                            tried.clear();
                        }
                        return true;
                    }
                }
            }
            self.nodes.pop();
        }
        false
    }
}

fn sleeps(asleep: &Sleepers, process: usize) -> bool {
    asleep.iter().any(|(sleeper, _)| *sleeper == process)
}

#[cfg(test)]
mod tests {
    use super::{Footprint, Object, Point, Tree};

    /// Walks over all runs of processes that take so many steps each, and touch what `touches` says; gives the runs as strings
    /// of process numbers, without those given up.
    fn runs(steps: &[usize], reduces: bool, touches: impl Fn(usize, usize) -> Object) -> Vec<String> {
        let mut tree = Tree::new(reduces);
        let mut runs = Vec::new();
        loop {
            let mut done = vec![0; steps.len()];
            let mut run = String::new();
            let complete = loop {
                let ready: Vec<usize> = (0..steps.len()).filter(|&p| done[p] < steps[p]).collect();
                if ready.is_empty() {
                    break true;
                }
                let Some(taken) = tree.decide(&Point::Next(&ready)) else { break false };
                let process = ready[taken as usize];
                let mut touched = Footprint::default();
                touched.add(touches(process, done[process]));
                tree.step_over(process, &touched);
                done[process] += 1;
                run += &process.to_string();
            };
            if complete {
                runs.push(run);
            }
            if !tree.advance() {
                return runs;
            }
        }
    }

    #[test]
    fn every_order_comes_once() {
        let mut all = runs(&[2, 2, 1], false, |_, _| Object::Birth);
        assert_eq!(all.len(), 30);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 30);
    }

    #[test]
    fn steps_that_never_meet_have_one_order() {
        assert_eq!(runs(&[3, 3, 3], true, |process, _| Object::Channel(process)).len(), 1);
        assert_eq!(runs(&[2, 2], true, |_, _| Object::Channel(1)).len(), 6);
    }

    #[test]
    fn each_class_of_orders_comes_once() {
        // Only the last steps meet.
        let touches = |process: usize, step: usize| match step {
            1 => Object::Channel(9),
            _ => Object::Channel(process),
        };
        let mut classes: Vec<bool> =
            runs(&[2, 2], true, touches).iter().map(|run| run.rfind('0') < run.rfind('1')).collect();
        classes.sort_unstable();
        assert_eq!(classes, [false, true]);
    }

    #[test]
    fn choices_are_walked_too() {
        let mut tree = Tree::new(true);
        let mut seen = Vec::new();
        loop {
            let first = tree.decide(&Point::Choice(2)).unwrap();
            let second = if first == 1 { tree.decide(&Point::Choice(3)).unwrap() } else { 9 };
            seen.push((first, second));
            if !tree.advance() {
                break;
            }
        }
        assert_eq!(seen, [(0, 9), (1, 0), (1, 1), (1, 2)]);
    }
}
