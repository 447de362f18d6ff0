//! Channels and select on plain threads, where no scheduler is involved; and what goes through all layers.

mod chains;
mod channels;
mod drops;
mod holds;
mod lazy;
mod reasons;
mod rings;
mod selects;
mod turns;
