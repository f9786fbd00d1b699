// What bash takes as a command, and what it says about the rest: asked of `bash -n` itself.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../src/parser/parser.ts";
import { ShellSyntaxError } from "../src/parser/syntax-error.ts";
import { printList } from "../src/print/printer.ts";

const BASH = "/bin/bash";

const ACCEPTED = [
  "a; b & c && d || ! e | f |& g",
  "time -p a | b; ! ; time",
  "if a; then b; elif c; then d; else e; fi >f 2>&1 <<< g",
  "while a; do b; done | until c; do d; done",
  "for x in a b; do :; done; for x; { :; }; for x\nin a\ndo :; done; for 1 in x; do :; done",
  "for ((i = 0; i < 3; i++)); do :; done; for ((;;)) { break; }",
  "case x in (a|b) c;; d) ;; e) f;& *) ;;& esac; case in in esac",
  "case a in\n\n b) ;; esac; case esac in (esac) ;; esac",
  "select x in a; do b; done; coproc a; coproc X { b; }; coproc (c)",
  "f() { a; }; function g { b; }; function h() ( c ); i () [[ d ]]; j() ((1)); k()\n\n{ l; } >m",
  "[[ a == b && ( -n c || ! d ) ]]; [[ a =~ ^(b|c d)+$ ]]; [[ a < b\n|| c ]]; [[ a\t-nt b ]]",
  "(( 1 + 2 )); ((a) ; (b)); ( (a) ); echo $((1+(2*3))) $((a) | (b)) $[1+2]",
  `echo "\${x:-"a b"}" \${x//[/]/_} \${#x} \${#} \${!x*} \${!x[@]} \${x@Q} \${x:1:2} \${x/a/b} \${x^^[a-z]}`,
  'echo \'a\nb\' "c\nd" $\'e\\\'f\' $"g" a\\\nb `c \\`d\\`` "`e "f"`" $(g $(h `i`))',
  "a=1 b+=2 c[1]=3 d=(1 [2]=3 $(x)\n # comment\n y) e[x+1]+=4 cmd; declare -a f=(1 2) g; export h=~/x:~/y",
  "cat <<A <<'B' <<-\"C\"\n$x\nA\n$y\nB\n\t$z\n\tC\ncat <<E | b && c\n$(d <<F\ng\nF\n)\nE",
  "a >f >>g <h <>i >|j 2>&1 >&- <&3 &>k &>>l {fd}>m 3<n <(o) >(p)",
  "# only a comment",
  "echo a#b #c\n\n",
  "echo {a,b} {1..3} ~ ~root ! in do } ]] time",
  "a=(b) ; a=() ; a=( ) ; a=(\n)",
  `echo \${x!} \${!} \${-} \${?} \${1} \${10} $10 \${a[1]} \${a[@]:1} \${a[*]/x/y}`,
  "echo $(case x in y) z;; esac) $( (a) ) $(\n a\n)",
];

const REJECTED = [
  'echo "abc',
  "echo 'abc",
  "echo `abc",
  "echo $(foo",
  `echo \${x`,
  "echo $((1+",
  "if true",
  "echo )",
  "( echo",
  "case x in",
  "foo()",
  "[[ a b",
  "[[ a == ]]",
  "[[ ( a ]]",
  "[[ -f ]]",
  "[[ < a ]]",
  "echo a=(1)",
  "((1+2",
  "while :; do ) done",
  "x=1 | | b",
  "&& a",
  "a ;; b",
  "f() { echo;",
  "{ a; } }",
  "fi",
  "cat <<",
  "echo <",
  "echo > ;",
  "function f",
  "select",
  "for x in a b c; echo",
  "for ((a;b)); do :; done",
  "echo a\necho b\n(\necho )x y",
  "echo a(b)",
  "if then fi",
  "echo $(a;;)",
  "coproc",
  "[[",
  "time | a",
  "case a in b) ;; c",
  "f(){ }",
  "a&&",
  "a|",
  "()",
  "f () echo",
  "for a b",
  "do",
  "in",
  "};",
  "]]",
  "a | ! b",
];

function complaint(source: string): string[] {
  try {
    parse(source);
    return [];
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    const lines = error.detail === undefined ? [error.message] : [error.detail, error.message];
    if (error.sourceLine !== undefined) lines.push(`\`${error.sourceLine}'`);
    return lines.map((line) => `bash: -c: line ${error.line}: ${line}`);
  }
}

describe.skipIf(!existsSync(BASH))("the grammar is bash's", () => {
  it.each([...ACCEPTED, ...REJECTED])("%j", (source) => {
    const { stderr } = spawnSync(BASH, ["-n", "-c", "--", source], {
      argv0: "bash",
      encoding: "utf8",
      env: { LC_ALL: "C.UTF-8" },
    });
    expect(complaint(source)).toEqual(stderr.split("\n").filter((line) => line !== ""));
  });
});

describe("printing", () => {
  it.each(ACCEPTED)("%j is read back as the same", (source) => {
    const once = printList(parse(source));
    expect(printList(parse(once))).toBe(once);
  });
});
