//! From what the user wrote to an expression that never matches more than a line.
//!
//! Whole buffers are searched, not one line after the other: that is where the speed comes from, since the
//! expression's literals are then looked for across thousands of lines at once. It is right only if no match
//! can reach over the end of a line, so the end of a line is taken out of everything that could match it.
use regex::bytes::Regex;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Class, ClassBytesRange, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use regex_syntax::hir::{ClassBytes, ClassUnicode};

/// Each line of `pattern` is an alternative, as in grep.
pub(crate) fn compile(pattern: &str, ignore_case: bool, utf8: bool) -> Result<Regex, String> {
    let mut syntax = ParserBuilder::new();
    syntax
        .multi_line(true) // `^` and `$` mean the ends of a line.
        .case_insensitive(ignore_case)
        .unicode(utf8)
        .utf8(false); // The text may be no UTF-8.
    let mut alternatives = Vec::new();
    for line in pattern.split('\n') {
        let hir = syntax.build().parse(line).map_err(|error| error.to_string())?;
        alternatives.push(within_a_line(&hir).ok_or("the pattern asks for the end of a line inside a line")?);
    }
    // Printing a parsed expression gives one that parses to the same.
    Regex::new(&Hir::alternation(alternatives).to_string()).map_err(|error| error.to_string())
}

/// `hir` without line ends in what it matches; `None` if there is nothing else that it could match.
fn within_a_line(hir: &Hir) -> Option<Hir> {
    Some(match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) if literal.0.contains(&b'\n') => return None,
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.difference(&ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut class = class.clone();
            class.difference(&ClassBytes::new([ClassBytesRange::new(b'\n', b'\n')]));
            Hir::class(Class::Bytes(class))
        }
        // The ends of the text are those of the line, which is all the text there is.
        HirKind::Look(Look::Start) => Hir::look(Look::StartLF),
        HirKind::Look(Look::End) => Hir::look(Look::EndLF),
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Repetition(r) => {
            let sub = Box::new(within_a_line(&r.sub)?);
            Hir::repetition(Repetition { min: r.min, max: r.max, greedy: r.greedy, sub })
        }
        HirKind::Capture(c) => {
            let sub = Box::new(within_a_line(&c.sub)?);
            Hir::capture(Capture { index: c.index, name: c.name.clone(), sub })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(within_a_line).collect::<Option<_>>()?),
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.iter().map(within_a_line).collect::<Option<_>>()?)
        }
    })
}
