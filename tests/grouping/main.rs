//! Tokens keep their grouping (rule P9): what reaches a macro of the language through another macro's fragment means what it means
//! in a plain `macro_rules!`. Each file holds a matrix of fragments and places; the plain macro stands beside each.
#![allow(clippy::all, clippy::pedantic)]

mod communications;
mod expressions;
mod patterns;
mod tokens;
mod types;
