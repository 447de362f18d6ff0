//! From the language to Rust: verbs wait, `for` receives, `?` and arrows end the process.
//!
//! ```text
//! tx.send(v)          wait(tx.send(v)).await
//! rx.recv()?          match wait(rx.recv()).await { Ok(value) => value, Err(stop) => return end(stop) }
//! rx.recv().await?    match branch(rx.recv().await) { Continue(value) => value, Break(stop) => return end(stop) }
//! <-rx, tx <- v       rx.recv()?, tx.send(v)?
//! <-done;             let _ = wait(done.recv()).await;
//! for v in rx { .. }  receives until the channel is closed (see `fn each`)
//! fib(n - 1)          boxed(fib(n - 1)), in the body of `fib`
//! ```
//!
//! Closures, items and constants are not the process: what stands in them stays as it is.

use super::iterates::may_receive;
use super::macros::{self, Ours};
use super::recursion::{self, Own};
use super::verbs::Verb;
use super::{arrows, kept, output, text, verbs, waits};
use crate::select::in_turns;
use crate::support::{Door, Place, braces_at, ours, ours_at};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::token::Brace;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Block, Expr, ExprAwait, ExprForLoop, ExprMatch, ExprTry, Ident, Macro, Pat, Stmt, Token};

/// What the end of a communication that will never be means where it stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ends {
    /// The process returns.
    Process,
    /// The process returns, and what it returns is plainly `()`.
    Unit,
    /// The program ends with status 1: in a `main` that returns `()`.
    Program,
}

/// Lowers one body.
#[derive(Clone, Copy)]
pub(crate) struct Lower<'a> {
    pub(crate) door: &'a Door,
    pub(crate) ends: Ends,
    pub(crate) own: Option<&'a Own>,
    /// The type that the process returns, where it is known how it is written.
    output: Option<&'a TokenStream>,
    /// Ends that the body keeps, and says so later than it waits on them, or never.
    unsaid: Option<&'a Unsaid<'a>>,
}

/// Such ends of one block, and those of the blocks around it.
struct Unsaid<'a> {
    names: Vec<Ident>,
    outer: Option<&'a Unsaid<'a>>,
}

impl<'a> Lower<'a> {
    pub(crate) fn new(door: &'a Door, ends: Ends) -> Lower<'a> {
        Lower::of(door, ends, None)
    }

    pub(crate) fn of(door: &'a Door, ends: Ends, own: Option<&'a Own>) -> Lower<'a> {
        Lower { door, ends, own, output: None, unsaid: None }
    }

    /// The same, of a process that returns this type.
    pub(crate) fn returning(self, output: Option<&'a TokenStream>) -> Lower<'a> {
        Lower { output, ..self }
    }

    pub(crate) fn expr(&self, expr: &Expr) -> Expr {
        let mut lowered = expr.clone();
        { *self }.visit_expr_mut(&mut lowered);
        lowered
    }

    /// The same of an expression behind which an `.await` is written: if it is a communication, it does not wait twice.
    pub(crate) fn future(&self, expr: &Expr) -> Expr {
        match expr {
            Expr::MethodCall(call) if verbs::verb(call).is_some() => {
                let mut call = call.clone();
                visit_mut::visit_expr_method_call_mut(&mut { *self }, &mut call);
                Expr::MethodCall(call)
            }
            Expr::Paren(inner) => self.future(&inner.expr),
            other => self.expr(other),
        }
    }

    pub(crate) fn statements(&self, statements: &[Stmt]) -> Vec<Stmt> {
        self.body(statements, &[])
    }

    /// The statements of a body that keeps these ends, which it has from the start.
    pub(crate) fn body(&self, statements: &[Stmt], kept: &[Ident]) -> Vec<Stmt> {
        let mut lowered = statements.to_vec();
        self.in_place(&mut lowered, kept.to_vec());
        lowered
    }

    /// The statements of one block, and what they say of the ends that it keeps: those that it has, and those that it makes.
    fn in_place(&self, statements: &mut Vec<Stmt>, has: Vec<Ident>) {
        let kept = waits::keeps(statements, has, self.door);
        let unsaid = Unsaid { names: kept.unsaid, outer: self.unsaid };
        let mut inner = Lower { unsaid: Some(&unsaid), ..*self };
        statements.iter_mut().for_each(|statement| inner.visit_stmt_mut(statement));
        for (at, names) in kept.said.into_iter().rev() {
            let held = kept::hold(&names, self.door);
            statements.splice(at..at, held.map(|held| Stmt::Expr(Expr::Verbatim(held), None)));
        }
    }

    /// The tokens of an `async move` block that is a process of its own.
    pub(crate) fn process(&self, statements: &[Stmt], kept: &[Ident]) -> TokenStream {
        let (ends, typed) = self.block(statements);
        let lowered = Lower { ends, output: None, ..*self }.body(statements, kept);
        let place = statements
            .first()
            .map_or_else(Span::call_site, |first| Place::of(first, Span::call_site()).first);
        let block = braces_at(place, quote!(#typed #(#lowered)*));
        quote_spanned!(ours_at(place)=> async move #block)
    }

    /// How a block that is a process of its own ends, and what tells the compiler so.
    fn block(&self, statements: &[Stmt]) -> (Ends, Option<TokenStream>) {
        match output::is_unit(statements) {
            true => (Ends::Unit, Some(returns_unit())),
            false => (Ends::Process, None),
        }
    }

    /// A statement that tells the compiler what the enclosing async block gives; it does nothing.
    pub(crate) fn returns(&self, output: TokenStream) -> TokenStream {
        let returns = self.door.get("returns");
        quote_spanned!(ours()=> if false { return #returns::<#output>(); })
    }

    /// `match result { Ok(value) => value, Err(stop) => <the process ends> }`, for the outcome of a communication of ours,
    /// which is a `Result` whose error every process that returns `()` may end with.
    pub(crate) fn or_end(&self, result: Expr, written: impl ToTokens, place: Place) -> Expr {
        let (stop, end) = match self.ends {
            Ends::Unit => (quote_spanned!(ours()=> _), quote_spanned!(ours_at(place.last)=> return)),
            _ => {
                let stop = self.stop(place);
                (stop.clone(), self.end(stop, written, place))
            }
        };
        self.go_on_or(result, ["Ok", "Err"], stop, end, place)
    }

    /// `match branch(result) { Continue(value) => value, Break(stop) => <the process ends> }`, for what may be of any type.
    fn branch_or_end(&self, result: Expr, written: impl ToTokens, place: Place) -> Expr {
        let branch = self.door.get_over(place, "branch");
        let branch = Expr::Verbatim(quote_spanned!(ours_at(place.last)=> #branch(#result)));
        let stop = self.stop(place);
        let end = self.end(stop.clone(), written, place);
        self.go_on_or(branch, ["Continue", "Break"], stop, end, place)
    }

    fn go_on_or(
        &self,
        scrutinee: Expr,
        cases: [&str; 2],
        stop: TokenStream,
        end: TokenStream,
        place: Place,
    ) -> Expr {
        let [go_on, stopped] = cases.map(|case| self.door.get(case));
        // What it gives is shown where it is written: there its type may be wrong.
        let value = quote_spanned!(ours_at(place.at)=> __value);
        let arms = vec![
            arm(quote_spanned!(ours()=> #go_on(#value)), Expr::Verbatim(value)),
            arm(quote_spanned!(ours()=> #stopped(#stop)), Expr::Verbatim(end)),
        ];
        match_of(scrutinee, arms, place)
    }

    /// What ends the process, or the program, because of `stop`.
    pub(crate) fn end(&self, stop: TokenStream, written: impl ToTokens, place: Place) -> TokenStream {
        match self.ends {
            Ends::Process | Ends::Unit => {
                let ends = self.door.get_over(place, "EndsWith");
                quote_spanned!(ours_at(place.last)=> return #ends::end(#stop))
            }
            // The user's own span, so that the program names the user's line when it ends.
            Ends::Program => {
                let written = text::text(written);
                let ends = self.door.get_as_written_at(place.at, "EndsProgram");
                quote_spanned!(place.at=> #ends::end_program(#stop, #written))
            }
        }
    }

    /// The error that ends the process; what says that it cannot points at the end of the construct. What ends the program is written
    /// as by the user, and so is its argument: else the message would point at the macro.
    fn stop(&self, place: Place) -> TokenStream {
        let span = if self.ends == Ends::Program { place.at } else { ours_at(place.last) };
        quote_spanned!(span=> __stop)
    }

    /// In a body that ends the program: `match future.await { value => { went_on(); value } }`. What a process in place ended for does not
    /// end the program.
    fn went_on(&self, awaited: &ExprAwait) -> Option<Expr> {
        if self.ends != Ends::Program {
            return None;
        }
        let mut lowered = awaited.clone();
        visit_mut::visit_expr_await_mut(&mut { *self }, &mut lowered);
        let went_on = self.door.get("went_on");
        let value = quote_spanned!(ours()=> __value);
        let body = Expr::Verbatim(quote_spanned!(ours()=> { #went_on(); __value }));
        let place = Place::of(awaited, awaited.await_token.span);
        Some(match_of(Expr::Await(lowered), vec![arm(value, body)], place))
    }

    /// `(wait(communication)).await`
    pub(crate) fn wait(&self, communication: impl ToTokens, place: Place) -> Expr {
        let wait = self.door.get_over(place, "wait");
        let wait = quote_spanned!(ours_at(place.last)=> #wait(#communication));
        // The first and the last token are the user's, so that the whole is: a forgotten outcome is then reported where it is forgotten.
        let mut user = Group::new(Delimiter::Parenthesis, wait);
        user.set_span(place.first);
        Expr::Await(ExprAwait {
            attrs: Vec::new(),
            base: Box::new(Expr::Verbatim(TokenTree::from(user).into())),
            dot_token: Token![.](place.last),
            await_token: Token![await](place.last),
        })
    }

    /// `source.recv()`, for an arrow.
    fn recv(&self, source: Expr, place: Place) -> Expr {
        let operand = self.operand(source.clone());
        // The user's own span, so that what is said of a process that waits names the user's line.
        let recv = quote_spanned!(place.last=> recv());
        self.wait(self.with_own(&source, quote_spanned!(ours_at(place.last)=> #operand.#recv)), place)
    }

    /// The communication; on an end of which the body does not say that it has it, it says so itself: `Ask(&end).own(communication)`.
    fn with_own(&self, end: &Expr, communication: TokenStream) -> TokenStream {
        let Some(name) = waits::plain(end) else { return communication };
        let scopes = std::iter::successors(self.unsaid, |unsaid| unsaid.outer);
        if !scopes.flat_map(|unsaid| &unsaid.names).any(|unsaid| unsaid == name) {
            return communication;
        }
        let ask = self.door.get("Ask");
        quote_spanned!(ours()=> #ask(&#name).own(#communication))
    }

    /// The lowered expression, fit to stand before a `.`.
    fn operand(&self, expr: Expr) -> TokenStream {
        let postfix = matches!(
            expr,
            Expr::Path(_)
                | Expr::Field(_)
                | Expr::MethodCall(_)
                | Expr::Call(_)
                | Expr::Index(_)
                | Expr::Paren(_)
        );
        let expr = self.expr(&expr);
        if postfix { quote!(#expr) } else { quote_spanned!(ours_at(expr.span())=> (#expr)) }
    }

    /// The replacement of an expression whose outermost form belongs to the language.
    fn replaced(&self, expr: &Expr) -> Option<Expr> {
        if let Some(arrow) = arrows::recv(expr) {
            let source = arrows::source(expr.clone());
            let written = arrows::written(None, arrow, &source);
            let place = Place::of(&written, arrow[1]);
            return Some(self.or_end(self.recv(source, place), written, place));
        }
        if let Some(arrow) = arrows::send(expr) {
            let written = arrows::written(Some(arrow.sink), arrow.arrow, arrow.value);
            let place = Place::of(&written, arrow.arrow[1]);
            let sink = self.operand(arrow.sink.clone());
            let value = arrow.value.map(|value| self.expr(value));
            let send = quote_spanned!(place.last=> send(#value));
            let send = self.with_own(arrow.sink, quote_spanned!(ours_at(place.last)=> #sink.#send));
            let sent = self.wait(send, place);
            return Some(self.or_end(sent, written, place));
        }
        match expr {
            Expr::Try(question) => self.question(question),
            Expr::Await(awaited) => {
                // A communication that says `.await` itself: it is not doubled.
                let Some(call) = verbs::communication(&awaited.base) else { return self.went_on(awaited) };
                let mut call = call.clone();
                visit_mut::visit_expr_method_call_mut(&mut { *self }, &mut call);
                Some(Expr::Await(ExprAwait { base: Box::new(Expr::MethodCall(call)), ..awaited.clone() }))
            }
            Expr::MethodCall(call) if verbs::verb(call).is_some() => {
                let place = Place::of(call, call.method.span());
                let mut call = call.clone();
                visit_mut::visit_expr_method_call_mut(&mut { *self }, &mut call);
                // One with a limit waits for the time, too, and says more of what it keeps: see `waits`.
                let own = match verbs::verb(&call) {
                    Some(verb) if verb.has_limit() => call.into_token_stream(),
                    _ => self.with_own(&call.receiver.clone(), call.into_token_stream()),
                };
                Some(self.wait(own, place))
            }
            Expr::MethodCall(call) if self.own?.is_method_called_by(call) => {
                let mut call = call.clone();
                visit_mut::visit_expr_method_call_mut(&mut { *self }, &mut call);
                let place = call.method.span();
                Some(Expr::Verbatim(recursion::boxed(self.door, call, place)))
            }
            Expr::Call(call) if self.own?.is_called_by(call) => {
                let mut call = call.clone();
                visit_mut::visit_expr_call_mut(&mut { *self }, &mut call);
                let place = call.func.span();
                Some(Expr::Verbatim(recursion::boxed(self.door, call, place)))
            }
            Expr::ForLoop(each) if may_receive(&each.expr) => Some(self.each(each)),
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => in_turns(self, expr),
            _ => None,
        }
    }

    /// `..?`: of a communication, and of anything in a process that returns `()`, where the compiler's own `?` has no meaning.
    fn question(&self, question: &ExprTry) -> Option<Expr> {
        let Some(call) = verbs::awaited_or_not(&question.expr) else {
            if self.ends == Ends::Process {
                return None;
            }
            let place = Place::of(question, question.question_token.span);
            return Some(self.branch_or_end(self.expr(&question.expr), &question.expr, place));
        };
        let (result, place) = (self.expr(&question.expr), Place::of(question, call.method.span()));
        let stop = self.stop(place);
        Some(match (verbs::is_awaited(&question.expr), verbs::verb(call), self.output) {
            (true, ..) => self.branch_or_end(result, &question.expr, place),
            (false, Some(verb), _) if verb.has_limit() => {
                let end = self.end(stop.clone(), &question.expr, place);
                self.go_on_or(result, ["Ok", "Err"], stop, end, place)
            }
            (false, Some(Verb::Send), Some(output)) if self.ends == Ends::Process => {
                let end = self.door.get_over(place, "SendEnd");
                let end = quote_spanned! {ours_at(place.last)=>
                    return #end::<#output, _>::of(&#stop).end(#stop)
                };
                self.go_on_or(result, ["Ok", "Err"], stop, end, place)
            }
            _ => self.or_end(result, &question.expr, place),
        })
    }

    /// A loop over what may be a source. Expands to
    ///
    /// ```text
    /// match EXPR {
    ///     source => {
    ///         let mut each = (&&&Probe::of(&source)).kind().each(source);
    ///         'label: while let Some(value) = each.next().await { let PAT = value; BODY }
    ///     }
    /// }
    /// ```
    fn each(&self, each: &ExprForLoop) -> Expr {
        let ExprForLoop { label, for_token, pat, expr, body, .. } = each;
        let pat = in_let(pat);
        let place = expr.span();
        let expr = self.expr(expr);
        let waits = waits::any(&body.stmts, self.door);
        let body = self.statements(&body.stmts);
        let via = self.door.get("each");
        let some = self.door.get("Some");
        let while_token = Token![while](ours_at(for_token.span));
        // Its span is the loop's expression: what is no source and no iterable is told so there.
        // The call itself is the user's: so its place is the loop's, not the macro's.
        let next = quote_spanned!(place=> next());
        let next = quote_spanned!(ours_at(place)=> __each.#next.await);
        let begin = quote_spanned!(ours_at(place)=> #via::Probe::of(&__source).each(__source));
        // A name may be a receiver, which the loop keeps to its end; where it only waits on it, it need not say so.
        let held = (waits && matches!(expr, Expr::Path(_))).then(|| kept::hold_each(self.door));
        let loops = quote_spanned! {ours()=> {
            let mut __each = #begin;
            #held
            #label #while_token let #some(__value) = #next {
                let #pat = __value;
                #(#body)*
            }
        }};
        match_of(
            expr,
            vec![arm(quote_spanned!(ours()=> __source), Expr::Verbatim(loops))],
            Place::at(for_token.span),
        )
    }

    /// `<-done;` and `let _ = <-done;`: the value is discarded, and the close is news like any other.
    fn discarded(&self, statement: &Stmt) -> Option<TokenStream> {
        let arrow = match statement {
            Stmt::Expr(Expr::Assign(assign), Some(_)) if matches!(*assign.left, Expr::Infer(_)) => {
                &assign.right
            }
            Stmt::Expr(expr, Some(_)) => expr,
            Stmt::Local(local) if matches!(local.pat, Pat::Wild(_)) => &local.init.as_ref()?.expr,
            _ => return None,
        };
        let signs = arrows::recv(arrow)?;
        let source = arrows::source(arrow.clone());
        let place = Place::of(arrows::written(None, signs, &source), signs[1]);
        let waited = self.recv(source, place);
        Some(quote_spanned!(ours()=> let _ = #waited;))
    }

    /// The tokens of a macro: the standard ones are lowered here, our own when they are expanded themselves.
    fn in_macro(&self, mac: &mut Macro) {
        if let Some(mut arguments) = macros::arguments(mac) {
            arguments.expressions_mut().into_iter().for_each(|expr| { *self }.visit_expr_mut(expr));
            let lowered = arguments.to_token_stream();
            mac.tokens = match arguments.asserted(mac) {
                // What fails is named as the user wrote it.
                Some(mut condition) if lowered.to_string() != mac.tokens.to_string() => {
                    let failed =
                        format!("assertion failed: {}", text::text(&mac.tokens).trim_end_matches(','));
                    condition.extend(quote_spanned!(crate::support::ours()=> , "{}", #failed));
                    condition
                }
                _ => lowered,
            };
            return;
        }
        let Some(ours) = macros::ours(&mac.path, self.door.facade()) else { return };
        // Only `select!` holds the process that it runs within this one.
        if let (Ours::Select, Some(own)) = (ours, self.own) {
            mac.tokens = own.box_in_tokens(std::mem::take(&mut mac.tokens), self.door);
        }
    }
}

impl VisitMut for Lower<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(_) | Expr::Const(_) => {}
            Expr::Async(inner) => {
                let (ends, typed) = self.block(&inner.block.stmts);
                let mut statements = Lower { ends, output: None, ..*self }.statements(&inner.block.stmts);
                if let Some(typed) = typed {
                    statements.insert(0, Stmt::Expr(Expr::Verbatim(typed), None));
                }
                inner.block.stmts = statements;
            }
            _ => match self.replaced(expr) {
                Some(mut lowered) => {
                    keep_attributes(expr, &mut lowered);
                    *expr = lowered;
                }
                None => visit_mut::visit_expr_mut(self, expr),
            },
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.in_place(&mut block.stmts, Vec::new());
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        // `<-m!(..);` was read as a macro with an attribute.
        if let Stmt::Macro(mac) = statement {
            let expr = Expr::Macro(syn::ExprMacro { attrs: mac.attrs.clone(), mac: mac.mac.clone() });
            if arrows::recv(&expr).is_some() {
                *statement = Stmt::Expr(expr, mac.semi_token);
            }
        }
        match self.discarded(statement) {
            Some(lowered) => *statement = Stmt::Expr(Expr::Verbatim(lowered), None),
            None => visit_mut::visit_stmt_mut(self, statement),
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.in_macro(mac);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
    fn visit_pat_mut(&mut self, _: &mut Pat) {}
}

/// The same for a block that gives `()`, which needs no path to be said.
pub(crate) fn returns_unit() -> TokenStream {
    quote_spanned!(ours()=> if false { return; })
}

/// The attributes of the user's that stood on `from`.
fn keep_attributes(from: &Expr, to: &mut Expr) {
    if let Some(attributes) = arrows::attributes_mut(to) {
        let first = usize::from(arrows::recv(from).is_some());
        if first == 0 {
            *attributes = arrows::attributes(from).to_vec();
        }
    }
}

/// The pattern as it may stand after `let`: several cases need parentheses there.
pub(crate) fn in_let(pat: &Pat) -> TokenStream {
    match pat {
        Pat::Or(_) => quote_spanned!(ours_at(pat.span())=> (#pat)),
        _ => quote!(#pat),
    }
}

/// `match scrutinee { arms }`, as a node, so that the printer knows where it needs parentheses.
fn match_of(scrutinee: Expr, arms: Vec<Arm>, place: Place) -> Expr {
    Expr::Match(ExprMatch {
        attrs: Vec::new(),
        match_token: Token![match](ours_at(place.first)),
        expr: Box::new(scrutinee),
        brace_token: Brace(ours_at(place.last)),
        arms,
    })
}

/// `pat => body,`, as a node, so that the printer knows where the body needs parentheses.
pub(crate) fn arm(pat: TokenStream, body: Expr) -> Arm {
    Arm {
        attrs: Vec::new(),
        pat: Pat::Verbatim(pat),
        guard: None,
        fat_arrow_token: Token![=>](ours()),
        body: Box::new(body),
        comma: Some(Token![,](ours())),
    }
}
