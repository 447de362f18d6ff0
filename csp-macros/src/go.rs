//! `go!(worker(rx))` and `go! { .. }`.
//!
//! One call that is no communication is the call form: its arguments are evaluated by the caller. Anything else is the
//! body of a process.

use crate::body::lower::{Ends, Lower};
use crate::body::{arrows, fallible, form, kept, plain, value, verbs};
use crate::diag::Diag;
use crate::driver::{Call, Form};
use crate::editor;
use crate::messages;
use crate::rules;
use crate::support::{Door, ours};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::Parser;
use syn::visit::Visit;
use syn::{Block, Expr, Ident, Stmt};

pub(crate) struct Go {
    door: Door,
    started: Started,
    /// The ends that it captures and keeps.
    kept: Vec<Ident>,
}

/// The call that starts a process. If it may end with an error, `go_probed(process, |__probe| __probe.outcome())`: the compiler looks
/// by the type of the process for the way to report one, and the closure is never called.
fn start(door: &Door, may_fail: bool, process: impl ToTokens) -> TokenStream {
    if !may_fail {
        let start = door.get("go");
        return quote_spanned!(ours()=> #start(#process));
    }
    let start = door.get("go_probed");
    quote_spanned!(ours()=> #start(#process, |__probe| __probe.outcome()))
}

/// What is started.
pub(crate) enum Started {
    Call(Expr),
    Block(Vec<Stmt>),
    /// What does not parse, or has errors.
    Broken,
}

impl Form for Go {
    type Input = Call;
    type Ast = Go;

    fn at_once(call: &Call) -> Option<TokenStream> {
        let tokens = &call.tokens;
        plain::is_call(tokens).then(|| start(&call.door, true, tokens))
    }

    fn parse(call: Call, diag: &mut Diag) -> Go {
        let Call { door, tokens } = call;
        if tokens.is_empty() {
            diag.error_at(Span::call_site(), messages::GO_NEEDS_PROCESS);
        }
        let started = Started::parse(tokens.clone(), diag);
        let kept = match started {
            Started::Block(_) => kept::captured(&tokens),
            _ => Vec::new(),
        };
        Go { door, started, kept }
    }

    fn check(go: &Go, diag: &mut Diag) {
        go.started.check(diag);
        value::is_none(&go.started, diag);
    }

    fn rules(go: &Go, diag: &mut Diag) {
        rules::started([&go.started], &go.door, diag);
    }

    /// `go!(worker(rx))` expands to `go(worker(rx))`, `go! { BODY }` to `go(async move { BODY })`; see `start`.
    fn expand(go: &Go) -> TokenStream {
        let process = go.started.expand(&go.door, &go.kept);
        start(&go.door, go.started.may_fail(), process)
    }

    fn recover(go: &Go, errors: TokenStream) -> TokenStream {
        let expansion = Go::expand(&Go { door: go.door.clone(), started: Started::Broken, kept: Vec::new() });
        quote_spanned!(ours()=> { #errors #expansion })
    }

    fn edit(go: &Go, call: Call, errors: Option<&TokenStream>) -> Option<TokenStream> {
        let start = go.door.get("go");
        let process = editor::started(call.tokens, &go.door);
        Some(editor::with_errors(quote_spanned!(ours()=> #start(#process)), errors))
    }
}

impl Go {
    pub(crate) fn started(&self) -> &Started {
        &self.started
    }
}

/// Whether the expression waits by itself: what is called on the value then is part of the process.
fn waits(expr: &Expr) -> bool {
    struct Awaits(bool);
    impl<'a> Visit<'a> for Awaits {
        fn visit_expr_await(&mut self, _: &'a syn::ExprAwait) {
            self.0 = true;
        }
        fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
        fn visit_item(&mut self, _: &'a syn::Item) {}
    }
    let mut awaits = Awaits(false);
    awaits.visit_expr(expr);
    awaits.0
}

/// Methods of the standard library with so many arguments, whose value is no process.
const OF_STD: &[(&str, usize)] = &[
    ("as_ref", 0),
    ("clear", 0),
    ("collect", 0),
    ("count", 0),
    ("expect", 1),
    ("insert", 2),
    ("is_empty", 0),
    ("is_err", 0),
    ("is_none", 0),
    ("is_ok", 0),
    ("is_some", 0),
    ("len", 0),
    ("ok", 0),
    ("parse", 0),
    ("push", 1),
    ("sum", 0),
    ("to_string", 0),
    ("to_vec", 0),
    ("unwrap_or", 1),
    ("unwrap_or_default", 0),
];

fn is_of_std(call: &syn::ExprMethodCall) -> bool {
    let unwraps =
        call.method == "unwrap" && matches!(&*call.receiver, Expr::MethodCall(inner) if is_of_std(inner));
    unwraps || OF_STD.iter().any(|(name, arguments)| call.method == name && call.args.len() == *arguments)
}

impl Started {
    pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Started {
        match Block::parse_within.parse2(arrows::carried(tokens)) {
            Ok(statements) => Started::of(statements),
            Err(error) => {
                diag.syntax(error);
                Started::Broken
            }
        }
    }

    fn of(mut statements: Vec<Stmt>) -> Started {
        match (statements.pop(), statements.is_empty()) {
            (Some(Stmt::Expr(only, None)), true) => Started::one(only),
            (last, _) => {
                statements.extend(last);
                Started::Block(statements)
            }
        }
    }

    /// A single expression.
    pub(crate) fn one(expr: Expr) -> Started {
        match expr {
            Expr::Block(inner) if inner.label.is_none() && inner.attrs.is_empty() => {
                Started::Block(inner.block.stmts)
            }
            Expr::Call(_)
            | Expr::Path(_)
            | Expr::Async(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Paren(_)
                if arrows::recv(&expr).is_none() =>
            {
                Started::Call(expr)
            }
            // What is asked of a communication's outcome (`rx.recv().is_ok()`) is part of the process.
            Expr::MethodCall(ref call)
                if verbs::verb(call).is_none()
                    && !waits(&call.receiver)
                    && !is_of_std(call)
                    && verbs::awaited_or_not(&call.receiver).is_none()
                    && arrows::recv(&call.receiver).is_none()
                    && arrows::recv(&expr).is_none() =>
            {
                Started::Call(expr)
            }
            other => Started::Block(vec![Stmt::Expr(other, None)]),
        }
    }

    pub(crate) fn check(&self, diag: &mut Diag) {
        match self {
            Started::Call(call) => form::expr(call, diag),
            Started::Block(statements) => form::statements(statements, diag),
            Started::Broken => {}
        }
    }

    /// Whether its value may be a `Result`, and is known to be one before anything that comes after `go!` is looked at. A value whose
    /// type is found by what becomes of the handle must not be asked for.
    fn may_fail(&self) -> bool {
        match self {
            Started::Call(Expr::Async(block)) => fallible::statements(&block.block.stmts),
            Started::Call(process) => !fallible::has_closure(process),
            Started::Block(statements) => fallible::statements(statements),
            Started::Broken => false,
        }
    }

    /// The process to start.
    pub(crate) fn expand(&self, door: &Door, kept: &[Ident]) -> TokenStream {
        let lower = Lower::new(door, Ends::Process);
        match self {
            Started::Call(call) => {
                let call = lower.expr(call);
                quote_spanned!(ours()=> #call)
            }
            Started::Block(statements) => lower.process(statements, kept),
            Started::Broken => {
                let nothing = door.nothing();
                quote_spanned!(ours()=> async move { #nothing })
            }
        }
    }
}
