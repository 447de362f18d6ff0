//! Lists of options: `workers = 4, boxed, crate = some::path`, and `schedules = 1000, policy = pct`.

use crate::diag::Diag;
use crate::messages;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Path, Token};

/// Which options there are.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Of {
    Process,
    Test,
}

/// The options of `#[process(..)]` and `#[csp::test(..)]`.
#[derive(Default)]
pub(crate) struct Options {
    /// `workers = n`, with its name to point at.
    pub(crate) workers: Option<(Ident, Expr)>,
    pub(crate) boxed: Option<Ident>,
    /// `crate = path`
    pub(crate) facade: Option<Path>,
    /// What a test is told before it runs: the options of an exploration, in order.
    pub(crate) exploration: Vec<(Ident, Told)>,
}

/// The value of an option of a test.
pub(crate) enum Told {
    Number(Expr),
    /// One of the words that the option knows.
    Word(Ident),
}

const KNOWN: &[&str] = &["workers", "boxed", "crate"];
const KNOWN_TO_TEST: &[&str] = &["schedules", "policy", "depth", "seed", "steps", "leaks", "timers", "crate"];
const POLICIES: &[&str] = &["mixed", "random", "pct", "dfs"];

impl Options {
    pub(crate) fn parse(of: Of, tokens: TokenStream, diag: &mut Diag) -> Options {
        let mut options = Options::default();
        let mut rest = tokens.into_iter().peekable();
        while rest.peek().is_some() {
            let mut one: Vec<TokenTree> = Vec::new();
            for token in rest.by_ref() {
                if matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',') {
                    break;
                }
                one.push(token);
            }
            options.one(of, one.into_iter().collect(), diag);
        }
        options
    }

    fn one(&mut self, of: Of, tokens: TokenStream, diag: &mut Diag) {
        let expected = match of {
            Of::Process => messages::OPTION_EXPECTED,
            Of::Test => messages::TEST_OPTION_EXPECTED,
        };
        let named = |input: ParseStream<'_>| {
            let name = Ident::parse_any(input)?;
            let equals: Option<Token![=]> = input.parse()?;
            Ok((name, equals, input.parse::<TokenStream>()?))
        };
        let Ok((name, equals, value)) = named.parse2(tokens.clone()) else {
            return diag.error(tokens, expected);
        };
        if equals.is_none() && !value.is_empty() {
            return diag.error(tokens, expected);
        }
        let value = equals.map(|_| value);
        if name == "crate" {
            let Some(value) = needed(&name, value, "path", diag) else { return };
            fill(&mut self.facade, &name, Path::parse_mod_style.parse2(value), diag);
        } else if of == Of::Test {
            self.of_test(name, value, diag);
        } else if name == "workers" {
            let Some(value) = needed(&name, value, "4", diag) else { return };
            let parsed = syn::parse2(value).map(|value| (name.clone(), value));
            fill(&mut self.workers, &name, parsed, diag);
        } else if name == "boxed" {
            if value.is_some() {
                return diag.error(tokens, messages::option_takes_no_value("boxed"));
            }
            fill(&mut self.boxed, &name, Ok(name.clone()), diag);
        } else {
            diag.error(&name, messages::option_unknown(&name.to_string(), KNOWN));
        }
    }

    fn of_test(&mut self, name: Ident, value: Option<TokenStream>, diag: &mut Diag) {
        let option = name.to_string();
        let (example, words): (_, Option<&[&str]>) = match option.as_str() {
            "schedules" => ("1000", None),
            "depth" => ("3", None),
            "seed" => ("7", None),
            "steps" => ("100_000", None),
            "policy" => ("pct", Some(POLICIES)),
            "leaks" => ("allow", Some(&["allow"])),
            "timers" => ("compete", Some(&["compete", "wait"])),
            _ => return diag.error(&name, messages::option_unknown(&option, KNOWN_TO_TEST)),
        };
        let Some(value) = needed(&name, value, example, diag) else { return };
        let told = match words {
            None => syn::parse2(value).map(Told::Number),
            Some(words) => match syn::parse2::<Ident>(value.clone()) {
                Ok(word) if words.contains(&word.to_string().as_str()) => Ok(Told::Word(word)),
                _ => return diag.error(value, messages::option_has_no_such_value(&option, words)),
            },
        };
        match told {
            Ok(_) if self.exploration.iter().any(|(known, _)| *known == name) => {
                diag.error(&name, messages::option_repeated(&option));
            }
            Ok(told) => self.exploration.push((name, told)),
            Err(error) => diag.syntax(error),
        }
    }
}

/// The value of an option that cannot do without.
fn needed(name: &Ident, value: Option<TokenStream>, example: &str, diag: &mut Diag) -> Option<TokenStream> {
    let value = value.filter(|value| !value.is_empty());
    if value.is_none() {
        diag.error(name, messages::option_needs_value(&name.to_string(), example));
    }
    value
}

fn fill<T>(place: &mut Option<T>, name: &Ident, value: syn::Result<T>, diag: &mut Diag) {
    match value {
        Ok(_) if place.is_some() => diag.error(name, messages::option_repeated(&name.to_string())),
        Ok(value) => *place = Some(value),
        Err(error) => diag.syntax(error),
    }
}
