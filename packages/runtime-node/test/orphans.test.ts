import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const HOST = fileURLToPath(new URL("./busy-host.ts", import.meta.url));

it("no guest outlives a sidecar that is killed, though it is in a busy loop", async () => {
  const host = spawn(process.execPath, ["--conditions=@agentos/source", HOST], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pids = await new Promise<number[]>((resolve) => {
    let text = "";
    host.stdout!.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(JSON.parse(text) as number[]);
    });
  });
  expect(pids.length).toBeGreaterThan(0);
  host.kill("SIGKILL");
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 5));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
