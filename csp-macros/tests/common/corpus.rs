//! Calls of the macros to start from, and their expansions.

use crate::editor::Reader;
use crate::{chan, defer, driver, go, par, process, select};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use std::fs;
use std::path::{Path, PathBuf};

/// One call of a macro of ours.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    /// The options of `#[process]`.
    pub(crate) arguments: TokenStream,
    pub(crate) tokens: TokenStream,
}

const CALLS: [&str; 5] = ["go", "select", "par", "chan", "defer"];

/// A small generator of numbers that depends on nothing but its seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is below a usize")
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// All calls of our macros in the examples and the ui tests.
pub(crate) fn corpus() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    ["examples", "tests/ui"].iter().for_each(|folder| sources(&root.join(folder), &mut files));
    let mut samples = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable source");
        if let Ok(tokens) = text.parse() {
            collect(tokens, &mut samples);
        }
    }
    assert!(samples.len() > 300, "{} calls to start from", samples.len());
    samples
}

fn collect(tokens: TokenStream, samples: &mut Vec<Sample>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        collect(group.stream(), samples);
        let before = &tokens[..at];
        if let [.., TokenTree::Ident(name), TokenTree::Punct(bang)] = before
            && bang.as_char() == '!'
            && let Some(name) = CALLS.iter().find(|known| name == **known)
        {
            samples.push(Sample { name, arguments: TokenStream::new(), tokens: group.stream() });
        }
        if let Some(TokenTree::Punct(hash)) = before.last()
            && hash.as_char() == '#'
            && let Some(name) = attribute(group.stream())
        {
            let arguments = group.stream().into_iter().find_map(|token| match token {
                TokenTree::Group(arguments) => Some(arguments.stream()),
                _ => None,
            });
            let rest = &tokens[at + 1..];
            let body =
                |token: &TokenTree| matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
            let end = rest.iter().position(body).map_or(rest.len(), |end| end + 1);
            let tokens = rest[..end].iter().cloned().collect();
            samples.push(Sample { name, arguments: arguments.unwrap_or_default(), tokens });
        }
    }
}

/// Which of our attributes it is.
fn attribute(tokens: TokenStream) -> Option<&'static str> {
    let words = tokens.into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    match words.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["process"] => Some("process"),
        ["csp", "test"] => Some("test"),
        _ => None,
    }
}

/// What a call expands to.
pub(crate) fn expanded(sample: &Sample, reader: Reader) -> TokenStream {
    let Sample { name, arguments, tokens } = sample.clone();
    let call = quote!([csp] #tokens);
    match name {
        "process" => driver::attribute::<process::Process>(arguments, tokens, reader),
        "test" => driver::attribute::<process::Test>(arguments, tokens, reader),
        "go" => driver::call::<go::Go>(call, reader),
        "select" => driver::call::<select::Select>(call, reader),
        "par" => driver::call::<par::Par>(call, reader),
        "chan" => driver::call::<chan::Chan>(call, reader),
        _ => driver::call::<defer::Defer>(call, reader),
    }
}
