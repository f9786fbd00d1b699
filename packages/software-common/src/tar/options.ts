import { type OptionSpec, type OptionsSpec, type OptionValues, UsageError } from "@agentos/kernel/program";

export const tarOptions = {
  create: { short: "c", long: "create", help: "create a new archive" },
  extract: { short: "x", long: ["extract", "get"], help: "extract files from an archive" },
  list: { short: "t", long: "list", help: "list the contents of an archive" },
  append: { short: "r", long: "append", help: "append files to the end of an archive" },
  update: { short: "u", long: "update", help: "only append files newer than copy in archive" },
  file: { short: "f", long: "file", value: "ARCHIVE", help: "use archive file ARCHIVE" },
  directory: { short: "C", long: "directory", value: "DIR", repeat: true, help: "change to directory DIR" },
  bzip2: { short: "j", long: "bzip2", help: "filter the archive through bzip2" },
  gzip: { short: "z", long: ["gzip", "gunzip", "ungzip"], help: "filter the archive through gzip" },
  autoCompress: {
    short: "a",
    long: "auto-compress",
    help: "use archive suffix to determine the compression program",
  },
  verbose: { short: "v", long: "verbose", repeat: true, help: "verbosely list files processed" },
  toStdout: { short: "O", long: "to-stdout", help: "extract files to standard output" },
  keepOld: {
    short: "k",
    long: "keep-old-files",
    help: "don't replace existing files when extracting, treat them as errors",
  },
  skipOld: {
    long: "skip-old-files",
    help: "don't replace existing files when extracting, silently skip over them",
  },
  keepNewer: {
    long: "keep-newer-files",
    help: "don't replace existing files that are newer than their archive copies",
  },
  overwrite: { long: "overwrite", help: "overwrite existing files when extracting" },
  unlinkFirst: { short: "U", long: "unlink-first", help: "remove each file prior to extracting over it" },
  preserve: {
    short: "p",
    long: ["preserve-permissions", "same-permissions"],
    help: "extract information about file permissions (default for superuser)",
  },
  noPreserve: {
    long: "no-same-permissions",
    help: "apply the user's umask when extracting permissions from the archive (default for ordinary users)",
  },
  sameOwner: {
    long: "same-owner",
    help: "try extracting files with the same ownership as exists in the archive (default for superuser)",
  },
  noSameOwner: {
    short: "o",
    long: "no-same-owner",
    help: "extract files as yourself (default for ordinary users)",
  },
  touch: { short: "m", long: "touch", help: "don't extract file modified time" },
  absoluteNames: { short: "P", long: "absolute-names", help: "don't strip leading '/'s from file names" },
  dereference: {
    short: "h",
    long: "dereference",
    help: "follow symlinks; archive and dump the files they point to",
  },
  noRecursion: { long: "no-recursion", help: "avoid descending automatically in directories" },
  recursion: { long: "recursion", help: "recurse into directories (default)" },
  oneFileSystem: { long: "one-file-system", help: "stay in local file system when creating archive" },
  exclude: { long: "exclude", value: "PATTERN", repeat: true, help: "exclude files, given as a PATTERN" },
  excludeFrom: {
    short: "X",
    long: "exclude-from",
    value: "FILE",
    repeat: true,
    help: "exclude patterns listed in FILE",
  },
  filesFrom: {
    short: "T",
    long: "files-from",
    value: "FILE",
    repeat: true,
    help: "get names to extract or create from FILE",
  },
  nullNames: { long: "null", help: "-T reads null-terminated names" },
  strip: {
    long: "strip-components",
    value: "NUMBER",
    help: "strip NUMBER leading components from file names on extraction",
  },
  transform: {
    long: ["transform", "xform"],
    value: "EXPRESSION",
    repeat: true,
    help: "use sed replace EXPRESSION to transform file names",
  },
  wildcards: { long: "wildcards", help: "use wildcards in patterns of members" },
  noWildcards: { long: "no-wildcards", help: "verbatim string matching" },
  owner: { long: "owner", value: "NAME", help: "force NAME as owner for added files" },
  group: { long: "group", value: "NAME", help: "force NAME as group for added files" },
  compressor: {
    short: "I",
    long: "use-compress-program",
    value: "PROG",
    help: "filter through PROG: gzip or bzip2",
  },
  numericOwner: { long: "numeric-owner", help: "always use numbers for user/group names" },
  mode: { long: "mode", value: "CHANGES", help: "force (symbolic) mode CHANGES for added files" },
  mtime: { long: "mtime", value: "DATE-OR-FILE", help: "set mtime for added files from DATE-OR-FILE" },
  sort: { long: "sort", value: "ORDER", help: "directory sorting order: none (default), name" },
  format: {
    short: "H",
    long: "format",
    value: "FORMAT",
    help: "create archive of the given format: gnu, ustar, pax",
  },
  blocking: { short: "b", long: "blocking-factor", value: "BLOCKS", help: "BLOCKS x 512 bytes per record" },
  fullTime: { long: "full-time", help: "print file time to its full resolution" },
  showTransformed: {
    long: ["show-transformed-names", "show-stored-names"],
    help: "show file or archive names after transformation",
  },
  ignoreFailedRead: { long: "ignore-failed-read", help: "do not exit with nonzero on unreadable files" },
  removeFiles: { long: "remove-files", help: "remove files after adding them to the archive" },
  warning: { long: "warning", value: "KEYWORD", help: "warning control" },
} as const satisfies OptionsSpec;

export type TarOptions = OptionValues<typeof tarOptions>;

/** "tar czf x y" → "tar -c -z -f x y": the oldest form, where arguments follow in the order of their letters. */
export function expandOldStyle(argv: readonly string[]): string[] {
  const first = argv[1];
  if (first === undefined || first.startsWith("-")) return [...argv];
  const rest = argv.slice(2);
  const words: string[] = [];
  for (const letter of first) {
    words.push(`-${letter}`);
    const option = Object.values<OptionSpec>(tarOptions).find(({ short }) => short?.includes(letter));
    if (option?.value === undefined) continue;
    const argument = rest.shift();
    if (argument === undefined) throw new UsageError(`Old option '${letter}' requires an argument.`);
    words.push(argument);
  }
  return [argv[0]!, ...words, ...rest];
}
