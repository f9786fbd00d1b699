// The kernel and its programs live in one heap. Whoever fills it is ended before the heap is full: in an app with a
// small heap, so that it takes seconds and not minutes.

import { describe, expect, it } from "vitest";
import { runApp } from "../support/child.ts";

const GREEDY = [
  `awk 'BEGIN { while (1) { a[i % 1000] = a[i % 1000] i "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; i++ } }'`,
  "a=(); while :; do a+=({1..1000}); done",
  'i=0; while :; do eval "f$((i++)) () { echo a b c d e f g; }"; done',
  "yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | shuf",
  "yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | tac",
  "yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | sed ':a;N;ba'",
];

interface Outcome {
  survived: boolean;
  neighbour: string;
}

describe("a process that fills the heap is ended, alone", () => {
  it.each(GREEDY)("%s", async (command) => {
    const outcome = await runApp<Outcome>(
      `const create = () => AgentOs.create({ software: common, sidecar: { kind: "inline" } });
      const [greedy, other] = [await create(), await create()];
      const neighbour = other.exec("read x; echo still there", { stdin: "x" });
      const result = await greedy.exec(${JSON.stringify(command)}, { timeoutMs: 60_000 });
      const survived = (await greedy.exec("echo usable")).stdout === "usable\\n" && !result.timedOut;
      console.log(JSON.stringify({ survived, neighbour: (await neighbour).stdout }));
      await greedy.dispose();
      await other.dispose();`,
      ["--max-old-space-size=256"],
    );
    expect(outcome).toEqual({ survived: true, neighbour: "still there\n" });
  });
});
