import { describe, expect, it } from "vitest";
import { ASYNC_CONTEXT_SCRIPTS } from "./differential/async-context.ts";
import { CHILD_SCRIPTS } from "./differential/child.ts";
import { MORE_CHILD_SCRIPTS } from "./differential/child-more.ts";
import { CLI_SCRIPTS, TEST_RUNNER_SCRIPTS } from "./differential/cli.ts";
import { CORE_SCRIPTS } from "./differential/core.ts";
import { DNS_SCRIPTS } from "./differential/dns.ts";
import { ENDING_SCRIPTS } from "./differential/ending.ts";
import { FS_SCRIPTS } from "./differential/fs.ts";
import { FS_DATA_SCRIPTS } from "./differential/fs-data.ts";
import { FS_ERROR_SCRIPTS } from "./differential/fs-errors.ts";
import { FS_TREE_SCRIPTS } from "./differential/fs-trees.ts";
import { HANDLE_SCRIPTS } from "./differential/handles.ts";
import { HTTP2_FILE_SCRIPTS } from "./differential/http2-files.ts";
import { LIBRARY_SCRIPTS } from "./differential/library.ts";
import { MODULE_SCRIPTS } from "./differential/modules.ts";
import { NET_SCRIPTS } from "./differential/net.ts";
import { PLATFORM_SCRIPTS } from "./differential/platform.ts";
import { PROCESS_SCRIPTS } from "./differential/process.ts";
import { runBoth } from "./differential/run.ts";
import type { Script } from "./differential/script.ts";
import { SQLITE_SCRIPTS } from "./differential/sqlite.ts";
import { TRUST_SCRIPTS } from "./differential/trust.ts";
import { WASI_SCRIPTS } from "./differential/wasi.ts";
import { WEB_SCRIPTS } from "./differential/web.ts";

const GROUPS: Readonly<Record<string, readonly Script[]>> = {
  "the language and the process": CORE_SCRIPTS,
  "the end of a program": ENDING_SCRIPTS,
  files: FS_SCRIPTS,
  "contents of files": FS_DATA_SCRIPTS,
  "errors of files": FS_ERROR_SCRIPTS,
  "trees of files": FS_TREE_SCRIPTS,
  children: CHILD_SCRIPTS,
  "forms and faults of children": MORE_CHILD_SCRIPTS,
  "the process, its events and its end": PROCESS_SCRIPTS,
  "the command line": CLI_SCRIPTS,
  "the test runner": TEST_RUNNER_SCRIPTS,
  "modules and their resolution": MODULE_SCRIPTS,
  "the library": LIBRARY_SCRIPTS,
  networks: NET_SCRIPTS,
  "the rest of the platform": PLATFORM_SCRIPTS,
  "networks in their corners": WEB_SCRIPTS,
  "certificates that are trusted": TRUST_SCRIPTS,
  "the context of callbacks": ASYNC_CONTEXT_SCRIPTS,
  "name servers": DNS_SCRIPTS,
  sqlite: SQLITE_SCRIPTS,
  "handles sent to other processes": HANDLE_SCRIPTS,
  "files over HTTP/2": HTTP2_FILE_SCRIPTS,
  wasi: WASI_SCRIPTS,
};

describe.concurrent.each(Object.entries(GROUPS))("in a VM as on the host: %s", (_group, scripts) => {
  it.each(scripts)("$name", async (script) => {
    const { host, vm } = await runBoth(script);
    expect(vm).toEqual(host);
  });
});
