// The preview as an editor uses it. Nothing here touches the page after it is open, unless the test
// says so: what changes, changes by itself.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "../judges/chromium.mjs";
import { Preview, hours } from "./outlet.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/// A fault in the script, `FAULT=["text", "instead"]`: see prove.mjs.
async function plant(context) {
  if (!process.env.FAULT) return;
  const [from, to] = JSON.parse(process.env.FAULT);
  await context.route("**/_desk/preview.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(from, () => to) });
  });
}

/// A test with a preview and a tab of its own. A fault in the page, or a word of the policy, fails it.
const see = (name, options, act) => {
  if (!act) [options, act] = [{}, options];
  test(name, { timeout: 60_000 }, async () => {
    const preview = await Preview.open(options.serve, options.edit);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options.context });
    await plant(context);
    // What a fault keeps from happening need not be waited for so long.
    context.setDefaultTimeout(process.env.FAULT ? 5_000 : 20_000);
    const faults = [];
    context.on("weberror", (error) => faults.push(error.error().message));
    context.on("console", (message) => {
      if (message.type() === "error" && !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|status of (404|500)/.test(message.text())) faults.push(message.text());
    });
    const tab = async (path) => {
      const page = await context.newPage();
      await page.goto(preview.origin + path);
      // From now on the page hears of changes.
      await page.waitForFunction(() => performance.getEntriesByType("navigation")[0].loadEventEnd > 0);
      await page.waitForTimeout(300);
      await page.evaluate(() => (window.untouched = true));
      return page;
    };
    try {
      await act({ preview, context, tab });
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
      await preview.close();
    }
  });
};

const untouched = (page) => page.evaluate(() => window.untouched === true);
const bar = (page) => page.locator("masthead-preview .bar");
const overlay = (page) => page.locator("masthead-preview dialog[open]");

see("text appears, and only where it is", async ({ preview, tab }) => {
  const [story, other] = [await tab("/news/plain/"), await tab("/news/other/")];
  preview.edit("content/news/plain.md", "nobody moved the boats", "somebody moved the boats");
  await story.getByText("somebody moved the boats").first().waitFor();
  assert.equal(await untouched(story), false);
  await other.waitForTimeout(500);
  assert.equal(await untouched(other), true, "a tab whose page is the same was reloaded");
});

see("styles are swapped without a reload", async ({ preview, tab }) => {
  const page = await tab("/news/plain/");
  await page.evaluate(() => {
    window.bare = 0;
    const look = () => {
      if (getComputedStyle(document.body).marginTop === "8px") window.bare += 1;
      requestAnimationFrame(look);
    };
    look();
  });
  const css = "themes/broadsheet/static/css/broadsheet.css";
  preview.write(css, `${preview.read(css)}\nbody { outline: 3px solid rgb(1, 2, 3) }\n`);
  await page.waitForFunction(() => getComputedStyle(document.body).outlineColor === "rgb(1, 2, 3)");
  assert.equal(await untouched(page), true, "the page was reloaded");
  assert.equal(await page.evaluate(() => window.bare), 0, "the page was without styles for a moment");
  // The old styles must be gone, and a second change find the new ones.
  preview.write(css, preview.read(css).replace("rgb(1, 2, 3)", "rgb(4, 5, 6)"));
  await page.waitForFunction(() => getComputedStyle(document.body).outlineColor === "rgb(4, 5, 6)");
  await page.waitForFunction(() => document.querySelectorAll('link[rel="stylesheet"]').length === 1);
  assert.equal(await untouched(page), true);
});

see("a broken story is shown over the page, and goes when it is mended", async ({ preview, tab }) => {
  const page = await tab("/news/plain/");
  preview.edit("content/news/plain.md", "title =", "tilte =");
  await overlay(page).waitFor();
  const shown = await overlay(page).innerText();
  for (const words of ["content/news/plain.md:2:1", "error[unknown-key]", "tilte = ", "^^^^^", "did you mean `title`?"]) assert.ok(shown.includes(words), `${words} is not in ${shown}`);
  const link = await overlay(page).locator(".place a").first().getAttribute("href");
  assert.equal(link, `vscode://file${preview.root}/content/news/plain.md:2:1`);
  assert.ok(await page.getByText("nobody moved the boats").first().count(), "the last good page is gone");
  // Waved away it stays away, until something else is wrong.
  await page.keyboard.press("Escape");
  await overlay(page).waitFor({ state: "detached" });
  preview.edit("content/news/other.md", "date =", "dat =");
  await overlay(page).waitFor();
  preview.edit("content/news/other.md", "dat =", "date =");
  preview.edit("content/news/plain.md", "tilte =", "title =");
  await overlay(page).waitFor({ state: "detached" });
});

see("a broken template likewise", async ({ preview, tab }) => {
  const page = await tab("/news/plain/");
  const template = "themes/broadsheet/templates/story.html";
  const good = preview.read(template);
  preview.write(template, good.replace("{% block", "{% blokc"));
  await overlay(page).waitFor();
  assert.match(await overlay(page).innerText(), /templates\/story\.html/);
  preview.write(template, good.replace("story.title", "story.title.nothing.there"));
  await page.getByText("nothing.there").first().waitFor();
  await overlay(page).waitFor();
  preview.write(template, good);
  await overlay(page).waitFor({ state: "detached" });
  assert.ok(await page.getByText("nobody moved the boats").first().count());
});

see("the reader's place stays", async ({ preview, tab }) => {
  const page = await tab("/news/long/");
  await page.evaluate(() => {
    document.querySelector("main details").open = true;
    scrollTo({ top: 2500, behavior: "instant" });
  });
  preview.edit("content/news/long.md", "The water stood", "The river stood");
  await page.getByText("The river stood").first().waitFor({ state: "attached" });
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => scrollY), 2500);
  assert.equal(await page.evaluate(() => document.querySelector("main details").open), true, "what was open is closed");
});

see("time travel shows what is under embargo, and stays in its time", { serve: ["--as-published"] }, async ({ preview, tab }) => {
  const gone = await tab("/news/embargoed/");
  assert.match(await gone.title(), /^(?!.*Budget figures leak)/);
  const at = hours(49).slice(0, 16);
  const page = await tab(`/news/?at=${at}Z`);
  const link = page.locator('a[href*="/news/embargoed/"]').first();
  await link.waitFor();
  assert.match(await link.getAttribute("href"), /[?&]at=/);
  await link.click();
  await page.getByRole("heading", { level: 1, name: "Budget figures leak" }).waitFor();
  assert.match(page.url(), /[?&]at=/);
  assert.match(await bar(page).innerText(), /as of/i);
  await bar(page).getByRole("link", { name: "Back to now" }).click();
  assert.doesNotMatch(page.url(), /at=/);
  assert.equal(await page.getByRole("heading", { level: 1, name: "Budget figures leak" }).count(), 0);
});

see("the field of the bar travels", async ({ tab }) => {
  const page = await tab("/news/plain/");
  await bar(page).locator("input").fill("2031-02-03T04:05");
  await bar(page).getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/at=2031-02-03T04(%3A|:)05/);
  assert.match(await bar(page).innerText(), /Mon 3 Feb 2031, 04:05/);
});

see("what is not published is marked on lists and on its own page", async ({ tab }) => {
  const list = await tab("/news/");
  const marked = async (page, path) => page.locator(`a[href$="${path}"] masthead-mark b`).first();
  assert.equal(await (await marked(list, "/news/draft/")).innerText(), "draft");
  assert.equal(await (await marked(list, "/news/embargoed/")).innerText(), "under embargo");
  assert.equal(await list.locator('a[href$="/news/plain/"] masthead-mark').count(), 0);
  for (const [path, word] of [["/news/draft/", "draft"], ["/news/embargoed/", "under embargo"]]) {
    const page = await tab(path);
    assert.ok(await page.locator("masthead-preview .frame").isVisible());
    assert.match(await bar(page).locator("summary").innerText(), new RegExp(word, "i"));
  }
  assert.match(await bar(await tab("/news/embargoed/")).innerText(), /until .* \(in (2 d|1 d 23 h)\)/i);
  const plain = await tab("/news/plain/");
  assert.equal(await plain.locator("masthead-preview .frame").count(), 0);
});

see("--as-published hides drafts", { serve: ["--as-published"] }, async ({ tab }) => {
  const list = await tab("/news/");
  assert.equal(await list.locator('a[href$="/news/draft/"]').count(), 0);
  assert.match(await bar(list).innerText(), /as published/i);
});

see("the bar says what the page is", async ({ preview, tab }) => {
  const page = await tab("/news/poor/");
  const text = () => bar(page).innerText();
  await bar(page).getByRole("button", { name: "2 findings" }).waitFor();
  assert.match(await text(), /published[\s\S]*1 word · 1 min[\s\S]*content\/news\/poor\.md/i);
  assert.equal(await bar(page).locator("[data-editor]").getAttribute("href"), `vscode://file${preview.root}/content/news/poor.md:1:1`);
  await bar(page).getByRole("button", { name: "2 findings" }).click();
  assert.match(await overlay(page).innerText(), /broken-link[\s\S]*missing-summary|missing-summary[\s\S]*broken-link/);
  await overlay(page).getByRole("button", { name: "Close" }).click();
  await overlay(page).waitFor({ state: "detached" });
  // Closed it stays closed, on the next page as well; what it marks stays in sight.
  await bar(page).locator("summary").click();
  await page.goto(`${preview.origin}/news/expiring/`);
  assert.equal(await bar(page).getByRole("link", { name: "Desk" }).isVisible(), false);
  assert.match(await text(), /published\s+expires/i);
});

see("the bar is renewed with its story", async ({ preview, tab }) => {
  const page = await tab("/news/plain/");
  preview.edit("content/news/plain.md", "summary =", `expires = ${hours(72)}\nsummary =`);
  await bar(page).getByText("expires").waitFor();
  preview.edit("content/news/plain.md", "summary =", "draft = true\nsummary =");
  await page.locator("masthead-preview .frame").waitFor();
});

see("the bar leaves the page as it is", async ({ preview, tab }) => {
  for (const path of ["/news/plain/", "/ckb/news/plain/", "/"]) {
    const page = await tab(path);
    const measure = () =>
      page.evaluate(() => [...document.body.querySelectorAll(":not(masthead-preview, script)")].map((each) => Object.values(each.getBoundingClientRect().toJSON()).map(Math.round).join(" ")).join("\n") + document.documentElement.scrollHeight);
    const marks = await page.locator("masthead-mark").count();
    const before = await measure();
    await page.evaluate(() => {
      document.querySelector("masthead-preview").remove();
      document.querySelectorAll("masthead-mark").forEach((mark) => mark.remove());
    });
    if (!marks) assert.equal(await measure(), before, path);
  }
  const page = await tab("/news/plain/");
  await page.emulateMedia({ media: "print" });
  assert.equal(await bar(page).isVisible(), false, "the bar is on paper");
});

see("pages from right to left have the same bar", async ({ tab }) => {
  const page = await tab("/ckb/news/plain/");
  assert.equal(await page.evaluate(() => document.dir || document.documentElement.dir), "rtl");
  assert.equal(await bar(page).evaluate((each) => getComputedStyle(each).direction), "ltr");
  const box = await bar(page).locator("details").boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 1280 && box.y > 400, JSON.stringify(box));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 1280);
});

see("the desk lists what waits and what is wrong, and renews itself", async ({ preview, tab }) => {
  const page = await tab("/_desk/");
  const section = (name) => page.getByRole("region", { name });
  for (const [name, words] of [
    [/^Drafts/, /The mayor's diary[\s\S]*content\/news\/draft\.md/],
    [/^Under embargo/, /Budget figures leak[\s\S]*\(in (2 d|1 d 23 h)\)/],
    [/^About to expire/, /Market day/],
    [/^Stories with findings/, /content\/news\/poor\.md/],
    [/^Pictures that nothing shows/, /static\/unused\.png/],
  ])
    assert.match(await section(name).innerText(), words);
  await section(/^Stories with findings/).getByText("content/news/poor.md").first().click();
  assert.match(await section(/^Stories with findings/).innerText(), /broken-link/);
  // A new draft comes by itself; what was open stays open.
  preview.write("content/news/second.md", preview.read("content/news/draft.md").replace("The mayor's diary", "A second diary"));
  await section(/^Drafts/).getByText("A second diary").waitFor();
  assert.equal(await untouched(page), true, "the desk was reloaded");
  assert.match(await section(/^Stories with findings/).innerText(), /broken-link/);
  preview.edit("content/news/plain.md", "title =", "tilte =");
  await section(/^To be mended first/).getByText("unknown-key").first().waitFor();
  preview.edit("content/news/plain.md", "tilte =", "title =");
  await section(/^To be mended first/).waitFor({ state: "detached" });
  // The field finds what it says.
  await page.getByRole("searchbox").fill("second");
  await section(/^Drafts/).getByText("The mayor's diary").waitFor({ state: "detached" });
  assert.match(await section(/^Drafts/).innerText(), /A second diary/);
});

see("the desk says which pages an edit changed", async ({ preview, tab }) => {
  await tab("/news/plain/");
  const page = await tab("/_desk/");
  preview.edit("content/news/plain.md", "nobody moved", "somebody moved");
  // The desk loads itself anew the moment it is told; a look in between is no look.
  const said = async () => page.getByRole("region", { name: /^Pages that the last edit/ }).innerText({ timeout: 500 }).catch(() => "");
  for (let tries = 0; tries < 60 && !/\/news\/plain\//.test(await said()); tries += 1) await page.waitForTimeout(100);
  assert.match(await said(), /\/news\/plain\//);
  // Chromium does not like to be closed while a page is being loaded anew.
  await page.waitForTimeout(1000);
});

see("the desk can be read without a script, and by programs", { context: { javaScriptEnabled: false } }, async ({ preview, context }) => {
  const page = await context.newPage();
  await page.goto(`${preview.origin}/_desk/?q=diary`);
  assert.match(await page.getByRole("region", { name: /^Drafts/ }).innerText(), /The mayor's diary/);
  assert.match(await page.getByRole("region", { name: /^Under embargo/ }).innerText(), /None of them fits/);
  await page.goto(`${preview.origin}/news/draft/`);
  assert.ok(await bar(page).isVisible());
  const status = await (await fetch(`${preview.origin}/_desk/status.json`)).json();
  assert.equal(status.drafts.shown[0].path, "content/news/draft.md");
  assert.equal(status.homes.length, 2);
});

see("the preview comes back after it was stopped", async ({ preview, tab }) => {
  const page = await tab("/news/plain/");
  const port = new URL(preview.origin).port;
  await preview.stop();
  await bar(page).getByText("The preview is not running").waitFor();
  preview.edit("content/news/plain.md", "nobody moved", "the ferryman moved");
  await preview.start(["--port", port]);
  await page.getByText("the ferryman moved").first().waitFor();
  await bar(page).getByText("The preview is not running").waitFor({ state: "detached" });
});

see("a page of another origin hears nothing", async ({ preview, context }) => {
  const stranger = createServer((_, response) => response.end("<!doctype html><title>x</title>"));
  await new Promise((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const page = await context.browser().newPage();
  await page.goto(`http://127.0.0.1:${stranger.address().port}/`);
  const heard = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const source = new EventSource(url);
        source.onopen = () => resolve("open");
        source.onerror = () => resolve(source.readyState === EventSource.CLOSED ? "refused" : "trying");
      }),
    `${preview.origin}/_desk/events?page=/`,
  );
  const direct = await fetch(`${preview.origin}/_desk/events?page=/`, { headers: { Origin: "http://evil.example" } });
  await page.close();
  stranger.close();
  assert.equal(heard, "refused");
  assert.equal(direct.status, 403);
});
