import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, fail, osStringToLatin1, type Proc, stderr, warn } from "@agentos/kernel/program";
import { RegexError, RegexLimitError } from "@agentos/posix";
import { Matcher, type MatcherOptions } from "./matcher.ts";
import { GREP_OPTIONS, modernizeContext } from "./options.ts";
import { Printer } from "./printer.ts";
import { readLines, readPatterns } from "./read-patterns.ts";
import { TreeSearch } from "./search-tree.ts";
import { Failure, type GrepArguments, globs, readSettings, type Settings } from "./settings.ts";

/** Exit status of an error. */
const TROUBLE = 2;

async function grep(proc: Proc, args: GrepArguments): Promise<number> {
  let settings: Settings;
  let matcher: Matcher;
  const found = await readPatterns(proc, args);
  if (found === undefined) return usage(proc);
  const { patterns, files } = found;
  try {
    settings = readSettings(proc, { ...args, operands: files });
    for (const path of args.options.excludeFrom) settings.exclude.push(...globs(await readLines(proc, path)));
    matcher = new Matcher(
      settings.utf8 ? patterns : patterns.map(osStringToLatin1),
      matcherOptions(args, settings, patterns),
    );
  } catch (error) {
    if (!(error instanceof RegexError || error instanceof Failure)) throw error;
    return fail(proc, error.message, TROUBLE);
  }
  return search(proc, settings, matcher, files);
}

async function search(
  proc: Proc,
  settings: Settings,
  matcher: Matcher,
  files: readonly string[],
): Promise<number> {
  const tree = new TreeSearch(proc, settings, matcher, new Printer(proc, settings, matcher));
  try {
    if (files.length === 0 && settings.recursive) await tree.directory(".", "", []);
    else {
      for (const path of files.length === 0 ? ["-"] : files) {
        await tree.operand(path);
        if (tree.done) break;
      }
    }
  } catch (error) {
    if (!(error instanceof RegexLimitError)) throw error;
    return fail(proc, error.message, TROUBLE);
  }
  if (settings.quiet && tree.matched) return 0;
  return tree.failed ? TROUBLE : tree.matched ? 0 : 1;
}

function matcherOptions(
  args: GrepArguments,
  settings: Settings,
  patterns: readonly string[],
): MatcherOptions {
  const { options, order } = args;
  const lastCase = order.findLast(({ name }) => name === "ignoreCase" || name === "caseSensitive")?.name;
  const syntax = syntaxOf(args);
  const bad = syntax === "fixed" ? undefined : patterns.find((pattern) => /^\[:\w*:\]$/.test(pattern));
  if (bad !== undefined) throw new Failure("character class syntax is [[:space:]], not [:space:]");
  return {
    syntax,
    icase: lastCase === "ignoreCase",
    within: options.line ? "line" : options.word ? "word" : undefined,
    encoding: settings.utf8 ? "utf8" : "latin1",
    nullData: options.nullData,
  };
}

function syntaxOf({ order }: GrepArguments): MatcherOptions["syntax"] {
  for (const { name } of order.toReversed()) {
    if (name === "extended") return "ere";
    if (name === "fixed") return "fixed";
    if (name === "perl") return "perl";
    if (name === "basic") return "bre";
  }
  return "bre";
}

async function usage(proc: Proc): Promise<number> {
  await stderr(proc).write(
    "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
  );
  return TROUBLE;
}

export default defineProgram({
  name: "grep",
  summary: "Search for PATTERNS in each FILE.",
  usage: "[OPTION]... PATTERNS [FILE]...",
  options: GREP_OPTIONS,
  usageStatus: TROUBLE,
  modernize: (argv) => modernizeContext(impliedSyntax(argv)),
  async run(proc, args) {
    try {
      return await grep(proc, args);
    } catch (error) {
      if (!isSysError(error) || error.code === "EPIPE") throw error;
      await warn(proc, error.message);
      return TROUBLE;
    }
  },
});

/** egrep and fgrep are grep -E and grep -F. */
function impliedSyntax(argv: readonly string[]): readonly string[] {
  const name = argv[0]!.slice(argv[0]!.lastIndexOf("/") + 1);
  const flag = name === "egrep" ? "-E" : name === "fgrep" ? "-F" : undefined;
  return flag === undefined ? argv : [argv[0]!, flag, ...argv.slice(1)];
}
