//! A selector for models: it waits for a notification, or for an event that the test reports.

use std::io;
use std::time::Duration;

use super::Event;
use crate::shim::{Condvar, Mutex};

pub(in crate::io) struct Selector {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    notified: bool,
    events: Vec<Event>,
}

pub(in crate::io) struct Events {
    list: Vec<Event>,
}

impl Events {
    pub(in crate::io) fn new() -> Self {
        Self { list: Vec::new() }
    }

    pub(in crate::io) fn iter(&self) -> impl Iterator<Item = Event> + '_ {
        self.list.iter().copied()
    }
}

impl Selector {
    pub(in crate::io) fn new() -> io::Result<Self> {
        Ok(Self { state: Mutex::new(State::default()), changed: Condvar::new() })
    }

    pub(in crate::io) fn is_oneshot(&self) -> bool {
        false
    }

    pub(in crate::io) fn wait(&self, events: &mut Events, most: Option<Duration>) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        while most.is_none() && !state.notified && state.events.is_empty() {
            state = self.changed.wait(state).unwrap();
        }
        state.notified = false;
        events.list = std::mem::take(&mut state.events);
        Ok(())
    }

    pub(in crate::io) fn notify(&self) {
        self.state.lock().unwrap().notified = true;
        self.changed.notify_one();
    }

    /// What the system would say.
    pub(in crate::io) fn report(&self, event: Event) {
        self.state.lock().unwrap().events.push(event);
        self.changed.notify_one();
    }
}
