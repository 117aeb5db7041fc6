//! Every diagnostic code in one table: its slug, its usual severity, and what it means.
//!
//! Invariant: a slug, once published, keeps its meaning; `[lint]` in site.toml, `explain CODE`
//! and CI recipes refer to it. A test demands a fixture for every code that is listed here.

use super::diag::Severity::{self, Error, Note, Warning};
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident $slug:literal $severity:ident $text:literal)*) => {
        /// A kind of finding.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $text] #[serde(rename = $slug)] $name,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The name used on the terminal, in `[lint]` and by `explain`.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(Code::$name => $slug),* }
            }

            /// How grave a finding of this kind is unless `[lint]` says otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => $severity),* }
            }

            /// What it means and what to do, in a paragraph.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }
        }
    };
}

codes! {
    // The settings.
    NoSite "no-site" Error "There is no site.toml in the root folder. A site needs one with at least `title` and `base_url`; `masthead init DIR` writes a whole site to begin with."
    BadSettings "bad-settings" Error "site.toml, or a theme's theme.toml, is not valid TOML, or a value in it has the wrong type. The place is underlined; the configuration reference lists each key with its type."
    UnknownSetting "unknown-setting" Error "A key in site.toml (or theme.toml) is not one that Masthead knows. A misspelt setting would otherwise be silently ignored. Your own values belong under `[extra]`."
    BadBaseUrl "bad-base-url" Error "`base_url` must be an absolute http or https URL without a query, such as `https://example.org`. Feeds, sitemaps and canonical links are built from it."
    BadLanguage "bad-language" Error "A language code is not a BCP 47 tag such as `en`, `ckb`, `ku` or `pt-BR`, or one language is listed twice, as `ku` and `kmr`."
    BadTimezone "bad-timezone" Error "`timezone` must be a name from the IANA time zone database, such as `Asia/Baghdad` or `Europe/Istanbul`."
    BadPermalink "bad-permalink" Error "The `permalink` pattern must begin and end with `/`, must contain `:slug`, and may use `:path`, `:section`, `:year`, `:month` and `:day`."
    UnknownTheme "unknown-theme" Error "The theme that site.toml names is neither in `themes/` nor built in."
    // Front matter.
    NotUtf8 "not-utf8" Error "The file is not UTF-8 text. It was probably saved in an older encoding: open it in an editor and save it as UTF-8."
    NoFrontMatter "no-front-matter" Error "A story begins with its front matter: TOML between two lines of `+++`, or YAML between two lines of `---`. Lines end as on Unix or Windows; a carriage return alone, as on old Macs, ends none."
    UnclosedFrontMatter "unclosed-front-matter" Error "The front matter is opened but never closed. The closing line must be the same three characters alone on a line."
    BadFrontMatter "bad-front-matter" Error "The front matter is not valid TOML (between `+++`) or YAML (between `---`). In YAML, text that holds a colon followed by a space, or begins with a quote, an asterisk, `@` or `#`, must be put in quotes."
    UnknownKey "unknown-key" Error "A front matter key is not one that Masthead knows. A misspelt key would otherwise be silently ignored. Keys of your own belong in the `extra` table."
    WrongType "wrong-type" Error "A front matter value is of another type than its key wants, such as a number where text is wanted."
    MissingTitle "missing-title" Error "Every file in `content/` needs a `title`, and it must not be empty."
    MissingDate "missing-date" Error "Every story needs a `date`: the moment of its first publication. Plain pages do not."
    BadDate "bad-date" Error "A date is written as `2026-11-22`, `2026-11-22T08:30:00` (then in the site's timezone) or `2026-11-22T08:30:00+03:00`."
    BadSlug "bad-slug" Error "A slug is one segment of a URL: it must not be empty, be `.` or `..`, or contain `/`, `\\`, `?`, `#`, control characters or marks of direction, and something of it must be visible."
    BadAlias "bad-alias" Error "An alias is an old path on this site, beginning with `/`, without `..`, query or fragment."
    BadFileName "bad-file-name" Error "The file's name leaves nothing that could stand in a URL. Rename it, or give the story a `slug`."
    UnreadFile "unread-file" Warning "A file in `content/` looks like Markdown by its name, but does not end in `.md`, in small letters. It is neither read nor published: rename it."
    ExpiresEarly "expires-early" Warning "The story expires before it is published, so it is never shown."
    DatedAhead "dated-ahead" Warning "`updated`, or the date of a correction, lies in the future. Until that moment readers are told of no update and shown no correction."
    MisplacedKey "misplaced-key" Error "A key that keeps a story from readers, such as `draft` or `embargo`, stands within `extra`, where it does nothing: the story would be published. In TOML, all that follows a line such as `[extra]` belongs to it, so that line comes last; in YAML, a key of the story's own begins at the margin. Keys of a theme need other names."
    NoEffect "no-effect" Warning "A key is understood, but does nothing in this file: the address of a section is that of its folder, whatever `slug` its `_index.md` gives, and a tag or series without a letter or digit has none."
    DuplicateKey "duplicate-key" Error "The same key stands twice in the front matter, or under two names that mean the same, such as `summary` and `description`."
    // The site as a whole.
    DuplicateUrl "duplicate-url" Error "Two sources claim one URL. Rename one of the files or give one of them another `slug`; remove the `aliases` entry if the conflict is with a redirect."
    UnknownTranslation "unknown-translation" Warning "`translation_of` names a story that does not exist, or one in the same language."
    DoubleTranslation "double-translation" Warning "Two stories in one language translate the same story. Readers of its other languages are led to one of them alone, the first by path. A story at the path of the original in another edition's folder is a translation without a word."
    NoContent "no-content" Warning "There is no story to publish: the `content/` folder is missing or holds no published story."
    // Links and pictures.
    BrokenLink "broken-link" Warning "A link leads to no page of this site. It may be misspelt, or the story may be a draft, under embargo or expired. A build goes on without it; `check` counts it as an error."
    BrokenAnchor "broken-anchor" Warning "A link leads to a heading or anchor that the page does not have."
    OutsideContent "outside-content" Error "A link or picture path leads out of the `content/` folder, or a symbolic link stands in it. A build goes on without such a link; `check` counts it as an error."
    MissingPicture "missing-picture" Warning "A picture that a story shows is not there, neither beside the story nor under `static/`."
    MissingAlt "missing-alt" Warning "A picture has no alternative text. Say in a few words what is to be seen, for those who cannot see it."
    BlockedFrame "blocked-frame" Warning "A story shows a page of another host in an `<iframe>`, and the Content Security Policy does not let it. Name the host under `frames` in `[csp]`, or take the frame out."
    BlockedScript "blocked-script" Warning "A story holds a script, an attribute such as `onclick` or a `javascript:` link. The Content Security Policy lets none of them run, feeds and the lite edition leave them out, and a `javascript:` link is written without its address. Put scripts into the theme, or name the host of one under `scripts` in `[csp]`."
    UnknownAuthor "unknown-author" Warning "A byline names somebody who has no profile in `content/authors/`. The author page exists all the same, with the name alone."
    NearTag "near-tag" Warning "Two spellings of one tag are in use, such as `security` and `Security `. They share a page, but one spelling should be chosen."
    LongHeadline "long-headline" Warning "The headline is longer than search engines and cards show. The limit is `headline_max` in `[lint]`."
    MissingSummary "missing-summary" Note "The story has no standfirst; lists and feeds show the beginning of the text instead."
    MissingCredit "missing-credit" Note "The lead picture has no credit."
    MissingString "missing-string" Note "A theme string is missing in one of the outlet's languages; the fallback is shown."
    // Themes.
    BadTemplate "bad-template" Error "A template is not valid: its syntax is wrong, or it uses a template, filter, function or component that does not exist."
    TemplateFailed "template-failed" Error "A template failed while it rendered a page. The finding names the line of the template and the source of the page."
    TemplateCycle "template-cycle" Error "Templates include or extend one another in a circle."
    MissingTemplate "missing-template" Error "The theme has no template for a kind of page that the site needs."
    BlockedInline "blocked-inline" Warning "A template writes a `<script>` or `<style>` whose text differs from page to page. The Content Security Policy, which is one for the whole site, cannot name it, so browsers refuse it. Put what differs into `data-` attributes, or into a `<script type=\"application/json\">`, and read it from a fixed script."
    BadStrings "bad-strings" Error "A file in `strings/` is not valid TOML, or a string in it is neither text nor a table of plural categories."
    BadIcon "bad-icon" Error "The picture that icons are made from is not there, or is not an SVG or PNG that can be drawn. `icon` in site.toml names a file below `static/`; the theme's `favicon.svg` is used where it names none."
    LiteTooLarge "lite-too-large" Error "A page of the lite edition takes more than 10,000 bytes before a word of the story's text is in it. The theme's `lite.html` or `lite_home.html` must be shorter, or the story's headline and standfirst."
    SecurityExpires "security-expires" Warning "security.txt has expired, or will be valid for more than a year. RFC 9116 wants a date that somebody looks at: what has expired must not be relied on, and what lives for years is likely to be out of date."
    HostLimit "host-limit" Warning "The files for web servers hold more than the host reads: it documents how many header rules and redirects it takes, and how long a line may be. What matters most is written first, and what does not fit is left out, so readers lose nothing they cannot do without."
    NotGone "not-gone" Warning "`gone` in `[hosting]` names an address where readers find something: a page, a file, or a redirect. That is what they get; web servers are not told that it is gone."
    // The environment.
    Unreadable "unreadable" Error "A file or folder cannot be read: the system's reason is given."
    Unwritable "unwritable" Error "A file or folder cannot be written: the system's reason is given. What was published before is left as it was."
    OutputNotOurs "output-not-ours" Error "The output folder holds files that Masthead did not write. It would remove them, so it refuses. Choose another folder with `--output`, or empty this one."
    OutputInside "output-inside" Error "The output folder is, or lies inside, a folder that Masthead reads from."
    ChangedMeanwhile "changed-meanwhile" Warning "A story changed on disk while the site was being built. It is left for the next build."
    VerifyFailed "verify-failed" Error "A page rendered anew differs from what the ledger says. This is a fault in Masthead or in a theme function; please report it. The page has been written anew."
    BadTarget "bad-target" Error "The target of `publish` or `verify` is neither a name from `[publish.NAME]` in site.toml, nor an address such as `s3://bucket/prefix`, nor the path of a folder."
    TargetFailed "target-failed" Error "The target cannot be reached, or refuses: the reason is given. What is there is whole; running the command again goes on where it stopped."
    PublishRefused "publish-refused" Error "This edition is not for this target: it shows drafts, is for another address, is older than what is there, or would take down more than it may. `--dry-run` shows what it would have done."
    TornManifest "torn-manifest" Error "The manifest at the target, which says what lies there, is damaged, of a newer Masthead, or of another outlet. Nobody can say then what may be replaced, so nothing is."
    Busy "busy" Error "Another build is at work in this folder. Wait for it to end."
}

impl Code {
    /// The code with this slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.slug() == slug)
    }
}
impl Code {
    /// Whether `[lint]` may give it another level: those that `check` finds. What a target or the
    /// machine says is not for settings to weigh.
    #[must_use]
    pub fn is_weighable(self) -> bool {
        !matches!(
            self,
            Self::BadTarget | Self::TargetFailed | Self::PublishRefused | Self::TornManifest
        )
    }
}
