//! What stands beside the errors of a `select!`: for editors what was understood and what was written, and a value of
//! any type.

use super::ast::{Body, Operation, Select};
use crate::body::lower::{Ends, Lower};
use crate::support::ours;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

pub(crate) fn select(select: &Select, errors: TokenStream) -> TokenStream {
    let lower = Lower::new(&select.door, Ends::in_main(select.in_main));
    let body = |body: &Body| match body {
        Body::Parsed(body) => lower.expr(body).into_token_stream(),
        Body::Written(tokens) => tokens.clone(),
    };
    let arms = select.arms.iter().map(|arm| {
        let bound = arm.pattern.as_ref().map(|pattern| quote_spanned!(ours()=> let #pattern =));
        let operation = match &arm.operation {
            Operation::Recv { source, .. } => lower.wait(quote!(#source.recv()), arm.operation.place()),
            Operation::RecvResult { source, .. } => lower.wait(quote!(#source.recv()), arm.operation.place()),
            Operation::Send { sink, value, .. } | Operation::SendResult { sink, value, .. } => {
                lower.wait(quote!(#sink.send(#value)), arm.operation.place())
            }
            Operation::Future { future, .. } => lower.expr(future),
        };
        let body = body(&arm.body);
        quote_spanned!(ours()=> { #bound #operation; #body })
    });
    let choices = select.closed.iter().chain(&select.default).map(|choice| body(&choice.body));
    let broken = &select.broken;
    let written =
        select.door.only_for_editors(quote_spanned!(ours()=> #(#arms)* #({ #choices })* #({ #broken })*));
    quote_spanned!(ours()=> { #errors #written })
}
