import type { CommandSource } from "@agentos/kernel/program";

/** Every command and where its Program is; loaded at its first use. */
export const commands: Readonly<Record<string, CommandSource>> = {
  basename: { program: () => import("./basename/basename.ts") },
  cat: { program: () => import("./cat/cat.ts") },
  cut: { program: () => import("./cut/cut.ts") },
  dirname: { program: () => import("./dirname/dirname.ts") },
  false: { program: () => import("./false/false.ts") },
  head: { program: () => import("./head/head.ts") },
  paste: { program: () => import("./paste/paste.ts") },
  seq: { program: () => import("./seq/seq.ts") },
  sort: { program: () => import("./sort/sort.ts") },
  tee: { program: () => import("./tee/tee.ts") },
  true: { program: () => import("./true/true.ts") },
  uniq: { program: () => import("./uniq/uniq.ts") },
  wc: { program: () => import("./wc/wc.ts") },
  yes: { program: () => import("./yes/yes.ts") },
};
