// Whatever a guest runs, the host's event loop gets its turns: no command holds it for much longer than a loop of the
// shell does, which gives its turn away every few milliseconds.

import { beforeAll, describe, expect, it } from "vitest";
import { measureSlices } from "../support/slices.ts";
import { createVm } from "../support/vm.ts";

/** Beyond what a busy loop takes: room for code that is compiled on its first use, and for garbage collection. */
const ROOM = 15;
const SHORT = { timeoutMs: 250 };

let usual = 0;

beforeAll(async () => {
  const vm = await createVm("inline");
  usual = (await measureSlices(() => vm.exec("while :; do :; done", SHORT))).longest;
  await vm.dispose();
});

const manyAs = (count: number): string => `head -c ${count} /dev/zero | tr '\\0' a`;

const EVIL: Record<string, string> = {
  "a nested repetition in grep": `${manyAs(50_000)} | grep -E '^(a+)+$b'`,
  "many stars in grep": `${manyAs(50_000)} | grep -E '(.*)(.*)(.*)(.*)(.*)[^a]'`,
  "back-references in grep": `${manyAs(20_000)} | grep -E '(a*)\\1\\1b'`,
  "nested bounds in grep": "echo a | grep -E '((((a{1,255}){1,255}){1,255}){1,255}){1,255}'",
  "nested repetitions in sed": `${manyAs(50_000)} | sed -E 's/(a+)+$b/x/;s/(a*)*b/y/g'`,
  "a match that looks far ahead in sed": `${manyAs(100_000)} | sed -E 's/a(.*)b|a/y/g'`,
  "nested repetitions in awk": `${manyAs(50_000)} | awk '/(a+)+$b/ || /(a*)(a*)*b/'`,
  "a match that looks far ahead in awk and grep -o": `${manyAs(100_000)} | tee >(grep -oE 'a(.*)b|a' | wc -l) | awk '{gsub(/a(.*)b|a/,"x")}'`,
  "nested repetitions in [[ =~ ]]": `x=$(${manyAs(50_000)}); [[ $x =~ ^(a+)+$b ]]; [[ $x =~ (a*)(a*)(a*)b ]]`,
  "many stars in case": `x=$(${manyAs(50_000)}); case $x in *a*a*a*a*a*b) ;; esac`,
  "a long literal after a star": `x=$(${manyAs(50_000)}); [[ $x == *\${x:1}b* ]]`,
  "extended globs": `x=$(${manyAs(20_000)}); [[ $x == +(a|aa|aaa)b || $x == *(*(a)*(a))b ]]`,
  "negated extended globs": `x=$(${manyAs(3_000)}); [[ $x == !(!(!(a*)))b ]]`,
  "substitution in a long string": `x=$(${manyAs(1_000_000)}); y=\${x//a/bb}; y=\${x//a*b/}`,
  "suffixes of a long string": `x=$(${manyAs(300_000)}); y=\${x%%b*a*}\${x##*a*a*b}`,
  "globs against long names": "touch $(printf 'a%.0s' {1..250}); ls *a*a*a*a*a*a*a*a*a*a*b",
  "a brace expansion of ten million words": "echo {1..10000000} | wc",
  "a printf of a gigabyte": "printf %1000000000s x | wc -c; awk 'BEGIN{printf \"%1000000000s\", 1}' | wc -c",
  "a number of ten million digits": "echo $((2**9999999))",
  "a very long sequence": "seq 1000000000 | tail -1",
  "doubling strings": "x=a; while :; do x=$x$x; done",
  "doubling strings in awk": "awk 'BEGIN{x=\"a\"; while(1) x = x x}'",
  "doubling the pattern space in sed": "echo a | sed ':a;G;h;ba'",
  "doubling matches in sed": "echo a | sed ':a;s/./&&/g;ta'",
  "a line without an end": "read x < /dev/zero",
  "an array of endless input": "mapfile a < <(yes)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a script of the shell
  "a far element of an array": 'a[999999999999]=1; for i in "${a[@]}" "${!a[@]}"; do :; done',
  "sorting endless input": "yes | sort",
  "comparing files that have nothing in common":
    "awk 'BEGIN{for(i=0;i<30000;i++) print (i*7919)%1000 > \"/tmp/a\"}'; tac /tmp/a > /tmp/b; diff /tmp/a /tmp/b | wc -l",
  "recursion without an end": "f() { f; }; f",
  "recursion in subshells": "f() { (f); }; f",
  "deep parentheses": "yes '(' | head -100000 | tr -d '\\n' | bash",
  "doubling pipelines": "f() { f | f; }; f",
  "a trap that signals itself": "trap 'kill -USR1 $$' USR1; kill -USR1 $$",
  "a sum of a hundred thousand terms": "printf -v x '+%s' {1..100000}; echo $((0$x))",
  "parentheses and negations without an end":
    "x=$(yes '(' | head -30000); [ $x ]; find / $x; y=$(yes '!' | head -30000); test $y; find / $y -name a",
  "brace expansions of brace expansions": `echo ${"{a,b}".repeat(27)}; echo ${"{a,b}".repeat(17)} | wc`,
  "more arguments than there is memory for": "set -- $(seq 5000000); set -- $(yes | head -c 30000000)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a script of the shell
  "a substitution of thirty million characters": "x=$(yes | head -c 30000000); echo ${#x}",
  "a directory of many files":
    "cd /tmp; touch f{1..5000}; ls -lS | wc; find . | wc; echo * | wc; rm -r /tmp/*",
  "arguments without an end": "yes | xargs > /dev/null",
  "comparing long files": "seq 60000 > /tmp/a; seq 60001 120000 > /tmp/b; diff /tmp/a /tmp/b | wc",
  "drawing from a long range": "shuf -i 1-1000000000 -n 3; shuf -i 1-3000000 | tail -1",
  "reading everything there is": "cat /proc/*/* /dev/zero > /dev/null",
};

describe("a command does not hold up the event loop", () => {
  it.each(Object.entries(EVIL))("%s", async (_name, command) => {
    const vm = await createVm("inline");
    const { longest } = await measureSlices(() => vm.exec(command, SHORT));
    expect(longest).toBeLessThan(usual * ROOM);
    expect((await vm.exec("echo usable")).stdout).toBe("usable\n");
  });
});
