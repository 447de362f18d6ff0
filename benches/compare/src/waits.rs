//! One look at a future.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Whether `future` waits when it is asked once.
pub async fn waits(future: impl Future) -> bool {
    let mut future = pin!(future);
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}
