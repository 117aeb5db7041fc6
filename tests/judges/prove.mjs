// See ./prove. Each row: the judge, the file, what stands there, what is put in its place, and a word of
// the finding that has to come.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { here, outlets, specimens, target } from "./outlets.mjs";

const [demo] = outlets();
const [story, another] = demo.pages.filter(({ kind, lang, html }) => kind === "story" && lang === "en" && html.includes("<figure")).map(({ file }) => file);
const sorani = demo.pages.find(({ kind, lang }) => kind === "story" && lang === "ckb").file;
const atom = demo.files.filter((file) => file.endsWith(".xml") && demo.read(file).includes("</feed>"));
const [shard, second] = demo.files.filter((file) => /sitemaps\/\d{4}-\d\d\.xml/.test(file));

const fullest = specimens(demo, ["en"]).find(({ kind }) => kind === "story").file;
const reader = demo.files.find((file) => /^js\/reader\.\w+\.js$/.test(file));
const style = demo.files.find((file) => /^css\/broadsheet\.\w+\.css$/.test(file));

const faults = [
  ["vnu", story, "<h1", "<h1 id=main", "Duplicate ID"],
  ["vnu", sorani, /<html lang="ckb" dir="rtl"/, '<html lang="en" dir="ltr"', "lang="],
  ["html_validate", story, / alt="[^"]+"/, "", "alt"],
  ["html_validate", story, "<h1", '<div role="button">x</div><h1', "button"],
  ["links", "about/index.html", 'href="/latest/"', 'href="/latezt/"', "latezt"],
  ["links", story, "<h1", '<a href="#nowhere">x</a><h1', "fragment"],
  ["links", story, /<link rel="canonical" href="[^"]+"/, `<link rel="canonical" href="${demo.base}/gone/"`, "gone"],
  ["links", "index.html", /(hreflang="ckb" href="[^"]+\/ckb\/)"/, '$1about/"', "in return"],
  ["links", story, /"mainEntityOfPage":\s*"[^"]+"/, `"mainEntityOfPage":"${demo.base}/nothing/"`, "nothing"],
  ["sitemaps", shard, "<lastmod>", "<lastmod>yesterday ", "lastmod"],
  ["sitemaps", second, "<loc>", "<location/><loc>", "location"],
  ["feeds", atom[0], "</feed>", "", "not-well-formed"],
  ["feeds", atom[1], /rel="self"/, 'rel="me"', "self links"],
  ["feeds", atom[2], /<published>[^<]*/, "<published>21 or so", "date"],
  ["structured", story, '"headline"', '"hedline"', "hedline"],
  ["structured", another, '"NewsArticle"', '"NewzArticle"', "NewzArticle"],
  ["structured", story, /"datePublished":\s*"[^"]{19}[^"]*"/, '"datePublished":"2026-11-22T12:00:00"', "zone"],
  ["axe", style, "--soft: #5a5650", "--soft: #b8b4ae", "color-contrast"],
  ["axe", fullest, "</main>", "<button></button></main>", "button-name"],
  ["browser", reader, /set\(at \+ 1, larger\)/, "set(at, larger)", "A+ ends at ×1"],
  ["browser", style, "--paper: #15171a", "--paper: #fff", "paper 1"],
  // The style sheet keeps room for a picture that does not say how large it is.
  ["browser", style, "aspect-ratio: 3 / 2; object-fit: contain;", "", "at 320 px: 0."],
  ["browser", fullest, "<h1", '<img src="/images/stadium.jpg" alt=""><h1', "at 1280 px: 0."],
  ["lighthouse", "index.html", 'content="max-image-preview:large"', 'content="noindex"', "is-crawlable"],
  ["lighthouse", "index.html", /<title>[^<]*<\/title>/, "", "document-title"],
  ["weight", story, "</body>", `<script>${"x();".repeat(800)}</script></body>`, "JavaScript"],
];

// Looking with a browser takes long, so these look at one page, or do one thing.
const narrow = {
  axe: { JUDGE_PAGES: `^demo:${fullest}$` },
  browser: { JUDGE_CHECKS: "^(text size|no layout shift|dark)$" },
  lighthouse: { JUDGE_PAGES: "^demo:index.html$", JUDGE_LOOKS: "1" },
};

const proving = join(target, "proving");
const sites = process.env.JUDGED ?? join(target, "sites");
let missed = 0;
const miss = (judge, what, [, file, from]) => {
  missed += 1;
  console.log(`${judge}: ${what}: ${from} in ${file}`);
};
for (const judge of new Set(faults.map(([judge]) => judge))) {
  rmSync(proving, { recursive: true, force: true });
  cpSync(sites, proving, { recursive: true });
  const planted = faults.filter(([of, file, from, to]) => {
    if (of !== judge) return false;
    const path = join(proving, "demo", file);
    const before = readFileSync(path, "utf8");
    writeFileSync(path, before.replace(from, to));
    return true;
  });
  spawnSync("node", [join(here, "judges.mjs"), judge], { env: { ...process.env, ...narrow[judge], JUDGED: proving } });
  const findings = readFileSync(`${proving}.txt`, "utf8").split("\n");
  for (const fault of planted) {
    const [, file, from, , word] = fault;
    if (!demo.read(file).match(from)) miss(judge, "has nothing to break", fault);
    else if (!findings.some((line) => line.startsWith("    ") && line.includes(word))) miss(judge, "lets pass", fault);
  }
}
rmSync(proving, { recursive: true, force: true });
rmSync(`${proving}.txt`, { force: true });
console.log(`${faults.length - missed} of ${faults.length} planted faults were found`);
process.exit(missed ? 1 : 0);
