select! {
    out <- message => None,
    default => Some(message),
}
