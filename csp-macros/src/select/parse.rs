//! From tokens to arms. An arm that does not parse ends at the next `,`, or after its braces, and hides no other.

use super::ast::{Arm, Body, Choice, Fork, Operation, Otherwise, Select};
use crate::body::{arrows, verbs};
use crate::diag::Diag;
use crate::driver::Call;
use crate::messages;
use crate::rules;
use crate::support::Place;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::buffer::Cursor;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser};
use syn::token::Question;
use syn::{AttrStyle, Attribute, Expr, Ident, Pat, PatType, Token, bracketed};

pub(crate) fn select(call: Call, diag: &mut Diag) -> Select {
    let mut select = Select {
        door: call.door,
        biased: false,
        rules_apply: rules::may_apply(&call.tokens),
        late_biased: Vec::new(),
        arms: Vec::new(),
        closed: Vec::new(),
        default: Vec::new(),
        fork: None,
    };
    let parser = |input: ParseStream<'_>| {
        let start = input.cursor();
        if let Some(biased) = biased(input) {
            select.biased = biased == "biased";
        }
        while !input.is_empty() {
            let begin = input.cursor();
            let mut attributes = attributes(input)?;
            let after = input.cursor();
            let condition = condition(&mut attributes);
            let others: TokenStream = attributes.iter().map(ToTokens::to_token_stream).collect();
            item(&mut select, attributes, input, diag);
            if let (Some(condition), None) = (condition, &select.fork) {
                let before = between(start, begin);
                let (arm, rest) = (between(after, input.cursor()), input.cursor().token_stream());
                let with = [before.clone(), others, arm, rest.clone()].into_iter().collect();
                let without = [before, rest].into_iter().collect();
                select.fork = Some(Fork { condition, with, without });
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(arrows::carried(call.tokens)) {
        diag.syntax(error);
    }
    select
}

/// The attributes of an arm. What carries an arrow is none.
fn attributes(input: ParseStream<'_>) -> syn::Result<Vec<Attribute>> {
    let mut attributes = Vec::new();
    while input.peek(Token![#]) {
        let ahead = input.fork();
        let inner;
        let attribute = Attribute {
            pound_token: ahead.parse()?,
            style: AttrStyle::Outer,
            bracket_token: bracketed!(inner in ahead),
            meta: inner.parse()?,
        };
        if arrows::arrow_of(&attribute).is_some() {
            break;
        }
        input.advance_to(&ahead);
        attributes.push(attribute);
    }
    Ok(attributes)
}

/// Takes out the first `#[cfg(condition)]`, and gives the condition.
fn condition(attributes: &mut Vec<Attribute>) -> Option<TokenStream> {
    let at = attributes.iter().position(|attribute| attribute.path().is_ident("cfg"))?;
    let condition = attributes[at].meta.require_list().ok()?.tokens.clone();
    attributes.remove(at);
    Some(condition)
}

/// The tokens from one place to a later one.
fn between(mut from: Cursor<'_>, to: Cursor<'_>) -> TokenStream {
    let next = || {
        let (token, rest) = (from != to).then(|| from.token_tree())??;
        from = rest;
        Some(token)
    };
    std::iter::from_fn(next).collect()
}

/// `biased;`
fn biased(input: ParseStream<'_>) -> Option<Ident> {
    let ahead = input.fork();
    let name: Ident = ahead.parse().ok()?;
    if name != "biased" || ahead.parse::<Token![;]>().is_err() {
        return None;
    }
    input.advance_to(&ahead);
    Some(name)
}

/// An arm with its comma, or what is complained of instead.
fn item(select: &mut Select, attributes: Vec<Attribute>, input: ParseStream<'_>, diag: &mut Diag) {
    if let Some(late) = biased(input) {
        select.late_biased.push(late);
        return;
    }
    let ahead = input.fork();
    match arm(select, attributes, &ahead, diag) {
        Ok(()) => input.advance_to(&ahead),
        Err(fault) => {
            match fault {
                Fault::Syntax(error) => diag.syntax(error),
                Fault::Told => {}
            }
            skip_arm(input);
        }
    }
}

/// Why an arm is not understood.
enum Fault {
    Syntax(syn::Error),
    /// It is in the diagnostics already.
    Told,
}

impl From<syn::Error> for Fault {
    fn from(error: syn::Error) -> Fault {
        Fault::Syntax(error)
    }
}

fn arm(
    select: &mut Select,
    attributes: Vec<Attribute>,
    input: ParseStream<'_>,
    diag: &mut Diag,
) -> Result<(), Fault> {
    if let Some(name) = choice_name(input) {
        let guard = guard(input)?;
        let otherwise = otherwise(input, diag)?;
        let arrow = fat_arrow(input, diag)?;
        let choice = Choice { attributes, body: body(input, arrow, diag)?, name, guard, otherwise };
        if choice.name == "closed" {
            select.closed.push(choice)
        } else {
            select.default.push(choice)
        }
        return Ok(());
    }
    case(input, diag);
    let pattern = pattern(input, diag);
    let head = head(input)?;
    let (operation, questions) = operation(head, diag);
    let guard = guard(input)?;
    let otherwise = otherwise(input, diag)?;
    let arrow = fat_arrow(input, diag)?;
    let body = body(input, arrow, diag)?;
    let arm =
        operation.map(|operation| Arm { attributes, pattern, operation, questions, guard, otherwise, body });
    select.arms.extend(arm);
    Ok(())
}

/// The operation. Where `=>` is missing, the braces of the body are no struct's.
fn head(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    let head = ahead.parse::<Expr>().or_else(|error| {
        let shorter = input.fork();
        let head = Expr::parse_without_eager_brace(&shorter).map_err(|_| error.clone())?;
        if !shorter.peek(syn::token::Brace) {
            return Err(error);
        }
        ahead.advance_to(&shorter);
        Ok(head)
    })?;
    input.advance_to(&ahead);
    Ok(head)
}

/// `closed` or `default` where they name an arm.
fn choice_name(input: ParseStream<'_>) -> Option<Ident> {
    let ahead = input.fork();
    let name: Ident = ahead.parse().ok()?;
    let is_choice = (name == "closed" || name == "default")
        && (ahead.peek(Token![=>]) || ahead.peek(Token![if]) || ahead.peek(Token![else]));
    is_choice.then(|| input.advance_to(&ahead))?;
    Some(name)
}

/// Go's `case`, which is no word of Rust: before a name or an arrow it can be nothing else.
fn case(input: ParseStream<'_>, diag: &mut Diag) {
    let ahead = input.fork();
    let Ok(name) = ahead.parse::<Ident>() else { return };
    if name == "case" && (ahead.peek(Ident) || ahead.peek(Token![_]) || arrows::starts_with_carrier(&ahead)) {
        diag.error(name, messages::SELECT_HAS_NO_CASE);
        input.advance_to(&ahead);
    }
}

/// `pattern =` or `pattern: type =`; not the left side of an arrow.
fn pattern(input: ParseStream<'_>, diag: &mut Diag) -> Option<Pat> {
    let ahead = input.fork();
    let mut pattern = Pat::parse_multi_with_leading_vert(&ahead).ok()?;
    if ahead.peek(Token![:]) && ahead.peek2(Token![=]) && !ahead.peek2(Token![=>]) {
        let colon: Token![:] = ahead.parse().ok()?;
        let equals: Token![=] = ahead.parse().ok()?;
        diag.error(quote!(#colon #equals), messages::SELECT_HAS_NO_COLON);
        input.advance_to(&ahead);
        return Some(pattern);
    }
    if ahead.peek(Token![:]) && !ahead.peek(Token![::]) {
        pattern = Pat::Type(PatType {
            attrs: Vec::new(),
            pat: Box::new(pattern),
            colon_token: ahead.parse().ok()?,
            ty: ahead.parse().ok()?,
        });
    }
    if !ahead.peek(Token![=]) || ahead.peek(Token![==]) || ahead.peek(Token![=>]) {
        return None;
    }
    ahead.parse::<Token![=]>().ok()?;
    if arrows::starts_with_carrier(&ahead) {
        return None;
    }
    input.advance_to(&ahead);
    Some(pattern)
}

fn guard(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    match input.parse::<Option<Token![if]>>()? {
        Some(_) => input.parse().map(Some),
        None => Ok(None),
    }
}

/// `else body`
fn otherwise(input: ParseStream<'_>, diag: &mut Diag) -> Result<Option<Otherwise>, Fault> {
    let Some(word) = input.parse::<Option<Token![else]>>()? else { return Ok(None) };
    if input.peek(Token![=>]) {
        diag.error(word, messages::SELECT_ELSE_NEEDS_BODY);
        return Err(Fault::Told);
    }
    let ahead = input.fork();
    let body = Expr::parse_with_earlier_boundary_rule(&ahead);
    // `else break if ready =>` reads as a `break` with a value.
    let late = (body.is_err() || ahead.peek(Token![if])).then(|| late_guard(input)).flatten();
    if let Some(late) = late {
        diag.error(late, messages::SELECT_GUARD_BEFORE_ELSE);
        return Err(Fault::Told);
    }
    let body = Body::Parsed(body?);
    input.advance_to(&ahead);
    Ok(Some(Otherwise { word, body }))
}

/// The `if` that stands between here and `=>`.
fn late_guard(input: ParseStream<'_>) -> Option<Token![if]> {
    let ahead = input.fork();
    while !ahead.is_empty() && !ahead.peek(Token![=>]) {
        if let Ok(Some(late)) = ahead.parse() {
            return Some(late);
        }
        ahead.parse::<TokenTree>().ok()?;
    }
    None
}

fn fat_arrow(input: ParseStream<'_>, diag: &mut Diag) -> Result<Token![=>], Fault> {
    if let Ok(arrow) = input.parse() {
        return Ok(arrow);
    }
    diag.error_at(input.span(), messages::SELECT_NEEDS_FAT_ARROW);
    Err(Fault::Told)
}

/// The body with the comma after it.
fn body(input: ParseStream<'_>, arrow: Token![=>], diag: &mut Diag) -> Result<Body, Fault> {
    if input.is_empty() || input.peek(Token![,]) {
        diag.error(arrow, messages::SELECT_NEEDS_BODY);
        return Err(Fault::Told);
    }
    let ahead = input.fork();
    match Expr::parse_with_earlier_boundary_rule(&ahead) {
        Ok(body) => {
            input.advance_to(&ahead);
            // `v = <-a => v <-after(d) => ..`: what reads as a send is the next arm.
            if let (true, Some(next)) = (input.peek(Token![=>]), arrows::send(&body)) {
                diag.error(arrows::signs(next.arrow), messages::SELECT_NEEDS_COMMA);
                return Err(Fault::Told);
            }
            let comma: Option<Token![,]> = input.parse()?;
            if comma.is_none() && !input.is_empty() && needs_comma(&body) {
                diag.error_at(input.span(), messages::SELECT_NEEDS_COMMA);
            }
            Ok(Body::Parsed(body))
        }
        Err(error) => {
            diag.syntax(error);
            skip_body(input);
            Ok(Body::Broken)
        }
    }
}

/// As after an arm of `match`: what ends with braces of its own needs none.
fn needs_comma(body: &Expr) -> bool {
    !matches!(
        body,
        Expr::Block(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Unsafe(_)
            | Expr::Const(_)
            | Expr::TryBlock(_)
    )
}

/// What the head of an arm waits for, and the `?`s after it.
fn operation(head: Expr, diag: &mut Diag) -> (Option<Operation>, Vec<Question>) {
    let mut questions = Vec::new();
    let mut head = head;
    while let Expr::Try(question) = head {
        if arrows::attributes(&Expr::Try(question.clone())).is_empty() {
            questions.push(question.question_token);
            head = *question.expr;
        } else {
            head = Expr::Try(question);
            break;
        }
    }
    (one_operation(head, diag), questions)
}

fn one_operation(head: Expr, diag: &mut Diag) -> Option<Operation> {
    if let Some(arrow) = arrows::recv(&head) {
        let source = arrows::source(head);
        let place = Place::of(arrows::written(None, arrow, &source), arrow[1]);
        return Some(Operation::Recv { source, place });
    }
    if let Some(arrow) = arrows::send(&head) {
        let place = Place::of(arrows::written(Some(arrow.sink), arrow.arrow, arrow.value), arrow.arrow[1]);
        let Some(value) = arrow.value.cloned() else {
            diag.error(arrows::signs(arrow.arrow), messages::ARROW_NEEDS_VALUE);
            return None;
        };
        return Some(Operation::Send { sink: arrow.sink.clone(), value, place });
    }
    let verb = if let Expr::MethodCall(call) = &head { verbs::verb(call) } else { None };
    match (head, verb) {
        (Expr::MethodCall(call), Some(verb)) => {
            let place = Place::of(&call, call.method.span());
            let receiver = *call.receiver;
            match (verb, call.args.into_iter().next()) {
                (verb, _) if verb.has_limit() => {
                    diag.error(call.method, messages::SELECT_ARM_HAS_NO_LIMIT);
                    None
                }
                (verbs::Verb::Send, Some(value)) => {
                    Some(Operation::SendResult { sink: receiver, value, place })
                }
                _ => Some(Operation::RecvResult { source: receiver, place }),
            }
        }
        (Expr::Await(awaited), _) => {
            let place = Place::of(&awaited, awaited.await_token.span);
            Some(Operation::Future { place, future: *awaited.base })
        }
        (Expr::Paren(inner), _) => one_operation(*inner.expr, diag),
        (other, _) => {
            diag.error(&other, waits_for_nothing(&other));
            None
        }
    }
}

/// What to write instead of an operand that does not wait.
fn waits_for_nothing(operand: &Expr) -> String {
    let called = match operand {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        },
        _ => None,
    };
    match called.as_deref() {
        Some("after" | "tick" | "any") => messages::select_arm_is_a_source(operand),
        Some("sleep" | "sleep_until" | "timeout") => messages::select_arm_is_a_future(operand),
        _ => messages::SELECT_ARM_WAITS.to_owned(),
    }
}

/// Skips an arm: its head to `=>`, then its body.
fn skip_arm(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![=>]) && !input.peek(Token![,]) {
        let Ok(token) = input.parse::<TokenTree>() else { break };
        if braces(&token) && !input.peek(Token![=>]) && !input.peek(Token![.]) && !input.peek(Token![if]) {
            // A body whose `=>` is missing or misspelled.
            let _ = input.parse::<Token![,]>();
            return;
        }
    }
    if input.parse::<Token![=>]>().is_ok() {
        skip_body(input);
    } else {
        let _ = input.parse::<Token![,]>();
    }
}

fn braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Skips the body of an arm: braces, or what stands before the next comma; and the comma.
fn skip_body(input: ParseStream<'_>) {
    let mut first = true;
    while !input.is_empty() && !input.peek(Token![,]) {
        let Ok(token) = input.parse::<TokenTree>() else { break };
        if first && braces(&token) {
            break;
        }
        first = false;
    }
    let _ = input.parse::<Token![,]>();
}
