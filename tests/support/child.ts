import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PREFIX = `import { AgentOs } from "@agentos/core"; import common from "@agentos/software-common";\n`;

/**
 * An app of its own: a process that runs `source`, a module in which AgentOs and common are imported. What it reports
 * is the JSON that it printed last.
 */
export async function runApp<T>(source: string, flags: readonly string[] = []): Promise<T> {
  const app = startApp(source, flags);
  const [code, signal] = (await once(app.process, "close")) as [number | null, string | null];
  if (code !== 0) throw new Error(`the app ended with ${code ?? signal}: ${app.output()} ${app.errors()}`);
  return JSON.parse(app.output().trim().split("\n").at(-1) ?? "") as T;
}

export function startApp(source: string, flags: readonly string[] = [], env: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    ["--conditions=@agentos/source", ...flags, "--input-type=module", "--eval", PREFIX + source],
    {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    },
  );
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return { process: child, output: () => output, errors: () => errors };
}
