// Does in Chromium what readers do: change the text size, come back, open a second tab, go without
// JavaScript, by keyboard, in the dark, on paper, from right to left, on a narrow screen.
//
// JUDGE_CHECKS=regex runs the checks whose names match; JUDGE_TIMES=1 says how long each takes.
// Each check is `async (on, expect) => …`; `expect(held, what)` makes a finding of what did not hold.
import { launch, openContext } from "./chromium.mjs";
import { finding, specimens } from "./outlets.mjs";
import { serve } from "./serve.mjs";

export default async function browser(outlets) {
  const findings = [];
  const browser = await launch();
  let looked = 0;
  try {
    await Promise.all(
      outlets.map(async (outlet) => {
        const { origin, close } = await serve(outlet);
        const pages = specimens(outlet, ["en", "ckb"]);
        const pick = (kind, lang) => pages.find((page) => page.kind === kind && page.lang === lang);
        const on = { browser, origin, outlet, pages, pick, address: (page) => origin + page.url };
        for (const [name, check] of Object.entries(checks).filter(([name]) => name.match(process.env.JUDGE_CHECKS ?? ""))) {
          looked += 1;
          const expect = (held, what, page = "") => {
            if (!held) findings.push(finding(outlet, page.file ?? page, name, what));
          };
          const started = performance.now();
          try {
            await check(on, expect);
          } catch (error) {
            expect(false, `the check broke off: ${error.message}`);
          }
          if (process.env.JUDGE_TIMES) console.error(`  ${outlet.name} ${name} ${Math.round(performance.now() - started)} ms`);
        }
        await close();
      }),
    );
  } finally {
    await browser.close();
  }
  return { looked: `${looked} checks`, findings };
}

const scaleOf = (page) => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
const larger = (page) => page.getByRole("button", { name: /^A\+/ });
const smaller = (page) => page.getByRole("button", { name: /^A[−-]/ });
const near = (a, b) => Math.abs(a - b) < 0.01;

const checks = {
  async "text size"(on, expect) {
    for (const lang of ["en", "ckb"]) {
      const story = on.pick("story", lang);
      const context = await openContext(on.browser, on.origin);
      const page = await context.newPage();
      await page.goto(on.address(story));
      expect(near(await scaleOf(page), 1), "does not begin at 1", story);
      const seen = [];
      for (let i = 0; i < 20 && (await larger(page).isEnabled()); i += 1) {
        await larger(page).click();
        seen.push(await scaleOf(page));
        const said = await page.locator("[data-sizer] [role=status], [data-sizer] [aria-live]").innerText();
        expect(/\d|[٠-٩]/.test(said), `says nothing at ×${seen.at(-1)}`, story);
      }
      expect(near(seen.at(-1), 2), `A+ ends at ×${seen.at(-1)}`, story);
      expect(seen.every((scale, i) => !i || scale > seen[i - 1]), `steps are ${seen}`, story);
      expect(await page.evaluate(() => document.activeElement !== document.body), "the disabled A+ lost the focus", story);
      while (await smaller(page).isEnabled()) await smaller(page).click();
      expect(near(await scaleOf(page), 0.875), `A− ends at ×${await scaleOf(page)}`, story);
      const reset = page.locator("[data-sizer] button").filter({ hasNotText: /^A[+−-]/ });
      await reset.click();
      expect(near(await scaleOf(page), 1), "reset does not lead back to 1", story);
      for (const button of await page.locator("[data-sizer] button").all()) {
        const [name, shown] = [await button.getAttribute("aria-label"), await button.innerText()];
        expect(!name, `a button's label hides what is seen: ${shown}`, story);
        const box = await button.boundingBox();
        expect(box.width >= 24 && box.height >= 24, `${shown} is ${box.width} × ${box.height}`, story);
        expect((await button.locator('[dir="ltr"]').count()) > 0, `${shown} is not kept left to right`, story);
      }
      await context.close();
    }
  },

  async "text size is remembered before the first paint"(on, expect) {
    const [story, home] = [on.pick("story", "ckb"), on.pick("home", "en")];
    const context = await openContext(on.browser, on.origin);
    const page = await context.newPage();
    await page.goto(on.address(story));
    await larger(page).click();
    await larger(page).click();
    const chosen = await scaleOf(page);
    // What the root's size is when the parser comes to the body, before anything can be painted.
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        window.early = document.documentElement.style.cssText + document.documentElement.getAttribute("class");
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    });
    for (const next of [story, home]) {
      await page.goto(on.address(next));
      expect(near(await scaleOf(page), chosen), "is forgotten", next);
      expect(new RegExp(String(chosen).replace(".", "\\.")).test(await page.evaluate(() => window.early)), "is restored too late", next);
    }
    // A size that nobody could have chosen is not taken.
    for (const nonsense of ["99", "0.01", "x", "-1", "Infinity"]) {
      await page.evaluate((value) => localStorage.setItem("textScale", value), nonsense);
      await page.reload();
      const scale = await scaleOf(page);
      expect(scale >= 0.874 && scale <= 2.001, `${nonsense} in the storage gives ×${scale}`, home);
    }
    await context.close();
  },

  async "two tabs"(on, expect) {
    const story = on.pick("story", "en");
    const context = await openContext(on.browser, on.origin);
    const [one, two] = [await context.newPage(), await context.newPage()];
    await one.goto(on.address(story));
    await two.goto(on.address(on.pick("home", "ckb")));
    await larger(one).click();
    const chosen = await scaleOf(one);
    await two.waitForTimeout(300);
    expect(near(await scaleOf(two), chosen), `the other tab stays at ×${await scaleOf(two)}`, story);
    await context.close();
  },

  async "storage denied"(on, expect) {
    const story = on.pick("story", "en");
    const faults = [];
    const context = await openContext(on.browser, on.origin, {}, { error: (error) => faults.push(error.message) });
    await context.addInitScript(() => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied"); } }));
    const page = await context.newPage();
    await page.goto(on.address(story));
    await larger(page).click();
    expect((await scaleOf(page)) > 1, "A+ does nothing", story);
    expect(!faults.length, faults.join("; "), story);
    await context.close();
  },

  async "without JavaScript"(on, expect) {
    const context = await openContext(on.browser, on.origin, { javaScriptEnabled: false });
    const page = await context.newPage();
    for (const specimen of on.pages.filter(({ kind }) => kind !== "redirect")) {
      await page.goto(on.address(specimen));
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.locator("h1").first().isVisible(), `no headline at ${width}`, specimen);
        expect(!(await larger(page).count()) || !(await larger(page).isVisible()), "a dead A+ is shown", specimen);
        if (specimen.kind === "lite") continue;
        const links = page.locator("nav a");
        const shown = async () => {
          for (const link of await links.all()) if (await link.isVisible()) return true;
          return false;
        };
        expect(await links.count(), "no navigation", specimen);
        const button = page.locator("button[popovertarget]:visible").first();
        if (await button.count()) await button.click();
        expect(await shown(), `no section can be reached at ${width}`, specimen);
      }
    }
    await context.close();
  },

  async keyboard(on, expect) {
    const context = await openContext(on.browser, on.origin, { reducedMotion: "reduce" });
    const page = await context.newPage();
    for (const specimen of [on.pick("story", "en"), on.pick("home", "ckb"), on.pick("section", "en")]) {
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(on.address(specimen));
        await page.keyboard.press("Tab");
        const skip = await focused(page);
        expect(skip.href?.endsWith("#main"), `the first stop is ${skip.html}`, specimen);
        expect(skip.seen, "the way past the masthead is not seen when it has the focus", specimen);
        let before = skip.index;
        for (let i = 0; i < 60; i += 1) {
          await page.keyboard.press("Tab");
          const stop = await focused(page);
          if (stop.index < 0 || stop.index === skip.index) break;
          expect(stop.index > before, `goes backwards to ${stop.html}`, specimen);
          expect(stop.marked, `nothing shows the focus on ${stop.html}`, specimen);
          expect(stop.seen, `the focus is out of sight on ${stop.html} at ${width}`, specimen);
          before = stop.index;
        }
        await page.goto(on.address(specimen));
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => Boolean(document.activeElement.closest("main"))), "the way past the masthead does not lead into main", specimen);
      }
    }
    await context.close();
  },

  async dark(on, expect) {
    const context = await openContext(on.browser, on.origin);
    const page = await context.newPage();
    for (const specimen of on.pages.filter(({ kind }) => kind !== "redirect")) {
      await page.emulateMedia({ colorScheme: "dark" });
      await page.goto(on.address(specimen));
      const { paper, ink } = await colours(page);
      expect(paper < 0.1 && ink > 0.35, `paper ${paper}, ink ${ink}`, specimen);
      await page.emulateMedia({ colorScheme: "light" });
      const light = await colours(page);
      expect(light.paper > 0.8 && light.ink < 0.2, `by day: paper ${light.paper}, ink ${light.ink}`, specimen);
    }
    await context.close();
  },

  async print(on, expect) {
    const context = await openContext(on.browser, on.origin, { colorScheme: "dark" });
    const page = await context.newPage();
    for (const story of [on.pick("story", "en"), on.pick("story", "ckb")]) {
      await page.goto(on.address(story));
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      for (const part of ["nav", "[data-sizer]", "aside", "a.skip"]) {
        for (const each of await page.locator(part).all()) expect(!(await each.isVisible()), `${part} is on paper`, story);
      }
      expect(await page.locator("h1").isVisible(), "the headline is missing on paper", story);
      expect(await page.locator("article p").first().isVisible(), "the text is missing on paper", story);
      const { paper, ink } = await colours(page);
      expect(paper > 0.95 && ink < 0.1, `paper ${paper}, ink ${ink}`, story);
      expect((await page.pdf({ format: "A4" })).length > 5000, "the PDF is empty", story);
      await page.emulateMedia({ media: "screen" });
    }
    await context.close();
  },

  async "right to left"(on, expect) {
    const context = await openContext(on.browser, on.origin, { viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const story = on.pick("story", "ckb");
    for (const specimen of on.pages.filter(({ dir, kind }) => dir === "rtl" && kind !== "redirect")) {
      await page.goto(on.address(specimen));
      const spaced = await page.evaluate(() =>
        [...document.querySelectorAll("body *")]
          .filter((each) => !each.closest('[dir="ltr"]') && /[\u0600-\u06ff]/.test([...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("")))
          .filter((each) => !["normal", "0px"].includes(getComputedStyle(each).letterSpacing))
          .map((each) => each.outerHTML.slice(0, 100)),
      );
      expect(!spaced.length, `letters of Arabic script are spaced: ${spaced[0]}`, specimen);
    }
    await page.goto(on.address(story));
    const { lines, start } = await page.evaluate(() => {
      const size = (each) => parseFloat(getComputedStyle(each).fontSize);
      const text = [...document.querySelectorAll("article p")].filter((each) => size(each) === size(document.body)).sort((a, b) => b.textContent.length - a.textContent.length)[0];
      const style = getComputedStyle(text);
      return { lines: parseFloat(style.lineHeight) / parseFloat(style.fontSize), start: style.direction };
    });
    expect(lines >= 1.79, `lines are ${lines.toFixed(2)} high`, story);
    expect(start === "rtl", "the text runs from left to right", story);
    for (const author of await page.locator("article a[rel~=author]").all()) {
      expect(await author.evaluate((link) => Boolean(link.closest("bdi") || link.querySelector("bdi"))), "a name is not isolated", story);
    }
    await context.close();
  },

  async "nothing is wider than the screen"(on, expect) {
    const others = specimens(on.outlet, ["ar", "ku", "tr"]).filter(({ kind }) => ["home", "story"].includes(kind));
    for (const scale of [1, 2]) {
      // Readers' own spacing comes from outside the page, whatever its policy.
      const context = await openContext(on.browser, on.origin, { bypassCSP: true, reducedMotion: "reduce" });
      await context.addInitScript((scale) => localStorage.setItem("textScale", scale), scale);
      const page = await context.newPage();
      for (const specimen of [...on.pages, ...others].filter(({ kind }) => kind !== "redirect")) {
        await page.goto(on.address(specimen));
        for (const width of [320, 768, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          const wide = await overflow(page);
          expect(!wide, `×${scale} at ${width} px: ${wide}`, specimen);
        }
        // WCAG 1.4.12: readers may space text wider.
        await page.addStyleTag({ content: "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }" });
        const wide = await overflow(page);
        expect(!wide, `×${scale} with wider spacing: ${wide}`, specimen);
      }
      await context.close();
    }
  },

  async "console, policy and third parties"(on, expect) {
    for (const specimen of on.pages) {
      const seen = {
        console: (message) => {
          if (["error", "warning"].includes(message.type())) expect(/net::ERR_FAILED/.test(message.text()), `console: ${message.text()}`, specimen);
        },
        error: (error) => expect(false, `script: ${error.message}`, specimen),
        foreign: (url) => expect(false, `third party: ${url}`, specimen),
      };
      const context = await openContext(on.browser, on.origin, {}, seen);
      await context.addInitScript(() => {
        window.violations = [];
        addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => window.violations.push(`${violatedDirective} ${blockedURI} ${sample}`));
      });
      const page = await context.newPage();
      await page.goto(on.address(specimen));
      await page.waitForTimeout(150);
      if (specimen.kind !== "redirect") {
        for (const violation of await page.evaluate(() => window.violations)) expect(false, `policy: ${violation}`, specimen);
        const policy = await page.evaluate(() => document.querySelector('meta[http-equiv="Content-Security-Policy" i]')?.content ?? "");
        expect(/script-src/.test(policy) || /default-src/.test(policy), "has no Content-Security-Policy", specimen);
        expect(!/unsafe-(inline|eval)/.test(policy), `the policy allows too much: ${policy}`, specimen);
      }
      await context.close();
    }
  },

  async "no layout shift"(on, expect) {
    for (const specimen of on.pages.filter(({ kind }) => ["home", "story"].includes(kind))) {
      for (const width of [320, 1280]) {
        const context = await openContext(on.browser, on.origin, { viewport: { width, height: 800 } });
        await context.addInitScript(() => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            for (const { value, sources } of list.getEntries()) window.shifts.push(`${value.toFixed(4)} ${sources.map(({ node }) => node?.outerHTML?.slice(0, 80)).join(" ")}`);
          }).observe({ type: "layout-shift", buffered: true });
          localStorage.setItem("textScale", 1.5);
        });
        // Pictures come late, so that a page which did not keep their places would move.
        await context.route(/\.(jpg|png|webp|avif|svg)$/, async (route) => {
          await new Promise((done) => setTimeout(done, 400));
          await route.fallback();
        });
        const page = await context.newPage();
        await page.goto(on.address(specimen), { waitUntil: "load" });
        await page.evaluate(async () => {
          for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
            scrollTo(0, y);
            await new Promise((done) => setTimeout(done, 60));
          }
        });
        await page.waitForTimeout(600);
        for (const shift of await page.evaluate(() => window.shifts)) expect(false, `at ${width} px: ${shift}`, specimen);
        await context.close();
      }
    }
  },

  async measure(on, expect) {
    const story = on.pick("story", "en");
    const context = await openContext(on.browser, on.origin, { viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(on.address(story));
    if (on.outlet.name === "demo") {
      const letters = await page.evaluate(() => {
        const full = [];
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        for (const text of document.querySelectorAll("article p")) {
          const style = getComputedStyle(text);
          if (style.fontSize !== getComputedStyle(document.body).fontSize || text.textContent.length < 100) continue;
          canvas.font = `${style.fontSize} ${style.fontFamily}`;
          full.push((text.clientWidth * text.textContent.length) / canvas.measureText(text.textContent).width);
        }
        return full.reduce((sum, each) => sum + each, 0) / full.length;
      });
      expect(letters >= 60 && letters <= 70, `a line holds ${letters.toFixed(0)} letters`, story);
    }
    await context.close();
  },

  async "what was written stays text"(on, expect) {
    const dialogs = [];
    const context = await openContext(on.browser, on.origin, { bypassCSP: true });
    const page = await context.newPage();
    page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
    for (const specimen of on.pages.filter(({ kind }) => kind !== "redirect")) {
      await page.goto(on.address(specimen));
      expect(!dialogs.length, `a script out of a field ran: ${dialogs}`, specimen);
      const twice = await page.evaluate(() => document.body.innerText.match(/&(amp|lt|gt|quot|#\d+);.{0,40}/g)?.filter((text) => !/^&amp; an entity|^&amp;T/.test(text))?.[0]);
      expect(!twice, `escaped twice: ${twice}`, specimen);
    }
    await context.close();
  },
};

/// The element with the focus: where it is in the document, whether it is seen and marked.
const focused = (page) =>
  page.evaluate(async () => {
    // The page scrolls to the focus in the next frame.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return { index: -1 };
    const style = getComputedStyle(at);
    const box = [...at.getClientRects()].find(({ width, height }) => width && height) ?? at.getBoundingClientRect();
    const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
    const top = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    return {
      index: [...document.querySelectorAll("*")].indexOf(at),
      href: at.getAttribute("href"),
      html: at.outerHTML.slice(0, 100),
      // A card whose link covers it may be marked as a whole.
      marked: [getComputedStyle(at, "::before"), getComputedStyle(at, "::after"), style, at.closest("article, li") && getComputedStyle(at.closest("article, li"))]
        .some((of) => of && ((of.outlineStyle !== "none" && parseFloat(of.outlineWidth) > 0) || of.boxShadow !== "none")),
      seen: Boolean(top) && (at.contains(top) || top.contains(at)),
    };
  });

/// Relative luminance of the page's ground and of its text.
const colours = (page) =>
  page.evaluate(() => {
    const luminance = (colour) => {
      const canvas = new OffscreenCanvas(1, 1).getContext("2d");
      canvas.fillStyle = "#fff";
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const text = document.querySelector("main p, article p") ?? document.querySelector("h1");
    const grounds = [document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor);
    const ground = grounds.find((colour) => !/, 0\)$|transparent/.test(colour)) ?? "#fff";
    return { paper: luminance(ground), ink: luminance(getComputedStyle(text).color) };
  });

/// The outermost element that makes the page scroll sideways, if any does.
const overflow = (page) =>
  page.evaluate(() => {
    const root = document.scrollingElement;
    if (root.scrollWidth <= root.clientWidth) return "";
    const beyond = [...document.querySelectorAll("body *")].find((each) => {
      const { left, right, width } = each.getBoundingClientRect();
      return width && (right > root.clientWidth + 1 || left < -1) && getComputedStyle(each).position !== "absolute";
    });
    return `${root.scrollWidth} px wide, for example ${beyond?.outerHTML.slice(0, 120)}`;
  });
