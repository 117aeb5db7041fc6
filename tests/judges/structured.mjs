// Structured data: Adobe's validator with the vocabulary of schema.org (as the package `schema-dts` writes
// it down), over every page; and what search engines want of a story.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Validator from "@adobe/structured-data-validator";
import WebAutoExtractor from "@marbec/web-auto-extractor";
import { finding } from "./outlets.mjs";

const wanted = ["headline", "datePublished", "dateModified", "inLanguage", "mainEntityOfPage", "publisher", "isAccessibleForFree"];
const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

export default async function structured(outlets) {
  const validator = new Validator(vocabulary());
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    for (const page of outlet.pages) {
      const say = (rule, text) => findings.push(finding(outlet, page.file, rule, text));
      const found = new WebAutoExtractor({ addLocation: true, embedSource: ["rdfa", "microdata"] }).parse(page.html);
      looked += Object.values(found.jsonld ?? {}).flat().length;
      for (const issue of await validator.validate(found)) {
        say(issue.severity, `${issue.issueMessage} at ${issue.path?.map(({ type, property }) => property ?? type).join(".")}`);
      }
      const kinds = Object.keys(found.jsonld ?? {});
      if (page.kind === "story") story(kinds, found.jsonld, page, say);
      else if (!["404", "redirect", "lite"].includes(page.kind) && !kinds.length) say("none", "no structured data");
      nested(found.jsonld, say);
    }
  }
  return { looked: `${looked} things`, findings };
}

function story(kinds, things, page, say) {
  const articles = kinds.filter((kind) => /Article$/.test(kind)).flatMap((kind) => things[kind]);
  if (articles.length !== 1) return say("story", `${articles.length} articles`);
  const [article] = articles;
  for (const key of wanted) if (article[key] === undefined || article[key] === "") say("story", `no ${key}`);
  for (const key of ["datePublished", "dateModified"]) if (!zoned.test(article[key])) say("story", `${key} has no zone: ${article[key]}`);
  if (article.dateModified < article.datePublished) say("story", "modified before it was published");
  if (article.inLanguage !== page.lang) say("story", `inLanguage is ${article.inLanguage}, the page is in ${page.lang}`);
  for (const person of [article.author ?? []].flat()) {
    if (!person.name || !/^https:/.test(person.url ?? "https:")) say("story", `author: ${JSON.stringify(person)}`);
  }
  if (article.publisher?.["@type"] !== "NewsMediaOrganization" || !article.publisher.name) say("story", "publisher");
  if (!kinds.includes("BreadcrumbList")) say("story", "no BreadcrumbList");
}

/// Empty values say nothing.
function nested(things, say) {
  JSON.stringify(things ?? {}, (key, value) => {
    if (value === "" || value === null || (Array.isArray(value) && !value.length)) say("empty", `${key} is empty`);
    return value;
  });
}

/// schema.org's classes and properties in the shape that the validator reads, out of TypeScript like
/// `interface NewsArticleBase extends ArticleBase { "dateline"?: … }` and `NewsArticleLeaf extends NewsArticleBase`.
function vocabulary() {
  const types = readFileSync(join(createRequire(import.meta.url).resolve("schema-dts"), "..", "schema.d.ts"), "utf8");
  const id = (name) => ({ "@id": `schema:${name}` });
  const classes = new Map();
  const properties = new Map();
  for (const [, name, kind, parents, body] of types.matchAll(/^(?:export )?interface (\w+?)(Base|Leaf) extends ([^{]+)\{\n(.*?)^\}/gms)) {
    const above = [...parents.matchAll(/(\w+)Base\b/g)].map(([, parent]) => parent).filter((parent) => parent !== name);
    if (kind === "Base" || !classes.has(name)) classes.set(name, above);
    if (kind === "Leaf") continue;
    for (const [, property] of body.matchAll(/^ {4}"(\w+)"\?:/gm)) {
      properties.set(property, [...(properties.get(property) ?? []), id(name)]);
    }
  }
  if (!properties.has("dateline") || !classes.has("NewsMediaOrganization")) throw new Error("schema-dts is written in another way than this reads");
  return {
    "@graph": [
      ...[...classes].map(([name, above]) => ({ "@id": `schema:${name}`, "@type": "rdfs:Class", "rdfs:subClassOf": above.map(id) })),
      ...[...properties].map(([name, domains]) => ({ "@id": `schema:${name}`, "@type": "rdf:Property", "schema:domainIncludes": domains })),
    ],
  };
}
