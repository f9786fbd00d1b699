import { describe, expect, it } from "vitest";
import type { FunctionDefinition } from "../ast.ts";
import { parse } from "../parser/parser.ts";
import { printFunction, printList } from "./printer.ts";

function functionOf(source: string): FunctionDefinition {
  const command = parse(source).items[0]!.command.first.commands[0]!;
  if (command.type !== "function") throw new TypeError("not a function");
  return command;
}

// What bash 5.2 prints for `declare -f f`.
const LAYOUTS: Readonly<Record<string, string>> = {
  "echo a; echo b": "    echo a;\n    echo b\n",
  "a && b || c": "    a && b || c\n",
  "if a; then b; elif c; then d; else e; fi":
    "    if a; then\n        b;\n    else\n        if c; then\n            d;\n        else\n            e;\n        fi;\n    fi\n",
  "for x; do :; done": '    for x in "$@";\n    do\n        :;\n    done\n',
  "case $x in a|b) echo 1;; *) echo 2;& esac":
    "    case $x in \n        a | b)\n            echo 1\n        ;;\n        *)\n            echo 2\n        ;&\n    esac\n",
  "a & b; c": "    a & b;\n    c\n",
  "echo >&2 &>y": "    echo 1>&2 &> y\n",
  "cat <<E\nhi $x\nE\necho b": "    cat <<E\nhi $x\nE\n\n    echo b\n",
  "g() { echo in; }": "    function g () \n    { \n        echo in\n    }\n",
};

describe("printFunction", () => {
  for (const [body, printed] of Object.entries(LAYOUTS)) {
    it(`prints ${JSON.stringify(body)} as bash does`, () => {
      expect(printFunction(functionOf(`f() {\n${body}\n}`))).toBe(`f () \n{ \n${printed}}`);
    });
  }

  it("is read back as the same function", () => {
    for (const body of Object.keys(LAYOUTS)) {
      const once = printFunction(functionOf(`f() {\n${body}\n}`));
      expect(printFunction(functionOf(once))).toBe(once);
    }
  });
});

describe("printList", () => {
  it("keeps a list outside functions on one line", () => {
    expect(printList(parse("{ a; b; } && ( c; d ) &"))).toBe("{ a; b; } && ( c; d ) &");
  });
});
