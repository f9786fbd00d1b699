import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import node from "../src/index.ts";
import { DEEP_ESCAPES } from "./escape/attempts.ts";
import { SQLITE_ESCAPES } from "./escape/sqlite-attempts.ts";
import { ESCAPES } from "./escapes.ts";

const SECRET = `SECRET-${Math.random().toString(36).slice(2)}`;

let directory: string;
let server: Server;
let victim: ChildProcess;
let connections = 0;
let prelude: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "agentos-escapes-"));
  const file = join(directory, "secret.js");
  writeFileSync(file, SECRET);
  process.env.AGENTOS_ESCAPE_SECRET = SECRET;
  victim = spawn("sleep", ["300"], { stdio: "ignore" });
  server = createServer((socket) => {
    connections++;
    socket.end(SECRET);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as { port: number }).port;
  prelude = `const fs = require("fs"), path = require("path"), os = require("os");
    const HOST_FILE = ${JSON.stringify(file)}, HOST_PORT = ${port}, HOST_PID = ${victim.pid}, HOST_NAME = ${JSON.stringify(hostname())};
    process.on("uncaughtException", (e) => console.log("refused:", e && e.message)); process.on("unhandledRejection", (e) => console.log("refused:", e && e.message));
    setTimeout(() => process.exit(), 2000).unref();\n`;
});

afterAll(() => {
  victim.kill("SIGKILL");
  server.close();
  rmSync(directory, { recursive: true });
  Reflect.deleteProperty(process.env, "AGENTOS_ESCAPE_SECRET");
});

describe("a guest cannot", () => {
  for (const [name, code] of Object.entries({ ...ESCAPES, ...DEEP_ESCAPES, ...SQLITE_ESCAPES })) {
    it(name, async () => {
      const vm = bootTestVm({ software: [node, common], files: { "/home/user/main.js": prelude + code } });
      try {
        const { stdout, stderr } = await vm.run(["node", "main.js"]);
        expect(stdout + stderr).not.toContain("PWNED");
        expect(stdout + stderr).not.toContain(SECRET);
        expect([connections, victim.exitCode, victim.signalCode]).toEqual([0, null, null]);
        expect(readdirSync(directory)).toEqual(["secret.js"]);
      } finally {
        vm.dispose();
      }
    });
  }
});
