//! The record of a walk: what is declared and used where, and by which process.

use super::value::Value;
use proc_macro2::TokenStream;

/// What branches or repeats on the way to a place in the code.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Step {
    /// One of several ways at `at`.
    Arm { at: usize, arm: usize },
    /// The body of a loop.
    Loop(usize),
}

/// A name with its meaning.
pub(crate) struct Binding {
    pub(crate) name: String,
    /// The process that declares it; `None` for what is declared outside of all we see.
    pub(crate) process: Option<usize>,
    pub(crate) path: Vec<Step>,
    pub(crate) level: usize,
    /// `let mut`: it owns what it holds, and may change it.
    pub(crate) is_mut: bool,
    /// It is assigned to somewhere: what it holds is then not what it was declared with.
    pub(crate) is_assigned: bool,
    pub(crate) value: Value,
}

pub(crate) struct Process {
    pub(crate) parent: Option<usize>,
    pub(crate) kind: Kind,
    /// The macro call that it is the body of; 0 is the one that is being checked.
    pub(crate) level: usize,
    pub(crate) path: Vec<Step>,
    /// When it starts, among all that is recorded.
    pub(crate) order: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The body of `#[process] fn`, or whatever a `select!` stands in.
    Function,
    /// A block of `go!` or `par!`: it owns what it takes.
    Started,
    /// An `async` block: who runs it we cannot know.
    Async,
    Closure,
}

/// What is done with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    Sent,
    Received,
    Assigned,
    BorrowedMut,
    /// A method was called that changes a collection.
    Changed,
    /// It was given away to a process that starts.
    Passed,
    Read,
}

pub(crate) struct Use {
    pub(crate) binding: usize,
    pub(crate) what: What,
    /// What it holds: of `ends.0`, the end.
    pub(crate) value: Value,
    pub(crate) process: usize,
    pub(crate) path: Vec<Step>,
    /// What to underline.
    pub(crate) tokens: TokenStream,
    /// The place as written: `ends.0`.
    pub(crate) text: String,
    pub(crate) order: usize,
}

pub(crate) struct Chan {
    /// The macro call in which it is made.
    pub(crate) level: usize,
    pub(crate) path: Vec<Step>,
    /// It holds values by itself.
    pub(crate) is_buffered: bool,
}

/// All that the rules look at.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) processes: Vec<Process>,
    pub(crate) uses: Vec<Use>,
    pub(crate) chans: Vec<Chan>,
    /// When a loop is left from within, by loop.
    pub(crate) leaves: Vec<(usize, usize)>,
}

impl Names {
    /// The started processes around a process, the innermost first.
    fn started(&self, process: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(process), |&process| self.processes[process].parent)
            .filter(|&process| self.processes[process].kind == Kind::Started)
    }

    fn is_within(&self, inner: Option<usize>, outer: usize) -> bool {
        std::iter::successors(inner, |&process| self.processes[process].parent)
            .any(|process| process == outer)
    }

    /// The started processes that take the binding from outside in order to use it so, the innermost first.
    pub(crate) fn takers(&self, used: &Use) -> Vec<usize> {
        let declared = self.bindings[used.binding].process;
        self.started(used.process).filter(|&process| !self.is_within(declared, process)).collect()
    }

    /// The loops that `path` enters after `from`, and that nothing leaves later than `order`: they repeat what is in them.
    pub(crate) fn repeats(&self, from: &[Step], path: &[Step], order: usize) -> bool {
        path.iter().skip(from.len()).any(|step| match step {
            Step::Loop(id) => !self.leaves.iter().any(|(left, when)| left == id && *when > order),
            Step::Arm { .. } => false,
        })
    }
}

/// Whether at most one of the two places is reached each time that the code after `from` runs.
pub(crate) fn exclusive(from: &[Step], a: &[Step], b: &[Step]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let repeated = a[..same].iter().skip(from.len()).any(|step| matches!(step, Step::Loop(_)));
    let part = matches!(
        (a.get(same), b.get(same)),
        (Some(Step::Arm { at, .. }), Some(Step::Arm { at: other, .. })) if at == other
    );
    part && !repeated
}

/// Whether the second place is never reached without the first.
pub(crate) fn dominates(first: &[Step], second: &[Step]) -> bool {
    second.starts_with(first)
}
