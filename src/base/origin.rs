//! Where a row of the ledger was read from.
//!
//! Invariant: a row that carries an origin is to the byte the one that was read there; whoever
//! changes a row makes it a new one. An origin is no part of what a row says, so rows are equal
//! whatever theirs are, and it is written nowhere.

/// A block of the ledger that a row was read from, or none if the row is new.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin(u32);

impl Origin {
    /// Of a row that no ledger knows as it is now.
    pub const NEW: Self = Self(0);

    /// The block at this position in its list.
    #[must_use]
    pub fn block(position: usize) -> Self {
        Self(u32::try_from(position + 1).unwrap_or(0))
    }

    /// The position of the block in its list, if the row is as it was read.
    #[must_use]
    pub fn position(self) -> Option<usize> {
        usize::try_from(self.0.checked_sub(1)?).ok()
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}
