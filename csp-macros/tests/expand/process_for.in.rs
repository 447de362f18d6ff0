#[process]
fn loops(rx: Receiver<u64>) {
    'outer: for (i, v) in &rx {
        for n in 0..v {
            continue 'outer;
        }
        for x in list.iter().rev() {}
    }
}
