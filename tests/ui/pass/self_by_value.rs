// A method that owns its `self` may give it to a process.
use csp::prelude::*;

struct Server {
    served: u32,
}

impl Server {
    #[process]
    fn serve(self, out: Sender<u32>) {
        go! { out <- self.served };
    }
}

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    go!(Server { served: 3 }.serve(tx));
    assert_eq!(rx.recv()?, 3);
}
