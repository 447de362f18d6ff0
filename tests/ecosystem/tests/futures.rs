//! A process is a future: what other crates do with one, and what their attributes make of it.

use csp::prelude::*;
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};

#[process]
fn add(a: u32, b: u32) -> u32 {
    yield_now().await;
    a + b
}

#[csp::test]
fn several_in_one_future() {
    assert_eq!(join_all((0..3).map(|n| add(n, n))).await, [0, 2, 4]);
    let mut all: FuturesUnordered<_> = (0..3).map(|n| add(n, n)).collect();
    let mut sum = 0;
    while let Some(n) = all.next().await {
        sum += n;
    }
    assert_eq!(sum, 6);
}

type Job = Box<dyn FnOnce() + Send>;

#[process]
fn sends(tx: Sender<Job>) -> anyhow::Result<()> {
    tx.send(Box::new(|| {}))?;
    Ok(())
}

#[csp::test]
fn a_job_that_cannot_be_sent_is_an_error_of_anyhow() {
    let (tx, rx) = chan!(Job);
    drop(rx);
    assert!(sends(tx).await.unwrap_err().is::<SendError<()>>());
}

/// `#[instrument]` below `#[process]`: the span is entered while the process is polled, and only then.
mod spans {
    use super::*;
    use std::fmt::Write;
    use std::sync::{Mutex, OnceLock};
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber, info, instrument};

    #[process]
    #[instrument(skip_all)]
    fn waits(n: u32, out: Sender<u32>) {
        info!("before");
        out.send(n)?;
        info!("after");
    }

    #[process]
    #[instrument(skip_all, err)]
    fn fails(out: Sender<u32>) -> Result<(), SendError<u32>> {
        out.send(1)?;
        Ok(())
    }

    struct Counter(u32);

    impl Counter {
        #[process]
        #[instrument(skip(self))]
        fn counts(&mut self, by: u32) -> u32 {
            self.0 += by;
            info!("counted");
            self.0
        }
    }

    #[process(boxed)]
    #[instrument(skip_all)]
    fn in_a_box(n: u32) -> u32 {
        info!("boxed");
        if n == 0 { 0 } else { in_a_box(n - 1).await + 1 }
    }

    #[process]
    #[instrument]
    fn recursive(n: u32) -> u32 {
        if n == 0 { 0 } else { recursive(n - 1).await + 1 }
    }

    /// Writes down what happens; a span has its name for a number.
    #[derive(Default)]
    struct Log {
        spans: Mutex<Vec<&'static str>>,
        lines: Mutex<Vec<String>>,
        inside: Mutex<Vec<&'static str>>,
    }

    struct Text(String);

    impl Visit for Text {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            if field.name() == "message" {
                write!(self.0, "{value:?}").unwrap();
            }
        }
    }

    impl Subscriber for &'static Log {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target().contains("spans")
        }

        fn new_span(&self, attributes: &Attributes<'_>) -> Id {
            let mut spans = self.spans.lock().unwrap();
            spans.push(attributes.metadata().name());
            Id::from_u64(spans.len() as u64)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut text = Text(String::new());
            event.record(&mut text);
            let span = self.inside.lock().unwrap().last().copied().unwrap_or("none");
            self.lines.lock().unwrap().push(format!("{} in {span}", text.0));
        }

        fn enter(&self, id: &Id) {
            let name = self.spans.lock().unwrap()[id.into_u64() as usize - 1];
            self.inside.lock().unwrap().push(name);
        }

        fn exit(&self, _: &Id) {
            self.inside.lock().unwrap().pop();
        }
    }

    fn log() -> &'static Log {
        static LOG: OnceLock<Log> = OnceLock::new();
        let log = LOG.get_or_init(Log::default);
        // A second time it is set already.
        let _ = tracing::subscriber::set_global_default(log);
        log
    }

    #[csp::test(schedules = 1)]
    fn a_span_is_entered_while_its_process_runs() {
        let log = log();
        let (tx, rx) = chan!(u32);
        let waiting = go!(waits(1, tx));
        sleep(Duration::from_millis(1)).await;
        info!("stranger");
        assert_eq!(rx.recv(), Ok(1));
        waiting.await?;
        let mut counter = Counter(1);
        assert_eq!(counter.counts(2).await, 3);
        assert_eq!(in_a_box(1).await, 1);
        assert_eq!(recursive(2).await, 2);
        drop(rx);
        let (tx, rx) = chan!(u32);
        drop(rx);
        assert_eq!(fails(tx).await, Err(SendError(1)));
        let expected = [
            "before in waits",
            "stranger in none",
            "after in waits",
            "counted in counts",
            "boxed in in_a_box",
            "boxed in in_a_box",
            " in fails",
        ];
        assert_eq!(*log.lines.lock().unwrap(), expected);
    }
}
