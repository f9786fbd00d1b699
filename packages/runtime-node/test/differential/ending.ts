import type { Script } from "./script.ts";

/** How programs end. */
export const ENDING_SCRIPTS: Script[] = [
  {
    name: "runs exit listeners in order, each with the code of the one before",
    code: `process.on("exit", (c) => { console.log("first", c, process.exitCode); process.exitCode = 4; });
      process.on("exit", (c) => console.log("second", c, process.exitCode));`,
  },
  {
    name: "lets an exit listener leave at once",
    code: "process.on('exit', () => process.exit(6)); process.on('exit', () => console.log('never'))",
  },
  {
    name: "reports what an exit listener throws",
    code: "process.on('exit', () => { throw new Error('late') })",
  },
  {
    name: "shows an exit listener Node's own stack",
    code: "process.on('exit', function last() { console.log(new Error('here').stack) })",
  },
  {
    name: "tells a main module's endless wait",
    files: { "main.mjs": "process.on('exit', (c) => console.log(c)); await new Promise(() => {})" },
  },
  {
    name: "writes in exit listeners",
    code: "process.on('exit', () => { require('fs').writeSync(1, 'x'.repeat(200_000)); console.log('last') })",
  },
  {
    name: "calls process.emit() as the program has replaced it",
    code: `const { emit } = process;
      process.emit = function (name, ...args) { console.log("emits", name, args); return emit.call(this, name, ...args) };
      process.on("exit", () => console.log("exit"));`,
  },
  {
    name: "calls process.reallyExit() only for process.exit()",
    code: `const { reallyExit } = process;
      process.reallyExit = (code) => { console.log("really", code); reallyExit.call(process, code) };
      process.on("exit", () => console.log("exit"));
      if (process.argv[2]) process.exit(2);`,
  },
  {
    name: "lets replaced process.reallyExit() see process.exit()",
    code: `const { reallyExit } = process;
      process.reallyExit = (code) => { console.log("really", code); reallyExit.call(process, code) };
      process.exit(2);`,
  },
  {
    name: "keeps process.emit where it was",
    code: "console.log(Object.hasOwn(process, 'emit'), process.emit === require('events').prototype.emit, process.listenerCount('exit'))",
  },
  {
    name: "runs nothing after process.exit()",
    code: "console.log(1); process.exit(); console.log(2); require('fs').writeSync(1, '3')",
  },
  {
    name: "ends with the exit code of an uncaught error that exit listeners see",
    code: "process.on('exit', (c) => console.log('exit', c)); throw new Error('bad')",
  },
  {
    name: "runs what exit listeners have settled, but no ticks",
    code: `process.on("exit", () => {
      process.nextTick(() => console.log("tick"));
      Promise.resolve().then(() => console.log("then")).then(() => { process.exitCode = 5 });
      queueMicrotask(() => console.log("microtask"));
    });`,
  },
  {
    name: "reports what exit listeners reject",
    code: "process.on('exit', () => { Promise.reject(new Error('late')) })",
  },
  {
    name: "loses no large output before the end",
    code: "for (let i = 0; i < 48; i++) process.stdout.write(String(i % 10).repeat(65536))",
  },
  {
    name: "tells of a reader of large output that has gone",
    code: `if (process.argv[2]) {
        process.stdout.on("error", () => process.exit(5));
        const more = () => { while (process.stdout.write("x".repeat(65536))); process.stdout.once("drain", more) };
        more();
      } else {
        const child = require("child_process").spawn(process.execPath, [__filename, "child"], { stdio: ["ignore", "pipe", "inherit"] });
        child.stdout.once("data", () => child.stdout.destroy());
        child.on("exit", (code) => console.log(code));
      }`,
  },
];
