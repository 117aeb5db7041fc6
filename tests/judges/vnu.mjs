// The Nu HTML Checker over every page as it is served, warnings included: it also hears which language a
// page is written in, and reads the policy against what the page loads.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { finding } from "./outlets.mjs";
import { serve } from "./serve.mjs";

const jar = join(createRequire(import.meta.url).resolve("vnu-jar"), "..", "build", "dist", "vnu.jar");

export default async function vnu(outlets) {
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    const { origin, close } = await serve(outlet);
    const files = new Map(outlet.pages.map((page) => [origin + page.url, page.file]));
    looked += files.size;
    // It refuses 127.0.0.1 unless told otherwise.
    const java = ["-Xss2m", "-Dnu.validator.servlet.allow-forbidden-hosts=true", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"];
    const { stdout, stderr } = await promisify(execFile)("java", [...java, ...files.keys()], { encoding: "utf8", maxBuffer: 1 << 28 });
    await close();
    if (!stdout) throw new Error(`vnu gave nothing: ${stderr}`);
    for (const { url, type, subType, message, extract, lastLine } of JSON.parse(stdout).messages) {
      findings.push(finding(outlet, `${files.get(url) ?? url}:${lastLine ?? ""}`, subType ?? type, `${message} ${extract ? `« ${extract} »` : ""}`));
    }
  }
  return { looked: `${looked} pages`, findings };
}
