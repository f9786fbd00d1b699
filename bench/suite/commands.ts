// Command lines of the target table: the same text for every subject, and the same answer.

import { measure } from "./measure.ts";
import type { Row } from "./report.ts";
import { hostSubject, inlineSubject, justBashSubject, type Subject, sidecarSubject } from "./subjects.ts";

interface CommandBench {
  name: string;
  command: string;
  /** At most this many times the host's median. */
  maxRatio?: number;
  /** At most this many milliseconds, by subject. */
  maxMs?: { sidecar: number; inline: number };
  /** just-bash is left out where one run takes longer than a benchmark may. */
  peer: boolean;
}

const COMMANDS: CommandBench[] = [
  { name: "exec echo hello", command: "echo hello", maxMs: { sidecar: 1, inline: 0.3 }, peer: true },
  { name: "seq | sort | head", command: "seq 1 100000 | sort -rn | head -3", maxRatio: 2, peer: true },
  {
    name: "while loop, 10,000",
    command: "i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done; echo $i",
    maxRatio: 1,
    peer: true,
  },
  {
    name: "seq | awk sum",
    command: "seq 1 300000 | awk '{s+=$1} END {print s}'",
    maxRatio: 2,
    peer: true,
  },
  {
    name: "1,000 external commands",
    command: "for ((i = 0; i < 1000; i++)); do /usr/bin/true; done; echo done",
    maxRatio: 0.3,
    peer: true,
  },
];

export async function commandRows(): Promise<Row[]> {
  const subjects: Subject[] = [hostSubject(), await sidecarSubject(), await inlineSubject()];
  const all = COMMANDS.map((): Row["ms"] => ({}));
  for (const [at, bench] of COMMANDS.entries()) await measureSubjects(bench, subjects, all[at]!);
  // Last of all: from its first command on it slows down whatever else runs in this process.
  const peer = [justBashSubject()];
  for (const [at, bench] of COMMANDS.entries()) if (bench.peer) await measureSubjects(bench, peer, all[at]!);
  for (const subject of [...subjects, ...peer]) await subject.close();
  return COMMANDS.map((bench, at) => ({ name: bench.name, ms: all[at]!, ...targetOf(bench, all[at]!) }));
}

const answers = new Map<string, string>();

async function measureSubjects(
  bench: CommandBench,
  subjects: readonly Subject[],
  ms: Record<string, number>,
): Promise<void> {
  for (const subject of subjects) {
    const answer = await subject.exec(bench.command).catch((error: Error) => `failed: ${error.message}`);
    // The host is asked first.
    const expected = answers.get(bench.name) ?? answer;
    answers.set(bench.name, expected);
    if (answer !== expected) {
      if (subject.name === "just-bash") continue;
      throw new Error(`${bench.name}: ${subject.name} answered ${JSON.stringify(answer.slice(0, 200))}`);
    }
    ms[subject.name] = (await measure(() => subject.exec(bench.command))).medianMs;
  }
}

function targetOf(bench: CommandBench, ms: Record<string, number>): Pick<Row, "target" | "met"> {
  if (bench.maxMs) {
    const { sidecar, inline } = bench.maxMs;
    return {
      target: `≤ ${sidecar} ms, inline ≤ ${inline} ms`,
      met: ms.sidecar! <= sidecar && ms.inline! <= inline,
    };
  }
  const limit = bench.maxRatio! * ms.host!;
  return { target: `≤ ${bench.maxRatio} × host`, met: ms.sidecar! <= limit && ms.inline! <= limit };
}
