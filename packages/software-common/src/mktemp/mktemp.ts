import { isSysError, O_CREAT, O_EXCL, O_RDWR, sysError } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, stdout, UsageError, warn } from "@agentos/kernel/program";
import { join } from "../shared/paths.ts";
import { quote } from "../shared/quote.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ATTEMPTS = 100;

export default defineProgram({
  name: "mktemp",
  summary: "create a temporary file or directory",
  usage: "[OPTION]... [TEMPLATE]",
  options: {
    directory: { short: "d", long: "directory", help: "create a directory, not a file" },
    dryRun: { short: "u", long: "dry-run", help: "do not create anything; merely print a name (unsafe)" },
    quiet: { short: "q", long: "quiet", help: "suppress diagnostics about file/dir-creation failure" },
    suffix: { long: "suffix", value: "SUFF", help: "append SUFF to TEMPLATE; SUFF must not contain a slash" },
    shortTmpdir: { short: "p", value: "DIR", help: "interpret TEMPLATE relative to DIR" },
    tmpdir: {
      long: "tmpdir",
      value: "DIR",
      optional: true,
      help: "like -p, but DIR may be left out: $TMPDIR, else /tmp",
    },
    legacy: {
      short: "t",
      help: "interpret TEMPLATE as a single file name component, relative to a directory (deprecated)",
    },
  },
  async run(proc, { options, operands }) {
    if (operands.length > 1) throw new UsageError("too many templates");
    const problem = (message: string) => warn(proc, message);
    const template = operands[0] ?? "tmp.XXXXXXXXXX";
    const parts = splitTemplate(template, options.suffix);
    if (typeof parts === "string") {
      await problem(
        parts.replace("%", quote(proc, template)).replace("&", quote(proc, options.suffix ?? "")),
      );
      return 1;
    }
    const directory = tempDirectory(proc, options, operands.length === 0);
    if (directory !== undefined && template.startsWith("/") && !options.legacy) {
      await problem(`invalid template, ${quote(proc, template)}; with --tmpdir, it may not be absolute`);
      return 1;
    }
    if (options.legacy && template.includes("/")) {
      await problem(`invalid template, ${quote(proc, template)}, contains directory separator`);
      return 1;
    }
    const prefix = directory === undefined ? parts.prefix : join(directory, parts.prefix);
    return create(proc, { ...parts, prefix }, options);
  },
});

interface Template {
  prefix: string;
  random: number;
  suffix: string;
}

/** A message with % for the template and & for the suffix, if the template is wrong. */
function splitTemplate(template: string, suffix: string | undefined): Template | string {
  if (suffix !== undefined) {
    if (!template.endsWith("X")) return "with --suffix, template % must end in X";
    if (suffix.includes("/")) return "invalid suffix &, contains directory separator";
  }
  const end = suffix === undefined ? template.lastIndexOf("X") + 1 : template.length;
  let start = end;
  while (start > 0 && template[start - 1] === "X") start--;
  if (end - start < 3) return "too few X's in template %";
  const tail = suffix ?? template.slice(end);
  if (tail.includes("/")) return "invalid suffix &, contains directory separator".replace("&", `'${tail}'`);
  return { prefix: template.slice(0, start), random: end - start, suffix: tail };
}

function tempDirectory(
  proc: Proc,
  options: { shortTmpdir: string | undefined; tmpdir: string | true | undefined; legacy: boolean },
  defaultTemplate: boolean,
): string | undefined {
  const fromEnvironment = proc.env.get("TMPDIR") || "/tmp";
  if (options.legacy) return proc.env.get("TMPDIR") || options.shortTmpdir || "/tmp";
  if (typeof options.tmpdir === "string") return options.tmpdir || fromEnvironment;
  if (options.shortTmpdir !== undefined) return options.shortTmpdir || fromEnvironment;
  return options.tmpdir === true || defaultTemplate ? fromEnvironment : undefined;
}

async function create(
  proc: Proc,
  { prefix, random, suffix }: Template,
  options: { directory: boolean; dryRun: boolean; quiet: boolean },
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const path = prefix + randomName(proc, random) + suffix;
    try {
      if (options.dryRun) {
        if (await proc.statIfExists(path)) throw sysError("EEXIST");
      } else if (options.directory) await proc.mkdir(path, 0o700);
      else await proc.close(await proc.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600));
    } catch (error) {
      if (isSysError(error, "EEXIST") && attempt < ATTEMPTS) continue;
      const kind = options.directory ? "directory" : "file";
      const template = prefix + "X".repeat(random) + suffix;
      const text = errorText(error);
      if (!options.quiet)
        await warn(proc, `failed to create ${kind} via template ${quote(proc, template)}: ${text}`);
      return 1;
    }
    await stdout(proc).write(`${path}\n`);
    return 0;
  }
}

function randomName(proc: Proc, length: number): string {
  const bytes = new Uint8Array(length);
  proc.random(bytes);
  let name = "";
  for (const byte of bytes) name += LETTERS[byte % LETTERS.length];
  return name;
}
