// The preview in the browser: hears from the server what changed, and shows it.
//
// It touches the page in two ways alone: a reload, and marks on links to what is not published.
// Everything else stands in a shadow root of its own. It needs nothing but itself.
(() => {
  "use strict";

  const store = (place, key, value) => {
    // Storage may be denied; then nothing is remembered.
    try {
      if (value === undefined) return window[place].getItem(key);
      if (value === null) window[place].removeItem(key);
      else window[place].setItem(key, value);
    } catch {}
    return null;
  };

  // ---- The connection -----------------------------------------------------------------------

  // A browser gives a host six connections, and each tab that listens takes one. So a tab that is
  // out of sight for a while lets go of its own, and hears what it missed when it is seen again.
  const PATIENCE = 10_000;
  const SOON = 250;
  const LATE = 5_000;

  function listen({ query, on, tell }) {
    let source = null;
    let delay = SOON;
    let timer = 0;
    const connect = () => {
      clearTimeout(timer);
      if (source || document.hidden) return;
      source = new EventSource(`/_desk/events?${new URLSearchParams(query())}`);
      source.onopen = () => {
        delay = SOON;
        tell("");
      };
      source.onerror = () => {
        drop();
        tell("The preview is not running; waiting for it.");
        // Many tabs should not come back at one moment.
        timer = setTimeout(connect, delay * (0.75 + Math.random() / 2));
        delay = Math.min(delay * 1.6, LATE);
      };
      for (const [name, hear] of Object.entries(on)) source.addEventListener(name, (event) => hear(JSON.parse(event.data || "{}")));
    };
    const drop = () => {
      source?.close();
      source = null;
    };
    let away = 0;
    document.addEventListener("visibilitychange", () => {
      clearTimeout(away);
      if (document.hidden) away = setTimeout(drop, PATIENCE);
      else connect();
    });
    addEventListener("online", connect);
    // A page that is kept for "back" must not listen.
    addEventListener("pagehide", drop);
    addEventListener("pageshow", (event) => event.persisted && connect());
    connect();
  }

  // ---- Time -------------------------------------------------------------------------------

  const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

  // The two largest parts of a length of time: `2 d 3 h`.
  function inWords(seconds) {
    const first = UNITS.findIndex(([, size]) => seconds >= size);
    if (first < 0) return "now";
    const [unit, size] = UNITS[first];
    const rest = UNITS[first + 1];
    const more = rest && Math.floor((seconds % size) / rest[1]);
    return `${Math.floor(seconds / size)} ${unit}${more ? ` ${more} ${rest[0]}` : ""}`;
  }

  function countDown(root) {
    const tick = () => {
      for (const time of root.querySelectorAll("time[data-at]")) {
        const left = Number(time.dataset.at) - Math.floor(Date.now() / 1000);
        const text = left > 0 ? ` (in ${inWords(left)})` : "";
        let count = time.nextElementSibling;
        if (!count?.matches(".countdown")) {
          count = document.createElement("span");
          count.className = "countdown";
          time.after(count);
        }
        if (count.textContent !== text) count.textContent = text;
      }
    };
    tick();
    setInterval(tick, 1000);
    return tick;
  }

  // ---- The desk ---------------------------------------------------------------------------

  function desk() {
    const status = document.querySelector("[data-link]");
    const tell = (text) => (status.textContent = text);
    const main = () => document.querySelector("main");
    const read = (name) => new URLSearchParams(location.search).get(name) ?? "";

    const tick = countDown(document);

    // Sections are renewed in place; what was open stays open, and the focus stays in the field.
    let asked = 0;
    const renew = async (url) => {
      const mine = (asked += 1);
      const response = await fetch(url, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (mine !== asked || !response.ok) return;
      const open = new Set([...main().querySelectorAll("details[open] > summary > bdi")].map((path) => path.textContent));
      const fresh = page.querySelector("main");
      for (const path of fresh.querySelectorAll("details > summary > bdi")) path.closest("details").open = open.has(path.textContent);
      main().replaceWith(fresh);
      document.documentElement.dataset.edition = page.documentElement.dataset.edition;
      history.replaceState(null, "", url);
      tick();
    };
    const here = () => location.pathname + location.search + location.hash;
    const field = document.querySelector("#q");
    const typed = () => {
      const query = new URLSearchParams({ q: field.value });
      if (read("all")) query.set("all", read("all"));
      renew(`${location.pathname}?${query}`).catch(() => {});
    };
    let wait = 0;
    field.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(typed, 150);
    });
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      typed();
    });
    listen({
      query: () => ({ page: location.pathname, shown: document.documentElement.dataset.edition }),
      on: { reload: () => renew(here()).catch(() => location.reload()), findings: () => renew(here()).catch(() => {}) },
      tell,
    });
  }

  // ---- A page -----------------------------------------------------------------------------

  // Where the reader was, for the page that comes after a reload.
  function keepPlace() {
    const open = [...document.querySelectorAll("details")].map((details) => details.open);
    store("sessionStorage", "masthead-place", JSON.stringify({ href: location.href, x: scrollX, y: scrollY, open }));
  }

  function findPlace() {
    const place = JSON.parse(store("sessionStorage", "masthead-place") ?? "null");
    store("sessionStorage", "masthead-place", null);
    if (place?.href !== location.href) return;
    const details = [...document.querySelectorAll("details")];
    if (details.length === place.open.length) details.forEach((each, i) => (each.open = place.open[i]));
    const back = () => scrollTo({ left: place.x, top: place.y, behavior: "instant" });
    back();
    // Pictures that come later make the page longer; who has scrolled meanwhile stays there.
    let moved = false;
    const stop = () => (moved = true);
    for (const by of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(by, stop, { once: true, passive: true });
    addEventListener("load", () => moved || back(), { once: true });
  }

  // The new styles are loaded before the old ones go, so that nothing flashes.
  function restyle({ from, to }) {
    for (const old of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const url = new URL(old.href);
      if (url.origin !== location.origin || url.pathname !== new URL(from, location.href).pathname) continue;
      const fresh = old.cloneNode();
      fresh.removeAttribute("integrity");
      fresh.href = to;
      fresh.onload = () => old.remove();
      fresh.onerror = () => location.reload();
      old.after(fresh);
    }
  }

  const MARK = `:host{all:initial;display:inline-block;vertical-align:middle;margin-inline-start:.4em}
b{font:600 11px/1.5 system-ui,sans-serif;letter-spacing:0;text-transform:none;white-space:nowrap;padding:1px 6px;border-radius:3px;background:#7a3d00;color:#fff}
:host([data-state="under embargo"]) b{background:#5b2a86}
@media print{:host{display:none}}`;

  // A mark for each link with words in it, so that a picture and a headline do not both have one.
  function mark(marks) {
    let styles = null;
    for (const link of document.querySelectorAll("a[href]")) {
      const state = marks[link.getAttribute("href")];
      if (!state || !link.textContent.trim() || link.querySelector("masthead-mark")) continue;
      if (!styles) (styles = new CSSStyleSheet()).replaceSync(MARK);
      const mark = document.createElement("masthead-mark");
      mark.dataset.state = state;
      mark.lang = "en";
      mark.dir = "ltr";
      const root = mark.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [styles];
      const word = document.createElement("b");
      word.textContent = state;
      root.append(word);
      link.append(mark);
    }
  }

  // Whoever looks at the outlet of another day stays in that day.
  function stayInTime(at) {
    const carry = (link) => {
      if (!link.href || link.origin !== location.origin || link.pathname.startsWith("/_desk/") || link.hasAttribute("download")) return;
      const url = new URL(link.href);
      if (url.pathname === location.pathname && url.hash) return;
      if (url.searchParams.has("at")) return;
      url.searchParams.set("at", at);
      link.href = url.href;
    };
    document.querySelectorAll("a[href]").forEach(carry);
    const late = (event) => {
      const link = event.target.closest?.("a[href]");
      if (link) carry(link);
    };
    for (const by of ["pointerdown", "focusin", "click"]) document.addEventListener(by, late, { capture: true });
  }

  function page() {
    const host = document.querySelector("masthead-preview");
    const data = JSON.parse(host.dataset.page);
    // A page within a page has no bar of its own.
    if (window.top !== window) return host.remove();
    const template = host.querySelector("template");
    if (!host.shadowRoot && template) host.attachShadow({ mode: "open" }).append(template.content);
    const root = host.shadowRoot;
    const $ = (selector) => root.querySelector(selector);

    const bar = $("details");
    const kept = store("localStorage", "masthead-bar");
    bar.open = kept ? kept === "open" : matchMedia("(min-width: 600px)").matches;
    $("summary").addEventListener("click", () => store("localStorage", "masthead-bar", bar.open ? "closed" : "open"));

    // Above, what keeps the outlet from being renewed: it opens by itself, unless it was waved away.
    // Below, what else is wrong with the story of this page: it is counted.
    const overlay = $("dialog");
    const [sources, own] = [$("[data-sources]"), $("[data-own]")];
    const button = $("[data-count] button");
    const number = (part, of) => Number(part.firstElementChild?.dataset[of] ?? 0);
    const plural = (n, word) => `${n || "No"} ${word}${n === 1 ? "" : "s"}`;
    let [heard, waved] = ["", ""];
    const open = (why) => {
      overlay.dataset.for = why;
      if (!overlay.open) overlay.showModal();
    };
    const show = () => {
      const [errors, findings] = [number(sources, "errors"), number(own, "findings")];
      host.toggleAttribute("data-failing", errors > 0);
      const words = [button.parentElement.dataset.count && plural(findings, "finding"), errors && `${plural(errors, "error")} to mend`];
      button.textContent = words.filter(Boolean).join(" · ");
      button.disabled = !errors && !findings;
      button.parentElement.hidden = !button.textContent;
    };
    const hear = (html) => {
      if (heard === html) return;
      sources.innerHTML = heard = html;
      show();
      if (number(sources, "errors")) {
        if (html !== waved) open("errors");
      } else {
        waved = "";
        if (overlay.dataset.for === "errors") overlay.close();
      }
    };
    overlay.addEventListener("close", () => (waved = heard));
    $("[data-close]").addEventListener("click", () => overlay.close());
    overlay.addEventListener("click", (event) => event.target === overlay && overlay.close());
    button.addEventListener("click", () => open(number(sources, "errors") ? "errors" : "list"));
    if (sources.firstElementChild) hear(sources.innerHTML);
    const ask = async () => {
      const query = new URLSearchParams({ page: button.parentElement.dataset.count });
      if (data.at) query.set("at", data.at);
      const response = await fetch(`/_desk/findings?${query}`);
      if (response.ok) own.innerHTML = await response.text();
      show();
    };
    if (button.parentElement.dataset.count) ask().catch(() => {});

    mark(data.marks);
    if (data.at) stayInTime(data.at);
    findPlace();
    countDown(root);

    listen({
      query: () => ({ page: data.page, shown: data.etag, ...(data.at && { at: data.at }) }),
      on: {
        reload: () => {
          keepPlace();
          location.reload();
        },
        style: restyle,
        findings: ({ html }) => hear(html),
      },
      tell: (text) => ($("[data-link]").textContent = text),
    });
  }

  if ("desk" in document.documentElement.dataset) desk();
  else page();
})();
