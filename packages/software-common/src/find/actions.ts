// The actions of find: what is done with the files that the tests let through.

import {
  exitCodeOf,
  exited,
  isDirectory,
  isSysError,
  type MaybePromise,
  O_CREAT,
  O_TRUNC,
  O_WRONLY,
} from "@agentos/kernel/abi";
import { errorText, stderr, stdout, usedStdout, Writer, warn } from "@agentos/kernel/program";
import { confirm } from "../shared/confirm.ts";
import { baseName, directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { quote } from "../shared/quote.ts";
import { findCommand } from "../shared/search-path.ts";
import { type Builder, FindError, type Primary } from "./builder.ts";
import type { Test } from "./expression.ts";
import { lsLines } from "./ls-line.ts";
import { compilePrintf } from "./printf.ts";

/** Bytes of arguments that one command of -exec … + gets at most. */
const BATCH_BYTES = 128 * 1024;

/** Where an action writes; answers a promise only if it must wait. */
type Sink = (text: string) => MaybePromise<void>;

export const actions: Readonly<Record<string, Primary>> = {
  "-print": (builder) => printing(builder, toStdout(builder), "\n"),
  "-print0": (builder) => printing(builder, toStdout(builder), "\0"),
  "-fprint": (builder) => printing(builder, toFile(builder), "\n"),
  "-fprint0": (builder) => printing(builder, toFile(builder), "\0"),
  "-printf": (builder) => formatting(builder, toStdout(builder)),
  "-fprintf": (builder) => formatting(builder, toFile(builder)),
  "-ls": (builder) => listing(builder, toStdout(builder)),
  "-fls": (builder) => listing(builder, toFile(builder)),
  "-prune": () => (visit) => {
    visit.pruned = true;
    return true;
  },
  "-quit": (builder) => {
    builder.acted();
    return () => {
      throw new Quit();
    };
  },
  "-delete": (builder) => deleting(builder),
  "-exec": (builder) => executing(builder, false, false),
  "-execdir": (builder) => executing(builder, true, false),
  "-ok": (builder) => executing(builder, false, true),
  "-okdir": (builder) => executing(builder, true, true),
};

/** Thrown by -quit: ends the walk, with success. */
export class Quit {}

function toStdout({ proc }: Builder): Sink {
  const out = stdout(proc);
  return (text) => out.write(text);
}

function toFile(builder: Builder): Sink {
  const { proc } = builder;
  const path = builder.argument();
  let out: Writer | undefined;
  builder.atStart(async () => {
    try {
      out = new Writer(proc, await proc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666));
    } catch (error) {
      throw new FindError(`${quote(proc, path)}: ${errorText(error)}`);
    }
  });
  builder.atEnd(async () => {
    await out?.flush();
    return true;
  });
  return (text) => out?.write(text);
}

function printing(builder: Builder, sink: Sink, end: string): Test {
  builder.acted();
  return ({ path }) => done(sink(path + end));
}

function formatting(builder: Builder, sink: Sink): Test {
  builder.acted();
  const format = compilePrintf(builder, builder.argument());
  return (visit) => {
    const text = format(visit);
    return done(text instanceof Promise ? text.then(sink) : sink(text));
  };
}

function listing(builder: Builder, sink: Sink): Test {
  builder.acted();
  const line = lsLines(builder);
  return async (visit) => done(sink(await line(visit)));
}

const done = (pause: MaybePromise<void>): MaybePromise<boolean> => (pause ? pause.then(() => true) : true);

function deleting(builder: Builder): Test {
  const { proc } = builder;
  builder.acted();
  builder.global.depthFirst = true;
  let ok = true;
  builder.atEnd(async () => ok);
  return async ({ path, place, stat }) => {
    if (path === ".") return true;
    try {
      const removed = isDirectory(stat.mode) ? proc.rmdir(place) : proc.unlink(place);
      if (removed) await removed;
      return true;
    } catch (error) {
      await warn(proc, `cannot delete ${quote(proc, path)}: ${errorText(error)}`);
      ok = false;
      return false;
    }
  };
}

function executing(builder: Builder, inDirectory: boolean, ask: boolean): Test {
  builder.acted();
  const { name } = builder;
  const words = builder.argumentsUntil(
    (word, previous) => word === ";" || (word === "+" && previous === "{}" && !ask),
  );
  const many = words.pop() === "+";
  if (words.length === 0) throw new FindError(`invalid argument \`;' to \`${name}'`);
  if (many && words.filter((word) => word.includes("{}")).length > 1) {
    throw new FindError(`Only one instance of {} is supported with ${name} ... +`);
  }
  if (many) return batching(builder, words.slice(0, -1), inDirectory);
  const { proc } = builder;
  return async ({ path }) => {
    const shown = inDirectory ? `./${baseName(path)}` : path;
    const argv = words.map((word) => word.replaceAll("{}", shown));
    if (ask && !(await confirm(proc, `< ${words[0]} ... ${path} > ? `))) return false;
    return (await run(builder, argv, inDirectory ? directoryName(path) : undefined)) === 0;
  };
}

function batching(builder: Builder, words: string[], inDirectory: boolean): Test {
  const pending = new Map<string, { paths: string[]; bytes: number }>();
  let ok = true;
  const flush = async (directory: string) => {
    const batch = pending.get(directory);
    pending.delete(directory);
    if (!batch) return;
    if ((await run(builder, [...words, ...batch.paths], inDirectory ? directory : undefined)) !== 0)
      ok = false;
  };
  builder.atEnd(async () => {
    for (const directory of [...pending.keys()]) await flush(directory);
    return ok;
  });
  return async ({ path }) => {
    const directory = inDirectory ? directoryName(path) : "";
    const batch = pending.get(directory) ?? { paths: [], bytes: 0 };
    pending.set(directory, batch);
    batch.paths.push(inDirectory ? `./${baseName(path)}` : path);
    batch.bytes += path.length * 3 + 1;
    if (batch.bytes > BATCH_BYTES) await flush(directory);
    return true;
  };
}

/** Runs a command to its end, from where find was started; its exit code, or 1 if a signal ended it. */
async function run({ proc, origin }: Builder, argv: string[], cwd = "."): Promise<number> {
  await usedStdout(proc)?.flush();
  try {
    const file = await findCommand(proc, argv[0]!, proc.env.get("PATH"));
    const stays = cwd === "." && proc.cwd === origin;
    const pid = await proc.spawn(file, argv, {
      env: proc.env,
      ...(stays ? {} : { cwd: cwd.startsWith("/") ? cwd : join(origin, cwd) }),
    });
    const ended = await proc.wait(pid);
    return ended && exited(ended.status) ? exitCodeOf(ended.status) : 1;
  } catch (error) {
    if (!isSysError(error)) throw error;
    await stderr(proc).write(`find: ${quote(proc, argv[0]!)}: ${error.message}\n`);
    return 1;
  }
}
