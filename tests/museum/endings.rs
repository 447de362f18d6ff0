//! What is left when something ends.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Context, Shared};

/// A context that is replaced (a figure of Tu et al.): one with a limit is made over one without, and nobody can cancel the
/// first any more; the process that waits for that stays.
mod context_replaced {
    use super::*;

    #[process]
    fn call(_context: Context) {}

    #[process]
    fn buggy() {
        let background = Context::background();
        let limit = Some(Duration::from_secs(5));
        let mut context = background.child(None);
        if limit.is_some() {
            context = background.child(limit);
        }
        call(context.clone()).await;
        context.cancel();
    }

    #[process]
    fn mended() {
        let background = Context::background();
        let context = background.child(Some(Duration::from_secs(5)));
        call(context.clone()).await;
        context.cancel();
    }

    exhibit!(Leak, Always);
}

/// A context that is not cancelled where something fails (cockroach#13197 and cockroach#13755 in GoBench): the path that
/// returns an error leaves behind what waits for the end of the call.
mod context_not_cancelled {
    use super::*;

    #[process]
    fn peer(answer: Sender<u32>) {
        let _ = answer.send(1);
    }

    #[process]
    fn buggy_watch(parent: Context, answers: Receiver<u32>, failed: Receiver<()>) -> Result<u32, ()> {
        let context = parent.child(None);
        let n = select! {
            n = <-answers else return Err(()) => n,
            <-failed => return Err(()),
        };
        context.cancel();
        Ok(n)
    }

    #[process]
    fn mended_watch(parent: Context, answers: Receiver<u32>, failed: Receiver<()>) -> Result<u32, ()> {
        let context = parent.child(None);
        defer! { context.cancel() };
        select! {
            n = <-answers else Err(()) => Ok(n),
            <-failed => Err(()),
        }
    }

    #[process]
    fn link(fail: Sender<()>) {
        drop(fail);
    }

    #[process]
    fn buggy() {
        let (answer, answers) = chan!(u32);
        let (fail, failed) = chan!(());
        go!(peer(answer));
        go!(link(fail));
        let _ = buggy_watch(Context::background(), answers, failed).await;
    }

    #[process]
    fn mended() {
        let (answer, answers) = chan!(u32);
        let (fail, failed) = chan!(());
        go!(peer(answer));
        go!(link(fail));
        let _ = mended_watch(Context::background(), answers, failed).await;
    }

    exhibit!(Leak, Sometimes);
}

/// A handle that is dropped and not cancelled: a client hangs up, its handler returns, and the query that it had started waits
/// on for an event that nobody will send ("orphaned thread" of Farchi, Nir and Ur; a process in csp runs on without its
/// handle).
mod handle_dropped {
    use super::*;

    type Hub = Shared<Vec<Sender<u32>>>;

    #[process]
    fn query(hub: Hub, row: Sender<u32>) {
        let (tell, events) = chan!(u32; 1);
        hub.update(|all| all.push(tell)).await;
        let event = events.recv()?;
        drop(hub);
        row.send(event)?;
    }

    #[process]
    fn buggy_handle(hub: Hub, hangup: Receiver<()>) {
        let (row, rows) = chan!(u32);
        go!(query(hub, row));
        select! {
            _row = <-rows => {}
            <-hangup => {}
        }
    }

    #[process]
    fn mended_handle(hub: Hub, hangup: Receiver<()>) {
        let (row, rows) = chan!(u32);
        let query = go!(query(hub, row));
        select! {
            _row = <-rows => {}
            <-hangup => query.cancel(),
        }
    }

    #[process]
    fn publish(hub: Hub) {
        for subscriber in hub.get().await {
            subscriber.send(1)?;
        }
    }

    #[process]
    fn client(hangup: Sender<()>) {
        drop(hangup);
    }

    #[process]
    fn buggy() {
        let hub = Hub::new(Vec::new());
        let (hang_up, hangup) = chan!(());
        go!(publish(hub.clone()));
        go!(client(hang_up));
        buggy_handle(hub, hangup).await;
    }

    #[process]
    fn mended() {
        let hub = Hub::new(Vec::new());
        let (hang_up, hangup) = chan!(());
        go!(publish(hub.clone()));
        go!(client(hang_up));
        mended_handle(hub, hangup).await;
    }

    exhibit!(Leak, Sometimes);
}

/// A panic that ends the only consumer (moby#21233's test failed so; Tu et al. on libraries that end a goroutine): its
/// receiving end lives on in whoever would start it again, and the producers wait for ever.
mod only_consumer_panics {
    use super::*;

    #[process]
    fn consume(records: Receiver<&'static str>) {
        assert_eq!(records.recv()?, "header", "a table without a header");
        for _ in records {}
    }

    #[process]
    fn produce(record: &'static str, out: Sender<&'static str>) {
        out.send(record)?;
        out.send("end")?;
    }

    #[process]
    fn buggy() {
        let (out, records) = chan!(&'static str);
        let consumer = go!(consume(records.clone()));
        par!(produce("header", out.clone()), produce("row", out));
        drop(records);
        let _ = consumer.await;
    }

    #[process]
    fn supervise(records: Receiver<&'static str>) {
        let consumer = go!(consume(records.clone()));
        let _ = consumer.await;
    }

    /// The end goes with the one who watches over the consumer.
    #[process]
    fn mended() {
        let (out, records) = chan!(&'static str);
        par!(supervise(records), produce("header", out.clone()), produce("row", out));
    }

    exhibit!(Deadlock, Sometimes);
}

/// A reconnect that is under way while the client is closed (istio#17860 in GoBench has a restart of the kind): close ends the
/// connection that it sees, and a new one comes that nobody ends.
mod reconnect_after_close {
    use super::*;

    #[derive(Clone, Default)]
    struct Connection {
        stop: Option<Sender<()>>,
        closed: bool,
    }

    type Client = Shared<Connection>;

    #[process]
    fn connection(_client: Client, stop: Receiver<()>) {
        let _ = stop.recv();
    }

    #[process]
    fn buggy_reconnect(client: Client) {
        if client.get().await.closed {
            return;
        }
        let (end, stop) = chan!(());
        go!(connection(client.clone(), stop));
        client.update(|c| c.stop = Some(end)).await;
    }

    #[process]
    fn mended_reconnect(client: Client) {
        let (end, stop) = chan!(());
        go!(connection(client.clone(), stop));
        // Closed meanwhile: the end is dropped here.
        client.update(|c| c.stop = (!c.closed).then_some(end)).await;
    }

    #[process]
    fn close(client: Client) {
        client.update(|c| *c = Connection { stop: None, closed: true }).await;
    }

    #[process]
    fn buggy() {
        let client = Client::new(Connection::default());
        par!(buggy_reconnect(client.clone()), close(client));
    }

    #[process]
    fn mended() {
        let client = Client::new(Connection::default());
        par!(mended_reconnect(client.clone()), close(client));
    }

    exhibit!(Leak, Sometimes);
}

/// An end before the flush: what a logger has accepted is written later, and the program that goes on does not wait for it (Tu
/// et al.: a missing wait; logs that lack the line that matters).
mod exit_before_flush {
    use super::*;

    #[process]
    fn logger(lines: Receiver<&'static str>, written: Shared<u32>) {
        for _ in lines {
            written.update(|written| *written += 1).await;
        }
    }

    #[process]
    fn buggy() {
        let (log, lines) = chan!(&'static str; 4);
        let written = Shared::new(0);
        go!(logger(lines, written.clone()));
        log.send("the last words").unwrap();
        drop(log);
        assert_eq!(written.get().await, 1);
    }

    #[process]
    fn mended() {
        let (log, lines) = chan!(&'static str; 4);
        let written = Shared::new(0);
        let logger = go!(logger(lines, written.clone()));
        log.send("the last words").unwrap();
        drop(log);
        logger.await.unwrap();
        assert_eq!(written.get().await, 1);
    }

    exhibit!(Panic, Sometimes);
}
