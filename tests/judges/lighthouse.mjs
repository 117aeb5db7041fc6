// Lighthouse on the demo outlet's home page and on one story: 100 in accessibility, best practices and SEO,
// at least 98 in performance, as a phone on a slow line would have it (simulated).
//
// Performance is measured, and a busy machine measures badly: a page that misses is looked at again, up to
// four times in all (JUDGE_LOOKS) with a pause between, and the best counts. What a page lacks it lacks every
// time. Of a miss, each look's measures are told, with how quick the machine was.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { executable, flags } from "./chromium.mjs";
import { finding, specimens, target } from "./outlets.mjs";
import { serve } from "./serve.mjs";

const looks = Number(process.env.JUDGE_LOOKS ?? 4);
const least = { performance: 98, accessibility: 100, "best-practices": 100, seo: 100 };

export default async function run([outlet]) {
  const findings = [];
  const looked = [];
  const { origin, close } = await serve(outlet);
  const profile = join(target, "chromium");
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  const chrome = await launch({ chromePath: executable, chromeFlags: [...flags, "--headless=new"], userDataDir: profile, logLevel: "error" });
  try {
    for (const page of specimens(outlet, ["en"]).filter(({ kind }) => ["home", "story"].includes(kind))) {
      let best = await measure(chrome, origin + page.url);
      const measured = [measures(best)];
      for (let more = looks - 1; more > 0 && misses(best).length; more -= 1) {
        await new Promise((resolve) => setTimeout(resolve, 5000));
        const again = await measure(chrome, origin + page.url);
        measured.push(measures(again));
        if (misses(again).length < misses(best).length || score(again, "performance") > score(best, "performance")) best = again;
      }
      looked.push(`${page.kind} ${Object.keys(least).map((category) => score(best, category)).join("/")}`);
      for (const category of misses(best)) {
        const audits = best.categories[category].auditRefs
          .filter(({ id, weight }) => weight && best.audits[id].score !== null && best.audits[id].score < 1)
          .map(({ id }) => `${id}: ${best.audits[id].title} ${best.audits[id].displayValue ?? ""} ${best.audits[id].explanation ?? ""} ${JSON.stringify(best.audits[id].details?.items ?? []).slice(0, 300)}`);
        const seen = category === "performance" ? measured.map((each, i) => `look ${i + 1}: ${each}. `).join("") : "";
        findings.push(finding(outlet, page.file, category, `${score(best, category)} instead of ${least[category]}: ${seen}${audits.join("; ")}`));
      }
    }
  } finally {
    chrome.kill();
    await close();
  }
  return { looked: looked.join(", "), findings };
}

const measure = async (chrome, url) => {
  const result = await lighthouse(url, { port: chrome.port, output: "json", logLevel: "error", onlyCategories: Object.keys(least) });
  return result.lhr;
};

const score = (result, category) => Math.round((result.categories[category].score ?? 0) * 100);

/// What the score for performance is made of.
const measures = ({ audits, categories, environment }) => {
  const parts = categories.performance.auditRefs.filter(({ group }) => group === "metrics");
  const shown = parts.map(({ id, acronym }) => `${acronym ?? id} ${audits[id].displayValue} (${Math.round((audits[id].score ?? 0) * 100)})`);
  return `${shown.join(", ")}, machine ${Math.round(environment.benchmarkIndex)}`;
};

const misses = (result) => Object.keys(least).filter((category) => score(result, category) < least[category]);
