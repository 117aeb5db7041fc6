// Every feed of both outlets, read back by feedparser: see feeds.py.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { finding, here, target } from "./outlets.mjs";

export default function feeds(outlets) {
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    const files = outlet.files.filter((file) => isFeed(file, outlet));
    looked += files.length;
    if (!files.length) findings.push(finding(outlet, "", "no-feeds", "there are no feeds"));
    const { stdout, stderr, status } = spawnSync(join(target, "venv", "bin", "python"), [join(here, "feeds.py")], {
      input: JSON.stringify({ dir: outlet.dir, base: outlet.base, files }),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (status) throw new Error(stderr);
    for (const { file, rule, text } of JSON.parse(stdout)) findings.push(finding(outlet, file, rule, text));
  }
  return { looked: `${looked} feeds`, findings };
}

function isFeed(file, outlet) {
  if (file.endsWith(".xml")) return /<(feed|rss)[\s>]/.test(outlet.read(file).slice(0, 2000));
  return file.endsWith(".json") && outlet.read(file).includes("https://jsonfeed.org/version/");
}
