// All builtins by name. The table is created at first use, because builtins that run commands import what runs
// builtins.

import type { Builtin } from "./builtin.ts";
import { cd, pwd } from "./cd.ts";
import { breakBuiltin, continueBuiltin, exit, returnBuiltin } from "./control.ts";
import { declare, exportBuiltin, local, readonly, typeset } from "./declare.ts";
import { builtin, dot, evalBuiltin, exec, source } from "./evaluate.ts";
import { bg, disown, fg, jobs } from "./jobs.ts";
import { SELF_CONTAINED } from "./self-contained.ts";
import { set, shift } from "./set.ts";
import { trap } from "./trap.ts";
import { unset } from "./unset.ts";
import { wait } from "./wait.ts";

function all(): Builtin[] {
  return [
    ...SELF_CONTAINED,
    { name: ":", special: true, run: () => 0 },
    { name: "true", run: () => 0 },
    { name: "false", run: () => 1 },
    bg,
    breakBuiltin,
    builtin,
    cd,
    continueBuiltin,
    declare,
    disown,
    dot,
    evalBuiltin,
    exec,
    exit,
    exportBuiltin,
    fg,
    jobs,
    local,
    pwd,
    readonly,
    returnBuiltin,
    set,
    shift,
    source,
    trap,
    typeset,
    unset,
    wait,
  ];
}

let byName: Map<string, Builtin> | undefined;

export function findBuiltin(name: string): Builtin | undefined {
  byName ??= new Map(all().map((each) => [each.name, each]));
  return byName.get(name);
}
