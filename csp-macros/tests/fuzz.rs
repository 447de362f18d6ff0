//! Token streams that nobody would write, through the macros as a library: calls of the examples and of the ui tests,
//! with tokens lost, doubled, exchanged and moved. No panic, and always an expansion that parses, or an error.
//!
//! `FUZZ=1000000` sets the number of streams, `SEED=1` where they start; `ci/fuzz.sh` runs many.

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
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::panic::{AssertUnwindSafe, catch_unwind};
use syn::parse::Parser;

/// Some token, by itself.
fn token(random: &mut Random) -> TokenTree {
    const WORDS: [&str; 24] = [
        "let", "if", "else", "match", "loop", "for", "in", "break", "return", "move", "mut", "ref", "fn",
        "self", "as", "biased", "closed", "default", "await", "async", "send", "recv", "tx", "rx",
    ];
    const SIGNS: [char; 20] =
        ['<', '-', '=', '>', '.', ',', ';', ':', '#', '!', '?', '&', '|', '+', '*', '\'', '@', '$', '~', '^'];
    match random.below(5) {
        0 => Ident::new(WORDS[random.below(WORDS.len())], Span::call_site()).into(),
        1 => Literal::usize_unsuffixed(random.below(10)).into(),
        2 => Group::new(delimiter(random), TokenStream::new()).into(),
        _ => {
            let sign = SIGNS[random.below(SIGNS.len())];
            // A quote is always joint.
            let joint = sign == '\'' || random.below(2) == 0;
            Punct::new(sign, if joint { Spacing::Joint } else { Spacing::Alone }).into()
        }
    }
}

fn delimiter(random: &mut Random) -> Delimiter {
    [Delimiter::Brace, Delimiter::Bracket, Delimiter::Parenthesis, Delimiter::None][random.below(4)]
}

/// Changes the stream in one place, at any depth.
fn mutated(tokens: TokenStream, pool: &[TokenTree], random: &mut Random) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let groups: Vec<usize> =
        (0..tokens.len()).filter(|&at| matches!(tokens[at], TokenTree::Group(_))).collect();
    if !groups.is_empty() && random.below(3) > 0 {
        let at = groups[random.below(groups.len())];
        if let TokenTree::Group(group) = &tokens[at] {
            tokens[at] = Group::new(group.delimiter(), mutated(group.stream(), pool, random)).into();
        }
        return tokens.into_iter().collect();
    }
    let len = tokens.len();
    let at = random.below(len + 1);
    match random.below(7) {
        0 if at < len => drop(tokens.remove(at)),
        1 if at < len => tokens.insert(at, tokens[at].clone()),
        2 if at + 1 < len => tokens.swap(at, at + 1),
        3 if at < len => tokens.swap(at, random.below(len)),
        4 if at < len => match &tokens[at] {
            TokenTree::Group(group) => tokens[at] = Group::new(delimiter(random), group.stream()).into(),
            _ => tokens.truncate(at),
        },
        5 => tokens.insert(at, pool[random.below(pool.len())].clone()),
        _ => tokens.insert(at, token(random)),
    }
    // The compiler gives no quote without a name behind it.
    let quoted = |at: usize| matches!(&tokens[at], TokenTree::Punct(sign) if sign.as_char() == '\'');
    let lonely = |at: usize| quoted(at) && !matches!(tokens.get(at + 1), Some(TokenTree::Ident(_)));
    (0..tokens.len()).filter(|&at| !lonely(at)).map(|at| tokens[at].clone()).collect()
}

/// Whether it is an error, or code.
fn is_sound(sample: &Sample, expansion: &TokenStream) -> bool {
    let text = expansion.to_string();
    if text.contains("compile_error") {
        return true;
    }
    if text.split(|c: char| !c.is_alphanumeric()).any(|word| word == concat!("un", "safe")) {
        return sample.tokens.to_string().contains(concat!("un", "safe"));
    }
    match sample.name {
        "process" | "test" => {
            syn::parse2::<syn::File>(expansion.clone()).is_ok()
                || syn::parse2::<syn::ImplItemFn>(expansion.clone()).is_ok()
                || syn::parse2::<syn::TraitItemFn>(expansion.clone()).is_ok()
        }
        // Its body stays as written.
        "defer" => true,
        _ => syn::Block::parse_within.parse2(expansion.clone()).is_ok(),
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn no_stream_breaks_a_macro() {
    let samples = corpus();
    let pool: Vec<TokenTree> = samples.iter().flat_map(|sample| sample.tokens.clone()).collect();
    let mut random = Random(number("SEED", 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let count = number("FUZZ", 3000);
    let mut code = 0;
    for n in 0..count {
        let mut sample = samples[random.below(samples.len())].clone();
        for _ in 0..=random.below(4) {
            sample.tokens = mutated(sample.tokens, &pool, &mut random);
            if ["process", "test"].contains(&sample.name) && random.below(10) == 0 {
                sample.arguments = mutated(sample.arguments, &pool, &mut random);
            }
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            let expansion = expanded(&sample, Reader::now());
            // What an editor gets need not parse.
            let _ = expanded(&sample, Reader::Editor);
            (is_sound(&sample, &expansion), expansion)
        }));
        let Sample { name, arguments, tokens } = &sample;
        match result {
            Ok((true, expansion)) => code += u64::from(!expansion.to_string().contains("compile_error")),
            Ok((false, expansion)) => {
                panic!(
                    "stream {n}: {name}({arguments}) of\n{tokens}\nexpands to what does not parse:\n{expansion}"
                )
            }
            Err(_) => panic!("stream {n}: {name}({arguments}) panics at\n{tokens}"),
        }
    }
    println!("{count} streams, {code} of them code, the others errors");
    assert!(code * 20 > count && code < count, "both kinds are tried: {code} of {count}");
}
