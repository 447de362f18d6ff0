//! What `select!` understood.

use crate::support::{Door, Place};
use proc_macro2::TokenStream;
use syn::token::{Else, Question};
use syn::{Attribute, Expr, Ident, Pat};

pub(crate) struct Select {
    pub(crate) door: Door,
    pub(crate) biased: bool,
    /// The rules that need to know names may find fault with it.
    pub(crate) rules_apply: bool,
    /// `biased;` where it does not belong.
    pub(crate) late_biased: Vec<Ident>,
    pub(crate) arms: Vec<Arm>,
    /// The `closed` arms: at most one is right.
    pub(crate) closed: Vec<Choice>,
    /// The `default` arms: at most one is right.
    pub(crate) default: Vec<Choice>,
    /// It has an arm whose being there depends on the configuration.
    pub(crate) fork: Option<Fork>,
}

/// The `select!` with and without its first arm that says `#[cfg(..)]`.
pub(crate) struct Fork {
    /// What stands in the parentheses.
    pub(crate) condition: TokenStream,
    pub(crate) with: TokenStream,
    pub(crate) without: TokenStream,
}

/// `head => body`
pub(crate) struct Arm {
    /// For its body, as before an arm of `match`.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) pattern: Option<Pat>,
    pub(crate) operation: Operation,
    /// The `?`s after the operation.
    pub(crate) questions: Vec<Question>,
    /// The precondition after `if`.
    pub(crate) guard: Option<Expr>,
    /// What happens when the source is closed: `else body`.
    pub(crate) otherwise: Option<Otherwise>,
    pub(crate) body: Body,
}

pub(crate) struct Otherwise {
    pub(crate) word: Else,
    pub(crate) body: Body,
}

/// `closed => body` or `default => body`
pub(crate) struct Choice {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) guard: Option<Expr>,
    pub(crate) otherwise: Option<Otherwise>,
    pub(crate) body: Body,
}

pub(crate) enum Operation {
    /// `<-source`
    Recv { source: Expr, place: Place },
    /// `source.recv()`
    RecvResult { source: Expr, place: Place },
    /// `sink <- value`
    Send { sink: Expr, value: Expr, place: Place },
    /// `sink.send(value)`
    SendResult { sink: Expr, value: Expr, place: Place },
    /// `future.await`
    Future { future: Expr, place: Place },
}

pub(crate) enum Body {
    Parsed(Expr),
    /// What does not parse.
    Broken,
}

impl Operation {
    /// The source, sink or future.
    pub(crate) fn operand(&self) -> &Expr {
        match self {
            Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => source,
            Operation::Send { sink, .. } | Operation::SendResult { sink, .. } => sink,
            Operation::Future { future, .. } => future,
        }
    }

    /// Where errors of the operation belong.
    pub(crate) fn place(&self) -> Place {
        match self {
            Operation::Recv { place, .. }
            | Operation::RecvResult { place, .. }
            | Operation::Send { place, .. }
            | Operation::SendResult { place, .. }
            | Operation::Future { place, .. } => *place,
        }
    }
}

impl Select {
    /// All bodies but the one of an arm.
    pub(crate) fn bodies_but(&self, arm: usize) -> impl Iterator<Item = &Body> {
        let others = self.arms.iter().enumerate().filter(move |(other, _)| *other != arm);
        others.flat_map(|(_, arm)| arm.bodies()).chain(self.choices().map(|choice| &choice.body))
    }

    /// `closed` and `default`.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &Choice> {
        self.closed.iter().chain(&self.default)
    }
}

impl Arm {
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &Body> {
        std::iter::once(&self.body).chain(self.otherwise.as_ref().map(|otherwise| &otherwise.body))
    }

    /// What the arm gets is dropped: its body sees nothing of it.
    pub(crate) fn is_discarded(&self) -> bool {
        !matches!(self.operation, Operation::Send { .. })
            && matches!(self.pattern, None | Some(Pat::Wild(_)))
            && self.otherwise.is_none()
    }

    /// And no `?` asks how it went.
    pub(crate) fn is_dropped(&self) -> bool {
        self.is_discarded() && self.questions.is_empty()
    }

    /// The arm may take or give a value, so that the select goes on for it; a timer does not, and only its type tells.
    pub(crate) fn may_take_part(&self) -> bool {
        match self.operation {
            Operation::Recv { .. } => !self.is_discarded(),
            Operation::RecvResult { .. } | Operation::Future { .. } => !self.is_dropped(),
            Operation::Send { .. } | Operation::SendResult { .. } => true,
        }
    }
}
