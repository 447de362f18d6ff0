// A process that borrows its `self` gives away a part that it cloned.
use csp::prelude::*;

struct Server {
    name: String,
}

impl Server {
    #[process]
    fn serve(&mut self, out: Sender<String>) {
        let name = self.name.clone();
        self.name.push('!');
        go! { out <- name };
    }
}

#[process]
fn main() {
    let (tx, rx) = chan!(String);
    let mut server = Server { name: "a".to_owned() };
    server.serve(tx).await;
    assert_eq!(rx.recv()?, "a");
    assert_eq!(server.name, "a!");
}
