// xmllint over every sitemap and sitemap index, with the schema that npm's `sitemap` ships and small ones
// of our own for what it leaves out; and what schemas can not say.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { here, finding } from "./outlets.mjs";

const image = "http://www.google.com/schemas/sitemap-image/1.1";
const day = 86_400_000;

export default function sitemaps(outlets) {
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    const maps = outlet.files
      .filter((file) => file.endsWith(".xml"))
      .map((file) => ({ file, text: outlet.read(file) }))
      .filter(({ text }) => /<(urlset|sitemapindex)[\s>]/.test(text));
    looked += maps.length;
    const say = (file, rule, text) => findings.push(finding(outlet, file, rule, text));
    if (!maps.some(({ text }) => text.includes("<sitemapindex")) || !maps.some(({ text }) => text.includes("<urlset"))) {
      say("", "no-sitemap", "there is no index or no sitemap");
      continue;
    }
    const { stderr, status } = spawnSync(
      "xmllint",
      ["--nonet", "--noout", "--schema", join(here, "schemas", "all.xsd"), ...maps.map(({ file }) => join(outlet.dir, file))],
      { encoding: "utf8" },
    );
    for (const line of stderr.split("\n")) {
      if (line && !line.endsWith(" validates") && !line.endsWith(" fails to validate")) say(line.split(":")[0].replace(`${outlet.dir}/`, ""), "schema", line);
    }
    if (status && !stderr) say("", "schema", `xmllint ended with ${status}`);
    measure(outlet, maps, say);
  }
  return { looked: `${looked} sitemaps`, findings };
}

function measure(outlet, maps, say) {
  const everywhere = new Set();
  for (const { file, text } of maps) {
    const locs = [...text.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, loc]) => loc);
    if (locs.length > 50_000 || text.length > 50_000_000) say(file, "too-large", `${locs.length} URLs, ${text.length} bytes`);
    for (const loc of locs) if (!loc.startsWith(`${outlet.base}/`)) say(file, "host", loc);
    if (text.includes("<sitemapindex")) {
      for (const each of maps) {
        // The index may leave out itself and other indexes.
        if (!each.text.includes("<sitemapindex") && !locs.some((loc) => decodeURI(loc) === `${outlet.base}/${each.file}`)) say(file, "index", `does not list ${each.file}`);
      }
      continue;
    }
    const news = [...text.matchAll(/<news:publication_date>([^<]*)/g)].map(([, date]) => Date.parse(date));
    if (news.length > 1000) say(file, "news", `${news.length} stories`);
    if (news.length && Math.max(...news) - Math.min(...news) > 2 * day) say(file, "news", "stories of more than two days");
    if (!text.includes("<news:")) {
      for (const loc of locs) {
        if (everywhere.has(loc)) say(file, "twice", loc);
        everywhere.add(loc);
      }
    }
    if (text.includes("<image:") && !text.includes(image)) say(file, "namespace", "image");
  }
  // What may be found by search engines is in a sitemap, and nothing else is.
  for (const page of outlet.pages) {
    const canonical = page.html.match(/<link rel="canonical" href="([^"]+)"/)?.[1];
    const own = canonical && new URL(canonical).pathname === new URL(page.url, canonical).pathname;
    const hidden = /<meta name="robots" content="[^"]*noindex/.test(page.html) || !own;
    if (!hidden && page.kind !== "numbered" && !everywhere.has(canonical.replace(/&#39;/g, "&apos;")) && !everywhere.has(canonical)) say(page.file, "missing", `${canonical} is in no sitemap`);
    if (hidden && canonical && own && everywhere.has(canonical)) say(page.file, "hidden", `${canonical} is noindex, but in a sitemap`);
  }
}
