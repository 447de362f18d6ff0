//! Lists of one kind, end to end in one vector: for each of many, a few.

/// The rows, by their number.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    items: Vec<T>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T: Copy> Rows<T> {
    /// One more row.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.items.extend(row);
        self.ends.push(self.items.len());
    }

    pub(super) fn row(&self, at: usize) -> &[T] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[from..self.ends[at]]
    }

    /// All that is in some row.
    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    /// The rows that say `true` to `of`, by what is in them: for each of `count` keys the numbers of those rows, in order, as often as
    /// they have it.
    pub(super) fn inverse(
        &self,
        count: usize,
        of: impl Fn(usize) -> bool,
        key: impl Fn(T) -> usize,
    ) -> Rows<usize> {
        let rows = || (0..self.ends.len()).filter(|at| of(*at));
        let mut ends = vec![0; count];
        rows().flat_map(|at| self.row(at)).for_each(|item| ends[key(*item)] += 1);
        let mut sum = 0;
        for end in &mut ends {
            // Where the row begins, to be moved to its end.
            sum += std::mem::replace(end, sum);
        }
        let mut items = vec![0; sum];
        for at in rows() {
            for item in self.row(at) {
                let next = &mut ends[key(*item)];
                items[*next] = at;
                *next += 1;
            }
        }
        Rows { items, ends }
    }
}

#[cfg(test)]
#[test]
fn the_inverse_says_who_has_what() {
    let mut rows = Rows::default();
    rows.push([2, 0]);
    rows.push([]);
    rows.push([2, 2]);
    rows.push([1, 2]);
    assert_eq!((rows.row(0), rows.row(1), rows.items().len()), (&[2, 0][..], &[][..], 6));
    let inverse = rows.inverse(4, |at| at != 3, |item| item);
    assert_eq!([0, 1, 2, 3].map(|key| inverse.row(key)), [&[0][..], &[], &[0, 2, 2], &[]]);
}
