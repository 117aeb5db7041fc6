// Plants faults in the preview's script, one at a time, and looks whether the tests find them.
//
//   tests/preview/run --prove
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const tests = fileURLToPath(new URL("preview.test.mjs", import.meta.url));

// What is planted, `[text, instead]`, and the test that must fail.
const faults = [
  ["text appears", "          keepPlace();\n          location.reload();", ""],
  ["styles are swapped", "style: restyle,", "style: () => location.reload(),"],
  ["styles are swapped", "fresh.onload = () => old.remove();", ""],
  ["styles are swapped", "old.after(fresh);", "old.remove(); setTimeout(() => document.head.append(fresh), 100);"],
  ["a broken story", "if (html !== waved) open(\"errors\");", ""],
  ["a broken story", "if (overlay.dataset.for === \"errors\") overlay.close();", ""],
  ["a broken template", "if (overlay.dataset.for === \"errors\") overlay.close();", ""],
  ["place stays", "    findPlace();\n", "    history.scrollRestoration = \"manual\";\n"],
  ["place stays", "(each.open = place.open[i])", "0"],
  ["time travel", "if (data.at) stayInTime(data.at);", ""],
  ["marked", "mark(data.marks);", ""],
  ["marked", "setInterval(tick, 1000);", "root.querySelectorAll('.countdown').forEach((each) => each.remove());"],
  ["bar says", "if (button.parentElement.dataset.count) ask()", "if (false) ask()"],
  ["bar says", "bar.open = kept ? kept === \"open\"", "bar.open = kept ? true"],
  ["renewed with its story", "          keepPlace();\n          location.reload();", ""],
  ["the desk lists", "main().replaceWith(fresh);", ""],
  ["the desk lists", "path.closest(\"details\").open = open.has(path.textContent)", "path.closest(\"details\").open = false"],
  ["pages an edit changed", "reload: () => renew(here())", "reload: () => Promise.resolve()"],
  ["comes back", "timer = setTimeout(connect", "timer = setTimeout(() => {}"],
];

const script = readFileSync(new URL("../../src/serve/assets/preview.js", import.meta.url), "utf8");
let missed = 0;
for (const [name, from, to] of faults) {
  const env = { ...process.env, FAULT: JSON.stringify([from, to]) };
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout } = spawnSync("node", ["--test", "--test-reporter=spec", `--test-name-pattern=${name}`, tests], { env, encoding: "utf8" });
  const found = status !== 0 && script.includes(from) && /✖/.test(stdout);
  if (!found) missed += 1;
  console.log(`${found ? "found " : "MISSED"}  ${name}: ${from.trim().split("\n").at(-1)}`);
}
console.log(missed ? `${missed} faults were missed` : `all ${faults.length} faults were found`);
process.exit(missed ? 1 : 0);
