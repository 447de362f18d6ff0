//! From arms to one operation value each, and one call.

use super::ast::{Arm, Body, Choice, Operation, Select};
use super::first::is_one_call;
use super::held::held;
use crate::body::lower::{self, Ends, Lower, in_let};
use crate::support::{Place, mentions, ours, ours_at};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, ExprReference, Pat, Stmt, Token, UnOp};

/// `select! { job = <-jobs => BODY, out <- value if ready => BODY, closed => BODY }` expands to
///
/// ```text
/// {
///     use csp::__private::select as __select;
///     let chosen = match (&jobs, &out, ready) {
///         (source0, source1, enabled1) => {
///             let mut arm0 = pin!(recv_arm(source0, true, OnClose::Disable));
///             let mut arm1 = pin!(send_arm(source1, enabled1, OnClose::Disable, false));
///             let chosen = run(&mut [arm0.as_mut(), arm1.as_mut()], false, false).await;
///             match chosen {
///                 Chosen::Arm(0) => This(SourceArm::value(arm0.as_mut())),
///                 Chosen::Arm(_) => Next(This(<value is evaluated, and delivered to arm1>)),
///                 _ => Next(Next(())),
///             }
///         }
///     };
///     match chosen {
///         This(value) => { let job = value; BODY }
///         Next(This(())) => BODY,
///         Next(Next(())) => BODY,
///     }
/// }
/// ```
///
/// A literal is in its arm from the beginning (`value_arm`), and so is a variable or a field of a `Copy` type (`place`). Any other
/// value is made once the arm was chosen.
///
/// The arms are gone before a body runs, so that it may move or reassign what they waited for. A send arm whose value
/// moves what another body names is carried to its own body instead, and delivers there.
pub(crate) fn select(select: &Select) -> TokenStream {
    let lower = Lower::new(&select.door, Ends::in_main(select.in_main));
    Expansion::of(select, lower).tokens()
}

pub(super) struct Expansion<'a> {
    pub(super) select: &'a Select,
    pub(super) lower: Lower<'a>,
    pub(super) rest: Rest<'a>,
    /// Which arms are carried to their bodies.
    held: Vec<bool>,
}

/// When the value of a send arm is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// From the beginning: there is nothing to evaluate.
    Literal,
    /// From the beginning, if its type is `Copy`: a variable, or a field of one.
    Place,
    /// Once the arm was chosen.
    Made,
}

impl Given {
    fn of(value: &Expr) -> Given {
        match value {
            Expr::Lit(_) => Given::Literal,
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && matches!(*unary.expr, Expr::Lit(_)) => {
                Given::Literal
            }
            Expr::Tuple(tuple) if tuple.elems.iter().all(|part| Given::of(part) == Given::Literal) => {
                Given::Literal
            }
            Expr::Paren(inner) => Given::of(&inner.expr),
            Expr::Group(inner) => Given::of(&inner.expr),
            Expr::Path(_) => Given::Place,
            Expr::Field(field) if Given::of(&field.base) == Given::Place => Given::Place,
            _ => Given::Made,
        }
    }
}

/// What runs when no arm does.
pub(super) enum Rest<'a> {
    /// The process ends when every arm is closed; there is no `default`.
    Ends,
    /// Some arm fires on a close, or never closes, so that the case cannot be.
    Never,
    /// One body, for both cases or for the only one that can be.
    One(&'a Choice),
    /// `closed` and `default`.
    Two(&'a Choice, &'a Choice),
}

impl<'a> Rest<'a> {
    fn of(select: &'a Select) -> Rest<'a> {
        match (select.closed.first(), select.default.first()) {
            (None, None) if select.arms.iter().any(always_fires) => Rest::Never,
            (None, None) => Rest::Ends,
            (Some(only), None) | (None, Some(only)) => Rest::One(only),
            (Some(closed), Some(default)) => Rest::Two(closed, default),
        }
    }

    /// How many ways out of the choice there are besides the arms.
    fn len(&self) -> usize {
        match self {
            Rest::Ends | Rest::Never => 0,
            Rest::One(_) => 1,
            Rest::Two(..) => 2,
        }
    }
}

impl<'a> Expansion<'a> {
    pub(super) fn of(select: &'a Select, lower: Lower<'a>) -> Expansion<'a> {
        Expansion { select, lower, rest: Rest::of(select), held: held(select) }
    }
}

impl Expansion<'_> {
    fn tokens(&self) -> TokenStream {
        let arms = &self.select.arms;
        if arms.is_empty() {
            // Every arm is closed: there is none.
            let choice = match self.rest {
                Rest::One(choice) | Rest::Two(choice, _) => {
                    Stmt::Expr(self.body(&choice.body), None).into_token_stream()
                }
                Rest::Ends | Rest::Never => {
                    let todo = self.select.door.get("todo");
                    quote_spanned!(ours()=> #todo!())
                }
            };
            return quote_spanned!(ours()=> { #choice });
        }
        if is_one_call(arms) {
            return self.one_call();
        }
        let (values, names) = self.heads();
        let pins = arms.iter().enumerate().map(|(n, arm)| self.pin(n, arm));
        let run = self.runtime(quote!(run));
        let arm_names = (0..arms.len()).map(arm_name);
        let (biased, default) = (self.select.biased, !self.select.default.is_empty());
        let outcomes = self.outcomes();
        let bodies = self.bodies();
        let select = self.select.door.get("select");
        quote_spanned! {ours()=> {
            use #select as __select;
            let __chosen = match (#(#values,)*) {
                (#(#names,)*) => {
                    #(#pins)*
                    let __chosen = #run(&mut [#(#arm_names.as_mut()),*], #biased, #default).await;
                    match __chosen { #outcomes }
                }
            };
            match __chosen { #bodies }
        }}
    }

    /// What is evaluated before any choice, in the order written, and the names it gets.
    pub(super) fn heads(&self) -> (Vec<TokenStream>, Vec<Ident>) {
        let arms = self.select.arms.iter().enumerate();
        arms.flat_map(|(n, arm)| self.head(n, arm)).unzip()
    }

    pub(super) fn runtime(&self, name: TokenStream) -> TokenStream {
        quote_spanned!(ours()=> __select::#name)
    }

    fn head(&self, n: usize, arm: &Arm) -> Vec<(TokenStream, Ident)> {
        let mut head = Vec::new();
        head.push((self.operand(arm), source_name(n, ours())));
        if let Some(guard) = &arm.guard {
            head.push((self.lower.expr(guard).into_token_stream(), enabled_name(n)));
        }
        head
    }

    /// What the arm is made of, for the time of the choice.
    pub(super) fn operand(&self, arm: &Arm) -> TokenStream {
        match &arm.operation {
            Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => self.reference(source),
            Operation::Send { sink, .. } | Operation::SendResult { sink, .. } => self.reference(sink),
            Operation::Future { future, .. } => self.lower.expr(future).into_token_stream(),
        }
    }

    fn reference(&self, expr: &Expr) -> TokenStream {
        // A node, so that the printer knows where it needs parentheses.
        let reference = ExprReference {
            attrs: Vec::new(),
            and_token: Token![&](ours()),
            mutability: None,
            expr: Box::new(self.lower.expr(expr)),
        };
        reference.into_token_stream()
    }

    fn pin(&self, n: usize, arm: &Arm) -> TokenStream {
        let (name, make) = (arm_name(n), self.make(n, arm));
        let pin = self.runtime(quote!(pin!));
        let make = if self.held[n] { make } else { quote_spanned!(ours()=> #pin(#make)) };
        quote_spanned!(ours()=> let mut #name = #make;)
    }

    /// The arm's value, made of its source or sink.
    pub(super) fn make(&self, n: usize, arm: &Arm) -> TokenStream {
        let enabled = if arm.guard.is_some() { enabled_name(n).into_token_stream() } else { quote!(true) };
        let source = source_name(n, ours_at(operand_span(arm))).into_token_stream();
        self.make_of(n, arm, source, enabled)
    }

    /// The same; it can be chosen if `enabled`.
    pub(super) fn make_of(
        &self,
        n: usize,
        arm: &Arm,
        source: TokenStream,
        enabled: TokenStream,
    ) -> TokenStream {
        let (kind, on_close) = match &arm.operation {
            // The close is news like any other.
            Operation::Recv { .. } if is_discarded(arm) => ("recv_arm", Some(quote!(News))),
            Operation::Recv { .. } => ("recv_arm", Some(quote!(Disable))),
            Operation::RecvResult { .. } => ("recv_arm", Some(quote!(Fire))),
            Operation::Send { value, .. } => (self.send_arm(n, value), Some(quote!(Disable))),
            Operation::SendResult { value, .. } => (self.send_arm(n, value), Some(quote!(Fire))),
            Operation::Future { .. } => ("future_arm", None),
        };
        // One span for the whole call, the operand's: the compiler then reports what is no source or sink once.
        let at = operand_span(arm);
        let kind = Ident::new(kind, ours_at(at));
        let on_close = on_close.map(|case| {
            let on_close = self.runtime(quote_spanned!(ours()=> OnClose));
            quote_spanned!(ours()=> , #on_close::#case)
        });
        let (Operation::Send { value, .. } | Operation::SendResult { value, .. }) = &arm.operation else {
            return quote_spanned!(ours_at(at)=> __select::#kind(#source, #enabled #on_close));
        };
        match Given::of(value) {
            Given::Literal => {
                let value = self.lower.expr(value);
                quote_spanned!(ours_at(at)=> __select::#kind(#source, #value, #enabled #on_close))
            }
            Given::Place => {
                let place = self.reference(value);
                quote_spanned!(ours_at(at)=> __select::place(#source, #place).#kind(#source, #enabled #on_close))
            }
            Given::Made => {
                let slow = mentions(&self.lower.expr(value).to_token_stream(), "await");
                quote_spanned!(ours_at(at)=> __select::#kind(#source, #enabled #on_close, #slow))
            }
        }
    }

    /// What makes a send arm: a function, or a method of a place.
    fn send_arm(&self, n: usize, value: &Expr) -> &'static str {
        match (Given::of(value), self.held[n]) {
            (Given::Literal, _) => "value_arm",
            (Given::Place, false) => "arm",
            (Given::Place, true) => "held_arm",
            (Given::Made, false) => "send_arm",
            (Given::Made, true) => "held_send_arm",
        }
    }

    /// The arms of the inner `match`: what the chosen operation gives.
    fn outcomes(&self) -> TokenStream {
        let chosen = self.runtime(quote_spanned!(ours()=> Chosen));
        let arms = &self.select.arms;
        let mut outcomes = TokenStream::new();
        for (n, arm) in arms.iter().enumerate() {
            let is_last = n + 1 == arms.len();
            let case = if is_last {
                quote_spanned!(ours()=> _)
            } else {
                proc_macro2::Literal::usize_unsuffixed(n).into_token_stream()
            };
            let outcome = match self.outcome(n, arm) {
                _ if self.held[n] => arm_name(n).into_token_stream(),
                outcome if is_discarded(arm) => quote_spanned!(ours()=> { let _ = #outcome; }),
                outcome => outcome,
            };
            let outcome = self.out(n, outcome);
            outcomes.extend(quote_spanned!(ours()=> #chosen::Arm(#case) => #outcome,));
        }
        let unit = quote_spanned!(ours()=> ());
        outcomes.extend(match &self.rest {
            Rest::Never | Rest::Ends => {
                let end = self.no_choice();
                quote_spanned!(ours()=> _ => #end,)
            }
            Rest::One(_) => {
                let out = self.out(arms.len(), unit);
                quote_spanned!(ours()=> _ => #out,)
            }
            Rest::Two(..) => {
                let closed = self.out(arms.len(), unit.clone());
                let default = self.out(arms.len() + 1, unit);
                quote_spanned!(ours()=> #chosen::Closed => #closed, _ => #default,)
            }
        });
        outcomes
    }

    /// What no arm, no `closed` and no `default` leaves to do.
    pub(super) fn no_choice(&self) -> TokenStream {
        match self.rest {
            Rest::Never => {
                let unreachable = self.select.door.get("unreachable");
                quote_spanned!(ours()=> #unreachable!())
            }
            _ => {
                let all_closed = self.select.door.get("AllClosed");
                self.lower.end(all_closed.to_token_stream(), quote!(select!), Place::at(Span::call_site()))
            }
        }
    }

    /// The value of a chosen operation.
    fn outcome(&self, n: usize, arm: &Arm) -> TokenStream {
        let name = arm_name(n);
        let place = arm.operation.place();
        let value = match &arm.operation {
            Operation::Recv { .. } if is_discarded(arm) => {
                quote_spanned!(ours()=> __select::SourceArm::result(#name.as_mut()))
            }
            Operation::Recv { .. } => quote_spanned!(ours()=> __select::SourceArm::value(#name.as_mut())),
            Operation::RecvResult { .. } => {
                quote_spanned!(ours()=> __select::SourceArm::result(#name.as_mut()))
            }
            Operation::Future { .. } => quote_spanned!(ours()=> #name.as_mut().output()),
            Operation::SendResult { value, .. } => self.deliver(n, value),
            Operation::Send { sink, value, .. } => {
                let delivered = Expr::Verbatim(self.deliver(n, value));
                self.lower.or_end(delivered, quote!(#sink <- #value), place).into_token_stream()
            }
        };
        self.questioned(value, arm)
    }

    /// The outcome of a chosen send arm: its value is evaluated now, unless the arm has it.
    fn deliver(&self, n: usize, value: &Expr) -> TokenStream {
        let name = arm_name(n);
        let given = Given::of(value);
        if given == Given::Literal {
            return quote_spanned!(ours()=> #name.as_mut().sent());
        }
        let value = self.lower.expr(value);
        let (this, next) = (self.runtime(quote!(This)), self.runtime(quote!(Next)));
        let sent = if given == Given::Made {
            quote_spanned!(ours()=> let __value = #value; #name.as_mut().deliver(__value))
        } else {
            quote_spanned! {ours()=>
                match __select::PlaceArm::outcome(#name.as_mut()) {
                    #this(__sent) => __sent,
                    #next(__arm) => { let __value = #value; __arm.deliver(__value) }
                }
            }
        };
        match self.held[n] {
            // By value: it is gone before the rest of the body.
            true => quote_spanned!(ours()=> { let mut #name = #name; let __sent = { #sent }; __sent }),
            false => quote_spanned!(ours()=> { #sent }),
        }
    }

    /// Applies the `?`s of the head: on a communication they end the process, on a future they are Rust's.
    pub(super) fn questioned(&self, value: TokenStream, arm: &Arm) -> TokenStream {
        let mut value = value;
        for (n, question) in arm.questions.iter().enumerate() {
            let is_communication = n == 0 && !matches!(arm.operation, Operation::Future { .. });
            value = if is_communication {
                let written = match &arm.operation {
                    Operation::SendResult { sink, value, .. } => quote!(#sink.send(#value)),
                    Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => {
                        quote!(#source.recv())
                    }
                    _ => quote!(),
                };
                self.lower.or_end(Expr::Verbatim(value), written, arm.operation.place()).into_token_stream()
            } else {
                // In parentheses: the first `?` of a communication became a `match`.
                let value = if n == 1 { quote_spanned!(ours()=> (#value)) } else { value };
                quote!(#value #question)
            };
        }
        value
    }

    /// The arms of the outer `match`: the bodies.
    fn bodies(&self) -> TokenStream {
        let unit = || quote_spanned!(ours()=> ());
        let arms = self.select.arms.iter().enumerate().map(|(n, arm)| {
            let body = self.body(&arm.body);
            match &arm.pattern {
                _ if self.held[n] => {
                    let pattern = match &arm.pattern {
                        Some(pattern) if !gives_unit(arm) => in_let(pattern).into_token_stream(),
                        _ => quote_spanned!(ours()=> _),
                    };
                    let case = self.out(n, arm_name(n).into_token_stream());
                    let (equals, outcome) = (quote_spanned!(ours()=> =), self.outcome(n, arm));
                    let body = Stmt::Expr(body, None);
                    quote_spanned!(ours()=> #case => { let #pattern #equals #outcome; #body })
                }
                Some(pattern) if !gives_unit(arm) => {
                    let pattern = in_let(pattern);
                    let case = self.out(n, quote_spanned!(ours()=> __value));
                    let equals = quote_spanned!(ours()=> =);
                    // A statement, so that the printer knows where it needs parentheses.
                    let body = Stmt::Expr(body, None);
                    quote_spanned!(ours()=> #case => { let #pattern #equals __value; #body })
                }
                _ => {
                    let case = self.out(n, unit());
                    lower::arm(case, body).into_token_stream()
                }
            }
        });
        let rest = match &self.rest {
            Rest::Ends | Rest::Never => vec![],
            Rest::One(choice) => vec![*choice],
            Rest::Two(closed, default) => vec![*closed, *default],
        };
        let rest = rest.into_iter().enumerate().map(|(n, choice)| {
            let case = self.out(self.select.arms.len() + n, unit());
            lower::arm(case, self.body(&choice.body)).into_token_stream()
        });
        quote!(#(#arms)* #(#rest)*)
    }

    pub(super) fn body(&self, body: &Body) -> Expr {
        match body {
            Body::Parsed(body) => self.lower.expr(body),
            Body::Broken => Expr::Verbatim(self.select.door.nothing()),
        }
    }

    /// The `n`th of all ways out of the choice, as an expression or a pattern: `Next(This(inner))`. Half of the ways are
    /// `This`, half `Next`, so that the type of many arms is not deep.
    fn out(&self, n: usize, inner: TokenStream) -> TokenStream {
        let (this, next) = (self.runtime(quote!(This)), self.runtime(quote!(Next)));
        let (mut n, mut ways) = (n, self.select.arms.len() + self.rest.len());
        let mut turns = Vec::new();
        while ways > 1 {
            let first = ways / 2;
            let is_first = n < first;
            turns.push(if is_first { &this } else { &next });
            (n, ways) = if is_first { (n, first) } else { (n - first, ways - first) };
        }
        turns.into_iter().rev().fold(inner, |inner, turn| quote_spanned!(ours()=> #turn(#inner)))
    }

    /// The `n`th of so many ways, one after the other.
    pub(super) fn way(&self, n: usize, ways: usize, inner: TokenStream) -> TokenStream {
        let (this, next) = (self.runtime(quote!(This)), self.runtime(quote!(Next)));
        let innermost = if n + 1 == ways { inner } else { quote_spanned!(ours()=> #this(#inner)) };
        (0..n).fold(innermost, |inner, _| quote_spanned!(ours()=> #next(#inner)))
    }
}

/// Nobody looks at what the arm gives.
pub(super) fn is_discarded(arm: &Arm) -> bool {
    !matches!(arm.operation, Operation::Send { .. }) && matches!(arm.pattern, None | Some(Pat::Wild(_)))
}

/// The arm is never disabled, neither by a precondition nor by a close.
fn always_fires(arm: &Arm) -> bool {
    arm.guard.is_none()
        && match arm.operation {
            Operation::Recv { .. } => is_discarded(arm),
            Operation::Send { .. } => false,
            Operation::RecvResult { .. } | Operation::SendResult { .. } | Operation::Future { .. } => true,
        }
}

/// Where the operand of the operation begins.
fn operand_span(arm: &Arm) -> Span {
    match &arm.operation {
        Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => {
            Place::of(source, arm.operation.place().at).first
        }
        Operation::Send { sink, .. } | Operation::SendResult { sink, .. } => {
            Place::of(sink, arm.operation.place().at).first
        }
        Operation::Future { place, .. } => place.at,
    }
}

/// The arm gives its body nothing.
fn gives_unit(arm: &Arm) -> bool {
    matches!(arm.operation, Operation::Send { .. }) || is_discarded(arm)
}

fn source_name(n: usize, span: Span) -> Ident {
    format_ident!("__source{n}", span = span)
}

pub(super) fn arm_name(n: usize) -> Ident {
    format_ident!("__arm{n}", span = ours())
}

fn enabled_name(n: usize) -> Ident {
    format_ident!("__enabled{n}", span = ours())
}
