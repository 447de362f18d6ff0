go! { tx.send(1) }
