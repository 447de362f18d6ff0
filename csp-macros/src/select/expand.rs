//! From arms to one operation value each, and one call.

use super::ast::{Arm, Body, Choice, Fork, Operation, Select};
use super::first::is_one_call;
use super::given::Given;
use super::held::held;
use crate::body::lower::{self, Ends, Lower, in_let};
use crate::support::{Place, ours, ours_at};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, Expr, Stmt};

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
    let lower = Lower::new(&select.door, Ends::Process);
    Expansion::of(select, lower, Span::call_site()).tokens()
}

pub(super) struct Expansion<'a> {
    pub(super) select: &'a Select,
    pub(super) lower: Lower<'a>,
    pub(super) rest: Rest<'a>,
    /// Where it is called.
    at: Span,
    /// Which arms are carried to their bodies.
    pub(super) held: Vec<bool>,
}

/// What runs when no arm does.
pub(super) enum Rest<'a> {
    /// The process ends when every arm is closed; there is no `default`.
    Ends,
    /// Some arm fires on a close, or never closes, so that the case cannot be, unless a source is an `Option`.
    Never,
    /// One body, for both cases or for the only one that can be.
    One(&'a Choice),
    /// `closed` and `default`.
    Two(&'a Choice, &'a Choice),
}

impl<'a> Rest<'a> {
    fn of(select: &'a Select) -> Rest<'a> {
        match (select.closed.first(), select.default.first()) {
            (None, None) if never_closes(&select.arms) => Rest::Never,
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
    pub(super) fn of(select: &'a Select, lower: Lower<'a>, at: Span) -> Expansion<'a> {
        Expansion { select, lower, rest: Rest::of(select), at, held: held(select) }
    }
}

impl Expansion<'_> {
    fn tokens(&self) -> TokenStream {
        if let Some(fork) = &self.select.fork {
            return self.forked(fork);
        }
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
        let pins = arms.iter().enumerate().map(|(n, arm)| self.pin(n, arm));
        let run = self.runtime(quote!(run));
        let arm_names = (0..arms.len()).map(arm_name);
        let (biased, default) = (self.select.biased, !self.select.default.is_empty());
        let outcomes = self.outcomes();
        let chosen = self.heads().around(quote_spanned! {ours()=> {
            #(#pins)*
            let __chosen = #run(&mut [#(#arm_names.as_mut()),*], #biased, #default).await;
            match __chosen { #outcomes }
        }});
        let bodies = self.bodies();
        let select = self.select.door.get("select");
        quote_spanned! {ours()=> {
            use #select as __select;
            let __chosen = #chosen;
            match __chosen { #bodies }
        }}
    }

    /// The compiler takes one of the two away before it expands it.
    fn forked(&self, Fork { condition, with, without }: &Fork) -> TokenStream {
        let macros = self.select.door.get("macros");
        let facade = self.select.door.facade();
        quote_spanned! {ours()=> {
            #[cfg(#condition)]
            { #macros::select! { [#facade] #with } }
            #[cfg(not(#condition))]
            { #macros::select! { [#facade] #without } }
        }}
    }

    pub(super) fn runtime(&self, name: TokenStream) -> TokenStream {
        quote_spanned!(ours()=> __select::#name)
    }

    fn pin(&self, n: usize, arm: &Arm) -> TokenStream {
        let (name, make) = (arm_name(n), self.make(n, arm));
        let pin = self.runtime(quote!(pin!));
        let make = if self.held[n] { make } else { quote_spanned!(ours()=> #pin(#make)) };
        quote_spanned!(ours()=> let mut #name = #make;)
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
                outcome if arm.is_discarded() => quote_spanned!(ours()=> { let _ = #outcome; }),
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
        match self.lower.ends {
            Ends::Program => {
                let all_closed = self.select.door.get("AllClosed");
                self.lower.end(all_closed.to_token_stream(), quote!(select!), Place::at(self.at))
            }
            // Only an absent source can be the reason, and what the process returns may be of any type.
            Ends::Process if matches!(self.rest, Rest::Never) => {
                let all_absent = self.select.door.get_as_written_at(self.at, "all_absent");
                quote_spanned!(self.at=> #all_absent())
            }
            Ends::Process | Ends::Unit => {
                let end = self.select.door.get_at(self.at, "end_select");
                quote_spanned!(ours_at(self.at)=> return #end())
            }
        }
    }

    /// The value of a chosen operation.
    fn outcome(&self, n: usize, arm: &Arm) -> TokenStream {
        let name = arm_name(n);
        let place = arm.operation.place();
        let value = match &arm.operation {
            Operation::Recv { .. } if !arm.is_discarded() && arm.otherwise.is_none() => {
                quote_spanned!(ours()=> __select::SourceArm::value(#name.as_mut()))
            }
            Operation::Recv { .. } | Operation::RecvResult { .. } => {
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
    /// Where a close is told apart, they wait for the value.
    pub(super) fn questioned(&self, value: TokenStream, arm: &Arm) -> TokenStream {
        if arm.otherwise.is_some() { value } else { self.asked(value, arm) }
    }

    fn asked(&self, mut value: TokenStream, arm: &Arm) -> TokenStream {
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
        let arms = self.select.arms.iter().enumerate().map(|(n, arm)| {
            let attributes = &arm.attributes;
            if self.held[n] {
                let case = self.out(n, arm_name(n).into_token_stream());
                let body = self.bound(arm, self.outcome(n, arm));
                return quote_spanned!(ours()=> #(#attributes)* #case => { #body });
            }
            if gives_unit(arm) || (arm.pattern.is_none() && arm.otherwise.is_none()) {
                return self.arm(attributes, self.out(n, quote_spanned!(ours()=> ())), &arm.body);
            }
            let value = quote_spanned!(ours()=> __value);
            let case = self.out(n, value.clone());
            let body = self.bound(arm, value);
            quote_spanned!(ours()=> #(#attributes)* #case => { #body })
        });
        let rest = match &self.rest {
            Rest::Ends | Rest::Never => vec![],
            Rest::One(choice) => vec![*choice],
            Rest::Two(closed, default) => vec![*closed, *default],
        };
        let rest = rest.into_iter().enumerate().map(|(n, choice)| {
            self.choice(self.out(self.select.arms.len() + n, quote_spanned!(ours()=> ())), choice)
        });
        quote!(#(#arms)* #(#rest)*)
    }

    /// The body of a chosen arm, with what the arm gives bound to its pattern.
    pub(super) fn bound(&self, arm: &Arm, value: TokenStream) -> TokenStream {
        let pattern = match &arm.pattern {
            Some(pattern) if !gives_unit(arm) => in_let(pattern),
            _ => quote_spanned!(ours()=> _),
        };
        // A statement, so that the printer knows where it needs parentheses.
        let body = Stmt::Expr(self.body(&arm.body), None);
        let equals = quote_spanned!(ours()=> =);
        let Some(otherwise) = &arm.otherwise else {
            return quote_spanned!(ours()=> let #pattern #equals #value; #body);
        };
        let [came, closed] = ["Ok", "Err"].map(|name| self.select.door.get(name));
        let inner = self.asked(quote_spanned!(ours()=> __value), arm);
        let closed = lower::arm(quote_spanned!(ours()=> #closed(_)), self.body(&otherwise.body));
        quote_spanned! {ours()=>
            match #value {
                #came(__value) => { let #pattern #equals #inner; #body }
                #closed
            }
        }
    }

    /// The body of an arm that gives nothing.
    pub(super) fn arm(&self, attributes: &[Attribute], case: TokenStream, body: &Body) -> TokenStream {
        let arm = lower::arm(case, self.body(body));
        syn::Arm { attrs: attributes.to_vec(), ..arm }.into_token_stream()
    }

    pub(super) fn choice(&self, case: TokenStream, choice: &Choice) -> TokenStream {
        self.arm(&choice.attributes, case, &choice.body)
    }

    pub(super) fn body(&self, body: &Body) -> Expr {
        match body {
            Body::Parsed(body) => {
                let mut body = self.lower.expr(body);
                // They stand in a block of ours, so they would be taken for unused.
                if let Expr::Block(block) = &mut body {
                    let braces = &mut block.block.brace_token;
                    *braces = syn::token::Brace(ours_at(braces.span.join()));
                }
                body
            }
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

/// Whether there is always an arm that is not closed: one that the select goes on for; or any, while those are disabled that it goes
/// on for.
fn never_closes(arms: &[Arm]) -> bool {
    let always = |arm: &Arm| arm.guard.is_none() && fires_on_close(arm);
    arms.iter().any(|arm| always(arm) && arm.may_take_part())
        || arms.iter().any(always) && arms.iter().all(|arm| fires_on_close(arm) || !arm.may_take_part())
}

/// A close does not disable the arm.
fn fires_on_close(arm: &Arm) -> bool {
    match arm.operation {
        Operation::Recv { .. } => arm.is_discarded() || arm.otherwise.is_some(),
        Operation::Send { .. } => false,
        Operation::RecvResult { .. } | Operation::SendResult { .. } | Operation::Future { .. } => true,
    }
}

/// Where the operand of the operation begins.
pub(super) fn operand_span(arm: &Arm) -> Span {
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
    matches!(arm.operation, Operation::Send { .. }) || arm.is_discarded()
}

pub(super) fn arm_name(n: usize) -> Ident {
    format_ident!("__arm{n}", span = ours())
}
