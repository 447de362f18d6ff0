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

pub(crate) const LEAVES_PROCESS: &str = "a process cannot leave or repeat a loop of another; `return` ends this process, and the other one ends its loop when a channel tells it";

pub(crate) const INSTRUMENT_ABOVE_PROCESS: &str = "`#[instrument]` above `#[process]` keeps its span entered while the process waits, and other processes run in it; put `#[process]` above `#[instrument]`";

// Roles.

pub(crate) fn send_on_receiver(name: &str) -> String {
    format!(
        "`{name}` is the receiving end: this process consumes from the channel and does not become its producer; send on the other end, or on a second channel"
    )
}

pub(crate) fn receive_on_sender(name: &str) -> String {
    format!(
        "`{name}` is the sending end: this process produces for the channel and does not become its consumer; receive from the other end, or from a second channel"
    )
}

pub(crate) fn both_ends(sender: &str, receiver: &str, is_buffered: bool) -> String {
    let what = format!(
        "`{sender}` and `{receiver}` are the two ends of one channel; one process cannot be both its producer and its consumer; give one end to another process"
    );
    if is_buffered {
        what + ", or use a `VecDeque` as a queue, a variable as a counter, and `try_send` and `try_recv` on permits"
    } else {
        what
    }
}

pub(crate) fn both_ends_in_one_name(name: &str) -> String {
    format!("`{name}` holds both ends of a channel; name each end: `let (tx, rx) = chan!(..);`")
}

// Captures.

pub(crate) fn captured(name: &str) -> String {
    if name == "self" {
        return "`self` belongs to the process that was called on it; send the result over a channel, or share what changes in an `Arc<Mutex<_>>`".to_owned();
    }
    format!(
        "`{name}` belongs to the process that declared it; send the result over a channel, own a copy with `let mut {name} = {name};`, or share an `Arc<Mutex<_>>`"
    )
}

pub(crate) fn captured_end(name: &str) -> String {
    format!(
        "`{name}` belongs to the process that declared it; a started process keeps the end that it took and does not see the loop's next one; give each end a name of its own"
    )
}

pub(crate) fn end_taken_in_loop(name: &str) -> String {
    format!(
        "`{name}` goes to the first process that the loop starts; clone the end for each process: `let {name} = {name}.clone();`"
    )
}

pub(crate) fn end_taken_twice(name: &str) -> String {
    format!(
        "`{name}` went to a process that started before; clone the end for each process: `let {name} = {name}.clone();`"
    )
}

pub(crate) fn borrowed_argument(argument: impl quote::ToTokens) -> String {
    let argument = crate::body::text::text(argument);
    format!("`{argument}` is borrowed, and a process owns its data; clone it, or share an `Arc`")
}

pub(crate) const BORROWED_SELF: &str = "`self` is borrowed, and a process owns its data; take what the process needs out of it before, or call on an `Arc<Self>`";

// The form of a test.

pub(crate) const TEST_ON_FUNCTION: &str = "`#[csp::test]` belongs on a function; put it before `fn`";
pub(crate) const TEST_TAKES_NOTHING: &str = "a test takes no arguments; make what it needs in its body, which runs once for each schedule; where `rstest` or `proptest` give arguments, explore in a plain test: `Explore::new().run(|| async { .. })`";
pub(crate) const TEST_IS_NOT_GENERIC: &str = "a test is not generic; leave out the parameters";
pub(crate) const TEST_RETURNS_NEVER: &str = "a test has to end; leave out `-> !`";

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

pub(crate) fn option_has_no_such_value(name: &str, words: &[&str]) -> String {
    let words = words.iter().map(|word| format!("`{name} = {word}`")).collect::<Vec<_>>().join(", ");
    format!("the option `{name}` has no such value; write {words}")
}

pub(crate) const TEST_OPTION_EXPECTED: &str =
    "an option is expected here; write `schedules = 1000`, `policy = pct`, `seed = 7` or another of a test";

pub(crate) const OPTION_EXPECTED: &str =
    "an option is expected here; write `workers = 4`, `boxed` or `crate = path`";

// Arrows.

pub(crate) const ARROW_NEEDS_VALUE: &str = "this arrow sends nothing; write the value after `<-`";

pub(crate) const ARROW_IN_CLOSURE: &str = "a closure is not the process and cannot wait; move the arrow out of it, or use `try_send`, `try_recv` or the \
     blocking forms";
pub(crate) const ARROW_IN_ITEM: &str =
    "an item is not the process and cannot wait; make it a process of its own with `#[process]`";
pub(crate) const ARROW_IN_DEFER: &str = "`defer!` runs when its scope is left and cannot wait; use `try_send` or `try_recv`, or close the channel";

// Limits.

pub(crate) fn timeout_of_a_verb(call: &syn::ExprMethodCall, limit: impl quote::ToTokens) -> String {
    use crate::body::text::text;
    let (end, verb, limit) = (text(&call.receiver), &call.method, text(limit));
    let arguments = match call.args.first() {
        Some(value) => format!("{}, {limit}", text(value)),
        None => limit,
    };
    format!("this `{verb}` has waited before `timeout` is called; write `{end}.{verb}_timeout({arguments})`")
}

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

pub(crate) const GO_OF_A_CLOSURE: &str =
    "`go!` starts a process, and this is a closure; write its body as a block: `go! { .. }`";
pub(crate) const GO_OF_A_VALUE: &str = "`go!` starts a process, and this only computes a value; write a call of a process, as `go!(worker(n))`, or a block of statements";

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
pub(crate) fn select_arm_is_a_source(operand: impl quote::ToTokens) -> String {
    let operand = crate::body::text::text(operand);
    format!("this arm waits for nothing; a source is received from: write `<-{operand}`")
}

pub(crate) fn select_arm_is_a_future(operand: impl quote::ToTokens) -> String {
    let operand = crate::body::text::text(operand);
    format!("this arm waits for nothing; a future is awaited: write `{operand}.await`")
}

pub(crate) const SELECT_HAS_NO_CASE: &str =
    "an arm of `select!` has no `case`; remove it, and write `=>` after the operation";
pub(crate) const SELECT_HAS_NO_COLON: &str = "an arm binds its value with `=`; write `=`, not `:=`";
pub(crate) const SELECT_ARM_HAS_NO_LIMIT: &str = "a `select!` has its limit in an arm of its own; write `recv()` or `send(value)` here, and add `<-after(limit) => ..`";
pub(crate) const SELECT_SEND_GIVES_NOTHING: &str =
    "an arrow that sends gives no value; leave out the pattern, or write `result = tx.send(value)`";
pub(crate) const SELECT_PATTERN_IS_REFUTABLE: &str = "a value that does not fit this pattern would be lost; take the whole value and `match` it in the arm's body";
pub(crate) const SELECT_GUARD_ON_CHOICE: &str =
    "this arm takes no precondition; leave out `if`, and choose in its body";
pub(crate) const SELECT_GUARD_BEFORE_ELSE: &str =
    "the precondition stands before `else`; write `job = <-jobs if ready else break => handle(job)`";
pub(crate) const SELECT_ELSE_NEEDS_BODY: &str =
    "this `else` does nothing; write what happens when the source is closed, at least `{}`";
pub(crate) const SELECT_ELSE_ON_CHOICE: &str =
    "this arm waits for no source that could close; leave out `else`, and write what it does after `=>`";
pub(crate) const SELECT_ELSE_ON_SEND: &str = "`else` belongs to a source; take the outcome, as in `result = tx.send(value) =>`, and `match` it in the arm's body";
pub(crate) const SELECT_ELSE_ON_FUTURE: &str =
    "a future does not close; leave out `else`, and choose by its output in the arm's body";
pub(crate) const SELECT_ELSE_ON_RESULT: &str = "`.recv()` gives the outcome, closed or not; receive with `<-`, or leave out `else` and `match` the outcome";
