//! What the server answers: nothing here knows of connections.
use csp::prelude::*;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So long may it take to answer a request.
const REQUEST: Duration = Duration::from_secs(2);

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// How many requests there were.
pub(crate) fn count() -> usize {
    COUNT.load(Ordering::Relaxed)
}

#[process]
fn page(path: &str) -> (StatusCode, &'static str) {
    match path {
        "/" => (StatusCode::OK, "hello, world\n"),
        "/slow" => {
            sleep(Duration::from_millis(100)).await;
            (StatusCode::OK, "slowly\n")
        }
        "/endless" => loop {
            sleep(REQUEST).await;
        },
        _ => (StatusCode::NOT_FOUND, "no such page\n"),
    }
}

/// What hyper calls for each request.
pub(crate) async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // ORDERING: Relaxed, here and above: the number guards nothing.
    COUNT.fetch_add(1, Ordering::Relaxed);
    let page = timeout(REQUEST, page(request.uri().path())).await;
    let (status, text) = page.unwrap_or((StatusCode::SERVICE_UNAVAILABLE, "that took too long\n"));
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    Ok(response)
}
