//! The texts of all messages, each named as its rule.
//!
//! Lower case, the user's words in backticks, what is wrong, then `; ` and what to write instead, no full stop.

// The form of a process.

pub(crate) fn process_is_plain(qualifier: &str) -> String {
    format!("a process is no `{qualifier}` function; leave out `{qualifier}`")
}

pub(crate) const PROCESS_ON_FUNCTION: &str = "`#[process]` belongs on a function; put it before `fn`";
pub(crate) const PROCESS_IS_VARIADIC: &str = "a process takes a fixed number of arguments; leave out `...`";
pub(crate) const PROCESS_RETURNS_NEVER: &str = "a process that does not end gives nothing; leave out `-> !`";
pub(crate) const PROCESS_NEEDS_BODY: &str = "this process has no body; write one in braces";

pub(crate) const MAIN_TAKES_NOTHING: &str = "`main` takes no arguments; read them from `std::env::args()`";
pub(crate) const MAIN_IS_NOT_GENERIC: &str = "`main` is not generic; leave out the parameters";
pub(crate) const MAIN_IS_NOT_BOXED: &str = "`main` runs once and needs no box; leave out `boxed`";
pub(crate) const WORKERS_ON_MAIN: &str =
    "only `main` has workers, for it starts the runtime; leave out `workers` here, or build a `Runtime`";

// Options.

pub(crate) fn option_unknown(name: &str, known: &[&str]) -> String {
    let known = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    format!("there is no option `{name}`; the options are {known}")
}

pub(crate) fn option_repeated(name: &str) -> String {
    format!("the option `{name}` is given twice; leave out one")
}

pub(crate) fn option_needs_value(name: &str, example: &str) -> String {
    format!("the option `{name}` needs a value; write `{name} = {example}`")
}

pub(crate) fn option_takes_no_value(name: &str) -> String {
    format!("the option `{name}` takes no value; write `{name}` alone")
}

pub(crate) const OPTION_EXPECTED: &str =
    "an option is expected here; write `workers = 4`, `boxed` or `crate = path`";

// Arrows.

pub(crate) const ARROW_NEEDS_VALUE: &str = "this arrow sends nothing; write the value after `<-`";

pub(crate) const ARROW_IN_CLOSURE: &str = "a closure is not the process and cannot wait; move the arrow out of it, or use `try_send`, `try_recv` or the \
     blocking forms";
pub(crate) const ARROW_IN_ITEM: &str =
    "an item is not the process and cannot wait; make it a process of its own with `#[process]`";
pub(crate) const ARROW_IN_DEFER: &str = "`defer!` runs when its scope is left and cannot wait; use `try_send` or `try_recv`, or close the channel";

// `go!`, `par!`, `chan!`, `defer!`.

pub(crate) const GO_NEEDS_PROCESS: &str =
    "`go!` starts a process; write a call, as `go!(worker(rx))`, or a block, as `go! { tx <- 1; }`";
pub(crate) const PAR_NEEDS_PROCESS: &str =
    "`par!` runs processes; write calls or blocks, as `par!(left(a), { tx <- 1; })`";
pub(crate) const PAR_NEEDS_COMMA: &str = "a comma is missing before this; write `,` between two processes";
pub(crate) const CHAN_NEEDS_TYPE: &str =
    "`chan!` needs the type of its values; write `chan!(T)`, `chan!(T; n)` or `chan!(T; ..)`";
pub(crate) const CHAN_NEEDS_SEMICOLON: &str = "the capacity stands after `;`; write `chan!(T; n)`";
pub(crate) const CHAN_CAPACITY_MISSING: &str =
    "the capacity is missing; write a number after `;`, or `..` for no limit";
pub(crate) const CHAN_CAPACITY_IS_INTEGER: &str =
    "a capacity is a whole number of values; write `chan!(T; 16)`, or `chan!(T; ..)` for no limit";
pub(crate) const DEFER_NEEDS_BLOCK: &str = "`defer!` has nothing to run; write the statements in its braces";

// `select!`.

pub(crate) const SELECT_NEEDS_ARM: &str =
    "this `select!` has no arm and would wait for ever; write an arm, as `job = <-jobs => handle(job)`";
pub(crate) const SELECT_BIASED_FIRST: &str = "`biased;` stands before the first arm; move it there";
pub(crate) const SELECT_TWO_DEFAULTS: &str = "this `select!` has two `default` arms; leave out one";
pub(crate) const SELECT_TWO_CLOSED: &str = "this `select!` has two `closed` arms; leave out one";
pub(crate) const SELECT_NEEDS_FAT_ARROW: &str = "`=>` is missing here; an arm is `operation => body`";
pub(crate) const SELECT_NEEDS_COMMA: &str = "a comma is missing before this; write `,` after the arm";
pub(crate) const SELECT_NEEDS_BODY: &str = "this arm does nothing; write its body after `=>`, at least `{}`";
pub(crate) const SELECT_ARM_WAITS: &str = "this arm waits for nothing; write `<-` before a source, `.recv()`, `.send(value)`, or `.await` after a future";
pub(crate) const SELECT_SEND_GIVES_NOTHING: &str =
    "an arrow that sends gives no value; leave out the pattern, or write `result = tx.send(value)`";
pub(crate) const SELECT_PATTERN_IS_REFUTABLE: &str = "a value that does not fit this pattern would be lost; take the whole value and `match` it in the arm's body";
pub(crate) const SELECT_GUARD_ON_CHOICE: &str =
    "this arm takes no precondition; leave out `if`, and choose in its body";
