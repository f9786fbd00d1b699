// ACP's fs/* requests: text files of the VM, with the rights of the VM's user.

import { type ReadTextFileRequest, RequestError, type WriteTextFileRequest } from "@agentclientprotocol/sdk";
import { utf8Text } from "../../utf8-text.ts";
import type { VmLink } from "../../vm-link.ts";

const MOST_BYTES = 16 * 1024 * 1024;
const encoder = new TextEncoder();
/** `line` is 1-based. */
export async function readTextFile(vm: VmLink, { path, line, limit }: ReadTextFileRequest): Promise<string> {
  checkPath(path);
  const data = await vm
    .call({ syscall: "open", path }, "userReadFile", [path, MOST_BYTES])
    .catch((error: unknown) => fail(error, path));
  if (typeof data === "number") {
    throw RequestError.invalidParams(
      { path },
      `${path} has ${data} bytes, at most ${MOST_BYTES} can be read`,
    );
  }
  const text = utf8Text(data);
  if (line == null && limit == null) return text;
  const lines = text.split(/(?<=\n)/);
  const from = Math.max(0, (line ?? 1) - 1);
  return lines.slice(from, limit == null ? undefined : from + limit).join("");
}

export async function writeTextFile(vm: VmLink, { path, content }: WriteTextFileRequest): Promise<void> {
  checkPath(path);
  const request = { path, data: encoder.encode(content) };
  await vm
    .call({ syscall: "open", path }, "userWriteFile", [request])
    .catch((error: unknown) => fail(error, path));
}

function checkPath(path: string): void {
  if (!path.startsWith("/") || path.includes("\0")) {
    throw RequestError.invalidParams({ path }, "the path must be absolute");
  }
}

function fail(error: unknown, path: string): never {
  const { code, message } = error as { code?: unknown; message: string };
  if (code === "ENOENT") throw RequestError.resourceNotFound(path);
  throw new RequestError(-32603, message, { path, code });
}
