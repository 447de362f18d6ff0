//! A `select!` in a loop: its arms are made once, before the loop, and each turn goes on from where the last one ended.
//!
//! It is done where nobody can tell the difference: the select stands directly in the body of the loop and only receives, and
//! the variables that it receives from are named nowhere else in the loop. So a body can neither move nor replace them.

use super::ast::{Arm, Operation, Select, Turns};
use super::expand::{Expansion, Rest, arm_name, is_discarded};
use super::first::{self, is_one_call};
use super::parse;
use crate::body::lower::{self, Lower};
use crate::body::macros::{self, Ours};
use crate::diag::Diag;
use crate::driver::Call;
use crate::support::ours;
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Macro, Stmt};

/// The loop with the arms of its `select!` made before it, if that can be. Expands `loop { select! { .. } }` to
///
/// ```text
/// {
///     use csp::__private::select as __select;
///     let mut turns = pin!(first2(
///         Value(recv_arm(&jobs, true, OnClose::Disable)), Dropped(recv_arm(&quit, true, OnClose::News)), false, false,
///     ));
///     loop { select! { @turns(turns) .. } }
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
///     loop { select! { @turns(turns kept0) .. } }
/// }
/// ```
pub(crate) fn in_turns(lower: &Lower<'_>, looped: &Expr) -> Option<Expr> {
    let body = match looped {
        Expr::Loop(looped) => &looped.body,
        Expr::While(looped) => &looped.body,
        Expr::ForLoop(looped) => &looped.body,
        _ => return None,
    };
    let mut at = None;
    for (n, statement) in body.stmts.iter().enumerate() {
        let is_select = |mac: &&Macro| macros::ours(&mac.path, lower.door.facade()) == Some(Ours::Select);
        if let Some(mac) = macro_of(statement).filter(is_select) {
            at = Some((n, mac));
        }
    }
    let (at, mac) = at?;
    let mut diag = Diag::new();
    let call = Call { door: lower.door.clone(), in_main: false, turns: None, tokens: mac.tokens.clone() };
    let select = parse::select(call, &mut diag);
    let is_right = diag.len() == 0;
    // Whatever is wrong is said when the select itself is expanded.
    drop(diag.finish());
    if !is_right || !can_stay(&select, looped) {
        return None;
    }
    let (made, names) = Expansion::of(&select).arms_for_turns(mac.path.span());
    let door = lower.door.get("select");

    let mut looped = looped.clone();
    let statements = match &mut looped {
        Expr::Loop(looped) => &mut looped.body.stmts,
        Expr::While(looped) => &mut looped.body.stmts,
        Expr::ForLoop(looped) => &mut looped.body.stmts,
        _ => return None,
    };
    if let Some(mac) = macro_of_mut(&mut statements[at]) {
        let tokens = std::mem::take(&mut mac.tokens);
        mac.tokens = quote_spanned!(ours()=> @turns(__turns #(#names)*) #tokens);
    }
    let looped = lower.expr(&looped);
    Some(Expr::Verbatim(quote_spanned! {ours()=> {
        use #door as __select;
        #made
        #looped
    }}))
}

/// The macro that a statement is, or that gives the value of the variable that it declares.
fn macro_of(statement: &Stmt) -> Option<&Macro> {
    match statement {
        Stmt::Macro(mac) => Some(&mac.mac),
        Stmt::Expr(Expr::Macro(mac), _) => Some(&mac.mac),
        Stmt::Local(local) => match &*local.init.as_ref()?.expr {
            Expr::Macro(mac) => Some(&mac.mac),
            _ => None,
        },
        _ => None,
    }
}

fn macro_of_mut(statement: &mut Stmt) -> Option<&mut Macro> {
    match statement {
        Stmt::Macro(mac) => Some(&mut mac.mac),
        Stmt::Expr(Expr::Macro(mac), _) => Some(&mut mac.mac),
        Stmt::Local(local) => match &mut *local.init.as_mut()?.expr {
            Expr::Macro(mac) => Some(&mut mac.mac),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the arms may outlive a turn.
fn can_stay(select: &Select, looped: &Expr) -> bool {
    let roots: Option<Vec<&Ident>> = select.arms.iter().map(|arm| root(source(arm)?)).collect();
    let Some(roots) = roots else { return false };
    let tokens = looped.to_token_stream();
    let once = |root: &&Ident| count(&tokens, root) == roots.iter().filter(|other| other == &root).count();
    select.turns.is_none() && !select.arms.is_empty() && roots.iter().all(once)
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

/// How often the tokens name it.
fn count(tokens: &TokenStream, name: &Ident) -> usize {
    let of = |token: TokenTree| match token {
        TokenTree::Ident(ident) => usize::from(ident == *name),
        TokenTree::Group(group) => count(&group.stream(), name),
        _ => 0,
    };
    tokens.clone().into_iter().map(of).sum()
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

    /// One turn over arms that were made before:
    ///
    /// ```text
    /// {
    ///     turns.as_mut().enable(0, ready);
    ///     let chosen = turns.as_mut().await;
    ///     match chosen {
    ///         Chosen::Arm(0) => { let job = value(turns.as_mut(), 0, &kept0); BODY }
    ///         Chosen::Arm(_) => { drop(result(turns.as_mut(), 1, &kept1)); BODY }
    ///         _ => BODY,
    ///     }
    /// }
    /// ```
    pub(super) fn turn(&self, turns: &Turns) -> TokenStream {
        let arms = &self.select.arms;
        let (run, select) = (&turns.run, self.select.door.get("select"));
        let guards = arms.iter().enumerate().filter_map(|(n, arm)| {
            let guard = self.lower.expr(arm.guard.as_ref()?);
            let n = Literal::usize_unsuffixed(n);
            Some(quote_spanned!(ours()=> #run.as_mut().enable(#n, #guard);))
        });
        let cases = if turns.kept.is_empty() { self.one_call_cases() } else { self.turn_cases(turns) };
        quote_spanned! {ours()=> {
            use #select as __select;
            #(#guards)*
            let __chosen = #run.as_mut().await;
            match __chosen { #cases }
        }}
    }

    fn turn_cases(&self, turns: &Turns) -> TokenStream {
        let arms = self.select.arms.iter().enumerate();
        let cases = arms.map(|(n, arm)| self.turn_case(n, arm, turns));
        let rest = self.turn_rest();
        quote_spanned!(ours()=> #(#cases)* #rest)
    }

    fn turn_case(&self, n: usize, arm: &Arm, turns: &Turns) -> TokenStream {
        let (run, kept) = (&turns.run, turns.kept.get(n));
        let number = Literal::usize_unsuffixed(n);
        let take = match arm.operation {
            Operation::Recv { .. } if !is_discarded(arm) => "value",
            _ => "result",
        };
        let take = self.runtime(Ident::new(take, ours()).into_token_stream());
        let taken = quote_spanned!(ours()=> #take(#run.as_mut(), #number, &#kept));
        let (equals, value) = (quote_spanned!(ours()=> =), self.questioned(taken, arm));
        let pattern = match &arm.pattern {
            Some(pattern) if !is_discarded(arm) => lower::in_let(pattern),
            _ => quote_spanned!(ours()=> _),
        };
        let is_last = n + 1 == self.select.arms.len();
        let case = if is_last { quote_spanned!(ours()=> _) } else { number.into_token_stream() };
        let chosen = self.runtime(quote_spanned!(ours()=> Chosen));
        // A statement, so that the printer knows where it needs parentheses.
        let body = Stmt::Expr(self.body(&arm.body), None);
        quote_spanned!(ours()=> #chosen::Arm(#case) => { let #pattern #equals #value; #body })
    }

    fn turn_rest(&self) -> TokenStream {
        let case = |pattern: TokenStream, body: Expr| lower::arm(pattern, body).into_token_stream();
        let any = quote_spanned!(ours()=> _);
        match &self.rest {
            Rest::Never | Rest::Ends => case(any, Expr::Verbatim(self.no_choice())),
            Rest::One(choice) => case(any, self.body(&choice.body)),
            Rest::Two(closed, default) => {
                let is_closed = self.runtime(quote_spanned!(ours()=> Chosen::Closed));
                let closed = case(is_closed, self.body(&closed.body));
                let default = case(any, self.body(&default.body));
                quote!(#closed #default)
            }
        }
    }
}
