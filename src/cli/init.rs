//! `masthead init`: a site to begin with.

use super::{FINE, args::Init, new, put};
use crate::{base::Moment, scaffold::starter};
use std::path::Path;

/// Writes the site, and says how to go on.
pub fn run(args: &Init) -> u8 {
    match starter::plant(&args.folder, args.title.as_deref(), Moment::now()) {
        Ok(starter) => put(&as_text(&starter, &args.folder), FINE),
        Err(refusal) => new::refuse(&refusal),
    }
}

fn as_text(starter: &starter::Starter, folder: &Path) -> String {
    let mut text = format!("{} begins in {}:\n", starter.title, folder.display());
    for file in &starter.files {
        let note = if *file == starter.story { "  (the first story)" } else { "" };
        text.push_str(&format!("  {file}{note}\n"));
    }
    let here = folder.as_os_str().is_empty() || folder == Path::new(".");
    let root = if here { String::new() } else { format!(" --root {}", word(folder)) };
    text.push_str("\nnext:\n");
    text.push_str(&format!("  masthead build{root}\n"));
    text.push_str(&format!("  masthead new{root} news \"Your headline\"\n"));
    text
}

/// A path as one word of a command line.
fn word(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-~".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ready_to_be_pasted() {
        for (path, typed) in [
            ("valley", "valley"),
            ("../a/b.c", "../a/b.c"),
            ("my site", "'my site'"),
            ("it's", r"'it'\''s'"),
        ] {
            assert_eq!(word(Path::new(path)), typed);
        }
    }
}
