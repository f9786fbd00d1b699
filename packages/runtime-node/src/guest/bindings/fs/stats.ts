// stat, lstat and fstat. Signatures: Node's lib/fs.js.

import type { Value } from "@agentos/kernel/channel/guest";
import type { Failure, SystemErrors } from "../../errors.ts";
import type { Internals, Native } from "../../internals.ts";
import type { NameCache } from "../../modules/name-cache.ts";
import { toKernel } from "../../text.ts";
import { bigints } from "./calls.ts";
import type { LastOpened } from "./last-opened.ts";
import type { StatCache } from "./stat-cache.ts";

export interface StatSources {
  errors: SystemErrors;
  names: NameCache;
  opened: LastOpened;
  stats: StatCache;
  /** @throws TypeError, RangeError */
  checkFd(fd: unknown): void;
  /** Asks the kernel, and answers in the way the request says. */
  answer(
    call: string,
    args: Value[],
    request: unknown,
    failure: Failure,
    finish: (value: Value) => unknown,
    above: Native,
  ): unknown;
}

export function installStats(
  binding: Internals,
  { answer, checkFd, errors, names, opened, stats }: StatSources,
): void {
  const shared = binding.statValues as Float64Array;
  const sharedBig = binding.bigintStatValues as BigInt64Array;
  const shownAtOnce = (fields: Float64Array, bigint: unknown): unknown => {
    if (bigint) sharedBig.set(bigints(fields));
    else shared.set(fields);
    return bigint ? sharedBig : shared;
  };
  const shownLater = (bigint: unknown) => (value: Value) =>
    value && bigint ? bigints(value as Float64Array) : value;

  binding.stat = function stat(...a: unknown[]): unknown {
    const [file, bigint, request, throws] = a;
    const path = toKernel(file);
    if (request !== undefined) {
      const call = throws === false ? "statIfExists" : "stat";
      return answer(call, [path], request, { syscall: "stat", path: file }, shownLater(bigint), stat);
    }
    if (throws === false && (names.kindOf(path) ?? 0) < 0) return undefined;
    const { errno, value } = stats.ask(throws === false ? "statIfExists" : "stat", path);
    if (errno < 0) throw errors.create(errno, { syscall: "stat", path: file }, stat);
    return value && shownAtOnce(value as Float64Array, bigint);
  };

  binding.lstat = function lstat(...a: unknown[]): unknown {
    const [file, bigint, request, throws] = a;
    const path = toKernel(file);
    const failure = { syscall: "lstat", path: file };
    if (request !== undefined) return answer("lstat", [path], request, failure, shownLater(bigint), lstat);
    const { errno, value } = stats.ask("lstat", path);
    if (errno >= 0) return shownAtOnce(value as Float64Array, bigint);
    if (throws === false && MISSING.includes(errors.code(errno))) return undefined;
    throw errors.create(errno, failure, lstat);
  };

  binding.fstat = function fstat(...a: unknown[]): unknown {
    const [fd, bigint, request] = a as [number, unknown, unknown];
    checkFd(fd);
    const isAtOnce = request === undefined;
    const known = isAtOnce ? opened.stat(fd) : undefined;
    if (known) return shownAtOnce(known, bigint);
    const show = isAtOnce ? (value: Value) => shownAtOnce(value as Float64Array, bigint) : shownLater(bigint);
    return answer("fstat", [fd], request, { syscall: "fstat" }, show, fstat);
  };
}

const MISSING = ["ENOENT", "ENOTDIR"];
