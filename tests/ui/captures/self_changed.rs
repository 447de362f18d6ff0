use csp::prelude::*;

struct Server {
    served: u32,
}

impl Server {
    #[process]
    fn serve(&mut self) {
        go! {
            self.served += 1;
        };
    }
}

fn main() {}
