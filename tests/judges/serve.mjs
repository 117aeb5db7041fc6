// A static server on 127.0.0.1 that does what a good host does: compression, types, index files, the 404
// page of the language, long caching of hashed names, and the `_headers` file of the output.
import { createServer } from "node:http";
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".xml": "application/xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/// Serves an outlet; gives `{ origin, close }`.
export async function serve(outlet) {
  const rules = headerRules(outlet);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    let file = normalize(join(outlet.web, path));
    if (!file.startsWith(outlet.web)) return void response.writeHead(400).end();
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    let status = 200;
    if (!existsSync(file)) {
      status = 404;
      const first = path.slice(outlet.path.length).split("/")[1] ?? "";
      file = [join(outlet.dir, first, "404.html"), join(outlet.dir, "404.html")].find(existsSync);
      if (!file || (extname(path) && extname(path) !== ".html")) return void response.writeHead(404).end();
    }
    const type = types[extname(file)] ?? "application/octet-stream";
    const headers = { "content-type": type, "x-content-type-options": "nosniff" };
    headers["cache-control"] = /\.[0-9a-f]{8,}\.\w+$/.test(file) ? "public, max-age=31536000, immutable" : "public, max-age=600";
    for (const rule of rules) if (rule.matches.test(path)) Object.assign(headers, rule.headers);
    let body = readFileSync(file);
    if (/text|json|xml|svg/.test(type) && /gzip/.test(request.headers["accept-encoding"] ?? "")) {
      body = gzipSync(body);
      headers["content-encoding"] = "gzip";
    }
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }),
  };
}

/// `_headers` as Netlify and Cloudflare read it: a path, perhaps with `*`, and below it indented headers.
function headerRules({ dir, path }) {
  const file = join(dir, "_headers");
  const rules = [];
  if (!existsSync(file)) return rules;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    if (/^\s/.test(line)) {
      const [, name, value] = line.match(/^\s+([^:]+):\s*(.*)$/) ?? [];
      // A local server speaks no TLS.
      if (name && !/^strict-transport-security$/i.test(name)) rules.at(-1).headers[name.toLowerCase()] = value;
    } else {
      const pattern = line.trim().replace(/^https?:\/\/[^/]+/, "").replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*|:\w+/g, ".*");
      rules.push({ matches: new RegExp(`^(?:${path})?${pattern}$`), headers: {} });
    }
  }
  return rules;
}
