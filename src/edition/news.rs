//! What is news: the stories that readers could first see in the last two days.
//!
//! Invariant: a story is news from the moment it opens until [`WINDOW`] later, when it drops
//! out without anybody touching it; so the gate counts that moment among the next changes.
//! Looking for the news of an edition costs what there is of it, not what is in the archive.
//! Rules: developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.

use super::{
    gate::{Admitted, WINDOW, opens},
    lists::List,
};

/// The most stories of a news sitemap.
const MOST: usize = 1000;

/// The news of an edition in files, from the oldest to the newest. There is always one, which
/// may be empty: an address that comes and goes with the news would be given up by crawlers.
#[must_use]
pub fn files<'l>(admitted: &Admitted, latest: Option<&'l List>) -> Vec<&'l [u32]> {
    let stories = latest.map_or(&[][..], |list| list.postings.as_slice());
    let since = admitted.at().0.saturating_sub(WINDOW);
    let old = stories.partition_point(|slot| opens(admitted.article(*slot)).0 <= since);
    cut(&stories[old..])
}

fn cut(news: &[u32]) -> Vec<&[u32]> {
    if news.is_empty() { vec![news] } else { news.chunks(MOST).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_file() {
        let news: Vec<u32> = (0..2500).collect();
        for (stories, files) in
            [(0, vec![0]), (1, vec![1]), (1000, vec![1000]), (2001, vec![1000, 1000, 1])]
        {
            let lengths: Vec<usize> = cut(&news[..stories]).iter().map(|file| file.len()).collect();
            assert_eq!(lengths, files);
        }
    }
}
