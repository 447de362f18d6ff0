// Another library's channel says `.await` itself.
use csp::prelude::*;

use std::future::{Ready, ready};

struct Foreign;

impl Foreign {
    fn send(&self, value: u32) -> Ready<Result<(), u32>> {
        ready(if value > 0 { Ok(()) } else { Err(value) })
    }

    fn recv(&self) -> Ready<Option<u32>> {
        ready(Some(1))
    }
}

#[process]
fn talk(line: Foreign) -> Result<u32, u32> {
    line.send(1).await?;
    let n = line.recv().await.unwrap();
    line.send(0).await?;
    Ok(n)
}

#[process]
fn main() {
    assert_eq!(talk(Foreign).await, Err(0));
}
