use csp::prelude::*;

struct Reply;

impl Reply {
    fn send(self, _value: u32) -> Result<(), u32> {
        Ok(())
    }
}

#[process]
fn start(reply: Reply) {
    let _ = reply.send(1);
}

fn main() {}
