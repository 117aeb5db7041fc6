//! Which template renders a kind of page: one of its own, or else one that every theme has.
//!
//! Invariant: it is said once. What renders a page, and what explains it, read the same.

/// A template, and the one that stands in for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    own: &'static str,
    instead: &'static str,
}

impl Layout {
    /// A template that the theme has to have.
    #[must_use]
    pub const fn only(template: &'static str) -> Self {
        Self { own: template, instead: template }
    }

    /// A template that the theme may have, and the one that it has to have.
    #[must_use]
    pub const fn either(own: &'static str, instead: &'static str) -> Self {
        Self { own, instead }
    }

    /// The template that is taken, where `has` says what the theme has; it is asked only if the
    /// answer matters.
    #[must_use]
    pub fn template(self, has: impl FnOnce(&str) -> bool) -> &'static str {
        if self.own == self.instead || has(self.own) { self.own } else { self.instead }
    }
}
