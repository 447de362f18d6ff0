//! The expansion of a `select!` that only receives: one call, which gives what the body of the chosen arm gets.

use super::ast::{Arm, Operation};
use super::expand::{Expansion, Rest};
use crate::body::lower;
use crate::support::ours;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

/// Each number of arms has a function of its own.
const MOST_ARMS: usize = 4;

/// Whether one call can do it. The value of an arm that sends is evaluated between the choice and the body; a future may be
/// the very process that selects, whose type the compiler does not know yet.
pub(super) fn is_one_call(arms: &[Arm]) -> bool {
    let receives = |arm: &Arm| matches!(arm.operation, Operation::Recv { .. } | Operation::RecvResult { .. });
    arms.len() <= MOST_ARMS && arms.iter().all(receives)
}

/// The function for so many arms.
pub(super) fn name(arms: &[Arm]) -> String {
    format!("first{}", arms.len())
}

impl Expansion<'_> {
    /// `select! { job = <-jobs if ready => BODY, r = rx.recv()? => BODY, closed => BODY }` expands to
    ///
    /// ```text
    /// {
    ///     use csp::__private::select as __select;
    ///     let chosen = first2(
    ///         Value(recv_arm(&jobs, ready, OnClose::Disable)),
    ///         Whole(recv_arm(&rx, true, OnClose::Fire)),
    ///         false, false,
    ///     ).await;
    ///     match chosen {
    ///         This(value) => { let job = value; BODY }
    ///         Next(This(value)) => { let r = match value { .. }; BODY }
    ///         Next(Next(_)) => BODY,
    ///     }
    /// }
    /// ```
    pub(super) fn one_call(&self) -> TokenStream {
        let arms = &self.select.arms;
        let select = self.select.door.get("select");
        let heads = self.heads();
        let first = Ident::new(&name(arms), ours());
        let operations = arms.iter().enumerate().map(|(n, arm)| self.operation(arm, self.make(n, arm)));
        let (biased, default) = (self.select.biased, !self.select.default.is_empty());
        let call = quote_spanned!(ours()=> __select::#first(#(#operations,)* #biased, #default).await);
        let chosen = heads.around(call);
        let cases = self.one_call_cases();
        quote_spanned! {ours()=> {
            use #select as __select;
            let __chosen = #chosen;
            match __chosen { #cases }
        }}
    }

    /// What happens with what the call gave.
    pub(super) fn one_call_cases(&self) -> TokenStream {
        let arms = self.select.arms.iter().enumerate();
        let bodies = arms.map(|(n, arm)| self.case(n, arm));
        let rest = self.rest_cases();
        quote_spanned!(ours()=> #(#bodies)* #rest)
    }

    /// The arm, made so, and what its body gets of it.
    pub(super) fn operation(&self, arm: &Arm, make: TokenStream) -> TokenStream {
        let kind = match &arm.operation {
            _ if arm.is_dropped() => "Dropped",
            Operation::Recv { .. } if arm.otherwise.is_none() => "Value",
            _ => "Whole",
        };
        let kind = Ident::new(kind, ours());
        quote_spanned!(ours()=> __select::#kind(#make))
    }

    /// What happens when the arm was chosen.
    fn case(&self, n: usize, arm: &Arm) -> TokenStream {
        let ways = self.select.arms.len() + 1;
        if arm.is_dropped() {
            let case = self.way(n, ways, quote_spanned!(ours()=> ()));
            return self.arm(&arm.attributes, case, &arm.body);
        }
        let value = quote_spanned!(ours()=> __value);
        let (attributes, case) = (&arm.attributes, self.way(n, ways, value.clone()));
        let body = self.bound(arm, self.questioned(value, arm));
        quote_spanned!(ours()=> #(#attributes)* #case => { #body })
    }

    /// What happens when no arm was chosen.
    fn rest_cases(&self) -> TokenStream {
        let len = self.select.arms.len();
        let case = |inner| self.way(len, len + 1, inner);
        let any = quote_spanned!(ours()=> _);
        match &self.rest {
            Rest::Never | Rest::Ends => {
                lower::arm(case(any), Expr::Verbatim(self.no_choice())).into_token_stream()
            }
            Rest::One(choice) => self.choice(case(any), choice),
            Rest::Two(closed, default) => {
                let is_closed = quote_spanned!(ours()=> __select::Chosen::Closed);
                let closed = self.choice(case(is_closed), closed);
                let default = self.choice(case(any), default);
                quote_spanned!(ours()=> #closed #default)
            }
        }
    }
}
