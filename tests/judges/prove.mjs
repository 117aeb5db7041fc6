// See ./prove. Each row: the judge, the file, what stands there, what is put in its place, and a word of
// the finding that has to come, or some that stand in one; `alone` for what would hide other faults.
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

const nginx = "demo/_hosting/nginx-server.conf";
const maps = "demo/_hosting/nginx-maps.conf";
const caddy = "demo/_hosting/Caddyfile";
const by = (program, ...words) => [`demo by ${program}`, ...words];

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
  ["hosts", nginx, "return 410;", "return 404;", by("nginx", "[status]", "404 instead of 410")],
  ["hosts", nginx, "return 301", "return 302", by("nginx", "[redirect]", "instead of 301")],
  ["hosts", nginx, "text/javascript js;", "text/plain js;", by("nginx", "[content-type]", "instead of text/javascript")],
  ["hosts", nginx, '"/_hosting/"', '"/_other/"', by("nginx", "_hosting", "200 instead of 404")],
  ["hosts", maps, '"~^/ckb/" "/ckb/404.html"', '"~^/ckb/" "/404.html"', by("nginx", "is not ckb/404.html")],
  ["hosts", nginx, "frame-ancestors 'self'", "frame-ancestors *", by("nginx", "[content-security-policy]", "frame-ancestors *")],
  ["hosts", nginx, 'add_header X-Content-Type-Options "nosniff" always;', "", by("nginx", "[x-content-type-options]")],
  ["hosts", maps, /"public, max-age=31536000, immutable"/, '"public, max-age=60"', by("nginx", "[cache-control]", "max-age=60 instead of")],
  ["hosts", maps, /" "ckb";/, '" "en";', by("nginx", "[content-language]", "en instead of ckb")],
  ["hosts", caddy, "error @masthead_gone 410", "error @masthead_gone 404", by("caddy", "[status]", "404 instead of 410")],
  ["hosts", caddy, /(\t"[^"]*" )"\/economy\/[^"]*"/, '$1"/economy/"', by("caddy", "[redirect]", "301 to /economy/ instead")],
  ["hosts", caddy, '"application/feed+json; charset=utf-8"', '"application/json"', by("caddy", "[content-type]", "application/json instead of")],
  ["hosts", caddy, '"/_hosting/*"', '"/_other/*"', by("caddy", "_hosting", "200 instead of 404")],
  ["hosts", caddy, 'rewrite * "/ckb/404.html"', 'rewrite * "/404.html"', by("caddy", "is not ckb/404.html")],
  ["hosts", caddy, 'handle_errors {\n\theader Content-Type "text/html; charset=utf-8"', 'handle_errors {\n\theader Content-Type "text/plain"', by("caddy", "[type]", "text/plain")],
  ["hosts", caddy, "header Content-Security-Policy", "header X-Policy", by("caddy", "[policy]", "there is none")],
  ["hosts", caddy, "\nfile_server\n", "\nrewrite /about/ /contact/\nfile_server\n", by("caddy", "[body]", "is another")],
  ["hosts", caddy, "header @masthead_language Content-Language", "header @masthead_language X-Language", by("caddy", "[content-language]", "null instead of")],
  ["hosts", caddy, "header Cache-Control {masthead_cache}", "", by("caddy", "[cache-control]", "null instead of")],
  ["hosts", "hostile/paper/_hosting/nginx-maps.conf", "default", "defualt", ["hostile by nginx", "[refused]"]],
  ["hosts", "hostile/paper/_hosting/Caddyfile", "file_server", "file_sevrer", ["hostile by caddy", "[refused]"]],
  ["ci", "docs/ci.md", "runs-on: ubuntu-latest", "runs-on: ubuntu-newest", ["[actionlint]", "ubuntu-newest"]],
  ["ci", "docs/ci.md", "github.run_attempt", "github.run_atempt", ["[actionlint]", "run_atempt"]],
  ["ci", "docs/ci.md", "timeout-minutes: 40", "timeout-minutes: forty", "[vendor.github-workflows]"],
  ["ci", "docs/ci.md", "  interruptible: false", "  interruptible: never", "[vendor.gitlab-ci]"],
  ["ci", "docs/ci.md", 'echo "due=false"', 'echo "due=true"', ["[clock]", "schedule at null: due=true"]],
  ["ci", "docs/ci.md", "          masthead publish live --remote-ledger", "          masthead publish live --dry-run", ["[nothing-published]", "publish:"]],
  ["ci", "docs/ci.md", '|| [ "$(cat .masthead/published 2>&1)" != "$GITHUB_SHA" ]', "", ["[clock]", "schedule at null: due=false"], "alone"],
  ["ci", "docs/ci.md", "            rm -f .masthead/published\n            echo", "            echo", ["[clock]", "the mark of what was published stays"]],
  ["ci", "docs/ci.md", "          masthead check\n", "          masthead chek\n", ["[script]", "preview:", "chek"]],
  ["ci", "docs/ci.md", "    - sed -i '1i noindex = true' site.toml\n", "", ["[noindex]", "a preview"]],
  ["ci", "docs/ci.md", /(build|publish)( "[^"]*")? --base-url "\$HOST\/\$slug"/g, '$1$2 --base-url "$$HOST"', ["[address]", "preview:"], "alone"],
  ["ci", "docs/ci.md", "```yaml\nname: Preview", "```text\nname: Preview", ["[recipes]", "1 of GitHub"], "alone"],
  ["weight", story, "</body>", `<script>${"x();".repeat(800)}</script></body>`, "JavaScript"],
];

// Looking with a browser takes long, so these look at one page, or do one thing.
const narrow = {
  axe: { JUDGE_PAGES: `^demo:${fullest}$` },
  browser: { JUDGE_CHECKS: "^(text size|no layout shift|dark)$" },
  lighthouse: { JUDGE_PAGES: "^demo:index.html$", JUDGE_LOOKS: "1" },
};

const proving = join(target, "proving");
/// Where a judge looks, and the variable that tells it to look elsewhere.
const places = {
  hosts: { from: join(target, "hosts"), variable: "JUDGED_HOSTS", of: "" },
  ci: { from: join(here, "..", "..", "docs"), variable: "JUDGED_DOCS", of: "docs/", file: "ci.md" },
};
const usual = { from: process.env.JUDGED ?? join(target, "sites"), variable: "JUDGED", of: "", below: "demo" };

let missed = 0;
const miss = (judge, what, [, file, from]) => {
  missed += 1;
  console.log(`${judge}: ${what}: ${from} in ${file}`);
};

/// Plants faults in a copy of what a judge looks at, and gives what it says then.
function judge(name, planted) {
  const { from, variable, of, file, below = "" } = places[name] ?? usual;
  rmSync(proving, { recursive: true, force: true });
  cpSync(from, proving, { recursive: true });
  for (const fault of planted) {
    const path = join(proving, below, fault[1].slice(of.length));
    const before = readFileSync(path, "utf8");
    const after = before.replace(fault[2], fault[3]);
    if (after === before) miss(name, "has nothing to break", fault);
    writeFileSync(path, after);
  }
  const looked = { JUDGED: usual.from, [variable]: file ? join(proving, file) : proving };
  const said = spawnSync("node", [join(here, "judges.mjs"), name], { env: { ...process.env, ...narrow[name], ...looked, JUDGED_REPORT: `${proving}.txt` } });
  return said.error ? [] : readFileSync(`${proving}.txt`, "utf8").split("\n");
}

const asked = process.argv.slice(2);
const wanted = faults.filter(([name]) => !asked.length || asked.includes(name));
for (const name of new Set(wanted.map(([name]) => name))) {
  const own = faults.filter(([of]) => of === name);
  const together = own.filter((fault) => fault[5] !== "alone");
  for (const planted of [together, ...own.filter((fault) => fault[5] === "alone").map((fault) => [fault])]) {
    const findings = judge(name, planted);
    for (const fault of planted) {
      const words = [fault[4]].flat();
      const found = findings.some((line) => line.startsWith("    ") && words.every((word) => line.includes(word)));
      if (!found) miss(name, "lets pass", fault);
    }
  }
}
rmSync(proving, { recursive: true, force: true });
rmSync(`${proving}.txt`, { force: true });
console.log(`${wanted.length - missed} of ${wanted.length} planted faults were found`);
process.exit(missed ? 1 : 0);
