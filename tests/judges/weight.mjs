// What a page weighs: a story's HTML with the style sheets that its first paint waits for at most 14 kB
// compressed, all JavaScript at most 3 kB, a lite page at most 10 kB in one request.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { finding } from "./outlets.mjs";

const kB = 1000;
const packed = (...parts) => parts.reduce((sum, part) => sum + gzipSync(part, { level: 9 }).length, 0);

export default function weight(outlets) {
  const findings = [];
  let looked = 0;
  let heaviest = { story: 0, script: 0, lite: 0 };
  for (const outlet of outlets) {
    const file = (url) => readFileSync(join(outlet.web, decodeURI(url)));
    for (const page of outlet.pages) {
      const say = (rule, text) => findings.push(finding(outlet, page.file, rule, text));
      looked += 1;
      const styles = [...page.html.matchAll(/<link(?=[^>]* rel="?stylesheet)(?![^>]* media="print")[^>]* href="([^"]+)"/g)].map(([, url]) => file(url));
      const scripts = [...page.html.matchAll(/<script(?![^>]*ld\+json)([^>]*)>(.*?)<\/script>/gs)].map(([, attributes, text]) => {
        const url = attributes.match(/ src="([^"]+)"/)?.[1];
        return url ? file(url) : Buffer.from(text);
      });
      const script = scripts.reduce((sum, text) => sum + text.length, 0);
      heaviest.script = Math.max(heaviest.script, script);
      if (script > 3 * kB) say("script", `${script} bytes of JavaScript`);
      if (page.kind === "lite") {
        const size = Buffer.byteLength(page.html);
        heaviest.lite = Math.max(heaviest.lite, size);
        if (size > 10 * kB) say("lite", `${size} bytes`);
        const more = page.html.match(/<(img|script|iframe|video|audio|object|embed|source)\b|<link[^>]* rel="?(stylesheet|icon|preload|manifest)[^>]*>/i);
        if (more && !/href="data:/.test(more[0])) say("lite", `asks for more than itself: ${more[0]}`);
      }
      if (page.kind === "story") {
        const size = packed(page.html, ...styles);
        heaviest.story = Math.max(heaviest.story, size);
        if (size > 14 * kB) say("story", `${size} bytes compressed, styles included`);
      }
    }
  }
  const { story, script, lite } = heaviest;
  return { looked: `${looked} pages, at most ${story} B a story, ${script} B JavaScript${lite ? `, ${lite} B lite` : ""}`, findings };
}
