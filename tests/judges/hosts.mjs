// nginx and Caddy, each with the file that a build writes for it, hand out every file of both outlets: status,
// type, caching, language and policy are held against what the file itself shows.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { finding, target } from "./outlets.mjs";

const stale = ", stale-while-revalidate=600, stale-if-error=86400";
const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  xml: "application/xml; charset=utf-8",
  json: "application/json; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
  webmanifest: "application/manifest+json; charset=utf-8",
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  avif: "image/avif",
  ico: "image/x-icon",
};
const feeds = {
  "feed.xml": "application/atom+xml; charset=utf-8",
  "rss.xml": "application/rss+xml; charset=utf-8",
  "feed.json": "application/feed+json; charset=utf-8",
};

export default async function hosts() {
  const findings = [];
  let looked = 0;
  for (const [name, path] of [["demo", ""], ["hostile", "/paper"]]) {
    const web = join(process.env.JUDGED_HOSTS ?? join(target, "hosts"), name);
    const dir = join(web, path);
    for (const [program, start] of [["nginx", nginx], ["caddy", caddy]]) {
      const outlet = { name: `${name} by ${program}` };
      const say = (file, rule, text) => findings.push(finding(outlet, file, rule, text));
      const server = await start(web, dir);
      if (server.refused) {
        say("_hosting", "refused", server.refused);
        continue;
      }
      try {
        looked += await look(server.origin, dir, path, say);
      } finally {
        await server.stop();
      }
    }
  }
  return { looked: `${looked} answers of nginx and Caddy`, findings };
}

async function look(origin, dir, path, say) {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((file) => !/^(_hosting\/|_headers$|_redirects$|\.masthead)/.test(file));
  let looked = 0;
  for (const file of files) {
    const address = `${path}/${file.replace(/(^|\/)index\.html$/, "$1").split("/").map(encodeURIComponent).join("/")}`;
    const answer = await fetch(origin + address, { redirect: "manual" });
    const body = Buffer.from(await answer.arrayBuffer());
    looked += 1;
    check(file, readFileSync(join(dir, file)), answer, body, (rule, text) => say(file, rule, text));
  }
  for (const [address, status, shows] of [
    [`${path}/nowhere/`, 404, "404.html"],
    [`${path}/ckb/nowhere/`, 404, "ckb/404.html"],
    [`${path}/nowhere.png`, 404, "404.html"],
    [`${path}/over/it-is/`, 410, "404.html"],
    [`${path}/once/over/`, 410, "404.html"],
    [`${path}/ckb/over/past/`, 410, "ckb/404.html"],
    [`${path}/lite/ckb/over/past/`, 410, "ckb/404.html"],
    [`${path}/lite/ckb/nowhere/`, 404, "ckb/404.html"],
    [`${path}/ckb/nowhere/feed.xml`, 404, "ckb/404.html"],
    [`${path}/ckb/nowhere.png`, 404, "ckb/404.html"],
    // A folder with files and without a page.
    [`${path}/js/`, 404, "404.html"],
    [`${path}/_headers`, 404, "404.html"],
    [`${path}/.masthead-output`, 404, "404.html"],
    [`${path}/_hosting/Caddyfile`, 404, "404.html"],
    [`${path}/_hosting/nginx-maps.conf`, 404, "404.html"],
  ]) {
    const answer = await fetch(origin + address, { redirect: "manual" });
    const body = await answer.text();
    looked += 1;
    if (answer.status !== status) say(address, "status", `${answer.status} instead of ${status}`);
    if (body !== readFileSync(join(dir, shows), "utf8")) say(address, "error-page", `is not ${shows}`);
    if (answer.headers.get("content-type") !== types.html) say(address, "type", answer.headers.get("content-type"));
    const said = (name, value) => {
      if (answer.headers.get(name) !== value) say(address, name, `${answer.headers.get(name)} instead of ${value}`);
    };
    said("cache-control", `public, max-age=30${stale}`);
    said("content-language", shows.startsWith("ckb/") ? "ckb" : "en");
    if (!answer.headers.get("content-security-policy")) say(address, "policy", "there is none");
  }
  return looked;
}

function check(file, wanted, answer, body, say) {
  const html = file.endsWith(".html") ? wanted.toString("utf8") : "";
  const leads = html.match(/http-equiv="?refresh"? content="0; ?url=([^"]+)"/i)?.[1];
  if (leads) {
    const where = answer.headers.get("location")?.replace(/^https?:\/\/[^/]+/, "");
    const status = /(^|\/)page\/\d+\/index\.html$/.test(file) ? 302 : 301;
    if (answer.status !== status || where !== leads) say("redirect", `${answer.status} to ${where} instead of ${status} to ${leads}`);
    return;
  }
  if (answer.status !== 200) return say("status", String(answer.status));
  if (!body.equals(wanted)) say("body", "is another");
  const header = (name, value) => {
    const said = answer.headers.get(name);
    if (said !== value) say(name, `${said} instead of ${value}`);
  };
  const name = file.split("/").pop();
  header("content-type", feeds[name] ?? types[name.split(".").pop()] ?? answer.headers.get("content-type"));
  header("cache-control", caching(file, name, html));
  const lang = html.match(/<html[^>]* lang="?([\w-]+)/)?.[1];
  if (lang) header("content-language", lang);
  const policy = html.match(/<meta http-equiv="Content-Security-Policy" content="([^"]+)"/)?.[1];
  if (policy) header("content-security-policy", `${policy}; frame-ancestors 'self'`);
  header("x-content-type-options", "nosniff");
}

function caching(file, name, html) {
  if (/\.[0-9a-f]{10}\.\w+$/.test(name)) return "public, max-age=31536000, immutable";
  const machine = name in feeds || file.startsWith("sitemaps/") || name === "manifest.webmanifest" ||
    ["sitemap.xml", "robots.txt", "ads.txt", ".well-known/security.txt"].includes(file);
  if (machine) return `public, max-age=300${stale}`;
  if (!html) return `public, max-age=3600${stale}`;
  const kind = html.match(/<body[^>]* class="[^"]*\bis-([\w-]+)/)?.[1];
  const lite = /^lite\/./.test(file) && !/^lite\/((ckb|ku|ar|tr)\/)?index\.html$/.test(file);
  return kind === "story" || kind === "page" || lite ? `public, max-age=60${stale}` : `public, max-age=30${stale}`;
}

async function nginx(web, dir) {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), "masthead-nginx-"));
  const at = (name) => join(home, name);
  writeFileSync(at("nginx.conf"), `daemon off;
worker_processes 1;
pid ${at("pid")};
error_log ${at("errors")} warn;
events {}
http {
  access_log off;
  client_body_temp_path ${at("body")};
  proxy_temp_path ${at("proxy")};
  fastcgi_temp_path ${at("fastcgi")};
  uwsgi_temp_path ${at("uwsgi")};
  scgi_temp_path ${at("scgi")};
  include ${join(dir, "_hosting/nginx-maps.conf")};
  server {
    listen 127.0.0.1:${port};
    root ${web};
    include ${join(dir, "_hosting/nginx-server.conf")};
  }
}
`);
  const tried = spawnSync("nginx", ["-t", "-q", "-p", home, "-e", at("errors"), "-c", at("nginx.conf")], { encoding: "utf8" });
  if (tried.status !== 0 || tried.stderr.trim()) return { refused: tried.stderr || String(tried.error) };
  const child = spawn("nginx", ["-p", home, "-e", at("errors"), "-c", at("nginx.conf")], { stdio: "ignore" });
  return running(child, port, home);
}

async function caddy(web, dir) {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), "masthead-caddy-"));
  mkdirSync(join(home, "data"));
  writeFileSync(join(home, "Caddyfile"), `{
	admin off
	auto_https off
}
http://127.0.0.1:${port} {
	root * ${web}
	import ${join(dir, "_hosting/Caddyfile")}
}
`);
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: join(home, "data"), XDG_CONFIG_HOME: home };
  const args = ["--config", join(home, "Caddyfile"), "--adapter", "caddyfile"];
  const tried = spawnSync("caddy", ["validate", ...args], { encoding: "utf8", env });
  if (tried.status !== 0) return { refused: tried.stderr || String(tried.error) };
  const child = spawn("caddy", ["run", ...args], { stdio: "ignore", env });
  return running(child, port, home);
}

async function running(child, port, home) {
  const origin = `http://127.0.0.1:${port}`;
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(origin).then(() => true, () => false)) return { origin, stop };
    await new Promise((done) => setTimeout(done, 100));
  }
  const errors = join(home, "errors");
  const why = existsSync(errors) ? readFileSync(errors, "utf8") : "it does not answer";
  await stop();
  return { refused: why };
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
