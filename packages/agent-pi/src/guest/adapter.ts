// Pi as an agent of the Agent Client Protocol. Runs in the VM: `node adapter.mjs <path of Pi's module>`.

import { enableCompileCache } from "node:module";
import type { ContentBlock, InitializeResponse } from "@agentclientprotocol/sdk";
import type { ModelRuntime, SessionManager } from "@earendil-works/pi-coding-agent";
import { type Pi, PiSession } from "./pi-session.ts";
import { INVALID_PARAMS, METHOD_NOT_FOUND, type Params, RESOURCE_NOT_FOUND, Rpc, RpcError } from "./rpc.ts";

enableCompileCache();
const pi = (await import(process.argv[2]!)) as Pi;
const rpc = new Rpc();
const sessions = new Map<string, PiSession>();
// Started early, while the client reads the answer to `initialize`. A failure is reported when a session is opened.
const runtime = createRuntime();
runtime.catch(() => {});

await rpc.serve(answer);
for (const session of sessions.values()) session.dispose();
process.exit(0);

async function answer(method: string, params: Params): Promise<unknown> {
  switch (method) {
    case "initialize":
      return initialize();
    case "session/new":
      return opened(await open(params, pi.SessionManager.create(params.cwd as string)));
    case "session/load":
      return load(params);
    case "session/prompt": {
      const blocks = params.prompt as ContentBlock[];
      return { stopReason: await sessionOf(params).prompt(textOf(blocks), imagesOf(blocks)) };
    }
    case "session/cancel":
      return sessionOf(params).cancel();
    case "session/set_config_option": {
      const session = sessionOf(params);
      await session.setModel(params.value as string);
      return { configOptions: await session.configOptions() };
    }
    default:
      throw new RpcError(METHOD_NOT_FOUND, `Pi's adapter has no method "${method}"`);
  }
}

function initialize(): InitializeResponse {
  return {
    protocolVersion: 1,
    agentInfo: { name: "pi", version: pi.VERSION },
    agentCapabilities: { loadSession: true, promptCapabilities: { embeddedContext: true, image: true } },
  };
}

async function load(params: Params): Promise<unknown> {
  const path = pi.SessionManager.findById(params.cwd as string, params.sessionId as string);
  if (path === undefined) throw new RpcError(RESOURCE_NOT_FOUND, `Pi has no session ${params.sessionId}`);
  const session = await open(params, pi.SessionManager.open(path));
  session.replay();
  return opened(session);
}

async function open({ cwd, mcpServers }: Params, manager: SessionManager): Promise<PiSession> {
  if ((mcpServers as unknown[] | undefined)?.length) {
    throw new RpcError(
      INVALID_PARAMS,
      "Pi takes no MCP servers: give it host tools, commands or extensions instead",
    );
  }
  const session = await PiSession.open({ pi, rpc, models: await runtime, manager, cwd: cwd as string });
  sessions.set(session.id, session);
  return session;
}

async function opened(session: PiSession): Promise<unknown> {
  return { sessionId: session.id, configOptions: await session.configOptions() };
}

/** Providers are found by the environment. */
async function createRuntime(): Promise<ModelRuntime> {
  const models = await pi.ModelRuntime.create({ allowModelNetwork: false });
  for (const provider of ["anthropic", "openai"]) {
    const baseUrl = process.env[`${provider.toUpperCase()}_BASE_URL`];
    if (baseUrl) models.registerProvider(provider, { baseUrl });
  }
  return models;
}

function sessionOf({ sessionId }: Params): PiSession {
  const session = sessions.get(sessionId as string);
  if (!session) throw new RpcError(RESOURCE_NOT_FOUND, `Pi has no session ${sessionId}`);
  return session;
}

function textOf(prompt: readonly ContentBlock[]): string {
  const parts = prompt.flatMap((block) => {
    if (block.type === "text") return [block.text];
    if (block.type === "resource_link") return [block.uri];
    return block.type === "resource" && "text" in block.resource ? [block.resource.text] : [];
  });
  return parts.join("\n");
}

function imagesOf(prompt: readonly ContentBlock[]) {
  return prompt.flatMap((block) => {
    if (block.type !== "image") return [];
    return [{ type: "image" as const, data: block.data, mimeType: block.mimeType }];
  });
}
