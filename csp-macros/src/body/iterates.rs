//! What plainly iterates, so that a loop over it is Rust's own.

use syn::Expr;

/// Whether a loop over the expression may be one over a source: it is not where its form says what it iterates over.
pub(super) fn may_receive(expr: &Expr) -> bool {
    match expr {
        Expr::Range(_)
        | Expr::Array(_)
        | Expr::Repeat(_)
        | Expr::Lit(_)
        | Expr::Tuple(_)
        | Expr::Closure(_) => false,
        Expr::Paren(inner) => may_receive(&inner.expr),
        Expr::Group(inner) => may_receive(&inner.expr),
        Expr::Reference(inner) => inner.mutability.is_none() && may_receive(&inner.expr),
        Expr::MethodCall(call) => !ITERATES.contains(&call.method.to_string().as_str()),
        Expr::Macro(call) => !call.mac.path.is_ident("vec"),
        _ => true,
    }
}

/// Methods of the standard library that give an iterator, and that no source has.
const ITERATES: &[&str] = &[
    "args",
    "bytes",
    "chain",
    "char_indices",
    "chars",
    "chunks",
    "chunks_exact",
    "chunks_mut",
    "cloned",
    "copied",
    "cycle",
    "drain",
    "entries",
    "enumerate",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "fuse",
    "inspect",
    "into_bytes",
    "into_iter",
    "into_keys",
    "into_values",
    "iter",
    "iter_mut",
    "keys",
    "lines",
    "map",
    "map_while",
    "peekable",
    "read_dir",
    "rev",
    "scan",
    "skip",
    "skip_while",
    "split",
    "split_ascii_whitespace",
    "split_inclusive",
    "split_terminator",
    "split_whitespace",
    "splitn",
    "step_by",
    "take",
    "take_while",
    "to_vec",
    "try_iter",
    "values",
    "values_mut",
    "windows",
    "zip",
];
