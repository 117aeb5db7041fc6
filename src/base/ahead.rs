//! Has the system fetch files before they are read, where the disk would be waited for.
//!
//! Invariant: changes nothing but time. What cannot be asked for is passed over, and shows when it
//! is read. Files that are in memory already cost one look in sixteen of them: neighbours were
//! read together, so they are there together.

use std::path::{Path, PathBuf};

/// How many files are on their way at most: a disk answers many requests at once sooner than one
/// after the other.
const WINDOW: usize = 64;

/// How many files one look speaks for.
const GROUP: usize = 16;

/// Goes before whoever reads a list of files from one end to the other.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Up to where files were asked for.
    asked: usize,
}

impl Ahead {
    /// Sees to it that the files after the one at `at`, of `count`, are on their way. `path` says
    /// where one is, if it will be read.
    pub fn reach(&mut self, at: usize, count: usize, path: impl Fn(usize) -> Option<PathBuf>) {
        if self.asked > at + WINDOW / 2 {
            return;
        }
        let until = (at + WINDOW).min(count);
        for group in (self.asked.max(at)..until).step_by(GROUP) {
            fetch((group..until.min(group + GROUP)).filter_map(&path));
        }
        self.asked = until;
    }
}

/// Asks for files, unless the first of them is in memory.
fn fetch(mut paths: impl Iterator<Item = PathBuf>) {
    let is_far = paths.next().is_some_and(|first| ask(&first, true));
    if is_far {
        paths.for_each(|path| _ = ask(&path, false));
    }
}

/// Asks for a file, if need be only where it is not in memory; says whether it did.
#[cfg(target_os = "linux")]
fn ask(path: &Path, only_if_far: bool) -> bool {
    use rustix::fs::{Advice, fadvise};
    let Ok(file) = std::fs::File::open(path) else { return false };
    let wanted = !only_if_far || is_far(&file);
    wanted && fadvise(&file, 0, None, Advice::WillNeed).is_ok()
}

/// Systems that cannot be asked read as they are told.
#[cfg(not(target_os = "linux"))]
fn ask(_: &Path, _: bool) -> bool {
    false
}

/// Whether a file would have to come from the disk. A file system that does not say counts as near.
#[cfg(target_os = "linux")]
fn is_far(file: &std::fs::File) -> bool {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let mut byte = [0];
    let read = preadv2(file, &mut [std::io::IoSliceMut::new(&mut byte)], 0, ReadWriteFlags::NOWAIT);
    read.is_err_and(|error| error == Errno::AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// The positions that were asked for while reading `count` files from `from` on.
    fn asked(from: usize, count: usize) -> Vec<usize> {
        let asked = RefCell::new(Vec::new());
        let mut ahead = Ahead::default();
        for at in from..count {
            ahead.reach(at, count, |position| {
                asked.borrow_mut().push(position);
                Some(PathBuf::from("/nowhere"))
            });
        }
        asked.into_inner()
    }

    #[test]
    fn looks_at_one_file_of_each_group_in_order() {
        for (from, count, wanted) in [
            (0, 0, vec![]),
            (0, 1, vec![0]),
            (0, 17, vec![0, 16]),
            (5, 17, vec![5]),
            (0, 100, vec![0, 16, 32, 48, 64, 80, 96]),
        ] {
            assert_eq!(asked(from, count), wanted, "{count} files from {from} on");
        }
    }
}
