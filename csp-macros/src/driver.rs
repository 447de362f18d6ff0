//! The one pipeline of every macro: parse, check, then expand or recover.

use crate::diag::Diag;
use crate::editor::Reader;
use crate::fragments;
use crate::support::Door;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What a macro is: its steps, of which only the first three may find fault.
pub(crate) trait Form {
    /// What the macro is given.
    type Input: Input;
    /// What the parser understood.
    type Ast;

    /// The expansion of a call in which there is plainly nothing to check: most calls of a large program need no parser.
    fn at_once(_: &Self::Input) -> Option<TokenStream> {
        None
    }

    /// Understands as much as it can; what it cannot goes to `diag`.
    fn parse(input: Self::Input, diag: &mut Diag) -> Self::Ast;

    /// The rules of the language that a parser does not see.
    fn check(ast: &Self::Ast, diag: &mut Diag);

    /// The rules that need to know names.
    fn rules(_: &Self::Ast, _: &mut Diag) {}

    /// The expansion of a call without errors. It cannot fail.
    fn expand(ast: &Self::Ast) -> TokenStream;

    /// The expansion beside `errors`: it defines what the call would have defined, so that one mistake gives one error.
    fn recover(ast: &Self::Ast, errors: TokenStream) -> TokenStream;

    /// What an editor gets, if that is something else.
    fn edit(_: &Self::Ast, _: Self::Input, _: Option<&TokenStream>) -> Option<TokenStream> {
        None
    }
}

/// What a macro is given.
pub(crate) trait Input: Clone {
    /// The same, in which what came through another macro's fragments keeps its grouping.
    fn grouped(self) -> Self;
}

impl Input for Call {
    fn grouped(self) -> Call {
        Call { tokens: fragments::visible(self.tokens), ..self }
    }
}

impl Input for Attribute {
    fn grouped(self) -> Attribute {
        Attribute { arguments: fragments::visible(self.arguments), item: fragments::visible(self.item) }
    }
}

/// What a function-like macro is given.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) door: Door,
    pub(crate) tokens: TokenStream,
}

/// What `#[process]` is given.
#[derive(Clone)]
pub(crate) struct Attribute {
    pub(crate) arguments: TokenStream,
    pub(crate) item: TokenStream,
}

pub(crate) fn attribute<F: Form<Input = Attribute>>(
    arguments: TokenStream,
    item: TokenStream,
    reader: Reader,
) -> TokenStream {
    run::<F>(Attribute { arguments, item }, reader)
}

pub(crate) fn call<F: Form<Input = Call>>(tokens: TokenStream, reader: Reader) -> TokenStream {
    run::<F>(Call::new(tokens), reader)
}

fn run<F: Form>(input: F::Input, reader: Reader) -> TokenStream {
    let written = (reader == Reader::Editor).then(|| input.clone());
    if written.is_none()
        && let Some(expansion) = F::at_once(&input)
    {
        return expansion;
    }
    let input = input.grouped();
    let mut diag = Diag::new();
    let ast = F::parse(input, &mut diag);
    F::check(&ast, &mut diag);
    F::rules(&ast, &mut diag);
    let errors = diag.finish();
    if let Some(edited) = written.and_then(|written| F::edit(&ast, written, errors.as_ref())) {
        return edited;
    }
    match errors {
        None => F::expand(&ast),
        Some(errors) => F::recover(&ast, errors),
    }
}

impl Call {
    /// Splits `[path] tokens`; the path is optional.
    fn new(tokens: TokenStream) -> Call {
        let mut rest = tokens.into_iter().peekable();
        let door = match rest.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                let door = Door::of(group.stream());
                rest.next();
                door
            }
            _ => Door::default(),
        };
        Call { door, tokens: rest.collect() }
    }
}
