// What is judged: the two built outlets, their files, and what kind each page is.
//
// Everything is found by looking at the output, so a new kind of file is judged from its first build.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const target = join(here, "..", "..", "target", "judges");

let found;

/// `dir` holds the files; `web` is the root of the host, which `dir` lies in at `path`.
export function outlets() {
  found ??= [
    outlet("demo", "demo", ""),
    outlet("hostile", "hostile", "/paper"),
  ];
  return found;
}

function outlet(name, folder, path) {
  const web = join(process.env.JUDGED ?? join(target, "sites"), folder);
  const dir = join(web, path);
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .sort();
  const read = (file) => readFileSync(join(dir, file), "utf8");
  const pages = files
    .filter((file) => file.endsWith(".html"))
    .map((file) => page(file, read(file), path))
    .filter((page) => page.kind !== "fragment");
  // The address of the outlet, as its own home page gives it.
  const home = pages.find((page) => page.file === "index.html");
  const base = home.html.match(/<link rel="canonical" href="([^"]+?)\/?">/)[1];
  return { name, web, dir, path, base, files, pages, read };
}

function page(file, html, path) {
  const lang = html.match(/<html[^>]* lang="?([\w-]+)/)?.[1] ?? "";
  const dir = html.match(/<html[^>]* dir="?(\w+)/)?.[1] ?? "ltr";
  const url = `${path}/${file.replace(/(^|\/)index\.html$/, "$1").split("/").map(encodeURIComponent).join("/")}`;
  return { file, url, lang, dir, html, kind: kind(file, html) };
}

function kind(file, html) {
  if (!/<html/i.test(html)) return "fragment";
  if (/http-equiv="?refresh/i.test(html)) return "redirect";
  if (/(^|\/)lite\//.test(file)) return "lite";
  const said = html.match(/<body[^>]* class="[^"]*\bis-([\w-]+)/)?.[1] ?? "other";
  if (/\/page\/\d+\//.test(file)) return "numbered";
  if (said === "section" && (file.match(/\//g).length > (/^(ar|ckb|ku|tr)\//.test(file) ? 2 : 1))) return "nested-section";
  return said;
}

/// How much there is on a story page that a judge could object to.
const richness = ({ html }) =>
  ["<table", 'class="footnote', "<figure", "<blockquote", "correction", "<pre", 'rel="tag"', "<ol"].filter((part) => html.includes(part)).length * 1e6 +
  html.length;

/// One page of each kind in each of the languages: of stories the fullest and the barest. JUDGE_PAGES=regex
/// leaves those whose outlet and file match.
export function specimens({ name, pages }, languages) {
  const chosen = [];
  for (const lang of languages) {
    const kinds = groupBy(pages, (page) => page.kind);
    for (const [kind, all] of kinds) {
      const mine = all.filter((page) => page.lang === lang).sort((a, b) => richness(b) - richness(a));
      if (mine.length) chosen.push(mine[0]);
      if (kind === "story" && mine.length > 1) chosen.push({ ...mine.at(-1), kind: "bare-story" });
    }
  }
  return chosen.filter(({ file }) => `${name}:${file}`.match(process.env.JUDGE_PAGES ?? ""));
}

function groupBy(list, key) {
  const groups = new Map();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

export const finding = (outlet, page, rule, text) => ({ page: `${outlet.name}:${page}`, rule, text: String(text).replace(/\s+/g, " ").slice(0, 600) });

/// Character references back to characters, for the few places where an attribute is read by hand.
export const decode = (text) =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(+number))
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, "&");
