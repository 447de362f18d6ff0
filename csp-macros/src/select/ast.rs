//! What `select!` understood.

use crate::support::{Door, Place};
use syn::token::Question;
use syn::{Expr, Ident, Pat};

pub(crate) struct Select {
    pub(crate) door: Door,
    /// It stands directly in a `main` that returns `()`.
    pub(crate) in_main: bool,
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
}

/// `head => body`
pub(crate) struct Arm {
    pub(crate) pattern: Option<Pat>,
    pub(crate) operation: Operation,
    /// The `?`s after the operation.
    pub(crate) questions: Vec<Question>,
    /// The precondition after `if`.
    pub(crate) guard: Option<Expr>,
    pub(crate) body: Body,
}

/// `closed => body` or `default => body`
pub(crate) struct Choice {
    pub(crate) name: Ident,
    pub(crate) guard: Option<Expr>,
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
