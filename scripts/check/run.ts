import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface StepResult {
  ok: boolean;
}

/** Runs one step; shows its output only if it fails, and the count of tests where it counted some. */
export async function run(name: string, [file, ...args]: string[]): Promise<StepResult> {
  const started = performance.now();
  process.stdout.write(process.stdout.isTTY ? `… ${name}` : "");
  const { code, output } = await collect(file!, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ok = code === 0;
  process.stdout.write(`${process.stdout.isTTY ? "\r" : ""}${ok ? "✓" : "✗"} ${name} (${seconds} s)\n`);
  if (!ok) process.stdout.write(`${output}\n`);
  if (name === "conformance" && ok) process.stdout.write(output);
  if (name === "tests") printCount();
  return { ok };
}

function collect(file: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

function printCount(): void {
  const report = JSON.parse(readFileSync("reports/tests.json", "utf8")) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
  };
  console.log(
    `${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`,
  );
}
