// Builtins against the host's bash, and without it against nothing: their output is defined by it.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellSoftware } from "./terminal.ts";

const BASH = "/bin/bash";

const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  echo: [
    "echo -n a; echo -e 'b\\tc\\x41\\0101'; echo -E '\\t'; echo -ne 'x\\cy'; echo -z -n",
    "shopt -s xpg_echo; echo 'a\\nb'",
  ],
  printf: [
    "printf '%s|%5d|%-4s|%x|%05.1f\\n' a 42 b 255 3.14159 c",
    "printf '%q ' 'a b' \"it's\" $'x\\ny' '' '~'; printf -v v '%03d' 7; echo \"<$v>\"",
    "printf '%b|%c%%\\n' 'a\\tb' xyz; printf '%d\\n' abc; echo $?; printf",
    "printf -v 'a[2]' x; declare -p a; printf -v 1x y; echo $?",
  ],
  test: [
    "[ a = a ] && [ ! -e /nonexistent ] && test 3 -gt 2 -a x; echo $?",
    "[ 1 -eq x ]; echo $?; [ a b ]; echo $?; [ a = a; echo $?; [ ]; echo $?",
    "x=1; [ -v x ]; echo $?; [ -v y ]; echo $?; [ '(' a ']' ]; echo $?",
  ],
  read: [
    "printf ' a  b c \\n' | { read x y; echo \"[$x][$y]\"; }",
    "printf 'a:b::c:\\n' | { IFS=: read x y z; echo \"[$x][$y][$z]\"; }",
    "printf 'one\\\\\\ntwo \\\\ three\\n' | { read a b; echo \"[$a][$b]\"; }",
    "printf 'a\\\\b\\n' | { read -r x; echo \"$x\"; }; printf 'no newline' | { read x; echo \"$? $x\"; }",
    "printf 'abcdef' | { read -n 3 x; read -N 2 y; echo \"$x $y\"; read z; echo $z; }",
    `printf 'a b c\\nrest\\n' | { read -a v; echo \${#v[@]} \${v[2]}; read; echo "$REPLY"; }`,
    "printf 'x;y' | { read -d ';' a; read b; echo $a $b $?; }; read -t 0.01 v < <(:); echo $?",
    "read 1x <<< a; echo $?; read -u 99; echo $?; read -z; echo $?",
    "while read -r a b; do echo \"$b-$a\"; done <<< $'1 2\\n3 4'",
  ],
  mapfile: [
    `mapfile -t a <<< $'x\\ny\\nz'; echo \${#a[@]} \${a[1]}; mapfile -n 1 -s 1 b <<< $'x\\ny\\nz'; echo "\${b[0]}"`,
    `mapfile -d : -t a < <(printf 'a:b:c'); echo \${a[@]}; mapfile -t -O 2 a <<< q; declare -p a`,
    "f() { echo $1:$2; }; mapfile -t -C f -c 1 a <<< $'x\\ny'; readarray -z; echo $?",
  ],
  getopts: [
    "set -- -a -bval -c v x; while getopts ab:c: o; do echo $o $OPTARG $OPTIND; done; shift $((OPTIND-1)); echo $@",
    "set -- -x -b; while getopts :ab: o; do echo $o $OPTARG; done; set -- -z; OPTIND=1; getopts ab o; echo $? $o",
    "set -- -abc; while getopts abc o; do echo $o$OPTIND; done",
  ],
  type: [
    "f() { echo hi; }; alias ll='ls -l'; type f cd if; type -t f cd if; type nosuch; echo $?",
    "command -v cd f if; command -V cd; command -v nosuch; echo $?; command echo hi; f() { :; }; command -v f",
    "hash; hash -r; type -t [ test :",
  ],
  dirs: [
    "cd /; pushd /tmp >/dev/null; dirs; pushd; popd; popd; echo $?; dirs -v; pushd /nonexistent; echo $?",
    "cd /; pushd -n /tmp; dirs -p; dirs +1; popd +1; dirs; pushd +5; echo $?",
  ],
  alias: [
    "alias a='x y' b=\"it's\"; alias; alias a; unalias a; alias a; echo $?; unalias -a; alias; unalias; echo $?",
  ],
  umask: ["umask 027; umask; umask -S; umask u=rwx,g-w,o=; umask -p; umask 9; echo $?; umask g+w; umask"],
  kill: ["kill -l 9 15 HUP 130; kill; echo $?; kill -s NOPE 1; echo $?; kill -0 $$; echo $?"],
  let: ["let a=3 'b = a * 2'; echo $a $b $?; let 0; echo $?; let; echo $?; let '1 +'; echo $?"],
  shopt: [
    "shopt -s nullglob; shopt nullglob extglob; echo $?; shopt -p nullglob; shopt -q nullglob; echo $?",
    "shopt -s nosuch; echo $?; shopt -o errexit; shopt -po nounset; shopt -s -u extglob; echo $?",
  ],
  caller: ["f() { caller; caller 0; g; }\ng() { caller 1; caller 9; echo $?; }\nf"],
  history: [
    "history -s 'echo one'; history -s 'ls two'; history; history 1; history -d 1; history; history -c; history",
    "set -o history; history -s a; history -p '!!'; fc -l 2>/dev/null; echo done",
  ],
  complete: [
    "compgen -W 'alpha beta gamma' -- a; compgen -W 'x y' q; echo $?",
    "complete -W 'a b' -o nospace cmd; complete -F f -A file other; complete -p cmd; complete -r cmd; complete -p cmd; echo $?",
    "f() { COMPREPLY=(one two); }; compgen -F f 2>/dev/null; compgen -P pre- -S .suf -W 'a b'; compgen -X 'a*' -W 'ab cd'",
    "abc_1=x abc_2=y; compgen -v abc_; compgen -b ech; compgen -k whi; compgen -A nosuch; echo $?",
  ],
  help: [
    "help nosuchtopic >/dev/null 2>&1; echo $?; enable -n let; type -t let || echo off; enable let; type -t let; enable nosuch; echo $?",
  ],
  times: ["times >/dev/null; echo $?; logout; echo $?; suspend; echo $?"],
  ulimit: [
    "ulimit -n 100; ulimit -n; ulimit -Sn; ulimit -n abc; echo $?; ulimit -q 2>/dev/null >&2; echo $?",
  ],
};

describe.skipIf(!existsSync(BASH))("builtins behave as bash's own", () => {
  let vm: TestVm;

  beforeAll(() => {
    vm = bootTestVm({ software: [shellSoftware] });
  });

  afterAll(() => vm.dispose());

  const env = { PATH: "/usr/bin:/bin", HOME: "/home/user", LC_ALL: "C.UTF-8" };
  const normal = (text: string): string => text.replaceAll("/bin/bash", "bash").replace(/\bline \d+: /g, "");

  for (const [name, scripts] of Object.entries(SCRIPTS)) {
    it(name, async () => {
      for (const script of scripts) {
        const native = spawnSync(BASH, ["-c", script, "bash"], { env, cwd: "/", encoding: "utf8" });
        const ours = await vm.run(["bash", "-c", script, "bash"], { env, cwd: "/" });
        const result = { script, status: ours.exitCode, stdout: ours.stdout, stderr: normal(ours.stderr) };
        expect(result).toEqual({
          script,
          status: native.status,
          stdout: native.stdout,
          stderr: normal(native.stderr),
        });
      }
    });
  }
});
