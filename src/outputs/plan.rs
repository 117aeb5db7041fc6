//! The plan: every file there should be, each with one owner.
//!
//! Invariant: sorted by path, no path twice, and no path that is another's folder. Two owners
//! of one path are an error that names both, found before anything is rendered.

use super::{Output, notices};
use crate::{
    base::{Code, Diagnostic, OutPath, Place, UrlPath},
    content::Kind,
    edition::{Index, ListKey, ListKind, Slice, Slot, icons},
    site::{Fragments, Host, HostFile, urls},
    theme::Theme,
};
use memchr::memmem;
use rayon::prelude::*;

/// An output and where it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// The file.
    pub path: OutPath,
    /// What it shows.
    pub output: Output,
}

/// Every file there should be, sorted by path.
pub type Plan = Vec<Planned>;

/// What an article claims an address by.
#[derive(Clone, Copy, Debug)]
pub enum Claim<'a> {
    /// Its slug.
    Slug,
    /// One of its old addresses.
    Alias(&'a UrlPath),
}

/// Looks up where something stands in its source; the plan itself reads no file.
pub trait Places: Sync {
    /// Where an article makes a claim; its file alone where it says nothing of it.
    fn claim(&self, slot: Slot, claim: Claim<'_>) -> Place;

    /// Where a setting stands.
    fn setting(&self, key: &str) -> Place;
}

/// Plans the website.
#[must_use]
pub fn plan(index: &Index, theme: &Theme, places: &dyn Places) -> (Plan, Vec<Diagnostic>) {
    let mut plan = articles(index);
    if index.site.lite {
        plan.extend(lite(index));
    }
    plan.extend(lists(index));
    plan.extend(editions(index, theme));
    plan.extend(redirects(index));
    plan.extend(files(index));
    plan.extend(machine_readable(index));
    // Two claims to one path are rare and an error; then it is their names that say who is first.
    let owners = |a: &Planned, b: &Planned| owner(index, &a.output).cmp(&owner(index, &b.output));
    // Articles come in nearly this order already, which a stable sort makes use of.
    plan.par_sort_by(|a, b| {
        let ranks = || rank(&a.output).cmp(&rank(&b.output));
        a.path.cmp(&b.path).then_with(ranks).then_with(|| owners(a, b))
    });
    let mut findings = collisions(index, places, &plan);
    findings.extend(no_icon(index, places));
    plan.dedup_by(|later, first| later.path == first.path);
    (plan, findings)
}

/// Who is named first when two outputs claim one path.
fn rank(output: &Output) -> (u8, Slot) {
    match output {
        // Positions are in the order of files' paths.
        Output::Article(slot) => (0, *slot),
        Output::Redirect(_) => (2, 0),
        _ => (1, 0),
    }
}

fn at(url: &UrlPath, output: Output) -> Planned {
    Planned { path: url.file(), output }
}

fn articles(index: &Index) -> Plan {
    let shown = |slot: &&u32| matches!(index.article(**slot).kind, Kind::Story | Kind::Page);
    let slots = index.admitted.visible().par_iter().filter(shown);
    slots.map(|slot| at(&index.article(*slot).url, Output::Article(*slot))).collect()
}

fn lite(index: &Index) -> Plan {
    let story = |slot: &&u32| index.article(**slot).kind == Kind::Story;
    let slots = index.admitted.visible().par_iter().filter(story);
    let page = |slot: &u32| at(&urls::lite(&index.article(*slot).url), Output::Lite(*slot));
    let mut out: Plan = slots.map(page).collect();
    let editions = (0u8..).zip(&index.site.editions);
    out.extend(editions.map(|(n, e)| at(&urls::lite(&e.home()), Output::LiteHome(n))));
    out
}

fn lists(index: &Index) -> Plan {
    let of_list = |key: &ListKey| {
        let front = index.front_url(key);
        let pages = index.lists.get(key).map_or(0, |list| list.pages(index.site.page_size));
        let mut out = vec![at(&front, Output::Front(key.clone(), Slice::Front))];
        out.extend(
            (1..=pages)
                .map(|n| at(&urls::page_of(&front, n), Output::Front(key.clone(), Slice::Page(n)))),
        );
        if pages > 0 {
            let next = pages + 1;
            out.push(at(&urls::page_of(&front, next), Output::NextPage(key.clone(), next)));
        }
        let formats = index.feed_formats(key.kind).iter();
        out.extend(formats.map(|f| at(&index.feed_url(key, *f), Output::Feed(key.clone(), *f))));
        out
    };
    index.lists.keys().flat_map(of_list).collect()
}

fn editions(index: &Index, theme: &Theme) -> Plan {
    let mut out = Plan::new();
    for (number, edition) in (0u8..).zip(&index.site.editions) {
        out.push(at(&edition.home(), Output::Home(number)));
        out.push(at(&edition.not_found(), Output::NotFound(number)));
        if index.site.fragments != Fragments::Inline {
            let parts = theme.fragments();
            out.extend(
                parts
                    .map(|name| at(&edition.fragment(name), Output::Fragment(number, name.into()))),
            );
        }
    }
    out
}

fn redirects(index: &Index) -> Plan {
    let from = index.aliases.keys();
    from.map(|url| Planned { path: redirect_file(url), output: Output::Redirect(url.clone()) })
        .collect()
}

/// An old address without an ending was served as a folder.
fn redirect_file(url: &UrlPath) -> OutPath {
    let last = url.as_str().rsplit('/').next().unwrap_or_default();
    if last.is_empty() || last.contains('.') {
        return url.file();
    }
    UrlPath::new(&format!("{url}/")).unwrap_or_else(|| url.clone()).file()
}

fn files(index: &Index) -> Plan {
    let mut out = Plan::new();
    for (key, asset) in index.shown_files() {
        out.push(at(&asset.url, Output::File(key.into())));
        if let Some(hashed) = &asset.hashed {
            out.push(at(hashed, Output::Hashed(key.into())));
        }
    }
    out
}

fn machine_readable(index: &Index) -> Plan {
    let file = |name: &str| urls::file_below(&UrlPath::root(), name);
    let mut out = vec![at(&file("sitemap.xml"), Output::SitemapIndex)];
    out.extend(
        index.shards.keys().map(|name| at(&urls::sitemap(name), Output::Sitemap(name.clone()))),
    );
    for (number, edition) in (0u8..).zip(&index.site.editions) {
        let files = (0u32..).zip(0..index.news(number).len());
        out.extend(
            files.map(|(n, file)| at(&edition.news_sitemap(file), Output::NewsSitemap(number, n))),
        );
    }
    let icons = icons::made(&index.site, &index.facts.files).into_iter();
    out.extend(icons.map(|icon| at(&icon.url(), Output::Icon(icon))));
    for (number, edition) in (0u8..).zip(&index.site.editions) {
        let url = edition.manifest();
        if !index.facts.files.contains_key(format!("static{url}").as_str()) {
            out.push(at(&url, Output::Manifest(number)));
        }
    }
    for notice in notices::Notice::ALL {
        // An outlet that writes such a file itself knows what it wants.
        let own = index.facts.files.contains_key(format!("static/{}", notice.path()).as_str());
        if notice.is_wanted(&index.site.notices) && !own {
            out.push(at(&file(notice.path()), Output::Notice(notice)));
        }
    }
    out.extend(for_hosts(index).map(|host| at(&file(host.path()), Output::Host(host))));
    if let Some(engine) = &index.site.purge.indexnow {
        out.push(at(&file(&format!("{}.txt", engine.key)), Output::IndexNowKey));
    }
    out
}

/// The files for web servers. An outlet that speaks to its own knows what it wants.
fn for_hosts(index: &Index) -> impl Iterator<Item = HostFile> {
    let own = |host: &HostFile| {
        index.facts.files.contains_key(format!("static/{}", host.path()).as_str())
    };
    let says_gone = index.site.hosting.host == Host::Netlify;
    let none_to_name = move || !says_gone || index.gone().is_empty();
    let says_nothing = move || !index.has_moved() && none_to_name();
    let empty = move |host: &HostFile| *host == HostFile::Redirects && says_nothing();
    // A host that does not read a file shows it.
    let read = |host: &HostFile| match index.site.hosting.host {
        Host::Gitlab => *host != HostFile::Headers,
        Host::Github => !matches!(host, HostFile::Headers | HostFile::Redirects),
        Host::Any | Host::Netlify | Host::Cloudflare => true,
    };
    let wanted = index.site.hosting.files.iter().copied();
    wanted.filter(move |host| !own(host) && read(host) && !empty(host))
}

fn no_icon(index: &Index, places: &dyn Places) -> Option<Diagnostic> {
    let path = &index.site.icon;
    let is_there = path.is_empty() || icons::source(&index.site, &index.facts.files).is_some();
    (!is_there).then(|| {
        Diagnostic::new(Code::BadIcon, format!("`icon` names `{path}`, which is not there"))
            .at(places.setting("icon"))
            .help(format!("put the picture at `static/{path}`, or correct the path"))
    })
}

fn collisions(index: &Index, places: &dyn Places, plan: &[Planned]) -> Vec<Diagnostic> {
    let twice = plan
        .par_windows(2)
        .filter_map(|pair| match pair {
            [first, second] if first.path == second.path => Some((first, second)),
            _ => None,
        })
        .map(|(first, second)| collision(index, places, first, second));
    let in_the_way =
        plan.par_iter().filter(|p| !p.path.as_str().ends_with("/index.html")).filter_map(|file| {
            let below = format!("{}/", file.path);
            let from = plan.partition_point(|p| p.path.as_str() < below.as_str());
            let inner = plan.get(from).filter(|p| p.path.as_str().starts_with(&below))?;
            Some(collision(index, places, file, inner))
        });
    // A page at `…/index.html/` hides behind the name that every page's file has.
    let name = memmem::Finder::new("index.html/");
    let behind_a_page = plan.par_iter().filter_map(|inner| {
        let at = name.find(inner.path.as_str().as_bytes())?;
        let file = format!("{}index.html", &inner.path.as_str()[..at]);
        let at = plan.binary_search_by(|p| p.path.as_str().cmp(&file)).ok()?;
        Some(collision(index, places, &plan[at], inner))
    });
    let mut found: Vec<Diagnostic> = twice.chain(in_the_way).chain(behind_a_page).collect();
    found.extend(aliases_twice(index, places).chain(profiles_twice(index, places)));
    found.extend(aliases_of_pages(index, places));
    found
}

/// Aliases where a list will have a numbered page one day: better told now than on the day.
fn aliases_of_pages(index: &Index, places: &dyn Places) -> impl Iterator<Item = Diagnostic> {
    index.aliases.iter().filter(|(url, _)| index.is_numbered_page(url)).map(|(url, slot)| {
        Diagnostic::new(Code::DuplicateUrl, format!("{url} is the address of a list's page"))
            .at(places.claim(*slot, Claim::Alias(url)).label("claims it as an old address"))
            .help("remove the entry from `aliases`")
    })
}

/// Where an output's claim to its address is made, or who makes it.
fn place(index: &Index, places: &dyn Places, output: &Output) -> Place {
    let alias = |url| index.aliases.get(url).map(|slot| places.claim(*slot, Claim::Alias(url)));
    let place = match output {
        Output::Article(slot) | Output::Lite(slot) => Some(places.claim(*slot, Claim::Slug)),
        Output::Redirect(url) => alias(url),
        _ => None,
    };
    place.unwrap_or_else(|| Place::file(owner(index, output)))
}

fn collision(index: &Index, places: &dyn Places, first: &Planned, second: &Planned) -> Diagnostic {
    let message = if first.path == second.path {
        format!("two sources claim the address {}", first.path.url())
    } else {
        format!("`{}` would be both a file and a folder", first.path)
    };
    Diagnostic::new(Code::DuplicateUrl, message)
        .at(place(index, places, &second.output).label("this one"))
        .also(place(index, places, &first.output).label("and this one"))
        .help(remedy(&first.output, &second.output))
}

fn remedy(first: &Output, second: &Output) -> &'static str {
    match (first, second) {
        (Output::Article(_), Output::Article(_)) => {
            "rename one of the files, or give one of them another `slug`"
        }
        (_, Output::Redirect(_)) => "remove the entry from `aliases`",
        (Output::Article(_), _) | (_, Output::Article(_)) => {
            "give the story another `slug`, or move it to another folder"
        }
        _ => "rename one of the two",
    }
}

/// Two files that claim one alias: the index keeps the first.
fn aliases_twice(index: &Index, places: &dyn Places) -> impl Iterator<Item = Diagnostic> {
    index.admitted.visible().iter().flat_map(move |slot| {
        let article = index.article(*slot);
        article.aliases.iter().filter_map(move |alias| {
            let owner = index.aliases.get(alias).filter(|owner| *owner != slot)?;
            let place = |slot| places.claim(slot, Claim::Alias(alias));
            Some(
                Diagnostic::new(
                    Code::DuplicateUrl,
                    format!("two stories claim the old address {alias}"),
                )
                .at(place(*slot).label("this one"))
                .also(place(*owner).label("and this one"))
                .help("remove the entry from `aliases` in one of them"),
            )
        })
    })
}

/// Two profiles of one person: the index keeps the first.
fn profiles_twice(index: &Index, places: &dyn Places) -> impl Iterator<Item = Diagnostic> {
    index.admitted.visible().iter().filter_map(|slot| {
        let article = index.article(*slot);
        let person = index.people.get(article.edition, &article.slug)?;
        let owner = person.profile.filter(|owner| article.kind == Kind::Author && owner != slot)?;
        let place = |slot| places.claim(slot, Claim::Slug);
        Some(
            Diagnostic::new(
                Code::DuplicateUrl,
                format!("two sources claim the address {}", article.url),
            )
            .at(place(*slot).label("this one"))
            .also(place(owner).label("and this one"))
            .help("rename one of the files, or give one of them another `slug`"),
        )
    })
}

/// What to name as the owner of an output.
#[must_use]
pub fn owner(index: &Index, output: &Output) -> String {
    let lang = |edition: u8| index.site.editions[usize::from(edition)].lang.to_string();
    match output {
        Output::Article(slot) | Output::Lite(slot) => {
            format!("content/{}", index.article(*slot).path)
        }
        Output::LiteHome(edition) => format!("the lite edition ({})", lang(*edition)),
        Output::Home(edition) => format!("the home page ({})", lang(*edition)),
        Output::Front(key, _) | Output::NextPage(key, _) | Output::Feed(key, _) => match key.kind {
            ListKind::Latest => format!("the list of everything ({})", lang(key.edition)),
            kind => format!("the {} “{}” ({})", kind.as_str(), key.slug, lang(key.edition)),
        },
        Output::NotFound(edition) => format!("the 404 page ({})", lang(*edition)),
        Output::Fragment(_, name) => format!("the fragment {name}"),
        Output::Redirect(url) => index.aliases.get(url).map_or_else(
            || format!("the alias {url}"),
            |slot| format!("content/{}", index.article(*slot).path),
        ),
        Output::SitemapIndex | Output::Sitemap(_) | Output::NewsSitemap(..) => {
            "the sitemap".to_owned()
        }
        Output::Host(host) => host.path().to_owned(),
        Output::IndexNowKey => "the key of IndexNow".to_owned(),
        Output::Icon(icon) => format!("the icon {}", icon.name()),
        Output::Manifest(edition) => format!("the web manifest ({})", lang(*edition)),
        Output::Notice(notice) => notice.path().to_owned(),
        Output::File(key) | Output::Hashed(key) => match key.strip_prefix("theme/") {
            Some(path) => format!("themes/{}/static/{path}", index.site.theme),
            None => key.to_string(),
        },
    }
}
