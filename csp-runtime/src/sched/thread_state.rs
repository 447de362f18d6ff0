//! How many threads there are, and what one does at the moment, by the system's word: Linux tells, of others nothing is known.
//!
//! Threads are named by what `/proc` calls them and asked by path: a descriptor kept for each would, with a thousand spare
//! threads, be all that a program may have.

/// What the system says of a thread.
#[cfg_attr(loom, allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThreadState {
    /// It waits in the kernel.
    Sleeps,
    /// It runs or is ready to; the nanoseconds that it ran so far, if the system counts them.
    Runs(Option<u64>),
    Unknown,
}

/// The system's name of a thread.
#[derive(Debug)]
pub(crate) struct SystemThread(#[cfg_attr(any(loom, not(target_os = "linux")), allow(dead_code))] Box<str>);

/// How many threads the program has, if the system tells.
#[cfg(not(loom))]
pub(crate) fn threads() -> Option<usize> {
    if cfg!(target_os = "linux") { Some(std::fs::read_dir("/proc/self/task").ok()?.count()) } else { None }
}

#[cfg(all(target_os = "linux", not(any(loom, miri))))]
mod imp {
    use super::{SystemThread, ThreadState};
    use std::fs::{File, read_link};
    use std::io::Read;

    impl SystemThread {
        /// The calling thread.
        pub(crate) fn current() -> Option<Self> {
            let path = read_link("/proc/thread-self").ok()?;
            Some(Self(format!("/proc/{}", path.to_str()?).into()))
        }

        pub(crate) fn state(&self) -> ThreadState {
            let mut buffer = [0; 512];
            let Some(stat) = self.read("stat", &mut buffer) else { return ThreadState::Unknown };
            // The name in parentheses may hold anything, parentheses too.
            let state = stat.iter().rposition(|b| *b == b')').and_then(|at| stat.get(at + 2));
            match state {
                Some(b'S' | b'D') => ThreadState::Sleeps,
                Some(_) => ThreadState::Runs(self.ran()),
                None => ThreadState::Unknown,
            }
        }

        fn ran(&self) -> Option<u64> {
            let mut buffer = [0; 128];
            let text = std::str::from_utf8(self.read("schedstat", &mut buffer)?).ok()?;
            text.split_ascii_whitespace().next()?.parse().ok()
        }

        fn read<'a>(&self, what: &str, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
            let count = File::open(format!("{}/{what}", self.0)).ok()?.read(buffer).ok()?;
            Some(&buffer[..count])
        }
    }
}

#[cfg(not(all(target_os = "linux", not(any(loom, miri)))))]
mod imp {
    use super::{SystemThread, ThreadState};

    impl SystemThread {
        pub(crate) fn current() -> Option<Self> {
            None
        }

        pub(crate) fn state(&self) -> ThreadState {
            ThreadState::Unknown
        }
    }
}

#[cfg(all(test, target_os = "linux", not(any(loom, miri))))]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn a_thread_that_waits_sleeps_and_one_that_counts_runs() {
        let (tx, rx) = mpsc::channel();
        let (free, is_free) = mpsc::channel::<()>();
        // A name that looks like the fields behind it.
        let named = thread::Builder::new().name("a) R (b".into());
        let waiting = named
            .spawn(move || {
                tx.send(SystemThread::current().unwrap()).unwrap();
                let _ = is_free.recv();
            })
            .unwrap();
        let there = rx.recv().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while there.state() != ThreadState::Sleeps {
            assert!(Instant::now() < until, "{:?}", there.state());
            thread::yield_now();
        }
        drop(free);
        waiting.join().unwrap();
        assert!(matches!(SystemThread::current().unwrap().state(), ThreadState::Runs(_)));
    }
}
