//! What belongs together, and is read or written one after the other.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{SECOND, Shared};

/// Two variables with one meaning (Lu et al., from Mozilla: a buffer and its length): they are written one after the other, and
/// a reader comes between.
mod two_variables {
    use super::*;

    #[process]
    fn buggy_write(text: Shared<String>, len: Shared<usize>) {
        text.set("a longer text".into()).await;
        len.set(13).await;
    }

    #[process]
    fn buggy_read(text: Shared<String>, len: Shared<usize>) {
        let text = text.get().await;
        assert_eq!(text.len(), len.get().await);
    }

    #[process]
    fn buggy() {
        let (text, len) = (Shared::new(String::new()), Shared::new(0));
        par!(buggy_write(text.clone(), len.clone()), buggy_read(text, len));
    }

    #[process]
    fn mended_write(both: Shared<(String, usize)>) {
        both.set(("a longer text".into(), 13)).await;
    }

    #[process]
    fn mended_read(both: Shared<(String, usize)>) {
        let (text, len) = both.get().await;
        assert_eq!(text.len(), len);
    }

    #[process]
    fn mended() {
        let both = Shared::new((String::new(), 0));
        par!(mended_write(both.clone()), mended_read(both));
    }

    exhibit!(Panic, Sometimes);
}

/// Java's `StringBuffer.append` of another buffer (Flanagan and Qadeer, 2003): each call is synchronized, the length is asked
/// first, the characters are copied next, and the other buffer was shortened meanwhile.
mod length_then_copy {
    use super::*;

    #[process]
    fn truncate(other: Shared<String>) {
        other.update(|other| other.clear()).await;
    }

    #[process]
    fn buggy_append(other: Shared<String>) -> String {
        let len = other.get().await.len();
        other.update(|other| other.get(..len).expect("it is as long as it said").to_owned()).await
    }

    #[process]
    fn mended_append(other: Shared<String>) -> String {
        other.update(|other| other.clone()).await
    }

    #[process]
    fn buggy() {
        let other = Shared::new("abc".to_owned());
        go!(truncate(other.clone()));
        buggy_append(other).await;
    }

    #[process]
    fn mended() {
        let other = Shared::new("abc".to_owned());
        go!(truncate(other.clone()));
        mended_append(other).await;
    }

    exhibit!(Panic, Sometimes);
}

/// A sum over what moves (the read skew of databases; the vault of Lamport's distributed snapshots): an audit reads one account
/// before and the other one after a transfer.
mod snapshot_in_parts {
    use super::*;

    type Accounts = Shared<[u32; 2]>;

    #[process]
    fn transfer(accounts: Accounts) {
        accounts.update(|[from, to]| (*from, *to) = (*from - 10, *to + 10)).await;
    }

    #[process]
    fn buggy() {
        let accounts = Shared::new([10, 0]);
        go!(transfer(accounts.clone()));
        let sum = accounts.get().await[0] + accounts.get().await[1];
        assert_eq!(sum, 10, "money came or went");
    }

    #[process]
    fn mended() {
        let accounts = Shared::new([10, 0]);
        go!(transfer(accounts.clone()));
        let [a, b] = accounts.get().await;
        assert_eq!(a + b, 10, "money came or went");
    }

    exhibit!(Panic, Sometimes);
}

/// A flag before what it stands for (double checked locking in Java, declared broken by Bacon and others, 2000): who sees the
/// flag takes what is only half there.
mod flag_first {
    use super::*;

    #[process]
    fn buggy_init(ready: Shared<bool>, config: Shared<Option<u32>>) {
        ready.set(true).await;
        config.set(Some(1)).await;
    }

    #[process]
    fn mended_init(ready: Shared<bool>, config: Shared<Option<u32>>) {
        config.set(Some(1)).await;
        ready.set(true).await;
    }

    #[process]
    fn user(ready: Shared<bool>, config: Shared<Option<u32>>) {
        if ready.get().await {
            config.get().await.expect("it is ready");
        }
    }

    #[process]
    fn buggy() {
        let (ready, config) = (Shared::new(false), Shared::new(None));
        par!(buggy_init(ready.clone(), config.clone()), user(ready, config));
    }

    #[process]
    fn mended() {
        let (ready, config) = (Shared::new(false), Shared::new(None));
        par!(mended_init(ready.clone(), config.clone()), user(ready, config));
    }

    exhibit!(Panic, Sometimes);
}

/// Two leaders (Kleppmann, "How to do distributed locking", 2016): a lease is looked at, it expires, another one is leader, and
/// the first still writes. What is written must carry the number of its lease.
mod two_leaders {
    use super::*;

    #[derive(Clone)]
    struct Store {
        lease: Shared<u32>,
        written: Shared<Vec<u32>>,
        fenced: bool,
    }

    #[process]
    fn lead(store: Store, pause: Duration) {
        let mine = store.lease.update(|lease| {
            *lease += 1;
            *lease
        });
        let mine = mine.await;
        sleep(pause).await;
        // It is still the leader.
        if store.lease.get().await != mine {
            return;
        }
        let fenced = store.fenced;
        store
            .written
            .update(|written| {
                let stale = written.last().is_some_and(|&last| last > mine);
                if !(fenced && stale) {
                    written.push(mine);
                }
            })
            .await;
    }

    #[process]
    fn run(fenced: bool) {
        let store = Store { lease: Shared::new(0), written: Shared::new(Vec::new()), fenced };
        let first = go!(lead(store.clone(), SECOND));
        sleep(SECOND).await;
        // Its lease is over.
        lead(store.clone(), Duration::ZERO).await;
        first.await.unwrap();
        let written = store.written.last();
        assert!(written.is_sorted(), "an old leader wrote last: {written:?}");
    }

    #[process]
    fn buggy() {
        run(false).await;
    }

    #[process]
    fn mended() {
        run(true).await;
    }

    exhibit!(Panic, Sometimes);
}
