// The main job, shown: a virtual Linux machine over this repository's own sources, asked real questions.
//   npm run demo            --quiet prints only the summary

import { fileURLToPath } from "node:url";
import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";

const quiet = process.argv.includes("--quiet");
const color = process.stdout.isTTY && !process.env.NO_COLOR;
const dim = (text: string) => (color ? `\x1b[2m${text}\x1b[22m` : text);
const bold = (text: string) => (color ? `\x1b[1m${text}\x1b[22m` : text);
const say = (text: string) => quiet || console.log(text);

let commands = 0;
let totalMs = 0;

/** Runs a command line and shows it with its output and its time. */
async function ask(vm: AgentOs, question: string, command: string): Promise<string> {
  const started = performance.now();
  const { stdout, stderr, exitCode } = await vm.exec(command, { cwd: "/repo" });
  const ms = performance.now() - started;
  commands++;
  totalMs += ms;
  say(`\n${bold(question)}\n$ ${command}\n${stdout}${stderr}${dim(`${ms.toFixed(1)} ms`)}`);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode} from: ${command}\n${stderr}`);
  return stdout;
}

const repository = fileURLToPath(new URL("..", import.meta.url));
const started = performance.now();
await using vm = await AgentOs.create({
  software: [common],
  mounts: [{ path: "/repo", readOnly: true, plugin: { id: "host_dir", config: { hostPath: repository } } }],
});
await vm.exec("true");
say(dim(`sidecar started and first machine booted in ${(performance.now() - started).toFixed(0)} ms`));

await ask(vm, "What machine is this?", "uname -a; id; ls /");
await ask(
  vm,
  "How many lines has each package?",
  "for p in packages/*/; do find $p/src -name '*.ts' | xargs cat | wc -l | awk -v p=$(basename $p) '{ printf \"%7d %s\\n\", $1, p }'; done | sort -rn",
);
await ask(
  vm,
  "Which errors do the system calls name most?",
  "grep -rhoE '\"E[A-Z]{3,}\"' packages/kernel/src | sort | uniq -c | sort -rn | head -5",
);
await ask(
  vm,
  "Which ten source files are the longest?",
  "find packages -path '*/src/*' -name '*.ts' -not -path '*/node_modules/*' -print0 | xargs -0 wc -l | sort -rn | sed -n '2,11p'",
);
await ask(
  vm,
  "How well do the sources compress?",
  "tar -cf - packages/*/src | tee >(wc -c > /tmp/plain) | gzip | wc -c > /tmp/packed; sleep 0.01; awk 'NR==FNR { plain = $1; next } { printf \"%d bytes, %.1f %% of %d\\n\", $1, 100 * $1 / plain, plain }' /tmp/plain /tmp/packed",
);
await ask(
  vm,
  "Do jobs and traps work?",
  `trap 'echo "caught SIGUSR1 in $$"' USR1
   (sleep 0.05; echo "the background job is done"; kill -USR1 $$) &
   echo "started job $!"
   wait || wait
   trap - USR1; jobs`,
);
await ask(vm, "May it write to the sources?", "touch /repo/README.md 2>&1 || true");

await vm.exec("echo 'made before the fork' > /tmp/note; mkdir -p ~/work");
const snapshot = await vm.snapshot();
const forkStarted = performance.now();
await using fork = await AgentOs.create({ software: [common], root: snapshot });
say(`\n${dim(`forked in ${(performance.now() - forkStarted).toFixed(1)} ms`)}`);
await fork.exec("echo 'changed in the fork' >> /tmp/note");
const inFork = await fork.exec("cat /tmp/note");
const inOriginal = await vm.exec("cat /tmp/note");
say(`\n${bold("In the fork:")}\n${inFork.stdout}${bold("In the original:")}\n${inOriginal.stdout}`);
if (inFork.stdout.split("\n").length !== 3 || inOriginal.stdout.split("\n").length !== 2) {
  throw new Error("the fork and its original do not differ as they should");
}
console.log(`${commands} command lines in ${totalMs.toFixed(0)} ms`);
