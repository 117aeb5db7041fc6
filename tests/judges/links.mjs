// lychee, offline, over pages, feeds and sitemaps: every internal link, fragment, picture, canonical and
// hreflang target, social picture and address in structured data leads to something that was built. And
// versions in other languages name one another.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decode, finding, target } from "./outlets.mjs";

const lychee = join(target, "venv", "bin", "lychee");

export default function links(outlets) {
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    const { inputs, owners } = gather(outlet);
    const { stdout, stderr } = spawnSync(
      lychee,
      [
        "--offline", "--include-fragments", "--no-progress", "--format", "json", "--cache=false",
        "--root-dir", outlet.web, "--index-files", "index.html",
        "--remap", `^${outlet.base.replace(/[.]/g, "\\.")} ${pathToFileURL(outlet.dir)}`,
        ...inputs,
      ],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    if (!stdout) throw new Error(`lychee gave nothing: ${stderr}`);
    const report = JSON.parse(stdout);
    looked += report.total;
    for (const [source, errors] of Object.entries(report.error_map ?? report.fail_map ?? {})) {
      for (const { url, status } of errors) {
        const page = owners.get(source) ?? source.replace(`${outlet.dir}/`, "");
        findings.push(finding(outlet, page, "dead-link", `${url} ${status?.text ?? ""} ${status?.details ?? ""}`));
      }
    }
    if (report.total < outlet.pages.length) findings.push(finding(outlet, "", "no-links", `only ${report.total} links were found`));
    findings.push(...reciprocal(outlet));
  }
  return { looked: `${looked} links`, findings };
}

/// Files for lychee to read. It knows links of HTML and plain text, but not `content` of meta elements nor
/// the strings of structured data, which are written out for it.
function gather(outlet) {
  const inputs = outlet.pages.map((page) => join(outlet.dir, page.file));
  const owners = new Map();
  const folder = join(target, "links", outlet.name);
  mkdirSync(folder, { recursive: true });
  const hand = (name, page, urls) => {
    if (!urls.length) return;
    const path = join(folder, `${name}.txt`);
    writeFileSync(path, urls.map((url) => `<${url}>\n`).join(""));
    owners.set(path, page);
    inputs.push(path);
  };
  const ours = (url) => url === outlet.base || url.startsWith(`${outlet.base}/`);
  outlet.pages.forEach((page, number) => {
    const urls = [...page.html.matchAll(/<meta[^>]* content="([^"]*)"/g)].map(([, url]) => decode(url));
    for (const [, text] of page.html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)) {
      JSON.parse(text, (key, value) => {
        if (typeof value === "string" && key !== "@id") urls.push(value);
        return value;
      });
    }
    hand(`page-${number}`, page.file, [...new Set(urls.filter(ours))]);
  });
  for (const [number, file] of outlet.files.entries()) {
    if (!/\.(xml|json|webmanifest|txt)$/.test(file)) continue;
    // In escaped HTML inside feeds, and in JSON, an address ends at a quote however it is escaped.
    const text = decode(decode(outlet.read(file)));
    const urls = text.match(/https?:\/\/[^\s"'<>\\\])]+/g) ?? [];
    hand(`file-${number}`, file, [...new Set(urls.filter(ours))]);
  }
  return { inputs, owners };
}

/// Each version lists itself and is listed by all that it lists.
function reciprocal(outlet) {
  const findings = [];
  const listed = new Map();
  for (const page of outlet.pages) {
    const canonical = page.html.match(/<link rel="canonical" href="([^"]+)"/)?.[1];
    const alternates = [...page.html.matchAll(/<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"/g)];
    if (alternates.length) listed.set(canonical, { page, urls: new Set(alternates.map(([, , url]) => url)), codes: alternates.map(([, code]) => code) });
  }
  for (const [canonical, { page, urls, codes }] of listed) {
    if (!urls.has(canonical)) findings.push(finding(outlet, page.file, "hreflang", "does not list itself"));
    if (new Set(codes).size < codes.length) findings.push(finding(outlet, page.file, "hreflang", `one code twice: ${codes}`));
    for (const url of urls) {
      if (!listed.get(url)?.urls.has(canonical)) findings.push(finding(outlet, page.file, "hreflang", `${url} does not list it in return`));
    }
  }
  return findings;
}
