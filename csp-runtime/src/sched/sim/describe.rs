//! What there is to say of processes: in reports, and in the trace.

use std::fmt::Write as _;

use super::state::State;
use super::words;
use crate::shim::oracle;
use crate::task::reason::Waits;

impl State {
    /// Which process it is.
    pub(super) fn name(&self, number: usize) -> String {
        let started = words::place(self.processes[number].started);
        match number {
            0 => format!("the body (p0), at {started}"),
            _ => format!("p{number}, started at {started}"),
        }
    }

    /// Which process it is, and what it waits for.
    pub(super) fn describe(&self, number: usize) -> String {
        format!("{}, {}", self.name(number), self.waiting(number))
    }

    /// The running process, and where it last waited.
    pub(super) fn describe_running(&self) -> String {
        let Some(number) = self.running else { return "a process".into() };
        match self.turn.began_at {
            Some(at) => format!("{}, which last waited at {}", self.name(number), words::place(at)),
            None => self.name(number),
        }
    }

    /// What a process that does not run waits for.
    pub(super) fn waiting(&self, number: usize) -> String {
        let task = self.processes[number].task;
        if self.settling.iter().any(|settling| settling.number == Some(number)) {
            return "waits until all others wait".into();
        }
        let (what, on, at) = task.waiting();
        if self.ready.iter().any(|(_, ready)| *ready == number) {
            return match (what, at) {
                (Waits::Nothing, _) | (_, None) => "is ready".into(),
                (_, Some(at)) => format!("is ready; it last waited at {}", words::place(at)),
            };
        }
        let channel = || match self.channels.get(&on) {
            Some((number, made)) => format!("channel {number}, made at {}", words::place(made)),
            None => "a channel".into(),
        };
        let at = at.map_or_else(String::new, words::place);
        match what {
            Waits::Nothing => "waits for something that is none of csp's".into(),
            Waits::Send => format!("waits at {at} to send to {}", channel()),
            Waits::Recv => format!("waits at {at} to receive from {}", channel()),
            Waits::Select => format!("waits at {at} in a select"),
            Waits::Join => match self.numbers.get(&on) {
                Some(other) => format!("waits for the end of p{other}, started at {at}"),
                None => format!("waits for the end of the process started at {at}"),
            },
            Waits::Sleep => format!("sleeps at {at}"),
            Waits::Blocking => format!("waits at {at} for a blocking call"),
            Waits::Io => format!("waits at {at} for the system"),
        }
    }

    /// A line of the trace.
    pub(super) fn tell(&mut self, what: std::fmt::Arguments<'_>) {
        if self.closing {
            return;
        }
        let (step, running) = (self.steps, self.running);
        if let Some(trace) = &mut self.trace {
            let now = oracle::now();
            let _ = match running {
                Some(process) => writeln!(trace, "{step:>6} {now:>12}ns p{process} {what}"),
                None => writeln!(trace, "{step:>6} {now:>12}ns {what}"),
            };
        }
    }

    pub(super) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }
}
