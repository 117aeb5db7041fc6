// A small outlet in a folder of its own, and the preview of it.
//
// `Preview.open()` writes the outlet, starts the program and gives its address; `close()` ends both.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const theme = join(here, "../../themes/broadsheet");

/// A moment so many hours from now, as front matter has it.
export const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString().slice(0, 19) + "Z";

const paragraph = "The water stood at the second step and nobody moved the boats. ";
const story = (title, lines = "", body = paragraph) =>
  `+++\ntitle = "${title}"\nsummary = "In short."\ndate = 2026-01-05T08:00:00Z\n${lines}\n+++\n\n${body}\n`;

/// The files of the outlet. What is embargoed opens in two days.
const files = () => ({
  "site.toml": `title = "The Valley Post"
base_url = "https://valley.example"
timezone = "Asia/Baghdad"
lite = true
[serve]
editor = "vscode"
[languages.ckb]
title = "پۆستی دۆڵ"
`,
  "content/news/plain.md": story("Council votes on water"),
  "content/news/other.md": story("Bridge opens to carts"),
  "content/news/long.md": story("A long walk", "", `<details><summary>More</summary><p>What was hidden.</p></details>\n\n${`${paragraph.repeat(6)}\n\n`.repeat(40)}`),
  "content/news/draft.md": story("The mayor's diary", "draft = true"),
  "content/news/embargoed.md": story("Budget figures leak", `embargo = ${hours(48)}`),
  "content/news/expiring.md": story("Market day", `expires = ${hours(50)}`),
  "content/news/poor.md": `+++\ntitle = "A poor story"\ndate = 2026-01-04T08:00:00Z\n+++\n\n[gone](gone.md)\n`,
  "content/ckb/news/plain.md": story("ئەنجوومەن دەنگ دەدات", "", "ئاو لە پلەی دووەم بوو. ".repeat(5)),
  "static/unused.png": "",
});

export class Preview {
  static async open(more = [], edit = () => {}) {
    const preview = new Preview();
    preview.root = mkdtempSync(join(tmpdir(), "masthead-preview-"));
    for (const [path, text] of Object.entries(files())) preview.write(path, text);
    // The theme lies in the site, so that a test can change its templates and styles.
    cpSync(theme, join(preview.root, "themes/broadsheet"), { recursive: true });
    edit(preview);
    await preview.start(more);
    return preview;
  }

  async start(more = []) {
    this.program = spawn(process.env.MASTHEAD, ["serve", "--root", this.root, ...more], { stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    this.program.stderr.on("data", (text) => said.push(String(text)));
    this.origin = await new Promise((resolve, reject) => {
      this.program.once("exit", (code) => reject(new Error(`the preview ended with ${code}: ${said.join("")}`)));
      createInterface({ input: this.program.stdout }).on("line", (line) => {
        const address = line.match(/http:\/\/[\w.:[\]]+/);
        if (address) resolve(address[0].replace(/\/$/, ""));
      });
    });
  }

  /// Ends the program as Ctrl-C does.
  async stop() {
    const ended = new Promise((resolve) => this.program.once("exit", resolve));
    this.program.removeAllListeners("exit");
    const gone = new Promise((resolve) => this.program.once("exit", resolve));
    this.program.kill("SIGINT");
    await Promise.race([ended, gone]);
  }

  async close() {
    if (this.program.exitCode === null) await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  read(path) {
    return readFileSync(join(this.root, path), "utf8");
  }

  /// As editors save: beside it, then renamed into its place.
  write(path, text) {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp~`, text);
    renameSync(`${file}.tmp~`, file);
  }

  /// Replaces a text; it must be there.
  edit(path, from, to) {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    this.write(path, text.replace(from, to));
  }
}
