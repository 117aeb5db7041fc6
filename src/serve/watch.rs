//! The watcher: hears from the system which files change.
//!
//! Invariant: it passes on names and draws no conclusions. Where the system cannot tell everything
//! (a folder that has just appeared, a queue that was full) the tip is that anything may have
//! changed.

use super::newsroom::Newsroom;
use crate::build::tips::Tips;
use notify::{
    Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Weak,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::Duration,
};

/// The folders whose files make the outlet.
const FOLDERS: [&str; 5] = ["content", "static", "templates", "strings", "themes"];

/// A folder that has just appeared is looked at a second time after so long: files may have been
/// put into it before the system was asked to tell of them.
const SECOND_LOOK: Duration = Duration::from_millis(300);

/// Watches a site's folder.
#[derive(Debug)]
pub struct Watch {
    watcher: RecommendedWatcher,
    heard: Receiver<notify::Result<Event>>,
    /// As the system names it in events.
    root: PathBuf,
}

impl Watch {
    /// Begins to listen.
    ///
    /// # Errors
    /// What the system says, such as that too many folders are watched already.
    pub fn begin(root: &Path) -> notify::Result<Self> {
        let (tell, heard) = mpsc::channel();
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(tell, config)?;
        let root = std::path::absolute(root)?;
        watcher.watch(&root, RecursiveMode::NonRecursive)?;
        for folder in FOLDERS.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir()) {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
        Ok(Self { watcher, heard, root })
    }

    /// Passes on what is heard, until the newsroom is no more.
    pub fn run(mut self, newsroom: &Weak<Newsroom>) {
        let mut second_look = false;
        loop {
            let limit = if second_look { SECOND_LOOK } else { Duration::from_secs(5) };
            let heard = self.heard.recv_timeout(limit);
            let Some(newsroom) = newsroom.upgrade() else { return };
            let tips = match heard {
                Ok(event) => self.tips(event, &mut second_look),
                Err(RecvTimeoutError::Timeout) if second_look => {
                    second_look = false;
                    Tips::everything()
                }
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if !tips.is_empty() {
                newsroom.inbox.leave(tips);
            }
        }
    }

    fn tips(&mut self, heard: notify::Result<Event>, second_look: &mut bool) -> Tips {
        let Ok(event) = heard else { return Tips::everything() };
        if event.need_rescan() {
            return Tips::everything();
        }
        if !tells_of_change(&event.kind) {
            return Tips::default();
        }
        let mut tips = Tips::default();
        for path in &event.paths {
            let Ok(relative) = path.strip_prefix(&self.root) else { continue };
            let is_ours = FOLDERS.iter().any(|folder| relative.starts_with(folder));
            if relative == Path::new("site.toml") || (is_ours && relative.components().count() > 1)
            {
                tips.paths.insert(relative.to_owned());
            } else if is_ours {
                // One of the folders itself has come or gone.
                let _ = self.watcher.unwatch(path);
                let _ = self.watcher.watch(path, RecursiveMode::Recursive);
                tips.everything = true;
            }
            if is_ours && may_be_folder(&event.kind) && path.is_dir() {
                *second_look = true;
                tips.everything = true;
            }
        }
        tips
    }
}

/// Being read is no change; being closed after it was written may be the end of one.
fn tells_of_change(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

fn may_be_folder(kind: &EventKind) -> bool {
    match kind {
        EventKind::Create(CreateKind::File) | EventKind::Remove(RemoveKind::File) => false,
        EventKind::Create(_) | EventKind::Any | EventKind::Other => true,
        EventKind::Modify(ModifyKind::Name(mode)) => *mode != RenameMode::From,
        _ => false,
    }
}
