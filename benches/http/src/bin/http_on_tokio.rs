//! The example `http_server` as a program of tokio: the same protocol, limits and answers.
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

const CONNECTIONS: u32 = 16_384;
const HEAD: Duration = Duration::from_secs(30);
const REQUEST: Duration = Duration::from_secs(2);

static COUNT: AtomicUsize = AtomicUsize::new(0);

async fn page(path: &str) -> (StatusCode, &'static str) {
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

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // ORDERING: Relaxed, here and below: the number guards nothing.
    COUNT.fetch_add(1, Ordering::Relaxed);
    let page = timeout(REQUEST, page(request.uri().path())).await;
    let (status, text) = page.unwrap_or((StatusCode::SERVICE_UNAVAILABLE, "that took too long\n"));
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    Ok(response)
}

async fn connection(stream: TcpStream, mut quit: watch::Receiver<()>, _open: OwnedSemaphorePermit) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let mut http = pin!(http.serve_connection(TokioIo::new(stream), service_fn(answer)));
    tokio::select! {
        _ = http.as_mut() => return,
        _ = quit.changed() => {}
    }
    http.as_mut().graceful_shutdown();
    let _ = http.await;
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let (stop, quit) = watch::channel(());
    let open = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    loop {
        let permit = Arc::clone(&open).acquire_owned().await.expect("it is never closed");
        tokio::select! {
            accepted = listener.accept() => {
                tokio::spawn(connection(accepted?.0, quit.clone(), permit));
            }
            interrupted = interrupt.as_mut() => {
                interrupted?;
                break;
            }
        }
    }
    drop((listener, stop));
    let _all = open.acquire_many(CONNECTIONS).await.expect("it is never closed");
    Ok(())
}

/// As many workers as `CSP_WORKERS` says, like the example's.
fn main() -> io::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(workers) = std::env::var("CSP_WORKERS").ok().and_then(|workers| workers.parse().ok()) {
        runtime.worker_threads(workers);
    }
    runtime.enable_all().build()?.block_on(async {
        let address = std::env::args().nth(1);
        let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:0")).await?;
        println!("http://{}", listener.local_addr()?);
        serve(listener).await?;
        println!("answered {} requests", COUNT.load(Ordering::Relaxed));
        Ok(())
    })
}
