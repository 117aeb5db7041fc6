//! `[serve]`: how the preview opens a file in the editor's own editor.
//!
//! Invariant: what comes out is an address that opens a program or nothing; an address that would
//! run as a script in the preview's pages is refused. It never shows in a page that is built.
//! The addresses are those that the editors' own programs answer to; that of Visual Studio Code is at
//! <https://code.visualstudio.com/docs/configure/command-line#_opening-vs-code-with-urls>.

use super::written::{Reader, Refusal, section};
use crate::base::{
    Code,
    suggest::{nearest, one_of},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use toml::Spanned;

/// Which program opens a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Editor {
    /// The one that `$VISUAL` or `$EDITOR` names, if it can be opened by a link.
    #[default]
    Usual,
    /// None: pages have no such links.
    None,
    /// The one that an address opens, with `{path}`, `{line}` and `{column}` in it.
    Address(String),
}

section! {
    /// `[serve]`.
    ServeTable is "a table" {
        /// Which editor opens files.
        editor: String = r#""vscode""#,
    }
}

/// Editors that have an address of their own, by the name of their command.
const KNOWN: [(&str, &str); 13] = [
    ("vscode", "vscode://file/{path}:{line}:{column}"),
    ("vscodium", "vscodium://file/{path}:{line}:{column}"),
    ("cursor", "cursor://file/{path}:{line}:{column}"),
    ("zed", "zed://file/{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("webstorm", "webstorm://open?file={path}&line={line}&column={column}"),
    ("pycharm", "pycharm://open?file={path}&line={line}&column={column}"),
    ("rustrover", "rustrover://open?file={path}&line={line}&column={column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("macvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
    ("emacs", "emacs://open?url=file://{path}&line={line}&column={column}"),
    ("nova", "nova://open?path={path}&line={line}"),
];

/// Commands that are called otherwise than their editor is here.
const COMMANDS: [(&str, &str); 6] = [
    ("code", "vscode"),
    ("codium", "vscodium"),
    ("zeditor", "zed"),
    ("subl", "sublime"),
    ("mate", "textmate"),
    ("emacsclient", "emacs"),
];

/// The places in an address.
const PLACES: [&str; 3] = ["{path}", "{line}", "{column}"];

/// Schemes of addresses that browsers would run or show instead of opening a program.
const RUN: [&str; 4] = ["javascript", "data", "vbscript", "blob"];

/// What stays as it is in a path (RFC 3986, section 2.3, and the slash).
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The settings as meant.
pub(super) fn editor(written: Option<Spanned<ServeTable>>, reader: &mut Reader<'_>) -> Editor {
    let ServeTable { editor } = written.map(Spanned::into_inner).unwrap_or_default();
    reader.checked(editor, Editor::Usual, named)
}

fn named(text: String) -> Result<Editor, Refusal> {
    match known(&text) {
        Some(address) => Ok(Editor::Address(address.to_owned())),
        None if text == "none" => Ok(Editor::None),
        None => fault(&text).map_or(Ok(Editor::Address(text)), Err),
    }
}

fn known(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, address)| *address)
}

/// What is wrong with an address that opens an editor.
fn fault(text: &str) -> Option<Refusal> {
    let refuse = |fact: String, help: String| Some(Refusal::new(Code::BadSettings, fact, help));
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let begins = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) {
        let names = KNOWN.iter().map(|(name, _)| *name).chain(["none"]);
        let help = match nearest(text, names.clone()) {
            Some(meant) => format!("write `editor = \"{meant}\"`"),
            None => format!("write {}, or an address such as `\"{}\"`", one_of(names), KNOWN[0].1),
        };
        return refuse(format!("there is no editor `{}`", text.escape_debug()), help);
    }
    if RUN.iter().any(|run| scheme.eq_ignore_ascii_case(run)) {
        let help = format!("write an address that opens a program, such as `\"{}\"`", KNOWN[0].1);
        return refuse(format!("`{scheme}:` opens no editor"), help);
    }
    if !text.contains(PLACES[0]) {
        let help = format!("write where the file goes, such as in `\"{}\"`", KNOWN[0].1);
        return refuse("the address does not say `{path}`".to_owned(), help);
    }
    let rest = PLACES.iter().fold(text.to_owned(), |text, place| text.replace(place, ""));
    if rest.contains(['{', '}']) || rest.contains(char::is_whitespace) {
        let help =
            "write `{path}`, `{line}` and `{column}`, and nothing else in braces; a blank is `%20`";
        return refuse("the address cannot be read".to_owned(), help.to_owned());
    }
    None
}

impl Editor {
    /// The address that opens a file at a line and column (from 1), if there is an editor to open
    /// it. `usual` is the command that `$VISUAL` or `$EDITOR` holds; where it names none that can
    /// be opened by a link, the address is Visual Studio Code's.
    #[must_use]
    pub fn open(&self, usual: &str, path: &str, line: u32, column: u32) -> Option<String> {
        let pattern = match self {
            Self::None => return None,
            Self::Address(pattern) => pattern,
            Self::Usual => of_command(usual).unwrap_or(KNOWN[0].1),
        };
        Some(filled_in(pattern, path, line, column))
    }
}

/// The address of the editor that a command such as `/usr/bin/code --wait` starts.
fn of_command(command: &str) -> Option<&'static str> {
    let program = command.split_whitespace().next()?;
    let name = program.rsplit(['/', '\\']).next()?.trim_end_matches(".exe");
    let name = COMMANDS.iter().find(|(known, _)| *known == name).map_or(name, |(_, name)| *name);
    known(name)
}

fn filled_in(pattern: &str, path: &str, line: u32, column: u32) -> String {
    let path = utf8_percent_encode(&path.replace('\\', "/"), PATH).to_string();
    // `…://file/{path}` with a path that begins with a slash has one of them, `file://{path}` keeps it.
    let doubled = pattern.contains("/{path}") && !pattern.contains("://{path}");
    let path = if doubled { path.trim_start_matches('/') } else { &path };
    let (line, column) = (line.max(1).to_string(), column.max(1).to_string());
    pattern.replace("{line}", &line).replace("{column}", &column).replace("{path}", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_open_the_file_at_its_place() {
        let address = |text: &str| Editor::Address(text.to_owned());
        for (editor, usual, expected) in [
            (named("vscode".to_owned()).ok(), "", "vscode://file/n%20w/a%26b.md:7:3"),
            (
                named("idea".to_owned()).ok(),
                "vi",
                "idea://open?file=/n%20w/a%26b.md&line=7&column=3",
            ),
            (
                named("sublime".to_owned()).ok(),
                "",
                "subl://open?url=file:///n%20w/a%26b.md&line=7&column=3",
            ),
            (Some(address("x+y://{path}")), "", "x+y:///n%20w/a%26b.md"),
            (
                Some(address("https://code.example/?f={path}#{line}")),
                "",
                "https://code.example/?f=/n%20w/a%26b.md#7",
            ),
            (Some(Editor::Usual), "/usr/bin/zed --wait", "zed://file/n%20w/a%26b.md:7:3"),
            (Some(Editor::Usual), "codium", "vscodium://file/n%20w/a%26b.md:7:3"),
            (Some(Editor::Usual), "vi", "vscode://file/n%20w/a%26b.md:7:3"),
            (Some(Editor::Usual), "", "vscode://file/n%20w/a%26b.md:7:3"),
        ] {
            let open = editor.and_then(|editor| editor.open(usual, "/n w/a&b.md", 7, 3));
            assert_eq!(open.as_deref(), Some(expected));
        }
        assert_eq!(Editor::None.open("code", "/a.md", 1, 1), None);
        assert_eq!(
            Editor::Usual.open("", "C:\\a.md", 0, 0).as_deref(),
            Some("vscode://file/C%3A/a.md:1:1")
        );
    }

    #[test]
    fn every_editor_that_is_known_passes() {
        for (name, address) in KNOWN {
            assert_eq!(named(name.to_owned()).ok(), Some(Editor::Address(address.to_owned())));
            assert!(fault(address).is_none(), "{name}");
        }
        for (command, name) in COMMANDS {
            assert_eq!(of_command(command), known(name), "{command}");
        }
    }
}
