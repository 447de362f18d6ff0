use csp::prelude::*;

#[process]
fn serve(jobs: Receiver<u32>, quit: Receiver<()>, results: Sender<u32>) {
    let mut served = 0;
    let (tx, rx) = chan!(u32);
    loop {
        select! {
            job = <-jobs => println!("{job}"),
            biased;
            0 = <-rx => println!("zero"),
            tx <- 1 => {}
            default => {}
            default => println!("idle"),
        }
        select! {
            results => println!("a job"),
            <-quit { break }
            sent = results <- 1 => println!("sent"),
            results <- => {}
            job = <-jobs => println!("{job}")
            closed => break,
            closed => {}
        }
        select! {
            job = <-jobs => {
                go! {
                    served += job;
                    break;
                };
            }
            <-quit => break,
        }
    }
    println!("{served}");
}

fn main() {}
