//! A snapshot as JSON. The schema is in `docs/inspect.md`; what is there stays, what comes is added.

use std::fmt::Write as _;
use std::panic::Location;

use super::{ChannelInfo, ProcessInfo, ProcessState, RuntimeInfo, Side, SideInfo, Snapshot, WaitKind};
use crate::util::json::Quoted;

/// The number of the schema.
const VERSION: u64 = 1;

pub(super) fn write(snapshot: &Snapshot) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.text("format", "csp-snapshot");
        json.number("version", VERSION);
        json.list("runtimes", &snapshot.runtimes, runtime);
        json.list("processes", &snapshot.processes, process);
        json.list("channels", &snapshot.channels, channel);
    });
    json.text.push('\n');
    json.text
}

fn runtime(json: &mut Json, runtime: &RuntimeInfo) {
    json.object(|json| {
        json.text("name", &runtime.name);
        json.key("counters");
        json.object(|json| {
            for (name, value) in &runtime.counters {
                json.number(name, *value);
            }
        });
    });
}

fn process(json: &mut Json, process: &ProcessInfo) {
    json.object(|json| {
        json.number("id", process.id);
        json.text("name", &process.name);
        json.place("started", Some(process.started));
        json.optional("runtime", process.runtime.map(|runtime| runtime as u64));
        let state = match process.state {
            ProcessState::Running => "running",
            ProcessState::Ready => "ready",
            ProcessState::Parked => "parked",
        };
        json.text("state", state);
        json.list("holds", &process.holds, end);
        json.key("wait");
        let Some(wait) = &process.wait else { return json.null() };
        json.object(|json| {
            let kind = match wait.kind {
                WaitKind::Send => "send",
                WaitKind::Receive => "receive",
                WaitKind::Select => "select",
                WaitKind::Join => "join",
                WaitKind::Sleep => "sleep",
                WaitKind::Blocking => "blocking",
                WaitKind::Io => "io",
            };
            json.text("kind", kind);
            json.place("at", wait.place);
            json.list("channels", &wait.channels, end);
            json.optional("process", wait.process);
        });
    });
}

/// A side of a channel.
fn end(json: &mut Json, (id, side): &(u64, Side)) {
    json.object(|json| {
        json.number("id", *id);
        json.text("side", if *side == Side::Send { "send" } else { "receive" });
    });
}

fn channel(json: &mut Json, channel: &ChannelInfo) {
    json.object(|json| {
        json.number("id", channel.id);
        json.place("made", Some(channel.made));
        json.text("type", &channel.type_name);
        json.number("len", channel.len as u64);
        json.optional("capacity", channel.capacity.map(|capacity| capacity as u64));
        json.bool("closed", channel.closed);
        json.number("passed", channel.passed);
        json.key("senders");
        side(json, &channel.senders);
        json.key("receivers");
        side(json, &channel.receivers);
    });
}

fn side(json: &mut Json, side: &SideInfo) {
    json.object(|json| {
        json.number("ends", side.ends.into());
        json.list("waiting", &side.waiting, |json, id| json.value(id));
        json.number("others_waiting", side.others_waiting as u64);
        json.bool("more_waiting", side.more_waiting);
        json.list("users", &side.users, |json, id| json.value(id));
        json.list("holders", &side.holders, |json, id| json.value(id));
    });
}

/// What was written so far.
#[derive(Default)]
struct Json {
    text: String,
    /// Something stands before in the object or list.
    follows: bool,
}

impl Json {
    fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.nested('{', '}', members);
    }

    fn nested(&mut self, open: char, close: char, members: impl FnOnce(&mut Self)) {
        self.separate();
        self.text.push(open);
        self.follows = false;
        members(self);
        self.text.push(close);
        self.follows = true;
    }

    /// A comma, if something stands before.
    fn separate(&mut self) {
        if std::mem::replace(&mut self.follows, true) {
            self.text.push(',');
        }
    }

    fn key(&mut self, key: &str) {
        self.value(&format_args!("{}:", Quoted(key)));
        self.follows = false;
    }

    fn value(&mut self, value: &dyn std::fmt::Display) {
        self.separate();
        // A string takes whatever comes.
        let _ = write!(self.text, "{value}");
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.value(&Quoted(value));
    }

    fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        self.value(&value);
    }

    fn bool(&mut self, key: &str, value: bool) {
        self.key(key);
        self.value(&value);
    }

    fn null(&mut self) {
        self.value(&"null");
    }

    fn optional(&mut self, key: &str, value: Option<u64>) {
        self.key(key);
        match value {
            Some(value) => self.value(&value),
            None => self.null(),
        }
    }

    fn place(&mut self, key: &str, place: Option<&'static Location<'static>>) {
        self.key(key);
        match place {
            Some(place) => self.object(|json| {
                json.text("file", place.file());
                json.number("line", place.line().into());
                json.number("column", place.column().into());
            }),
            None => self.null(),
        }
    }

    fn list<T>(&mut self, key: &str, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.key(key);
        self.nested('[', ']', |json| items.iter().for_each(|one| item(json, one)));
    }
}
