//! Which target is meant: one that has a name in the settings, an address, or a folder.

use crate::{
    base::{
        Code, Diagnostic,
        suggest::{nearest, one_of},
    },
    remote::{Address, address::SCHEMES},
    site::Target,
};
use std::path::Path;

/// The target that a word on the command line means. A folder on the command line is taken from
/// where the command runs, one in the settings from the site's folder.
///
/// # Errors
/// There is no such target.
pub fn choose(
    word: &str,
    targets: &[Target],
    root: &Path,
) -> Result<(Target, Address), Diagnostic> {
    let bad = |message: String| Diagnostic::new(Code::BadTarget, message);
    if let Some(target) = targets.iter().find(|target| target.name == word) {
        let address = Address::parse(&target.url, root);
        let address = address.map_err(|why| bad(format!("the target `{word}`: {why}")));
        return Ok((
            target.clone(),
            address.map_err(|finding| finding.help(format!("write one of {SCHEMES}")))?,
        ));
    }
    if word.is_empty() {
        let help = format!("name one of site.toml's targets, or an address: {SCHEMES}");
        return Err(bad("no target is named".to_owned()).help(help));
    }
    if !word.contains(['/', '\\']) && word != "." {
        let names = targets.iter().map(|target| target.name.as_str());
        let help = match nearest(word, names) {
            Some(meant) => format!("write `{meant}`"),
            None => format!(
                "write `[publish.{word}]` with a `url` into site.toml, or an address: {SCHEMES}, such as `./{word}`"
            ),
        };
        return Err(bad(format!("site.toml has no target `{word}`")).help(help));
    }
    let address = Address::parse(word, Path::new("."));
    let address = address.map_err(|why| bad(why).help(format!("write one of {SCHEMES}")))?;
    Ok((Target::unnamed(word), address))
}

/// Whether a word is one of those by which something has been published or could be.
///
/// # Errors
/// It is none of them, and is misspelt.
pub fn known(word: &str, mut names: Vec<&str>) -> Result<(), Diagnostic> {
    names.sort_unstable();
    names.dedup();
    if names.contains(&word) {
        return Ok(());
    }
    let help = match (nearest(word, names.iter().copied()), names.is_empty()) {
        (Some(meant), _) => format!("write `{meant}`"),
        (None, false) => format!("write {}", one_of(names)),
        (None, true) => "publish first: `masthead publish TARGET`".to_owned(),
    };
    let message =
        format!("`{word}` is no target in site.toml, and nothing was published to it from here");
    Err(Diagnostic::new(Code::BadTarget, message).help(help))
}
