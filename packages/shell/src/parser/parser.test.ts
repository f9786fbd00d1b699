import { describe, expect, it } from "vitest";
import type { Command, SimpleCommand } from "../ast.ts";
import { Parser, type Parser as ParserType, parse } from "./parser.ts";
import { ShellSyntaxError } from "./syntax-error.ts";

function first(source: string): Command {
  return parse(source).items[0]!.command.first.commands[0]!;
}

function simple(source: string): SimpleCommand {
  const command = first(source);
  if (command.type !== "simple") throw new TypeError(`${command.type} is no simple command`);
  return command;
}

function errorOf(source: string): string {
  try {
    parse(source);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    return `${error.line}: ${error.message}`;
  }
  return "none";
}

describe("parse", () => {
  it("tells arithmetic from nested subshells by how the parentheses close", () => {
    expect(first("((1 + 2))").type).toBe("arith-command");
    expect(first("((a) ; (b))").type).toBe("subshell");
    expect(simple("echo $((1 + 2))").words[1]!.parts[0]!.type).toBe("arith");
    expect(simple("echo $((a) ; (b))").words[1]!.parts[0]!.type).toBe("command");
  });

  it("gives declaration builtins their assignments and other commands ordinary words", () => {
    expect(simple("declare -a x=(1 2)").words[2]!.assignment?.name).toBe("x");
    expect(errorOf("echo x=(1 2)")).toBe("1: syntax error near unexpected token `('");
  });

  it("reads several here-documents of one line in order, those of substitutions included", () => {
    const { redirects } = simple("cat <<A 3<<-'B'\na $x\nA\n\tb $y\n\tB\n");
    expect(redirects.map((redirect) => redirect.heredoc?.text)).toEqual(["a $x\n", "b $y\n"]);
    expect(redirects[1]!.heredoc!.parts[0]!.type).toBe("quoted");
  });

  it("warns about a here-document that the source ends", () => {
    const warnings: string[] = [];
    parse("cat <<E\nx", { warn: (message, line) => warnings.push(`${line}: ${message}`) });
    expect(warnings).toEqual(["2: here-document at line 1 delimited by end-of-file (wanted `E')"]);
  });

  it("keeps the words after =~ whole", () => {
    const command = first("[[ $x =~ ^(a|b c)+$ ]]");
    expect(command.type === "conditional" && command.expression).toMatchObject({
      operator: "=~",
      right: { text: "^(a|b c)+$" },
    });
  });

  it("refuses what nests too deeply instead of overflowing", () => {
    for (const open of ["(", "{ ", "$(", '"$(', "${x:-", "if ", "$((", "[[ ("]) {
      expect(errorOf(open.repeat(100_000))).toMatch(/^\d+: /);
    }
  });
});

// Messages of bash 5.2.
const ERRORS: Readonly<Record<string, string>> = {
  'echo "abc': "1: unexpected EOF while looking for matching `\"'",
  "echo $(foo": "2: unexpected EOF while looking for matching `)'",
  "if true": "2: syntax error: unexpected end of file",
  "a\nb\n(\nc )x y": "4: syntax error near unexpected token `x'",
  "cat <<": "1: syntax error near unexpected token `newline'",
  "for x in a b; echo": "1: syntax error near unexpected token `echo'",
  "f(){ }": "1: syntax error near unexpected token `}'",
  "[[ a b ]]": "1: conditional binary operator expected",
  "a;; b": "1: syntax error near unexpected token `;;'",
  "for ((a;b)); do :; done": "1: syntax error: `((a;b))'",
};

describe("syntax errors", () => {
  for (const [source, message] of Object.entries(ERRORS)) {
    it(`says "${message}" for ${JSON.stringify(source)}`, () => expect(errorOf(source)).toBe(message));
  }

  it("come only after the commands before them", () => {
    const parser = new Parser("echo 1\necho )\n");
    expect(parser.nextCommand()).toMatchObject({ items: [{ background: false }] });
    expect(() => parser.nextCommand()).toThrow(ShellSyntaxError);
  });
});

describe("aliases", () => {
  const aliases: Record<string, string> = {
    ll: "ls -l",
    sudo: "sudo ",
    loop: "loop x",
    open: "if true; then",
    x: "y",
  };
  const words = (source: string) => {
    const list = new Parser(source, { alias: (name) => aliases[name] }).nextCommand();
    if (typeof list === "string") throw new TypeError(list);
    const command = list.items[0]!.command.first.commands[0]!;
    return command.type === "simple" ? command.words.map((word) => word.text) : [command.type];
  };

  it("are expanded where a command begins", () => {
    expect(words("ll a")).toEqual(["ls", "-l", "a"]);
    expect(words("echo ll")).toEqual(["echo", "ll"]);
    expect(words("'ll'")).toEqual(["'ll'"]);
  });

  it("pass expansion on to the next word when they end in a blank", () => {
    expect(words("sudo ll")).toEqual(["sudo", "ls", "-l"]);
  });

  it("are not expanded within themselves", () => expect(words("loop")).toEqual(["loop", "x"]));

  it("may open compound commands", () => expect(words("open echo; fi")).toEqual(["if"]));
});

describe("incremental source", () => {
  function feed(parser: ParserType, lines: string[]): string[] {
    return lines.map((line) => {
      parser.feed(line);
      const list = parser.nextCommand();
      return typeof list === "string" ? list : `${list.items.length}`;
    });
  }

  it("waits for the end of compound commands, quotes and here-documents", () => {
    const parser = new Parser("", { complete: false });
    const lines = [
      "if a\n",
      "then b; fi\n",
      "echo 'x\n",
      "y'\n",
      "cat <<E\n",
      "text\n",
      "E\n",
      "a \\\n",
      "b; c\n",
    ];
    const none = "incomplete";
    expect(feed(parser, lines)).toEqual([none, "1", none, "1", none, none, "1", none, "2"]);
    parser.finish();
    expect(parser.nextCommand()).toBe("end");
  });

  it("counts lines through all of it", () => {
    const parser = new Parser("", { complete: false });
    feed(parser, ["a\n", "\n", "b\n", "cat <<E\n", "x\n", "E\n"]);
    parser.feed("c\n");
    const list = parser.nextCommand();
    expect(list).toMatchObject({ items: [{ command: { first: { commands: [{ line: 7 }] } } }] });
  });
});
