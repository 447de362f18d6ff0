//! TLS over TCP, by futures-rustls, and what comes over it.

use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use futures_rustls::pki_types::{PrivateKeyDer, ServerName};
use futures_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use futures_rustls::{TlsAcceptor, TlsConnector};
use futures_util::{AsyncReadExt, AsyncWriteExt};
use std::io;
use std::sync::Arc;

/// A server that is who it says it is, and a client that believes it.
fn configurations() -> (TlsAcceptor, TlsConnector) {
    let made = rcgen::generate_simple_self_signed(["localhost".into()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let certificate = made.cert.der().clone();
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    (TlsAcceptor::from(Arc::new(server)), TlsConnector::from(Arc::new(client)))
}

#[process]
fn echo(acceptor: TlsAcceptor, stream: TcpStream) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut buf = vec![0; 5000];
    loop {
        let count = stream.read(&mut buf).await?;
        if count == 0 {
            return stream.close().await;
        }
        stream.write_all(&buf[..count]).await?;
        stream.flush().await?;
    }
}

#[process]
fn server(listener: TcpListener, acceptor: TlsAcceptor) -> io::Result<()> {
    for stream in listener {
        go!(echo(acceptor.clone(), stream?));
    }
    Ok(())
}

#[test]
fn an_echo_over_tls() {
    let (acceptor, connector) = configurations();
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = go!(server(listener, acceptor));
        for n in [1usize, 100, 300_000] {
            let stream = TcpStream::connect(address).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let (mut reader, mut writer) = connector.connect(name, stream).await.unwrap().split();
            let said: Vec<u8> = (0..n).map(|i| (i * 7) as u8).collect();
            let copy = said.clone();
            let writes = go! {
                writer.write_all(&copy).await.unwrap();
                writer.close().await.unwrap();
            };
            let mut heard = Vec::new();
            reader.read_to_end(&mut heard).await.unwrap();
            assert!(heard == said);
            writes.await.unwrap();
        }
        // Another name is not believed.
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("elsewhere").unwrap();
        assert!(connector.connect(name, stream).await.is_err());
        server.cancel();
    };
    test.join().unwrap();
}
