//! What a suspended process waits for: one variant for each kind of place that suspends.

/// Fits into the three low bits of a `Location`'s address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Waits {
    /// It never said, or it runs.
    Nothing = 0,
    Send = 1,
    Recv = 2,
    Select = 3,
    /// The end of another process.
    Join = 4,
    Sleep = 5,
    /// A closure on the pool of blocking threads.
    Blocking = 6,
    Io = 7,
}

impl Waits {
    pub(super) fn from_bits(bits: usize) -> Self {
        match bits & 7 {
            1 => Self::Send,
            2 => Self::Recv,
            3 => Self::Select,
            4 => Self::Join,
            5 => Self::Sleep,
            6 => Self::Blocking,
            7 => Self::Io,
            _ => Self::Nothing,
        }
    }
}
