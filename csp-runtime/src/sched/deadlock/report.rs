//! The words for a deadlock.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use super::found::Found;
use super::graph::{self, Channel, Web};
use super::{Suspect, UNIT};
use crate::chan::shared::Side;
use crate::task::reason::Waits as Why;
use crate::util::names;

/// More processes than this are only counted.
const MOST: usize = 32;

/// Writes a report to standard error.
pub(super) fn print(text: &str) {
    // Nothing can be done if standard error is closed.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Who waits for whom in a group.
pub(super) fn text(suspects: &[Suspect], found: &Found, web: &Web<'_>, group: &[usize]) -> String {
    let mut text = String::new();
    // A `String` takes everything.
    let _ = write(&mut text, suspects, found, web, group);
    text
}

fn write(
    out: &mut String,
    suspects: &[Suspect],
    found: &Found,
    web: &Web<'_>,
    group: &[usize],
) -> fmt::Result {
    let cycle = web.cycle(group);
    let many = group.len();
    let (what, why) = match (many, cycle.is_empty()) {
        (1, false) => ("1 process waits for itself".into(), "will never go on"),
        (_, false) => (format!("{many} processes wait for each other"), "will never go on"),
        // Where the whole program stands still it need not be known who has what.
        (1, true) => ("1 process waits".into(), "nobody is left to wake it"),
        (_, true) => (format!("{many} processes wait"), "nobody is left to wake them"),
    };
    writeln!(out, "csp: deadlock: {what} and {why}")?;
    for &at in group.iter().take(MOST) {
        let suspect = &suspects[at];
        let (why, _, place) = found.waits[at];
        let seconds = u64::from(suspect.age) * UNIT / 1_000_000_000;
        write!(out, "  {}", Who(suspect))?;
        let verb = match why {
            Why::Send => "waits to send",
            Why::Recv => "waits to receive",
            Why::Join => "waits for the end of another process",
            _ => "waits in a `select!`",
        };
        write!(out, " {verb}")?;
        if let (Some(place), true) = (place, why != Why::Join) {
            write!(out, " at {place}")?;
        }
        writeln!(out, ", for at least {seconds} s")?;
        if let Some(other) = found.graph.nodes[at].awaits {
            writeln!(out, "    that is {}", Who(&suspects[other]))?;
        }
        let mut on = found.graph.needs.row(at).to_vec();
        on.sort_by_key(|(_, channel)| {
            let made = found.channels[*channel].1;
            (made.file(), made.line(), made.column())
        });
        for (side, channel) in on {
            needs(out, suspects, found, web, side, channel)?;
        }
    }
    if group.len() > MOST {
        writeln!(out, "  and {} more", group.len() - MOST)?;
    }
    if let Some(first) = cycle.first() {
        write!(out, "  the cycle: ")?;
        for at in &cycle {
            write!(out, "{} -> ", suspects[*at].task.started())?;
        }
        writeln!(out, "{}", suspects[*first].task.started())?;
    }
    Ok(())
}

/// A channel that is waited on, and who holds its other ends.
fn needs(
    out: &mut String,
    suspects: &[Suspect],
    found: &Found,
    web: &Web<'_>,
    side: Side,
    channel: Channel,
) -> fmt::Result {
    let (ends, (_, made)) = (found.graph.channels[channel], found.channels[channel]);
    let other = graph::other(side);
    let (verb, end) = match side {
        Side::Receiver => ("to receive from", "sender"),
        Side::Sender => ("to send to", "receiver"),
    };
    write!(out, "    {verb} the channel made at {made}: ")?;
    let holders = web.holders(other, channel);
    match (ends.of(other), &holders[..]) {
        (1, [holder]) => writeln!(out, "its only {end} is held by {}", Who(&suspects[*holder])),
        (count, [holder]) => writeln!(out, "its {count} {end}s are held by {}", Who(&suspects[*holder])),
        (count, []) => writeln!(out, "where its {end}s ({count}) are is not known"),
        (count, holders) => {
            writeln!(out, "its {count} {end}s are held by")?;
            for holder in holders.iter().take(MOST) {
                writeln!(out, "      {}", Who(&suspects[*holder]))?;
            }
            Ok(())
        }
    }
}

/// A process, by its name and where it was started.
struct Who<'s>(&'s Suspect);

impl fmt::Display for Who<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process ")?;
        if let Some(name) = name(self.0.task.type_name()) {
            write!(f, "`{name}` ")?;
        }
        write!(f, "started at {}", self.0.task.started())
    }
}

/// The function whose body the future is: `path::name::{{closure}}` is the body of a `#[process]`, and what lies deeper a block in it.
fn name(of_type: &'static str) -> Option<&'static str> {
    let path = names::inside(of_type).strip_suffix("::{{closure}}")?;
    let (_, name) = path.rsplit_once("::")?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_process_has_the_name_of_its_function_and_a_block_has_none() {
        assert_eq!(name("game::player::{{closure}}"), Some("player"));
        assert_eq!(name("csp_runtime::rt::process::Process<game::player::{{closure}}>"), Some("player"));
        assert_eq!(name("game::main::{{closure}}::{{closure}}"), None);
        assert_eq!(name("core::future::pending::Pending<()>"), None);
    }
}
