//! Publish and subscribe: a broker owns the list of subscribers, so nobody locks it.
use csp::prelude::*;
use std::sync::Arc;

/// What the broker sends on: shared, not copied.
type News = Arc<str>;

/// Gives every piece of news to all who have subscribed; forgets those who have left.
#[process]
fn broker(subscribe: Receiver<Sender<News>>, publish: Receiver<News>) {
    let mut subscribers: Vec<Sender<News>> = Vec::new();
    loop {
        select! {
            subscriber = <-subscribe => subscribers.push(subscriber),
            news = publish.recv() => match news {
                // An unbounded channel takes what it is given: a slow subscriber delays nobody.
                Ok(news) => subscribers.retain(|to| to.try_send(news.clone()).is_ok()),
                Err(_) => return, // No more publishers. The subscribers' channels close with us.
            },
        }
    }
}

/// Reads at most `limit` pieces of news, then leaves.
#[process]
fn reader(name: &'static str, limit: usize, inbox: Receiver<News>) -> String {
    let mut seen = Vec::new();
    for news in inbox {
        seen.push(news.to_string());
        if seen.len() == limit {
            break;
        }
    }
    format!("{name} read {}", seen.join(", "))
}

#[process]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (subscribe, subscriptions) = chan!(Sender<News>);
    let (publish, news) = chan!(News);
    go!(broker(subscriptions, news));

    let mut readers = Vec::new();
    for (name, limit) in [("ada", 2), ("grace", 3), ("barbara", usize::MAX)] {
        let (to, inbox) = chan!(News; ..);
        subscribe.send(to)?;
        readers.push(go!(reader(name, limit, inbox)));
    }
    for item in ["rain", "sun", "wind", "snow"] {
        publish.send(item.into())?;
    }
    drop(publish);

    for reader in readers {
        println!("{}", reader.await?);
    }
    Ok(())
}
