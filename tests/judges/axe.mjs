// axe-core on every page kind × {en, ckb} × {light, dark} × {text scale 1, 2} × {320, 1280 px}: WCAG 2.2 AA
// and best practices. "Needs review" counts as a finding: what axe can not decide is decided in
// exceptions.toml.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, openContext, stay } from "./chromium.mjs";
import { finding, specimens } from "./outlets.mjs";
import { serve } from "./serve.mjs";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const needed = ["home", "latest", "numbered", "section", "nested-section", "tag", "author", "series", "story", "bare-story", "page", "404", "redirect"];

export default async function axe(outlets) {
  const findings = [];
  let runs = 0;
  const kinds = new Set();
  const browser = await launch();
  try {
    for (const outlet of outlets) {
      const { origin, close } = await serve(outlet);
      const pages = specimens(outlet, ["en", "ckb"]);
      for (const page of pages) kinds.add(`${page.kind} ${page.dir}`);
      const work = pages.flatMap((page) => [1, 2].map((scale) => ({ page, scale })));
      // Two at a time: one waits for the disk and the protocol while the other works.
      const workers = [0, 1].map(async () => {
        for (let job = work.shift(); job; job = work.shift()) {
          const views = await look(browser, origin, outlet, job, findings);
          runs += views;
        }
      });
      await Promise.all(workers);
      await close();
    }
  } finally {
    await browser.close();
  }
  for (const kind of process.env.JUDGE_PAGES ? [] : needed) {
    for (const dir of ["ltr", "rtl"]) {
      if (!kinds.has(`${kind} ${dir}`)) findings.push({ page: "both outlets", rule: "no-specimen", text: `no ${kind} page ${dir} to look at` });
    }
  }
  return { looked: `${runs} views of ${kinds.size} kinds of page`, findings };
}

async function look(browser, origin, outlet, { page: specimen, scale }, findings) {
  // The policy of the page stays in force; only the judge's own script is let past it.
  const context = await openContext(browser, origin, { bypassCSP: true, reducedMotion: "reduce" });
  await context.addInitScript((scale) => localStorage.setItem("textScale", scale), scale);
  const page = await context.newPage();
  if (specimen.kind === "redirect") await stay(page, origin + specimen.url);
  await page.goto(origin + specimen.url, { waitUntil: "load" });
  if (specimen.kind === "redirect") await page.waitForTimeout(100);
  let runs = 0;
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      runs += 1;
      await page.evaluate(source);
      const { violations, incomplete } = await page.evaluate(
        (values) => axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations", "incomplete"] }),
        tags,
      );
      const where = `${specimen.file} ${specimen.kind} ${specimen.dir} ${colorScheme} ×${scale} ${width}`;
      for (const [list, sure] of [[violations, ""], [incomplete, "needs review: "]]) {
        for (const { id, help, impact, nodes } of list) {
          for (const node of nodes) {
            const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
            findings.push(finding(outlet, where, id, `${sure}${help} (${impact}) ${node.target.join(" ")} ${why} ${node.html.slice(0, 160)}`));
          }
        }
      }
    }
  }
  await context.close();
  return runs;
}
