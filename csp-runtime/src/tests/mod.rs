//! Channels and select on plain threads: no scheduler is involved.

mod channels;
mod drops;
mod holds;
mod reasons;
mod selects;
mod turns;
