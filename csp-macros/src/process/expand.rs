//! From the function to the description of a process.

use super::ast::{Body, Function, Process};
use super::{boxed, test};
use crate::body::lower::{self, Ends, Lower};
use crate::body::recursion::Own;
use crate::editor::{self, Reader};
use crate::support::{Door, mentions, ours, ours_at};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{AttrStyle, Attribute, Block, FnArg, Ident, Pat, PatType, ReturnType, Signature, Type};

/// `#[process] fn f(x: T) -> U { BODY }` expands to
///
/// ```text
/// fn f(x: T) -> Process<impl Future<Output = U> + Send> {
///     process(async move {
///         if false { return returns::<U>(); }  // `return;` where it gives `()`
///         let _ = &x;
///         BODY
///     })
/// }
/// ```
///
/// `#[csp::test] fn f() { BODY }` expands to a test of the standard kind that calls `run_test` with the options, its name, and
/// a closure that makes the body. `fn main()` expands to `fn main() { run_main(workers, async move { .. }) }`, and `fn main() -> U` to
/// `fn main() -> ExitCode { run_main_reporting(workers, async move { .. }) }`.
pub(crate) fn function(process: &Process, function: &Function) -> TokenStream {
    let door = &process.door;
    let statements = match &function.body {
        Body::None => return item(process, function, None, Reader::Compiler),
        Body::Broken => return without_body(process, function),
        Body::Statements { braces, statements, kept, .. } => {
            let block = Block { brace_token: *braces, stmts: statements.clone() };
            let own = own(process, function, &block);
            let ends = match (gives_unit(&function.signature), function.is_called()) {
                (true, true) => Ends::Program,
                (true, false) => Ends::Unit,
                (false, _) => Ends::Process,
            };
            let lowered = Lower::of(door, ends, own.as_ref()).body(&block.stmts, kept);
            quote!(#(#lowered)*)
        }
    };
    item(process, function, Some(statements), Reader::Compiler)
}

/// The same function with a body that does nothing.
pub(crate) fn without_body(process: &Process, function: &Function) -> TokenStream {
    if matches!(function.body, Body::None) {
        return item(process, function, None, Reader::Compiler);
    }
    let item = item(process, function, Some(process.door.nothing()), Reader::Compiler);
    quote!(#[allow(unused_mut, unused_variables)] #item)
}

/// The same function for an editor: its body is what the last braces of the item hold.
pub(crate) fn edited(process: &Process, function: &Function, item: TokenStream) -> TokenStream {
    let body = match item.into_iter().last() {
        Some(TokenTree::Group(braces)) => Some(editor::code(braces.stream(), &process.door)),
        _ => None,
    };
    self::item(process, function, body, Reader::Editor)
}

/// The process as its own body may call it, if such a call needs a box.
fn own(process: &Process, function: &Function, body: &Block) -> Option<Own> {
    let needed = process.options.boxed.is_none() && !function.is_called();
    needed.then(|| Own::of(&function.signature, body)).flatten()
}

/// The function around the statements of the body, which are lowered already.
fn item(
    process: &Process,
    function: &Function,
    statements: Option<TokenStream>,
    reader: Reader,
) -> TokenStream {
    let Function { attributes, visibility, signature, .. } = function;
    let outer = attributes.iter().filter(|attribute| matches!(attribute.style, AttrStyle::Outer));
    let mut signature = signature.clone();
    let bindings = arguments(&mut signature, statements.as_ref().filter(|_| reader == Reader::Compiler));
    let body = statements.map(|statements| async_block(process, function, &bindings, statements));
    let body = if function.is_test {
        signature.output = ReturnType::Default;
        body.map(|body| test::run(process, &function.signature, &body))
    } else if function.is_main() {
        if !gives_unit(&signature) {
            // What `main` returns is reported where it ends.
            let status = process.door.get_at(signature.ident.span(), "ExitCode");
            set_output(&mut signature, status.to_token_stream());
        }
        body.map(|body| run_main(process, &function.signature, &body))
    } else if process.options.boxed.is_some() {
        boxed::signature(&mut signature, &process.door);
        body.map(|body| boxed::body(&process.door, &body))
    } else {
        describe(&mut signature, &process.door);
        body.map(|body| call(&process.door, "process", &body))
    };
    match body {
        Some(body) => {
            let inner = attributes.iter().filter(|attribute| !matches!(attribute.style, AttrStyle::Outer));
            let block = quote_spanned!(ours()=> { #(#inner)* #body });
            let test = function.is_test.then(|| test::attribute(&process.door));
            quote!(#test #(#outer)* #visibility #signature #block)
        }
        None => quote!(#(#outer)* #visibility #signature;),
    }
}

fn async_block(
    process: &Process,
    function: &Function,
    bindings: &[TokenStream],
    body: TokenStream,
) -> TokenStream {
    let lower = Lower::new(&process.door, Ends::Process);
    let typed = match gives_unit(&function.signature) {
        true => lower::returns_unit(),
        false => lower.returns(spelled(&function.signature.output)),
    };
    quote_spanned!(ours()=> async move { #typed #(#bindings)* #body })
}

fn run_main(process: &Process, signature: &Signature, body: &TokenStream) -> TokenStream {
    let workers = match &process.options.workers {
        Some((_, workers)) => call(&process.door, "Some", &workers.to_token_stream()),
        None => process.door.get("None").to_token_stream(),
    };
    let run = if gives_unit(signature) { "run_main" } else { "run_main_reporting" };
    let run_main = process.door.get(run);
    quote_spanned!(ours()=> #run_main(#workers, #body))
}

pub(crate) fn call(door: &Door, name: &str, body: &TokenStream) -> TokenStream {
    let name = door.get(name);
    quote_spanned!(ours()=> #name(#body))
}

/// The return type becomes that of a description.
fn describe(signature: &mut Signature, door: &Door) {
    let place = signature.ident.span();
    let output = output(&signature.output);
    let process = door.get_at(place, "Process");
    let future = door.get_at(place, "Future");
    let send = door.get_at(place, "Send");
    set_output(signature, quote_spanned!(ours_at(place)=> #process<impl #future<Output = #output> + #send>));
}

pub(crate) fn set_output(signature: &mut Signature, output: TokenStream) {
    let arrow = match &signature.output {
        ReturnType::Type(arrow, _) => *arrow,
        ReturnType::Default => syn::Token![->](ours_at(signature.ident.span())),
    };
    signature.output = ReturnType::Type(arrow, Box::new(Type::Verbatim(output)));
}

pub(crate) fn output(output: &ReturnType) -> TokenStream {
    match output {
        ReturnType::Default => quote_spanned!(ours()=> ()),
        // It is refused: this stands beside the error.
        ReturnType::Type(_, output) if matches!(**output, Type::Never(_)) => quote_spanned!(ours()=> ()),
        ReturnType::Type(_, output) => output.to_token_stream(),
    }
}

fn gives_unit(signature: &Signature) -> bool {
    match &signature.output {
        ReturnType::Default => true,
        ReturnType::Type(_, output) => matches!(&**output, Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}

/// The return type as it can be spelled in the body: `impl Trait` is left to the compiler.
fn spelled(output_type: &ReturnType) -> TokenStream {
    struct Infer;
    impl VisitMut for Infer {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = Type::Verbatim(quote_spanned!(ours()=> _)),
                _ => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut output_type = output_type.clone();
    Infer.visit_return_type_mut(&mut output_type);
    output(&output_type)
}

/// Gives every argument a plain name in the signature. The statements move the arguments into the process, whether its
/// body uses them or not, and take patterns apart there.
///
/// As in a function, the last argument is dropped first: what the process captures goes after its own variables, in the
/// order in which it is captured. So the first arguments are captured, from the last to the first; from one on that needs
/// a variable of its own, all have one.
fn arguments(signature: &mut Signature, body: Option<&TokenStream>) -> Vec<TokenStream> {
    let mut captured = Vec::new();
    let mut statements = Vec::new();
    for (n, input) in signature.inputs.iter_mut().enumerate() {
        let capture = match input {
            FnArg::Receiver(receiver) => Some(receiver.self_token.to_token_stream()),
            FnArg::Typed(argument) if statements.is_empty() => plain(argument, body),
            FnArg::Typed(_) => None,
        };
        match (capture, input) {
            (Some(name), _) => {
                let quiet = quiet(&name.to_string());
                captured.push(quote_spanned!(ours()=> #quiet let _ = &#name;));
            }
            (None, FnArg::Typed(argument)) => statements.push(moved_in(argument, n)),
            (None, FnArg::Receiver(_)) => {}
        }
    }
    captured.into_iter().rev().chain(statements).collect()
}

/// The name of an argument that needs no variable: nothing changes it, and the compiler need not warn that nobody uses it.
fn plain(argument: &PatType, body: Option<&TokenStream>) -> Option<TokenStream> {
    match &*argument.pat {
        Pat::Ident(name)
            if name.by_ref.is_none()
                && name.subpat.is_none()
                && name.mutability.is_none()
                && argument.attrs.is_empty() =>
        {
            let ident = name.ident.to_string();
            (ident.starts_with('_') || mentions(body?, &ident)).then(|| name.ident.to_token_stream())
        }
        _ => None,
    }
}

/// To take an argument along is no use of it.
fn quiet(name: &str) -> Option<TokenStream> {
    name.starts_with('_').then(|| {
        quote_spanned!(ours()=> #[allow(clippy::no_effect_underscore_binding, clippy::used_underscore_binding)])
    })
}

fn moved_in(argument: &mut PatType, n: usize) -> TokenStream {
    let attributes: Vec<Attribute> = argument.attrs.clone();
    let equals = quote_spanned!(ours()=> =);
    match &mut *argument.pat {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            let (mutability, ident) = (name.mutability.take(), &name.ident);
            let quiet = quiet(&ident.to_string());
            quote_spanned!(ours()=> #quiet #(#attributes)* let #mutability #ident #equals #ident;)
        }
        pattern => {
            let name: Ident = format_ident!("__argument{n}", span = ours());
            let binding = std::mem::replace(pattern, Pat::Verbatim(quote!(#name)));
            // Held to the end of the process, as the arguments of a function are.
            quote_spanned!(ours()=> let #name #equals #name; #(#attributes)* let #binding #equals #name;)
        }
    }
}
