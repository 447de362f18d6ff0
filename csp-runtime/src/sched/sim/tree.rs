//! Every schedule, depth first, without those that only exchange neighbours which do not see each other.
//!
//! A run goes along a path of the tree of all decisions; the next run takes the same path up to the last decision that has an
//! alternative left, and goes on from there. What is left out are *sleep sets* (Godefroid 1996): once a step `a` was tried at
//! a decision, and then another one `b`, to try `a` right after `b` is of no use if the two touch nothing in common. So `a`
//! sleeps, until a step that touches what it touches, and a run in which only sleepers are ready is given up.
//!
//! What a step touches are channels, ends of processes, time as a source, and the births of channels and processes, all of which
//! get their numbers in the order in which they are made.

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
