// What the differential suite runs: small programs that print all there is to see of some behaviour.

export interface Script {
  /** What it shows, as a sentence. */
  name: string;
  /** Path → content, below the working directory; the program is main.js, main.mjs or main.ts. */
  files?: Record<string, string>;
  /** Source of main.js, if that is all there is. */
  code?: string;
  args?: readonly string[];
  stdin?: string;
  env?: Record<string, string>;
}

/**
 * What scripts share: modules by the names everybody knows, `print`, and ways to show a failure with all its fields
 * (`attempt` for calls, `settle` for promises); `call` gives what a callback gets. Answers that
 * race each other must not be printed as they come.
 */
const PRELUDE = `
const print = console.log;
const shape = (error) => (error instanceof Error ? { name: error.name, message: error.message, ...error } : { thrown: error });
const attempt = (call) => { try { return call(); } catch (error) { return shape(error); } };
const settle = (promise) => Promise.resolve(typeof promise === "function" ? new Promise((done) => done(promise())) : promise).catch(shape);
const call = (f, ...args) => new Promise((done) => f(...args, (...results) => done(results.map((r) => (r instanceof Error ? shape(r) : r)))));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
`;

const REQUIRES = `
const fs = require("node:fs"), path = require("node:path"), os = require("node:os"), cp = require("node:child_process");
const util = require("node:util"), events = require("node:events"), stream = require("node:stream"), { once } = events;
const { pipeline } = require("node:stream/promises"), { text } = require("node:stream/consumers");
`.replaceAll("\n", " ");

const prelude = (PRELUDE + REQUIRES).replaceAll("\n", " ");

/** A CommonJS program with the prelude. */
export const cjs = (name: string, body: string, more: Partial<Script> = {}): Script => ({
  name,
  ...more,
  files: { ...more.files, "main.js": `${prelude}\n${body}` },
});

/** The same with `await` in it; what it throws is reported as an unhandled rejection. */
export const task = (name: string, body: string, more: Partial<Script> = {}): Script =>
  cjs(name, `(async () => {\n${body}\n})();`, more);

/** An ES module as it stands. */
export const esm = (name: string, body: string, more: Partial<Script> = {}): Script => ({
  name,
  ...more,
  files: { ...more.files, "main.mjs": body },
});

/** A program of several files, one of them main.js, main.mjs or main.ts. */
export const tree = (name: string, files: Record<string, string>, more: Partial<Script> = {}): Script => ({
  name,
  ...more,
  files,
});

/** Arguments of node alone: -e, -p and their like. */
export const flags = (name: string, args: readonly string[], more: Partial<Script> = {}): Script => ({
  name,
  ...more,
  args,
});
