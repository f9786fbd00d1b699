import { defineProgram, PROGRAM_VERSION, type Proc, stdout, warn } from "@agentos/kernel/program";
import { FindError } from "./builder.ts";
import { parseExpression } from "./parse.ts";
import { type Links, Walk } from "./walk.ts";

const HELP = `Usage: find [-H] [-L] [-P] [path...] [expression]

Default path is the current directory; default expression is -print.
Operators (decreasing precedence): ( EXPR )  ! EXPR  EXPR1 EXPR2  EXPR1 -o EXPR2  EXPR1 , EXPR2
Options: -depth -maxdepth LEVELS -mindepth LEVELS -xdev
Tests: -name -iname -path -ipath -regex -iregex -lname -type -xtype -perm -size -empty -links -inum -used -user -group
  -uid -gid -nouser -nogroup -mtime -atime -ctime -mmin -amin -cmin -newer -newerXY -readable -writable
  -executable -samefile -fstype -true -false
Actions: -print -print0 -printf FORMAT -fprint FILE -fprintf FILE FORMAT -ls -prune -quit -delete
  -exec COMMAND ; -exec COMMAND {} + -execdir COMMAND ; -ok COMMAND ;
`;

export default defineProgram({
  name: "find",
  summary: "search for files in a directory hierarchy",
  usage: "[-H] [-L] [-P] [path...] [expression]",
  rawArguments: true,
  async run(proc, { operands }) {
    if (operands.includes("--help") || operands.includes("-help")) {
      await stdout(proc).write(HELP);
      return 0;
    }
    if (operands.includes("--version") || operands.includes("-version")) {
      await stdout(proc).write(`find (AgentOS) ${PROGRAM_VERSION}\n`);
      return 0;
    }
    try {
      return await search(proc, operands);
    } catch (error) {
      if (!(error instanceof FindError)) throw error;
      await warn(proc, error.message);
      return 1;
    }
  },
});

async function search(proc: Proc, words: readonly string[]): Promise<number> {
  let at = 0;
  let links: Links = "never";
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word === "-P") links = "never";
    else if (word === "-H") links = "operands";
    else if (word === "-L") links = "always";
    else if (!/^-O\d?$/.test(word)) break;
  }
  if (words[at] === "--") at++;
  const starts: string[] = [];
  while (at < words.length && !/^-.|^[(!]$/.test(words[at]!)) starts.push(words[at++]!);
  const rest = words.slice(at);
  if (rest.includes("-follow")) links = "always";
  const expression = parseExpression(proc, rest, links === "always");
  await expression.start();
  const walk = new Walk(proc, expression, links);
  for (const start of starts.length > 0 ? starts : ["."]) await walk.from(start);
  if (!(await expression.finish())) walk.status = 1;
  return walk.status;
}
