//! What editors get. A language server expands a call twice, as it is and with a name at the cursor, and looks in the first
//! for the place where it finds the name in the second: up to the name, both must be the same.

#[path = "common/mod.rs"]
mod common;
#[path = "common/corpus.rs"]
mod corpus;

use common::{
    body, chan, defer, diag, driver, editor, fragments, go, messages, options, par, process, rules, select,
    support,
};
use corpus::{Random, Sample, corpus, expanded};
use editor::Reader;
use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

const NAME: &str = "name_at_the_cursor";

/// `jobs.`, and perhaps a name.
fn typed(named: bool) -> Vec<TokenTree> {
    let mut typed: Vec<TokenTree> =
        vec![Ident::new("jobs", Span::call_site()).into(), Punct::new('.', Spacing::Alone).into()];
    typed.extend(named.then(|| TokenTree::from(Ident::new(NAME, Span::call_site()))));
    typed
}

/// How many places there are between tokens, at every depth.
fn places(tokens: &TokenStream) -> usize {
    let inner = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + places(&group.stream()),
        _ => 1,
    };
    1 + tokens.clone().into_iter().map(inner).sum::<usize>()
}

/// Types something at the place of this number.
fn with(tokens: TokenStream, place: &mut usize, what: &[TokenTree]) -> TokenStream {
    let mut out = Vec::new();
    let here = |out: &mut Vec<TokenTree>, place: &mut usize| {
        if *place == 0 {
            out.extend(what.iter().cloned());
        }
        *place = place.wrapping_sub(1);
    };
    here(&mut out, place);
    for token in tokens {
        out.push(match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), with(group.stream(), place, what)).into()
            }
            other => other,
        });
        here(&mut out, place);
    }
    out.into_iter().collect()
}

/// A function changes in its body only.
fn with_in_body(sample: &Sample, place: usize, what: &[TokenTree]) -> TokenStream {
    let mut place = place;
    if !["process", "test"].contains(&sample.name) {
        return with(sample.tokens.clone(), &mut place, what);
    }
    let mut tokens: Vec<TokenTree> = sample.tokens.clone().into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.pop() {
        tokens.push(Group::new(Delimiter::Brace, with(body.stream(), &mut place, what)).into());
    }
    tokens.into_iter().collect()
}

#[test]
fn nothing_before_the_cursor_depends_on_what_is_at_it() {
    let samples: Vec<Sample> = corpus()
        .into_iter()
        .filter(|sample| ["process", "test", "go", "select", "par"].contains(&sample.name))
        .collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut found = 0;
    for _ in 0..6_000 {
        let sample = &samples[random.below(samples.len())];
        let place = random.below(places(&sample.tokens));
        let text = |named: bool| {
            let tokens = with_in_body(sample, place, &typed(named));
            let sample = Sample { tokens, ..sample.clone() };
            (expanded(&sample, Reader::Editor).to_string(), sample)
        };
        let ((plain, _), (named, call)) = (text(false), text(true));
        let Some(at) = named.find(NAME) else { continue };
        found += 1;
        assert!(
            plain.starts_with(named[..at].trim_end()),
            "{}! {{\n{}\n}}\nexpands to\n{named}\nand without the name to\n{plain}",
            call.name,
            call.tokens
        );
    }
    assert!(found > 3_000, "the name is kept: {found}");
}

/// The expansion of `go!` or `select!` for editors.
fn edited(name: &'static str, call: &str) -> String {
    let tokens = call.parse().expect("tokens");
    expanded(&Sample { name, arguments: TokenStream::new(), tokens }, Reader::Editor).to_string()
}

#[test]
fn bodies_have_the_types_of_the_real_ones() {
    let cases = [
        ("go", "tx <- f(<-rx);", "tx.send(f(csp::Source::recv(&(rx)).await?)).await?;"),
        ("go", "let v = rx.recv()?;", "let v = rx.recv().await?;"),
        ("go", "rx.recv().await?;", "rx.recv().await?;"),
        ("go", "tx.send((1, 2))?; tx.send(1, 2);", "tx.send((1, 2)).await?; tx.send(1, 2);"),
        ("go", "let f = |x| x.recv(); f(rx);", "let f = |x| x.recv(); f(rx);"),
        ("go", "fn inner(rx: R) { rx.recv(); } inner();", "fn inner(rx: R) { rx.recv(); } inner();"),
        ("go", "let x = a < -1;", "let x = a < -1;"),
        ("go", "worker(rx.recv()?)", "go(worker(rx.recv().await?))"),
        ("par", "a(), { <-rx }", "a().await, async move { csp::Source::recv(&(rx)).await? }.await,"),
        (
            "select",
            "biased; v = <-rx if on => f(v), closed => g(),",
            "0 => { let v = csp::Source::recv(&(rx)).await?; if on {} f(v) }",
        ),
        (
            "select",
            "<-rx => {} tx <- 1 => if a { b } else { c } default => d",
            "1 => { tx.send(1).await?; if a { b } else { c } } 2 => { d }",
        ),
    ];
    assert!(Reader::now() == Reader::Compiler, "a test is no editor");
    let plain = |text: &str| text.replace(char::is_whitespace, "");
    for (name, call, expected) in cases {
        let edited = edited(name, call);
        assert!(plain(&edited).contains(&plain(expected)), "{call}\nexpands to {edited}");
    }
}
