import { bootTestVm } from "@agentos/kernel/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import node from "../src/index.ts";

const GUESTS = 30;
/** Pieces of work, a millisecond of CPU time each, that the fastest guest does. */
const PIECES = 40;

let vm: ReturnType<typeof bootTestVm>;
beforeAll(() => {
  vm = bootTestVm({ software: [node] });
});
afterAll(() => vm.dispose());

/** Begins when all are there; ends when the first has done its pieces. Prints how many it has done itself. */
const code = (name: number): string => `
const fs = require("node:fs");
const piece = () => { const end = performance.now() + 1; while (performance.now() < end); };
fs.mkdirSync("there", { recursive: true });
fs.writeFileSync("there/${name}", "");
const waiting = setInterval(() => {
  if (fs.readdirSync("there").length < ${GUESTS}) return;
  clearInterval(waiting);
  let done = 0;
  while (!fs.existsSync("over")) {
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 1000) piece();
    if (++done === ${PIECES}) fs.writeFileSync("over", "");
  }
  console.log(done);
}, 5);`;

it(`${GUESTS} guests at once all do their work, and none starves`, async () => {
  const results = await Promise.all(
    Array.from({ length: GUESTS }, (_, name) => vm.run(["node", "-e", code(name)])),
  );
  expect(results.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(
    Array.from({ length: GUESTS }, () => [0, ""]),
  );
  const done = results.map(({ stdout }) => Number(stdout));
  expect(Math.min(...done)).toBeGreaterThanOrEqual(PIECES / 10);
});
