use csp::prelude::*;
use std::sync::{Arc, Mutex};

#[derive(Clone)]
struct Account {
    total: Arc<Mutex<u32>>,
}

impl Account {
    #[process]
    fn deposit(&self, sum: u32) {
        let account = self.clone();
        go! {
            *account.total.lock().unwrap() += sum;
        };
    }

    fn withdraw(&self, sum: u32) {
        let (account, other) = (self.clone(), (&self).to_owned().clone());
        go! {
            *account.total.lock().unwrap() -= sum;
            drop(other);
        };
    }
}

fn main() {
    let account = Account { total: Arc::default() };
    let _ = account.deposit(1);
    account.withdraw(0);
}
