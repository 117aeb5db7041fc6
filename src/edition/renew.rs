//! A new index from an old one, where the two have their tables in common.
//!
//! Invariant: what is renewed answers every question as one that was made anew would; wherever
//! that is not certain, there is nothing to renew. So nothing here knows what an editor did: the
//! sources of each table are compared.

use super::index::{Asset, Facts, Index};
use crate::{
    base::Moment,
    content::{Article, inside::Packed, parse::Row},
};
use std::{collections::BTreeMap, sync::Arc};

impl Index {
    /// The index of the same settings with other rows, at another moment and with other facts, in
    /// a fraction of the time; `None` where a table would be another one.
    #[must_use]
    pub fn renewed(&self, rows: Arc<Vec<Row>>, at: Moment, facts: Arc<Facts>) -> Option<Self> {
        // What is withheld is a table too, made from the names of files.
        if !self.withheld_files.keys().all(|key| facts.files.contains_key(key)) {
            return None;
        }
        let facts = self.without_withheld(facts);
        if !same_files(&self.facts.files, &facts.files) {
            return None;
        }
        let shows_same = |old: &Article, new: &Article| {
            old.differs_in_body_alone(new) && self.publishes_same(old, new)
        };
        let admitted = self.admitted.renewed(rows, at, shows_same)?;
        let mut index = self.clone();
        index.admitted = admitted;
        index.facts = facts;
        Some(index)
    }

    /// Whether a body shows and offers the same files beside it as before.
    fn publishes_same(&self, old: &Article, new: &Article) -> bool {
        old.inside == new.inside
            || self.files_in(old, &old.inside) == self.files_in(new, &new.inside)
    }

    fn files_in(&self, article: &Article, inside: &Packed) -> Vec<Box<str>> {
        let inside = inside.open();
        let named = inside.pictures.iter().chain(&inside.links);
        let keys = named.filter_map(|link| self.file(article, &link.target)).map(|(key, _)| key);
        let mut keys: Vec<Box<str>> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Whether tables that are made from files come out the same: cards show where a picture is and
/// how large, and files are published by their names. What is in them is looked up when asked.
fn same_files(old: &BTreeMap<Box<str>, Asset>, new: &BTreeMap<Box<str>, Asset>) -> bool {
    let mut pairs = old.iter().zip(new);
    let same = pairs.all(|((name, old), (new_name, new))| {
        name == new_name && old.url == new.url && old.size == new.size
    });
    same && old.len() == new.len()
}
