// See ./screenshots.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch, openContext, stay } from "./chromium.mjs";
import { outlets, specimens, target } from "./outlets.mjs";
import { serve } from "./serve.mjs";

const [name = "demo", ...kinds] = process.argv.slice(2);
const outlet = outlets().find((each) => each.name === name);
if (!outlet) throw new Error(`there is no outlet ${name}`);

const folder = join(target, "..", "screenshots");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const { origin, close } = await serve(outlet);
const browser = await launch();
const [taken, printed] = [[], []];
for (const specimen of specimens(outlet, ["en", "ckb"])) {
  if (kinds.length && !kinds.includes(specimen.kind)) continue;
  for (const colorScheme of ["light", "dark"]) {
    const context = await openContext(browser, origin, { colorScheme, reducedMotion: "reduce" });
    await context.addInitScript((scale) => localStorage.setItem("textScale", scale), process.env.SCALE ?? 1);
    const page = await context.newPage();
    if (specimen.kind === "redirect") await stay(page, origin + specimen.url);
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(origin + specimen.url, { waitUntil: "load" });
      if (specimen.kind === "redirect") await page.waitForTimeout(100);
      // Pictures further down are fetched when they come near.
      await page.evaluate(async () => {
        for (const picture of document.images) picture.loading = "eager";
        await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {})));
      });
      const file = `${specimen.kind}-${specimen.lang}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: true });
      taken.push(file);
    }
    if (colorScheme === "light" && ["story", "home"].includes(specimen.kind)) {
      const file = `${specimen.kind}-${specimen.lang}.pdf`;
      await page.pdf({ path: join(folder, file), format: "A4" });
      printed.push(file);
    }
    await context.close();
  }
}
await browser.close();
await close();

const figures = taken.map((file) => `<figure><figcaption>${file}</figcaption><a href="${file}"><img src="${file}" alt="" loading="lazy"></a></figure>`);
writeFileSync(
  join(folder, "index.html"),
  `<!doctype html><title>Screenshots</title><style>body{display:flex;flex-wrap:wrap;gap:1rem;align-items:start;background:#888}figure{margin:0}img{max-width:420px}</style>${figures.join("\n")}
${printed.map((file) => `<a href="${file}">${file}</a>`).join("\n")}\n`,
);
console.log(`${taken.length} pictures and ${printed.length} prints in target/screenshots/`);
