// Runs the judges one after another, holds their findings against exceptions.toml, prints a line each.
//
// A judge is a module in this folder whose default export takes the outlets and gives
// { looked: "what it looked at", findings: [{ page, rule, text }] }.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { here, outlets, target } from "./outlets.mjs";

const judges = ["weight", "vnu", "html_validate", "links", "sitemaps", "feeds", "structured", "hosts", "ci", "axe", "browser", "lighthouse"];
const shown = 15;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !judges.includes(name));
if (unknown.length) {
  console.error(`no judge is called ${unknown.join(", ")}; there are ${judges.join(", ")}`);
  process.exit(2);
}

const { exception = [] } = parse(readFileSync(join(here, "exceptions.toml"), "utf8"));
for (const each of exception) {
  if (!judges.includes(each.judge) || !each.reason || !(each.page || each.rule || each.text)) {
    console.error(`exceptions.toml: each needs a judge, a reason, and one of page, rule and text: ${JSON.stringify(each)}`);
    process.exit(2);
  }
  each.used = 0;
}

// An exception's page, rule and text are regular expressions; those it does not give match everything.
const excepts = (each, judge, finding) =>
  each.judge === judge &&
  ["page", "rule", "text"].every((part) => !each[part] || new RegExp(each[part], "u").test(finding[part] ?? ""));

/// A judge that breaks down has not judged.
async function hear(judge) {
  try {
    return await (await import(`./${judge}.mjs`)).default(outlets());
  } catch (error) {
    return { looked: "nothing", findings: [{ page: `${judge}.mjs`, rule: "broke-down", text: error.stack }] };
  }
}

const report = [];
const say = (line) => {
  console.log(line);
  report.push(line);
};

let failed = 0;
for (const judge of asked.length ? asked : judges) {
  const started = performance.now();
  const { looked, findings } = await hear(judge);
  const left = findings.filter((finding) => {
    const match = exception.find((each) => excepts(each, judge, finding));
    if (match) match.used += 1;
    return !match;
  });
  for (const each of exception.filter((each) => each.judge === judge && !each.used)) {
    left.push({ page: "exceptions.toml", rule: "unused", text: `matched nothing; take it out: ${each.reason}` });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const excepted = findings.length - left.filter((finding) => finding.rule !== "unused").length;
  say(
    `${judge.padEnd(14)} ${left.length ? "FAIL" : "ok  "} ${looked}: ${left.length} findings` +
      `${excepted ? `, ${excepted} excepted` : ""} (${seconds} s)`,
  );
  left.forEach((finding, i) => {
    const line = `    ${finding.page}  [${finding.rule}]  ${finding.text}`;
    if (i < shown) say(line);
    else report.push(line);
  });
  if (left.length > shown) say(`    … and ${left.length - shown} more in target/judges/report.txt`);
  if (left.length) failed += 1;
}
say(failed ? `${failed} judges object` : "no judge objects");
writeFileSync(process.env.JUDGED_REPORT ?? join(target, "report.txt"), `${report.join("\n")}\n`);
process.exit(failed ? 1 : 0);
