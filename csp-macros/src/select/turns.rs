//! A `select!` in a loop: its arms are made once, before the loop, and each turn goes on from where the last one ended.
//!
//! It is done where nobody can tell the difference: the select stands directly in the body of the loop and only receives, and
//! the variables that it receives from are named nowhere else in the loop. So a body can neither move nor replace them.

use super::ast::{Arm, Body, Operation, Select};
use super::expand::{Expansion, Rest, arm_name};
use super::first::{self, is_one_call};
use super::{check, parse};
use crate::body::lower::{self, Lower};
use crate::body::macros::{self, Ours};
use crate::diag::Diag;
use crate::driver::Call;
use crate::rules;
use crate::support::ours;
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, Macro, Stmt, StmtMacro};

/// The loop with the arms of its `select!` made before it, if that can be. Expands
/// `loop { select! { job = <-jobs => BODY, <-quit if done => BODY } }` to
///
/// ```text
/// {
///     use csp::__private::select as __select;
///     let mut turns = pin!(first2(
///         Value(recv_arm(&jobs, true, OnClose::Disable)), Dropped(recv_arm(&quit, true, OnClose::News)), false, false,
///     ));
///     loop {
///         turns.as_mut().enable(1, done);
///         match next(&mut turns).await {
///             This(value) => { let job = value; BODY }
///             Next(This(())) => BODY,
///             Next(Next(_)) => <the process ends>,
///         }
///     }
/// }
/// ```
///
/// or, with many arms, to
///
/// ```text
/// {
///     use csp::__private::select as __select;
///     let arm0 = pin!(recv_arm(&jobs, true, OnClose::Disable));
///     let (kept0, arm0) = keep(arm0);
///     let mut arms = [arm0];
///     let mut turns = pin!(run(&mut arms, false, false));
///     loop {
///         match next(&mut turns).await {
///             Chosen::Arm(0) => { let job = value(turns.as_mut(), 0, &kept0); BODY }
///             _ => <the process ends>,
///         }
///     }
/// }
/// ```
pub(crate) fn in_turns(lower: &Lower<'_>, looped: &Expr) -> Option<Expr> {
    let mut found = None;
    for (at, statement) in statements(looped)?.iter().enumerate() {
        if let Some(mac) = macro_of(statement)
            && macros::ours(&mac.path, lower.door.facade()) == Some(Ours::Select)
        {
            found = Some((at, mac));
        }
    }
    let (at, mac) = found?;
    let select = understood(lower, mac)?;
    if !can_stay(&select, mac, looped) {
        return None;
    }
    let expansion = Expansion::of(&select, *lower, mac.path.span());
    let (made, kept) = expansion.arms_for_turns(mac.path.span());
    let turn = Expr::Verbatim(expansion.turn(&kept));
    let door = lower.door.get("select");
    let mut looped = looped.clone();
    replace(&mut statements_mut(&mut looped)?[at], turn);
    let looped = lower.expr(&looped);
    Some(Expr::Verbatim(quote_spanned! {ours()=> {
        use #door as __select;
        #made
        #looped
    }}))
}

/// The select, if there is nothing to complain of. Otherwise it is left as it is: what is wrong is said when it is expanded.
fn understood(lower: &Lower<'_>, mac: &Macro) -> Option<Select> {
    let mut diag = Diag::new();
    let select = parse::select(Call { door: lower.door.clone(), tokens: mac.tokens.clone() }, &mut diag);
    check::select(&select, &mut diag);
    if select.rules_apply {
        rules::select(&select, &select.door, &mut diag);
    }
    let is_ours = mac.path.segments.len() > 1 || is_plainly_ours(&select, &mac.tokens);
    (diag.finish().is_none() && select.fork.is_none() && is_ours).then_some(select)
}

/// Whether these can be the arms of no other crate's `select!`: they hold an arrow, or say `closed =>`.
fn is_plainly_ours(select: &Select, tokens: &TokenStream) -> bool {
    !select.closed.is_empty() || tokens.to_string().contains("<-")
}

fn statements(looped: &Expr) -> Option<&[Stmt]> {
    match looped {
        Expr::Loop(looped) => Some(&looped.body.stmts),
        Expr::While(looped) => Some(&looped.body.stmts),
        Expr::ForLoop(looped) => Some(&looped.body.stmts),
        _ => None,
    }
}

fn statements_mut(looped: &mut Expr) -> Option<&mut [Stmt]> {
    match looped {
        Expr::Loop(looped) => Some(&mut looped.body.stmts),
        Expr::While(looped) => Some(&mut looped.body.stmts),
        Expr::ForLoop(looped) => Some(&mut looped.body.stmts),
        _ => None,
    }
}

/// The macro that a statement is, or that gives the value of the variable that it declares.
fn macro_of(statement: &Stmt) -> Option<&Macro> {
    match statement {
        Stmt::Macro(mac) if mac.attrs.is_empty() => Some(&mac.mac),
        Stmt::Expr(Expr::Macro(mac), _) if mac.attrs.is_empty() => Some(&mac.mac),
        Stmt::Local(local) => match &*local.init.as_ref()?.expr {
            Expr::Macro(mac) if mac.attrs.is_empty() => Some(&mac.mac),
            _ => None,
        },
        _ => None,
    }
}

/// Puts the turn where `macro_of` found the macro.
fn replace(statement: &mut Stmt, turn: Expr) {
    match statement {
        Stmt::Local(local) => {
            if let Some(init) = &mut local.init {
                *init.expr = turn;
            }
        }
        Stmt::Macro(StmtMacro { semi_token, .. }) => *statement = Stmt::Expr(turn, *semi_token),
        Stmt::Expr(expr, _) => *expr = turn,
        Stmt::Item(_) => {}
    }
}

/// Whether the arms may outlive a turn. The name `select` may be another's macro; a select with an arrow in it, or with our name
/// before its own, is ours.
fn can_stay(select: &Select, mac: &Macro, looped: &Expr) -> bool {
    let is_ours = mac.path.segments.len() > 1
        || select.arms.iter().any(|arm| matches!(arm.operation, Operation::Recv { .. }));
    let roots: Option<Vec<&Ident>> = select.arms.iter().map(|arm| root(source(arm)?)).collect();
    let Some(roots) = roots else { return false };
    let mut named = Named { roots: &roots, counts: vec![0; roots.len()], but: mac };
    named.visit_expr(looped);
    for arm in &select.arms {
        arm.guard.iter().for_each(|guard| named.visit_expr(guard));
        arm.pattern.iter().for_each(|pattern| named.visit_pat(pattern));
        source(arm).into_iter().for_each(|source| named.visit_expr(source));
    }
    for body in select.bodies_but(usize::MAX) {
        if let Body::Parsed(body) = body {
            named.visit_expr(body);
        }
    }
    let mut counts = roots.iter().zip(&named.counts);
    let once = counts.all(|(root, count)| *count == roots.iter().filter(|other| other == &root).count());
    is_ours && !roots.is_empty() && once
}

/// What an arm that receives receives from.
fn source(arm: &Arm) -> Option<&Expr> {
    match &arm.operation {
        Operation::Recv { source, .. } | Operation::RecvResult { source, .. } => Some(source),
        _ => None,
    }
}

/// The variable of a place: `rx`, `self.jobs`.
fn root(place: &Expr) -> Option<&Ident> {
    match place {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Expr::Field(field) => root(&field.base),
        _ => None,
    }
}

/// Counts how often a loop names the variables that its select receives from.
struct Named<'a> {
    roots: &'a [&'a Ident],
    counts: Vec<usize>,
    /// The select, which is looked at as it was understood.
    but: &'a Macro,
}

impl Named<'_> {
    fn count(&mut self, name: &Ident) {
        for (root, count) in self.roots.iter().zip(&mut self.counts) {
            *count += usize::from(name == *root);
        }
    }

    fn count_in(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => self.count(&name),
                TokenTree::Group(group) => self.count_in(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_ident(&mut self, name: &'ast Ident) {
        self.count(name);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if !std::ptr::eq(mac, self.but) {
            self.count_in(mac.tokens.clone());
        }
    }
}

impl Expansion<'_> {
    /// What makes the arms, and the names that it gives to them if there are many.
    fn arms_for_turns(&self, place: Span) -> (TokenStream, Vec<Ident>) {
        let arms = &self.select.arms;
        let (biased, default) = (self.select.biased, !self.select.default.is_empty());
        let make = |n: usize, arm: &Arm| self.make_of(n, arm, self.operand(arm), quote!(true));
        // The user's own span, so that a process is said to wait in the user's line.
        let call = |name: &str, arguments: TokenStream| {
            let function = self.select.door.get_as_written_at(place, name);
            let call = quote_spanned!(place=> #function(#arguments));
            quote_spanned!(ours()=> let mut __turns = __select::pin!(#call);)
        };
        if is_one_call(arms) {
            let operations = arms.iter().enumerate().map(|(n, arm)| self.operation(arm, make(n, arm)));
            let all = quote_spanned!(ours()=> #(#operations,)* #biased, #default);
            return (call(&first::name(arms), all), Vec::new());
        }
        let names: Vec<Ident> = (0..arms.len()).map(|n| format_ident!("__kept{n}", span = ours())).collect();
        let made = arms.iter().zip(&names).enumerate().map(|(n, (arm, kept))| {
            let (name, make) = (arm_name(n), make(n, arm));
            quote_spanned! {ours()=>
                let #name = __select::pin!(#make);
                let (#kept, #name) = __select::keep(#name);
            }
        });
        let list = (0..arms.len()).map(arm_name);
        let run = call("run", quote_spanned!(ours()=> &mut __arms, #biased, #default));
        (quote_spanned!(ours()=> #(#made)* let mut __arms = [#(#list),*]; #run), names)
    }

    /// One turn over the arms.
    fn turn(&self, kept: &[Ident]) -> TokenStream {
        let arms = self.select.arms.iter().enumerate();
        let guards = arms.filter_map(|(n, arm)| {
            let guard = self.lower.expr(arm.guard.as_ref()?);
            let n = Literal::usize_unsuffixed(n);
            Some(quote_spanned!(ours()=> __turns.as_mut().enable(#n, #guard);))
        });
        let cases = if kept.is_empty() { self.one_call_cases() } else { self.turn_cases(kept) };
        let next = self.runtime(quote!(next));
        quote_spanned! {ours()=> {
            #(#guards)*
            let __chosen = #next(&mut __turns).await;
            match __chosen { #cases }
        }}
    }

    fn turn_cases(&self, kept: &[Ident]) -> TokenStream {
        let arms = self.select.arms.iter().zip(kept).enumerate();
        let cases = arms.map(|(n, (arm, kept))| self.turn_case(n, arm, kept));
        let rest = self.turn_rest();
        quote_spanned!(ours()=> #(#cases)* #rest)
    }

    fn turn_case(&self, n: usize, arm: &Arm, kept: &Ident) -> TokenStream {
        let number = Literal::usize_unsuffixed(n);
        let take = match arm.operation {
            Operation::Recv { .. } if !arm.is_discarded() && arm.otherwise.is_none() => "value",
            _ => "result",
        };
        let take = self.runtime(Ident::new(take, ours()).into_token_stream());
        let taken = quote_spanned!(ours()=> #take(__turns.as_mut(), #number, &#kept));
        let body = self.bound(arm, self.questioned(taken, arm));
        let is_last = n + 1 == self.select.arms.len();
        let case = if is_last { quote_spanned!(ours()=> _) } else { number.into_token_stream() };
        let chosen = self.runtime(quote_spanned!(ours()=> Chosen));
        let attributes = &arm.attributes;
        quote_spanned!(ours()=> #(#attributes)* #chosen::Arm(#case) => { #body })
    }

    fn turn_rest(&self) -> TokenStream {
        let any = quote_spanned!(ours()=> _);
        match &self.rest {
            Rest::Never | Rest::Ends => lower::arm(any, Expr::Verbatim(self.no_choice())).into_token_stream(),
            Rest::One(choice) => self.choice(any, choice),
            Rest::Two(closed, default) => {
                let is_closed = self.runtime(quote_spanned!(ours()=> Chosen::Closed));
                let closed = self.choice(is_closed, closed);
                let default = self.choice(any, default);
                quote!(#closed #default)
            }
        }
    }
}
