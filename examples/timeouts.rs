//! Time is a source like any other: an arm of `select!`, a bound on a future, a clock that ticks.
use csp::prelude::*;

const SOON: Duration = Duration::from_millis(20);
const LATE: Duration = Duration::from_secs(3600);

/// Answers after a while.
#[process]
fn server(delay: Duration, out: Sender<&'static str>) {
    sleep(delay).await;
    out.send("an answer")?;
}

/// Waits for an answer, but not for ever.
#[process]
fn ask(delay: Duration, patience: Duration) -> &'static str {
    let (out, answer) = chan!(&'static str);
    let server = go!(server(delay, out));
    defer! { server.cancel() } // One that was too late is not waited for.
    select! {
        text = <-answer else "no answer at all" => text,
        <-after(patience) => "no answer in time",
    }
}

#[process]
fn main() {
    println!("quick: {}", ask(Duration::ZERO, LATE).await);
    println!("slow:  {}", ask(LATE, SOON).await);

    // The same bound around any future.
    match timeout(SOON, ask(LATE, LATE)).await {
        Ok(text) => println!("bound: {text}"),
        Err(_) => println!("bound: gave up"),
    }

    // As long as it takes for the three that must come, and a moment for any more.
    let (out, numbers) = chan!(u32);
    let producer = go! {
        for n in 1..=3 {
            out <- n;
        }
        sleep(LATE).await;
    };
    let mut seen = Vec::new();
    loop {
        let patience = if seen.len() < 3 { LATE } else { SOON };
        select! {
            n = <-numbers => seen.push(n),
            <-after(patience) => break,
        }
    }
    println!("in time: {seen:?}");

    producer.cancel();
    match producer.await {
        Ok(()) => println!("the producer came to its end"),
        Err(why) => println!("the producer was cancelled: {}", why.is_cancelled()),
    }
}
