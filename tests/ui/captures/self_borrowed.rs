use csp::prelude::*;

struct Server {
    name: String,
}

impl Server {
    #[process]
    fn serve(&self, ready: Sender<()>) {
        go! {
            println!("{}", self.name);
            ready <- ();
        };
    }
}

fn main() {}
