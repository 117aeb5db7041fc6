// html-validate over every page: what the HTML standard says, how documents should be made, accessibility.
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { finding } from "./outlets.mjs";

const config = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y", "html-validate:document"],
  // Integrity hashes are for files of other hosts; that there are none of those is seen in browser.mjs.
  rules: { "require-sri": ["error", { target: "crossorigin" }] },
};

export default async function htmlValidate(outlets) {
  const validate = new HtmlValidate(new StaticConfigLoader(config));
  const findings = [];
  let looked = 0;
  for (const outlet of outlets) {
    for (const page of outlet.pages) {
      looked += 1;
      const { results } = await validate.validateString(page.html, page.file);
      for (const { ruleId, message, line, selector } of results.flatMap((result) => result.messages)) {
        findings.push(finding(outlet, `${page.file}:${line}`, ruleId, `${message} (${selector ?? "document"})`));
      }
    }
  }
  return { looked: `${looked} pages`, findings };
}
