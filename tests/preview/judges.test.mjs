// What judges say of the desk, of pages with the bar, and of the findings over a page: axe-core
// (WCAG 2.2 AA and best practices) and the Nu HTML Checker.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { launch } from "../judges/chromium.mjs";
import { Preview } from "./outlet.mjs";

const judges = createRequire(new URL("../judges/judges.mjs", import.meta.url));
const source = readFileSync(judges.resolve("axe-core/axe.min.js"), "utf8");
const jar = join(judges.resolve("vnu-jar"), "..", "build", "dist", "vnu.jar");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const paths = ["/_desk/", "/news/draft/", "/news/embargoed/", "/ckb/news/plain/", "/news/", "/news/plain/?at=2031-01-01"];

let browser, preview;
before(async () => {
  browser = await launch();
  preview = await Preview.open();
});
after(async () => {
  await browser.close();
  await preview.close();
});

/// What axe objects to on a page as it stands, each with its place.
async function objections(page) {
  await page.evaluate(source);
  const { violations, incomplete } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations", "incomplete"] }), tags);
  return [...violations, ...incomplete].flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target.flat().join(" ")} ${[...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ")}`));
}

const views = [1280, 360].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));

for (const path of paths) {
  test(`axe: ${path}`, { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(preview.origin + path);
    await page.waitForTimeout(300);
    // Open, the bar has more to object to.
    await page.evaluate(() => document.querySelector("masthead-preview")?.shadowRoot.querySelector("details").setAttribute("open", ""));
    for (const { width, colorScheme } of views) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await objections(page), [], `${width} ${colorScheme}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "wider than the screen");
    }
    await context.close();
  });
}

test("axe: findings over a page", { timeout: 60_000 }, async () => {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${preview.origin}/news/plain/`);
  await page.waitForTimeout(300);
  preview.edit("content/news/plain.md", "title =", "tilte =");
  const overlay = page.locator("masthead-preview dialog[open]");
  await overlay.waitFor();
  for (const { width, colorScheme } of views) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await objections(page), [], `${width} ${colorScheme}`);
    const box = await overlay.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width, `${JSON.stringify(box)} at ${width}`);
  }
  preview.edit("content/news/plain.md", "tilte =", "title =");
  await overlay.waitFor({ state: "detached" });
  await context.close();
});

test("vnu", { timeout: 120_000 }, async () => {
  const java = ["-Xss2m", "-Dnu.validator.servlet.allow-forbidden-hosts=true", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"];
  const { stdout, stderr } = await promisify(execFile)("java", [...java, ...paths.map((path) => preview.origin + path)], { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.ok(stdout, stderr);
  // It does not reckon the hashes of what a policy lets through inline; tests/judges does.
  const known = ({ message, extract }) => /^Inline script violates Content Security Policy/.test(message) && !/masthead-preview/.test(extract);
  assert.deepEqual(JSON.parse(stdout).messages.filter((each) => !known(each)).map(({ url, message, extract }) => `${url} ${message} « ${extract} »`), []);
});
