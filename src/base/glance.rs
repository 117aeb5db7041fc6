//! Size and time of many files, one folder after the other.
//!
//! Invariant: gives what a plain look at each file gives, and follows no link at the end of a
//! path. The folder stays open, so the system need not find it anew for every file in it; in a
//! large archive that is half of the work.

use std::{fs, io, path::Path, time::SystemTime};

/// What there is under a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glance {
    /// A file, and not a folder, a link or anything else.
    pub is_file: bool,
    /// A symbolic link.
    pub is_link: bool,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970; 0 where the system does not say.
    pub changed: i64,
}

/// Looks at files below a folder.
#[derive(Debug)]
pub struct Glancer<'a> {
    root: &'a Path,
    #[cfg(unix)]
    open: Option<(String, std::os::fd::OwnedFd)>,
}

impl<'a> Glancer<'a> {
    /// Looks below `root`.
    #[must_use]
    pub fn new(root: &'a Path) -> Self {
        Self {
            root,
            #[cfg(unix)]
            open: None,
        }
    }

    /// Looks at `name` in `folder` (a path below the root, empty for the root itself). Quick
    /// where one call after the other names the same folder.
    ///
    /// # Errors
    /// What the system says; that there is no such file, most of all.
    #[cfg(unix)]
    pub fn look(&mut self, folder: &str, name: &str) -> io::Result<Glance> {
        use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, openat, statat};
        let same = matches!(&self.open, Some((open, _)) if open == folder);
        if !same {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let opened = openat(CWD, self.root.join(folder), flags, Mode::empty())?;
            self.open = Some((folder.to_owned(), opened));
        }
        let Some((_, folder)) = &self.open else { return Err(io::ErrorKind::NotFound.into()) };
        let stat = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = FileType::from_raw_mode(stat.st_mode);
        let nanos = i64::try_from(stat.st_mtime_nsec).unwrap_or(0);
        Ok(Glance {
            is_file: kind == FileType::RegularFile,
            is_link: kind == FileType::Symlink,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            changed: stat
                .st_mtime
                .checked_mul(1_000_000_000)
                .map_or(0, |s| s.saturating_add(nanos))
                .max(0),
        })
    }

    /// Looks at `name` in `folder` (a path below the root, empty for the root itself).
    ///
    /// # Errors
    /// What the system says; that there is no such file, most of all.
    #[cfg(not(unix))]
    pub fn look(&mut self, folder: &str, name: &str) -> io::Result<Glance> {
        let meta = std::fs::symlink_metadata(self.root.join(folder).join(name))?;
        Ok(Glance {
            is_file: meta.is_file(),
            is_link: meta.is_symlink(),
            size: meta.len(),
            changed: changed(&meta),
        })
    }
}

/// When a file was last changed, in nanoseconds since 1970; 0 where the system does not say.
#[must_use]
pub fn changed(meta: &fs::Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.and_then(|d| i64::try_from(d.as_nanos()).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_what_there_is() {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir_all(root.path().join("a/b")).expect("a folder");
        fs::write(root.path().join("a/b/one.md"), "four").expect("a file");
        fs::write(root.path().join("two.md"), "").expect("a file");
        let mut glancer = Glancer::new(root.path());
        for (folder, name, seen) in [
            ("a/b", "one.md", Some((true, 4))),
            ("a", "b/one.md", Some((true, 4))),
            ("", "two.md", Some((true, 0))),
            ("", "a", Some((false, 0))),
            ("a/b", "two.md", None),
            ("c", "two.md", None),
            ("a/b", "one.md", Some((true, 4))),
        ] {
            let glance = glancer.look(folder, name).ok();
            let brief = glance.map(|g| (g.is_file, if g.is_file { g.size } else { 0 }));
            assert_eq!(brief, seen, "{folder}/{name}");
            assert!(glance.is_none_or(|g| g.changed > 0 && !g.is_link));
        }
    }

    #[cfg(unix)]
    #[test]
    fn does_not_follow_a_link() {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        std::os::unix::fs::symlink("/etc", root.path().join("out")).expect("a link");
        let glance = Glancer::new(root.path()).look("", "out").expect("a link is seen");
        assert!(glance.is_link && !glance.is_file);
    }
}
