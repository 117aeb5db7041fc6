// The Nu HTML Checker over every page, warnings included: it also hears which language a page is written in.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { finding } from "./outlets.mjs";

const jar = join(createRequire(import.meta.url).resolve("vnu-jar"), "..", "build", "dist", "vnu.jar");

export default function vnu(outlets) {
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    const files = outlet.pages.map((page) => join(outlet.dir, page.file));
    looked += files.length;
    const { stdout, stderr, status } = spawnSync("java", ["-Xss2m", "-jar", jar, "--format", "json", "--stdout", ...files], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (!stdout) throw new Error(`vnu gave nothing (${status}): ${stderr}`);
    for (const { url, type, subType, message, extract, lastLine } of JSON.parse(stdout).messages) {
      const file = relative(outlet.dir, fileURLToPath(url));
      findings.push(finding(outlet, `${file}:${lastLine ?? ""}`, subType ?? type, `${message} ${extract ? `« ${extract} »` : ""}`));
    }
  }
  return { looked: `${looked} pages`, findings };
}
