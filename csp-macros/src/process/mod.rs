//! `#[process]`: `parse -> ast <- check`, `ast <- expand`.

mod ast;
mod boxed;
mod check;
mod expand;
mod parse;
mod recover;
mod test;

use crate::diag::Diag;
use crate::driver::{Attribute, Form};
use crate::options::Of;
use crate::rules;
use proc_macro2::TokenStream;
use quote::quote;

/// `#[process]`.
pub(crate) struct Process;

/// `#[csp::test]`: a process that is explored.
pub(crate) struct Test;

impl Form for Test {
    type Input = Attribute;
    type Ast = ast::Process;

    fn parse(input: Attribute, diag: &mut Diag) -> ast::Process {
        parse::process(Of::Test, input, diag)
    }

    fn check(process: &ast::Process, diag: &mut Diag) {
        Process::check(process, diag);
    }

    fn rules(process: &ast::Process, diag: &mut Diag) {
        Process::rules(process, diag);
    }

    fn expand(process: &ast::Process) -> TokenStream {
        Process::expand(process)
    }

    fn recover(process: &ast::Process, errors: TokenStream) -> TokenStream {
        Process::recover(process, errors)
    }

    fn edit(process: &ast::Process, input: Attribute, errors: Option<&TokenStream>) -> Option<TokenStream> {
        Process::edit(process, input, errors)
    }
}

impl Form for Process {
    type Input = Attribute;
    type Ast = ast::Process;

    fn parse(input: Attribute, diag: &mut Diag) -> ast::Process {
        parse::process(Of::Process, input, diag)
    }

    fn check(process: &ast::Process, diag: &mut Diag) {
        if let ast::What::Function(function) = &process.what {
            check::function(&process.options, function, diag);
        }
    }

    fn rules(process: &ast::Process, diag: &mut Diag) {
        if let ast::What::Function(function) = &process.what
            && let ast::Body::Statements { statements, rules_apply, .. } = &function.body
            && (*rules_apply || diag.len() > 0)
        {
            rules::process(&function.signature, statements, &process.door, diag);
        }
    }

    fn expand(process: &ast::Process) -> TokenStream {
        match &process.what {
            ast::What::Function(function) => expand::function(process, function),
            ast::What::Written(item) => item.clone(),
        }
    }

    fn recover(process: &ast::Process, errors: TokenStream) -> TokenStream {
        recover::process(process, errors)
    }

    fn edit(process: &ast::Process, input: Attribute, errors: Option<&TokenStream>) -> Option<TokenStream> {
        let ast::What::Function(function) = &process.what else { return None };
        let item = expand::edited(process, function, input.item);
        Some(quote!(#item #errors))
    }
}
