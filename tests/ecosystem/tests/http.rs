//! hyper, both sides, over HTTP/1 and HTTP/2.

use csp::net::hyper::{Executor, Timer};
use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, client, server};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

/// Answers with what was asked, in reverse.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let path = request.uri().path().to_owned();
    let mut body = request.into_body().collect().await?.to_bytes().to_vec();
    body.reverse();
    Ok(Response::builder().header("path", path).body(Full::new(body.into())).expect("it is well made"))
}

#[process]
fn http1_server(listener: TcpListener) -> io::Result<()> {
    for stream in listener {
        let mut http = server::conn::http1::Builder::new();
        // Its timer closes connections that send no header in time.
        http.timer(Timer::new()).header_read_timeout(Duration::from_millis(100));
        go!(http.serve_connection(stream?, service_fn(answer)));
    }
    Ok(())
}

#[process]
fn http2_server(listener: TcpListener) -> io::Result<()> {
    for stream in listener {
        let mut http = server::conn::http2::Builder::new(Executor::new());
        http.timer(Timer::new()).keep_alive_interval(Duration::from_secs(1));
        go!(http.serve_connection(stream?, service_fn(answer)));
    }
    Ok(())
}

fn body(n: usize) -> Bytes {
    (0..n * 997).map(|i| (i * 31 + n) as u8).collect()
}

async fn check(n: usize, response: Response<Incoming>) {
    assert_eq!(response.headers()["path"], format!("/{n}"));
    let mut back = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    back.reverse();
    assert!(back == body(n));
}

fn question(n: usize) -> Request<Full<Bytes>> {
    Request::post(format!("http://here/{n}")).header("host", "here").body(Full::new(body(n))).unwrap()
}

/// Several requests over one connection, one after the other.
#[process]
fn http1_client(address: SocketAddr, count: usize) -> Result<(), Infallible> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut requests, connection) = client::conn::http1::handshake(stream).await.unwrap();
    let connection = go!(connection);
    for n in 0..count {
        let response = requests.send_request(question(n)).await.unwrap();
        check(n, response).await;
    }
    drop(requests);
    connection.await.unwrap().unwrap();
    Ok(())
}

#[test]
fn http1() {
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = go!(http1_server(listener));
        let mut clients = Vec::new();
        for _ in 0..20 {
            clients.push(go!(http1_client(address, 20)));
        }
        for client in clients {
            client.await.unwrap().unwrap();
        }
        // Who says nothing is closed in time.
        let silent = TcpStream::connect(address).await.unwrap();
        let mut said = Vec::new();
        timeout(Duration::from_secs(60), silent.read_to_end(&mut said)).await.unwrap().unwrap();
        server.cancel();
    };
    test.join().unwrap();
}

/// All requests at once over one connection.
#[test]
fn http2() {
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = go!(http2_server(listener));
        let stream = TcpStream::connect(address).await.unwrap();
        let (requests, connection) = client::conn::http2::handshake(Executor::new(), stream).await.unwrap();
        go!(connection);
        let mut answers = Vec::new();
        for n in 0..50 {
            let mut requests = requests.clone();
            answers.push(go! {
                let response = requests.send_request(question(n)).await.unwrap();
                check(n, response).await;
            });
        }
        for answer in answers {
            answer.await.unwrap();
        }
        server.cancel();
    };
    test.join().unwrap();
}
