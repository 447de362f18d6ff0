par!(left(a), right(b), { tx <- 1; })
