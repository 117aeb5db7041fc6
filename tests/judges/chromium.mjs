// Debian's Chromium, driven by playwright-core; nothing it does leaves this machine.
import { chromium } from "playwright-core";

export const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = () => chromium.launch({ executablePath: executable, args: flags });

/// A context that answers only for `origin`, and tells `seen` of every request, message and fault.
export async function openContext(browser, origin, options = {}, seen = {}) {
  const context = await browser.newContext(options);
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/`) || url.startsWith("data:")) return route.continue();
    seen.foreign?.(url);
    return route.abort();
  });
  context.on("console", (message) => seen.console?.(message));
  context.on("weberror", (error) => seen.error?.(error.error()));
  context.on("request", (request) => seen.request?.(request));
  return context;
}

/// Keeps a page that sends the browser on from doing so, so that it can be looked at.
export async function stay(page, url) {
  await page.route("**/*", (route) =>
    route.request().isNavigationRequest() && route.request().url() !== url ? route.abort("aborted") : route.continue(),
  );
}
