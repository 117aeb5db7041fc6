//! The two sites that are built from one archive, and the edits made to them.
//!
//! Invariant: Masthead and Hugo read the same content folder, so an edit is made once for
//! both; every edit can be taken back to the byte. While edits are being made the archive
//! carries no stamp, so that an interrupted run leaves none that would be used again.

use crate::corpus::{Archive, MOMENT};
use crate::measure::{Outcome, Usage, at, clear, put_away, run};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder with an archive, a site for each generator, and what they publish.
pub struct Desk {
    folder: PathBuf,
    archive: Archive,
}

/// One change to one file.
pub struct Edit {
    path: PathBuf,
    before: Option<String>,
    after: String,
}

/// A program that makes a website.
pub trait Generator {
    /// Where it publishes to.
    fn output(&self) -> &Path;
    /// Whether it remembers what it built, so that an edit taken back has to be built again.
    fn remembers(&self) -> bool;
    /// Removes what it published and remembers.
    ///
    /// # Errors
    /// What the system says.
    fn forget(&self) -> Outcome<()>;
    /// Builds the site.
    ///
    /// # Errors
    /// When the program fails.
    fn build(&self) -> Outcome<(Usage, Option<Report>)>;
}

/// What Masthead says it did.
#[derive(Clone, Copy, serde::Deserialize)]
pub struct Report {
    /// Outputs rendered.
    pub rendered: u64,
    /// Files written.
    pub written: u64,
}

impl Desk {
    /// The desk for an archive; the archive is written unless it is there already.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(work: &Path, archive: Archive, threads: usize) -> Outcome<Self> {
        let Archive { stories, body_scale, seed } = archive;
        let desk = Self { folder: work.join(format!("{stories}-x{body_scale}-{seed}")), archive };
        if !desk.stamp().exists() {
            clear(&desk.site())?;
            at(&desk.content(), archive.write(&desk.content(), threads))?;
            desk.put_stamp()?;
        }
        Ok(desk)
    }

    /// Root of Masthead's site.
    pub fn site(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// The stories.
    pub fn content(&self) -> PathBuf {
        self.site().join("content")
    }

    /// A place of its own for whoever needs one.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What says that the archive is whole. Raise the number when the generator changes.
    fn stamp(&self) -> PathBuf {
        self.folder.join("whole-2")
    }

    fn put_stamp(&self) -> Outcome<()> {
        at(&self.stamp(), fs::write(self.stamp(), "Removed while the archive is being edited.\n"))
    }

    /// Does `work` with the stamp put away; it comes back when all went well.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn unstamped<T>(&self, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        at(&self.stamp(), fs::remove_file(self.stamp()))?;
        let done = work()?;
        self.put_stamp()?;
        Ok(done)
    }

    /// A line more in the newest story.
    ///
    /// # Errors
    /// What the system says.
    pub fn body_edit(&self) -> Outcome<Edit> {
        let path = self.content().join(self.archive.newest());
        Edit::of(path, |text| text + "\nA late line from the desk.\n")
    }

    /// Another headline for the newest story, which is on the most pages.
    ///
    /// # Errors
    /// What the system says.
    pub fn headline_edit(&self) -> Outcome<Edit> {
        let path = self.content().join(self.archive.newest());
        Edit::of(path, |text| text.replacen("title = \"", "title = \"Update: ", 1))
    }

    /// One story more.
    pub fn added_story(&self) -> Edit {
        let (path, after) = self.archive.one_more();
        Edit { path: self.content().join(path), before: None, after }
    }
}

impl Edit {
    /// The edit that makes of a file what `change` makes of its text.
    ///
    /// # Errors
    /// When the file cannot be read, or nothing would change.
    pub fn of(path: PathBuf, change: impl FnOnce(String) -> String) -> Outcome<Self> {
        let text = at(&path, fs::read_to_string(&path))?;
        let after = change(text.clone());
        if after == text {
            return Err(format!("{}: the edit changes nothing", path.display()).into());
        }
        Ok(Self { path, before: Some(text), after })
    }

    /// Makes the edit.
    ///
    /// # Errors
    /// What the system says.
    pub fn make(&self) -> Outcome<()> {
        if let Some(folder) = self.path.parent() {
            at(folder, fs::create_dir_all(folder))?;
        }
        at(&self.path, fs::write(&self.path, &self.after))
    }

    /// Takes it back.
    ///
    /// # Errors
    /// What the system says.
    pub fn take_back(&self) -> Outcome<()> {
        let done = match &self.before {
            Some(text) => fs::write(&self.path, text),
            None => fs::remove_file(&self.path),
        };
        at(&self.path, done)
    }
}

/// The program under measurement.
pub struct Masthead {
    program: PathBuf,
    root: PathBuf,
    output: PathBuf,
    notes: PathBuf,
}

impl Masthead {
    /// Sets up its site on the desk: settings and theme.
    ///
    /// # Errors
    /// What the system says.
    pub fn at(desk: &Desk, program: &Path, benches: &Path) -> Outcome<Self> {
        let root = desk.site();
        let settings = benches.join("site.toml");
        at(&settings, fs::copy(&settings, root.join("site.toml")))?;
        copy(&benches.join("theme"), &root.join("themes/bench"))?;
        let (output, notes) = (desk.place("public"), desk.place("time"));
        Ok(Self { program: program.to_owned(), root, output, notes })
    }

    /// A change to the template of stories, which is on every story's page.
    ///
    /// # Errors
    /// When the template is not as expected.
    pub fn template_edit(&self) -> Outcome<Edit> {
        let path = self.root.join("themes/bench/templates/story.html");
        Edit::of(path, |text| text.replacen("<article", "<article data-edited", 1))
    }

    /// The Latest baked into every page instead of fetched.
    ///
    /// # Errors
    /// When the settings are not as expected.
    pub fn inline_fragments(&self) -> Outcome<Edit> {
        let path = self.root.join("site.toml");
        Edit::of(path, |text| text.replacen("\"client\"", "\"inline\"", 1))
    }
}

impl Generator for Masthead {
    fn output(&self) -> &Path {
        &self.output
    }

    fn remembers(&self) -> bool {
        true
    }

    fn forget(&self) -> Outcome<()> {
        clear(&self.root.join(".masthead"))?;
        put_away(&self.output)
    }

    fn build(&self) -> Outcome<(Usage, Option<Report>)> {
        let (root, output) = (self.root.display().to_string(), self.output.display().to_string());
        let args =
            ["build", "--root", &root, "--output", &output, "--at", MOMENT, "--format", "json"];
        let (usage, said) = run(&self.program, &args, &self.notes)?;
        let report = serde_json::from_str(&said).map_err(|err| format!("{err} in {said}"))?;
        Ok((usage, Some(report)))
    }
}

/// The generator to compare with.
pub struct Hugo {
    program: PathBuf,
    root: PathBuf,
    output: PathBuf,
    notes: PathBuf,
}

impl Hugo {
    /// Sets up its site on the desk: the same content folder, an equivalent theme.
    ///
    /// # Errors
    /// What the system says.
    pub fn at(desk: &Desk, program: &Path, benches: &Path) -> Outcome<Self> {
        let root = desk.place("hugo");
        copy(&benches.join("hugo"), &root)?;
        let settings = benches.join("hugo/hugo.toml");
        let settings = at(&settings, fs::read_to_string(&settings))?;
        let content = desk.content().display().to_string();
        fs::write(root.join("hugo.toml"), settings.replace("CONTENT", &content))?;
        let (output, notes) = (desk.place("hugo-public"), desk.place("time"));
        Ok(Self { program: program.to_owned(), root, output, notes })
    }

    /// The same change to its template of stories.
    ///
    /// # Errors
    /// When the template is not as expected.
    pub fn template_edit(&self) -> Outcome<Edit> {
        let path = self.root.join("layouts/page.html");
        Edit::of(path, |text| text.replacen("<article", "<article data-edited", 1))
    }
}

impl Generator for Hugo {
    fn output(&self) -> &Path {
        &self.output
    }

    fn remembers(&self) -> bool {
        false
    }

    fn forget(&self) -> Outcome<()> {
        put_away(&self.output)
    }

    fn build(&self) -> Outcome<(Usage, Option<Report>)> {
        let (root, output) = (self.root.display().to_string(), self.output.display().to_string());
        let args = ["--source", &root, "--destination", &output, "--clock", MOMENT, "--quiet"];
        Ok((run(&self.program, &args, &self.notes)?.0, None))
    }
}

/// Copies a folder over another, in whose place it comes.
fn copy(from: &Path, to: &Path) -> Outcome<()> {
    clear(to)?;
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            at(&target, fs::create_dir_all(&target))?;
        } else {
            at(&target, fs::copy(entry.path(), &target))?;
        }
    }
    Ok(())
}
