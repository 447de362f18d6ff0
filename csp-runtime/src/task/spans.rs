//! A span of the `tracing` crate for each process: made where it is started, entered at each turn, closed when it is dropped.

use std::future::Future;

use tracing::Instrument;
use tracing::instrument::Instrumented;

use super::Place;
use crate::util::names;

/// The process within its span. The span's parent is that of the code which starts it.
pub(super) fn within<F: Future>(future: F, started: Place) -> Instrumented<F> {
    // The fields are made only if somebody listens.
    let span = tracing::info_span!(
        target: "csp::process",
        "process",
        name = %names::of_process(std::any::type_name::<F>()),
        started = %started,
    );
    future.instrument(span)
}
