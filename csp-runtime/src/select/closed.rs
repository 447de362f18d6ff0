//! When a select has nothing left to wait for.

use super::run::Turn;

impl Turn<'_, '_> {
    /// Whether all enabled arms that take or give a value are closed; if there are none, whether all enabled arms are.
    #[cold]
    pub(super) fn is_closed(&self) -> bool {
        let (mut first, mut takes_part, mut all) = (0, false, true);
        for arm in self.arms.iter() {
            let end = first + arm.look().width as usize;
            let is_closed = (first..end).all(|entry| self.select.shut.contains(entry));
            first = end;
            all &= is_closed;
            if arm.takes_part() {
                takes_part = true;
                if !is_closed {
                    return false;
                }
            }
        }
        takes_part || all
    }
}
