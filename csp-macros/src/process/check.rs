//! The rules of form of a process.

use super::ast::{Body, Function};
use crate::body::form;
use crate::diag::Diag;
use crate::messages;
use crate::options::Options;
use crate::support::mentions;
use quote::ToTokens;
use syn::{ReturnType, Type};

/// One call for each rule.
pub(crate) fn function(options: &Options, function: &Function, diag: &mut Diag) {
    is_plain(function, diag);
    takes_a_fixed_number(function, diag);
    does_not_return_never(function, diag);
    has_no_span_entered(function, diag);
    if let Body::Statements { statements, .. } = &function.body {
        form::statements(statements, diag);
    }
    if function.is_test {
        test_takes_nothing(function, diag);
        test_is_not_generic(function, diag);
        has_a_body(function, diag);
    } else if function.is_main() {
        main_takes_nothing(function, diag);
        main_is_not_generic(function, diag);
        main_is_not_boxed(options, diag);
        has_a_body(function, diag);
    } else {
        has_no_workers(options, diag);
    }
}

fn is_plain(function: &Function, diag: &mut Diag) {
    for qualifier in &function.qualifiers {
        diag.error(qualifier, messages::process_is_plain(&qualifier.to_string()));
    }
}

/// `#[tracing::instrument]` above `#[process]` sees a function that is not asynchronous: it enters its span for the whole body.
fn has_no_span_entered(function: &Function, diag: &mut Diag) {
    let Body::Statements { statements, .. } = &function.body else { return };
    if statements.iter().any(|statement| mentions(&statement.to_token_stream(), ENTERED)) {
        diag.error(&function.signature.ident, messages::INSTRUMENT_ABOVE_PROCESS);
    }
}

/// The variable in which `#[tracing::instrument]` keeps the span entered.
const ENTERED: &str = "__tracing_attr_guard";

fn takes_a_fixed_number(function: &Function, diag: &mut Diag) {
    if let Some(variadic) = &function.signature.variadic {
        diag.error(variadic, messages::PROCESS_IS_VARIADIC);
    }
}

fn does_not_return_never(function: &Function, diag: &mut Diag) {
    if let ReturnType::Type(_, output) = &function.signature.output
        && let Type::Never(_) = **output
    {
        let message =
            if function.is_test { messages::TEST_RETURNS_NEVER } else { messages::PROCESS_RETURNS_NEVER };
        diag.error(output, message);
    }
}

fn test_takes_nothing(function: &Function, diag: &mut Diag) {
    if !function.signature.inputs.is_empty() {
        diag.error(&function.signature.inputs, messages::TEST_TAKES_NOTHING);
    }
}

fn test_is_not_generic(function: &Function, diag: &mut Diag) {
    if !function.signature.generics.params.is_empty() {
        diag.error(&function.signature.generics, messages::TEST_IS_NOT_GENERIC);
    }
}

fn main_takes_nothing(function: &Function, diag: &mut Diag) {
    if !function.signature.inputs.is_empty() {
        diag.error(&function.signature.inputs, messages::MAIN_TAKES_NOTHING);
    }
}

fn main_is_not_generic(function: &Function, diag: &mut Diag) {
    if !function.signature.generics.params.is_empty() {
        diag.error(&function.signature.generics, messages::MAIN_IS_NOT_GENERIC);
    }
}

fn main_is_not_boxed(options: &Options, diag: &mut Diag) {
    if let Some(boxed) = &options.boxed {
        diag.error(boxed, messages::MAIN_IS_NOT_BOXED);
    }
}

fn has_a_body(function: &Function, diag: &mut Diag) {
    if let Body::None = function.body {
        diag.error(&function.signature.ident, messages::PROCESS_NEEDS_BODY);
    }
}

fn has_no_workers(options: &Options, diag: &mut Diag) {
    if let Some((name, _)) = &options.workers {
        diag.error(name, messages::WORKERS_ON_MAIN);
    }
}
