use csp::prelude::*;

#[process]
fn copies(rx: Receiver<u32>, out: Sender<u32>) -> Result<(), Closed> {
    for n in 0..3 {
        let got = rx.recv()?;
        if got == 1_000 {
            println!("never");
            out.send(0)?;
        } else if n == got {
            out.send(n)?;
        }
    }
    println!("end");
    Ok(())
}

#[process]
fn arms(rx: Receiver<u32>, stop: Receiver<()>) -> u32 {
    let mut sum = 0;
    loop {
        select! {
            n = <-rx => {
                if n > 100 {
                    println!("never");
                }
                sum += n;
            }
            <-stop => {
                println!("never");
                break;
            }
            closed => break,
        }
    }
    sum
}

#[process]
fn never_run() -> u32 {
    println!("never");
    1
}

fn main() {
    let (tx, rx) = chan!(u32; 3);
    let (out, got) = chan!(u32; 3);
    let (end, stop) = chan!(());
    let _ = never_run;
    (0..3).for_each(|n| tx.try_send(n).unwrap());
    csp::block_on(copies(rx, out)).unwrap();
    while !got.is_empty() {
        assert!(got.try_recv().is_ok());
    }
    drop(end);
    println!("{}", csp::block_on(arms(got, stop)));
}
