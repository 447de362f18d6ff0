//! A crawler: a few workers fetch the pages of one site, each page once.
//!
//! `crawler ADDRESS` begins at `/` of the site there; without an address, at a little one of its own on loopback.
mod fetch;
mod site;

use csp::net::TcpListener;
use csp::prelude::*;
use fetch::{fetch, links};
use std::collections::{BTreeMap, HashSet};
use std::{error::Error, io};

/// So many pages are fetched at once.
const WORKERS: usize = 4;

/// A page that was fetched, and where it leads, or why it was not.
type Page = (String, io::Result<Vec<String>>);

/// Fetches what it is told to, for as long as somebody tells it.
#[process]
fn worker(site: String, jobs: Receiver<String>, pages: Sender<Page>) {
    for path in jobs {
        let fetched = match timeout(Duration::from_secs(10), fetch(&site, &path)).await {
            Ok(fetched) => fetched.map(|text| links(&text)),
            Err(late) => Err(io::Error::other(late)),
        };
        pages.send((path, fetched))?;
    }
}

/// Hands out each path once, and hears where the pages lead. It ends when all are fetched; that ends the workers.
#[process]
fn crawl(site: String, out: Sender<Page>) {
    let (tell, jobs) = chan!(String);
    let (to, pages) = chan!(Page);
    for _ in 0..WORKERS {
        go!(worker(site.clone(), jobs.clone(), to.clone()));
    }
    let mut seen = HashSet::from(["/".to_owned()]);
    let (mut waiting, mut busy) = (vec!["/".to_owned()], 0);
    while busy + waiting.len() > 0 {
        select! {
            tell <- waiting.pop().expect("it is not empty") if !waiting.is_empty() => busy += 1,
            (path, fetched) = <-pages => {
                busy -= 1;
                for link in fetched.iter().flatten() {
                    if seen.insert(link.clone()) {
                        waiting.push(link.clone());
                    }
                }
                out.send((path, fetched))?;
            }
        }
    }
}

/// Prints what there is, in the order of the paths.
#[process]
fn report(site: String) {
    let (out, pages) = chan!(Page);
    go!(crawl(site, out));
    let mut all = BTreeMap::new();
    for (path, fetched) in pages {
        let news = fetched.map_or_else(|error| error.to_string(), |links| format!("{} links", links.len()));
        assert!(all.insert(path, news).is_none(), "each page once");
    }
    for (path, news) in all {
        println!("{path}: {news}");
    }
}

#[process]
fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let address = std::env::args().nth(1);
    if let Some(address) = address {
        report(address).await;
        return Ok(());
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (close, closes) = chan!(());
    let site = go!(site::site(listener, closes));
    report(address).await;
    drop(close);
    let (requests, at_once) = site.await??;
    assert!(at_once <= WORKERS, "{at_once} pages at once");
    println!("the site was asked {requests} times, never by more than {WORKERS} at once");
    Ok(())
}
