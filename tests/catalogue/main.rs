//! The catalogue of broken sites: one folder a fault, with the text a user sees.
//!
//! A case is a folder in `cases/`: a whole site, `run` with the arguments (`build` without it)
//! and `expected` with exit code and output. Each is built twice: as it is, for the text; and
//! over the output of a sound site, which it must leave untouched. `MASTHEAD_UPDATE=1` writes
//! `expected` anew, to be read before it is committed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const MOMENT: &str = "2026-06-01T00:00:00Z";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    cases
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_symlink() {
            let leads_to = fs::read_link(entry.path()).expect("a link");
            std::os::unix::fs::symlink(leads_to, target).expect("a link");
        } else if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn run(site: &Path, arguments: &str) -> String {
    let mut words: Vec<&str> = arguments.split_whitespace().collect();
    if !arguments.contains("--at") && matches!(words.first(), Some(&("build" | "check" | "list"))) {
        words.extend(["--at", MOMENT]);
    }
    let out = Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(words)
        .current_dir(site)
        .env_clear()
        .env("COLUMNS", "100")
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let shown = format!(
        "exit {}\n{}{}",
        out.status.code().unwrap_or(-1),
        text(out.stdout),
        text(out.stderr)
    );
    let shown = shown.replace(&site.display().to_string(), "[SITE]");
    shown
        .lines()
        .filter(|line| !is_progress(line))
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// Lines of a build's report: times differ from run to run, and counts and names with every
/// change of the theme.
fn is_progress(line: &str) -> bool {
    let stage = line.split_once(' ').is_some_and(|(word, rest)| {
        ["parse", "render", "write"].contains(&word) && rest.parse::<u32>().is_ok()
    });
    stage
        || line.contains(" ms")
        || line.contains(" rendered, ")
        || line.starts_with("  rendered  ")
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.file_type().is_file() {
            out.insert(entry.path().to_owned(), fs::read(entry.path()).expect("a file"));
        }
    }
    out
}

fn arguments(case: &Path) -> String {
    fs::read_to_string(case.join("run")).unwrap_or_else(|_| "build".to_owned())
}

#[test]
fn every_fault_is_told_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let temporary = tempfile::tempdir().expect("a folder");
        let site = temporary.path().join("site");
        copy(&case, &site);
        let expected = case.join("expected");
        let _ = fs::remove_file(site.join("expected"));
        let shown = run(&site, &arguments(&case));
        if std::env::var_os("MASTHEAD_UPDATE").is_some() {
            fs::write(&expected, &shown).expect("written");
        }
        let known = fs::read_to_string(&expected).unwrap_or_default();
        assert!(!shown.contains("panicked"), "{}\n{shown}", case.display());
        if known != shown {
            wrong
                .push(format!("=== {}\n--- expected\n{known}\n--- shown\n{shown}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_broken_site_leaves_the_previous_output_as_it_was() {
    for case in cases() {
        let arguments = arguments(&case);
        if !arguments.starts_with("build") || arguments.contains("--output") {
            continue;
        }
        let temporary = tempfile::tempdir().expect("a folder");
        let site = temporary.path().join("site");
        fs::create_dir_all(site.join("content/news")).expect("a folder");
        fs::write(site.join("site.toml"), "title = \"T\"\nbase_url = \"https://post.example\"\n")
            .expect("written");
        let story = "+++\ntitle = \"A sound story\"\ndate = 2026-01-01\n+++\nSound.\n";
        fs::write(site.join("content/news/sound.md"), story).expect("written");
        assert!(run(&site, "build").starts_with("exit 0"), "the sound site builds");
        let before = tree(&site.join("public"));
        assert!(!before.is_empty());
        copy(&case, &site);
        let shown = run(&site, &arguments);
        if !shown.starts_with("exit 0") {
            assert_eq!(
                before.keys().collect::<Vec<_>>(),
                tree(&site.join("public")).keys().collect::<Vec<_>>(),
                "{}",
                case.display()
            );
            assert!(before == tree(&site.join("public")), "{} changed the output", case.display());
        }
    }
}

/// A site of one story, with a small disk of its own at `at`; `None` without the right to mount,
/// where there is nothing to see.
fn with_small_disk(at: &str, size: &str) -> Option<(tempfile::TempDir, PathBuf, Unmount)> {
    let temporary = tempfile::tempdir().expect("a folder");
    let site = temporary.path().join("site");
    let disk = site.join(at);
    fs::create_dir_all(site.join("content/news")).expect("a folder");
    fs::create_dir_all(&disk).expect("a folder");
    fs::write(site.join("site.toml"), "title = \"T\"\nbase_url = \"https://post.example\"\n")
        .expect("written");
    write_story(&site, "sound");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"])
        .arg(&disk)
        .output()
        .is_ok_and(|out| out.status.success());
    mounted.then(|| (temporary, site, Unmount(disk)))
}

fn write_story(site: &Path, name: &str) {
    let story = "+++\ntitle = \"Sound\"\ndate = 2026-01-01\n+++\nSound.\n";
    fs::write(site.join(format!("content/news/{name}.md")), story).expect("written");
}

#[test]
fn a_full_disk_leaves_the_previous_output_as_it_was() {
    let Some((_folder, site, _disk)) = with_small_disk("public", "1m") else { return };
    let public = site.join("public");
    assert!(run(&site, "build").starts_with("exit 0"), "{}", run(&site, "build"));
    let before = tree(&public);
    fs::create_dir_all(site.join("static")).expect("a folder");
    for film in 0..20 {
        let film = site.join(format!("static/film-{film}.bin"));
        fs::write(film, vec![7; 2 << 20]).expect("written");
    }
    let shown = run(&site, "build");
    assert!(shown.starts_with("exit 3"), "{shown}");
    assert!(shown.contains("error[unwritable]") && shown.contains("make room"), "{shown}");
    assert_eq!(shown.matches("error[unwritable]").count(), 1, "told once: {shown}");
    assert!(shown.contains("nor can") && shown.contains("more files"), "{shown}");
    assert!(before == tree(&public), "the output changed");
    fs::remove_dir_all(site.join("static")).expect("removed");
    assert!(run(&site, "build").starts_with("exit 0"));
}

#[test]
fn a_full_disk_at_the_ledger_leaves_the_previous_output_as_it_was() {
    let Some((_folder, site, _disk)) = with_small_disk(".masthead", "48k") else { return };
    let public = site.join("public");
    assert!(run(&site, "build").starts_with("exit 0"), "{}", run(&site, "build"));
    let before = tree(&public);
    (0..300).for_each(|number| write_story(&site, &format!("more-{number}")));
    let shown = run(&site, "build");
    assert!(shown.starts_with("exit 3"), "{shown}");
    assert!(shown.contains("`.masthead/ledger` cannot be written"), "{shown}");
    assert!(shown.contains("nothing was changed"), "{shown}");
    assert!(before == tree(&public), "the output changed");
    (0..300).for_each(|number| {
        fs::remove_file(site.join(format!("content/news/more-{number}.md"))).expect("removed");
    });
    assert!(run(&site, "build").starts_with("exit 0"));
    assert!(before == tree(&public), "the output changed");
}

/// Folders for new pages take room as well, and are made when pages go to their places. Wherever
/// it ends, what is said is true, and the next build makes it good.
#[test]
fn a_disk_that_is_full_halfway_is_told_of() {
    let mut halfway = 0;
    for files in (40..120).step_by(2) {
        let Some((_folder, site, disk)) = with_small_disk("public", "9m") else { return };
        assert!(run(&site, "build").starts_with("exit 0"));
        let before = tree(&site.join("public"));
        (0..20).for_each(|number| write_story(&site, &format!("more-{number}")));
        disk.holds(before.len() + files);
        let shown = run(&site, "build");
        let changed = before != tree(&site.join("public"));
        let said = shown.contains("some pages are those of the new edition already");
        if shown.starts_with("exit 0") {
            assert!(changed && !said, "{files} files more: {shown}");
            continue;
        }
        assert!(shown.starts_with("exit 3"), "{files} files more: {shown}");
        assert_eq!(said, changed, "{files} files more: {shown}");
        assert_eq!(shown.contains("nothing was changed"), !changed, "{files} files more: {shown}");
        halfway += usize::from(said);
        disk.holds(10_000);
        assert!(run(&site, "build").starts_with("exit 0"), "{files} files more");
        let shown = run(&site, "build --verify");
        assert!(shown.contains("every page is as the ledger says"), "{files} files more: {shown}");
    }
    assert!(halfway > 0, "no disk was full halfway");
}

#[test]
fn an_output_folder_by_way_of_a_link_or_back_is_where_it_leads() {
    let temporary = tempfile::tempdir().expect("a folder");
    let site = temporary.path().join("site");
    fs::create_dir_all(site.join("content/news")).expect("a folder");
    fs::write(site.join("site.toml"), "title = \"T\"\nbase_url = \"https://post.example\"\n")
        .expect("written");
    write_story(&site, "sound");
    std::os::unix::fs::symlink(site.join("content"), temporary.path().join("way")).expect("a link");
    for arguments in [
        "build --output ../way/x",
        "build --output content/../content/x",
        "build --output public/../content",
        "build --root ../site --output ../way/../content/x",
    ] {
        let shown = run(&site, arguments);
        assert!(shown.starts_with("exit 1"), "{arguments}: {shown}");
        assert!(shown.contains("error[output-inside]"), "{arguments}: {shown}");
    }
    assert_eq!(tree(&site.join("content")).len(), 1, "{:?}", tree(&site.join("content")).keys());
}

struct Unmount(PathBuf);

impl Unmount {
    /// Lets the disk hold so many files and folders.
    fn holds(&self, files: usize) {
        let options = format!("remount,nr_inodes={files}");
        let mount = Command::new("mount").args(["-o", &options]).arg(&self.0).output();
        assert!(mount.is_ok_and(|out| out.status.success()), "{files} files are too few");
    }
}

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn two_builds_do_not_work_in_one_folder() {
    let temporary = tempfile::tempdir().expect("a folder");
    let site = temporary.path();
    fs::create_dir_all(site.join(".masthead")).expect("a folder");
    fs::write(site.join("site.toml"), "title = \"T\"\nbase_url = \"https://post.example\"\n")
        .expect("written");
    let lock = fs::File::create(site.join(".masthead/lock")).expect("a file");
    lock.lock().expect("the lock");
    let shown = run(site, "build");
    assert!(shown.starts_with("exit 3") && shown.contains("error[busy]"), "{shown}");
}

#[test]
fn every_code_has_a_case() {
    let mut told = String::new();
    for case in cases() {
        told += &fs::read_to_string(case.join("expected")).unwrap_or_default();
    }
    let missing: Vec<&str> = masthead::base::Code::ALL
        .iter()
        .map(|code| code.slug())
        .filter(|slug| !told.contains(&format!("[{slug}]")) && !ELSEWHERE.contains(slug))
        .collect();
    assert!(missing.is_empty(), "no case tells of {missing:?}");
}

/// Codes that no folder of files can bring about; each has a test of its own.
const ELSEWHERE: &[&str] = &["unreadable", "changed-meanwhile", "verify-failed", "busy"];
