import { expect, it } from "vitest";
import { kebabCase } from "./tool-names.ts";

it.each([
  ["listIssues", "list-issues"],
  ["list_issues", "list-issues"],
  ["parseHTMLPage", "parse-html-page"],
  ["top10Items", "top10-items"],
  ["already-kebab", "already-kebab"],
  ["Title", "title"],
])("%s is %s on the command line", (name, expected) => {
  expect(kebabCase(name)).toBe(expected);
});
