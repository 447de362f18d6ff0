//! From the function to the description of a process.

use super::ast::{Body, Function, Process};
use super::{boxed, test};
use crate::body::lower::{self, Ends, Lower};
use crate::body::recursion::Own;
use crate::editor::{self, Reader};
use crate::support::{Door, braces_at, mentions, ours, ours_at};
use proc_macro2::{Span, TokenStream, TokenTree};
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
/// a closure that makes the body. `fn main()` expands to
///
/// ```text
/// fn main() {
///     fn main() -> impl Future<Output = ()> { async move { .. } }
///     Main::of(main).run(workers)
/// }
/// ```
///
/// and `fn main() -> U` to one that returns an `ExitCode`, with `.report(workers)`. With `#[tracing::instrument]` a process returns
/// its future itself, as `async move { .. }`, which that macro knows.
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
            let output = written(&function.signature.output);
            let lower = Lower::of(door, ends, own.as_ref()).returning(output.as_ref());
            let lowered = lower.body(&block.stmts, kept);
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
    let (inner, outer): (Vec<_>, Vec<_>) =
        attributes.iter().partition(|attribute| !matches!(attribute.style, AttrStyle::Outer));
    let mut signature = signature.clone();
    let bindings = arguments(&mut signature, statements.as_ref().filter(|_| reader == Reader::Compiler));
    let body = statements.map(|statements| async_block(process, function, &bindings, statements));
    let is_instrumented = outer.iter().any(|attribute| is_instrument(attribute));
    // What instruments an `async fn` takes one that returns a future, too.
    let (instruments, outer): (Vec<_>, Vec<_>) =
        outer.into_iter().partition(|attribute| function.is_called() && is_instrument(attribute));
    let door = &process.door;
    let body = if function.is_test {
        let made = |body: TokenStream| match is_instrumented {
            true => {
                let (made, name) = (made(door, &signature, &instruments, &body), &signature.ident);
                quote_spanned!(ours()=> { #made #name() })
            }
            false => body,
        };
        let body = body.map(|body| {
            let body = made(body);
            let is_whole = gives_unit(&signature) && reader == Reader::Compiler;
            let body = if is_whole { call(door, "whole", &body) } else { body };
            test::run(process, &signature, &body)
        });
        signature.output = ReturnType::Default;
        body
    } else if function.is_main() {
        let body =
            body.map(|body| run_main(process, &signature, made(door, &signature, &instruments, &body)));
        if !gives_unit(&signature) {
            // What `main` returns is reported where it ends.
            let status = door.get_at(signature.ident.span(), "ExitCode");
            set_output(&mut signature, status.to_token_stream());
        }
        body
    } else if process.options.boxed.is_some() {
        boxed::signature(&mut signature, door, !is_instrumented);
        body.map(|body| match is_instrumented {
            true => quote_spanned!(ours()=> Box::pin(#body)),
            false => boxed::body(door, &body),
        })
    } else {
        describe(&mut signature, door, !is_instrumented);
        body.map(|body| if is_instrumented { body } else { call(door, "process", &body) })
    };
    // A trait may ask its method for `impl Future`, of which a `Process` is one.
    let refines = (signature.receiver().is_some() && !is_instrumented)
        .then(|| quote_spanned!(ours()=> #[allow(refining_impl_trait)]));
    match body {
        Some(body) => {
            // They end where the user's braces end, so that the item is the user's: what is dead is reported. They hold no more of the
            // user's text, so that coverage counts the body once.
            let end = match &function.body {
                Body::Statements { braces, .. } => braces.span.close(),
                Body::None | Body::Broken => ours(),
            };
            let block = braces_at(end, quote!(#(#inner)* #body));
            let test = function.is_test.then(|| test::attribute(door));
            quote!(#test #(#outer)* #refines #visibility #signature #block)
        }
        None => quote!(#(#outer)* #visibility #signature;),
    }
}

/// `#[tracing::instrument]`, also behind a condition.
fn is_instrument(attribute: &Attribute) -> bool {
    mentions(&attribute.meta.to_token_stream(), "instrument")
}

/// `fn name() -> impl Future<Output = U> { async move { .. } }`: what makes the future of a function that is called from outside of all
/// processes. In a body of its own the compiler can be asked whether the future is `Send`.
fn made(door: &Door, signature: &Signature, instruments: &[&Attribute], body: &TokenStream) -> TokenStream {
    let (name, future) = (&signature.ident, door.get("Future"));
    let output = output(&signature.output);
    quote_spanned!(ours()=> #(#instruments)* fn #name() -> impl #future<Output = #output> { #body })
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
    let place = braces_of(function);
    let block = braces_at(place, quote!(#typed #(#bindings)* #body));
    quote_spanned!(ours_at(place)=> async move #block)
}

/// The braces around the body, as far as there is one.
fn braces_of(function: &Function) -> Span {
    match &function.body {
        Body::Statements { braces, .. } => braces.span.join(),
        Body::None | Body::Broken => Span::call_site(),
    }
}

/// `fn main() -> impl Future { .. } Main::of(main).run(workers)`
fn run_main(process: &Process, signature: &Signature, made: TokenStream) -> TokenStream {
    let workers = match &process.options.workers {
        Some((_, workers)) => call(&process.door, "Some", &workers.to_token_stream()),
        None => process.door.get("None").to_token_stream(),
    };
    let run = Ident::new(if gives_unit(signature) { "run" } else { "report" }, ours());
    let (main, name) = (process.door.get("Main"), &signature.ident);
    quote_spanned!(ours()=> #made #main::of(#name).#run(#workers))
}

pub(crate) fn call(door: &Door, name: &str, body: &TokenStream) -> TokenStream {
    let name = door.get(name);
    quote_spanned!(ours()=> #name(#body))
}

/// The return type becomes that of a description, or a bare future.
fn describe(signature: &mut Signature, door: &Door, is_description: bool) {
    let place = signature.ident.span();
    let output = output(&signature.output);
    let process = door.get_at(place, "Process");
    let future = door.get_at(place, "Future");
    let send = door.get_at(place, "Send");
    let future = quote_spanned!(ours_at(place)=> impl #future<Output = #output> + #send);
    set_output(
        signature,
        if is_description { quote_spanned!(ours_at(place)=> #process<#future>) } else { future },
    );
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

/// The return type where a `?` may have to choose what becomes of its error: one that may be a `Result`, written without `impl Trait`.
fn written(output_type: &ReturnType) -> Option<TokenStream> {
    let ReturnType::Type(_, output) = output_type else { return None };
    let Type::Path(path) = &**output else { return None };
    if path.path.segments.last().is_some_and(|last| last.ident == "Option") {
        return None;
    }
    let output = output.to_token_stream();
    (!mentions(&output, "impl")).then_some(output)
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
