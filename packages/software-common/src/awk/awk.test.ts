import { describe, expect, it } from "vitest";
import { hostHas, runInVm, runOnHost } from "../testing/host-oracle.ts";

const commands = { gawk: { program: () => import("./awk.ts") }, awk: { program: () => import("./awk.ts") } };
const files = {
  a: "alice 30 5.5\nbob 25 7\ncarol  35 6.25\n\ndave 40\n",
  b: 'x,y,z\n1,,3\n"q",w,e\n',
  p: "one two\nthree\n\nfour\nfive six\n\n\nseven\n",
  u: "Über größe\nnaïve café\n",
};

const PROGRAMS: string[][] = [
  ["{print $1}", "a"],
  ["{print $1, $2}", "a"],
  ['{ p = "e+"; print $1 gsub(p, "E") $1; print (p = "o") gsub(p, "0") (p = "i") }', "a"],
  [
    '{ p = "[ai]"; n = length($0) - gsub(p, "<&>"); x[NR, $0 ~ p ? "y" : "n"] = n; for (k in x) if (k ~ p "|y") m += x[k] } END { print m }',
    "a",
  ],
  [
    'function has(s, p,  n) { n = gsub(p, "_", s); return n > 0 ? s : "" } { print has($0, "[eo]"), has($1, "o"), !has($1, "z") }',
    "a",
  ],
  [
    '{ p = "(b|a)(.)"; print match($0, p, m), m[2], split($0, f, "[" "ae]"), f[1], gensub(p, "\\\\2", 1), $0 ~ p && /o/ }',
    "a",
  ],
  ['BEGIN { FPAT = "[^,]*|(\\"[^\\"]*\\")" } { print NF; for (i = 1; i <= NF; i++) print $i }', "b"],
  [
    '{ print patsplit($0, f, "[a-z]*"), f[1], f[2]; $0 = "x1y22z"; print patsplit($0, f, "[0-9]+"), f[2] }',
    "a",
  ],
  ["{print NF, NR, $NF}", "a"],
  ["{s+=$2} END {print s, s/NR}", "a"],
  ["$2 > 28", "a"],
  ["/o/", "a"],
  ["!/o/", "a"],
  ["NR==2,NR==4", "a"],
  ["/bob/,/dave/{print NR}", "a"],
  ["-F", ",", '{print $2; $2="-"; print; print NF}', "b"],
  ["-F,", "-vOFS=;", "{$1=$1}1", "b"],
  ['BEGIN {x["a"]=1; x["b"]; print length(x), ("a" in x), ("c" in x); delete x["a"]; print length(x)}'],
  ['BEGIN {print 1==1.0, "a"<"b", 10<9, "10"<"9", 1e3, 0.1+0.2, 1/3, 100000*100000, 2**10, 2^0.5}'],
  ['{print ($2<$3), ($2=="30")}', "a"],
  [
    'BEGIN {printf "%d %5.2f|%-5s|%05d|%x|%c|%c|%e|%g\\n", 3.9, 2.345, "ab", 42, 255, 65, "hello", 12345.678, 0.0001}',
  ],
  ['BEGIN {printf "%s %s %s\\n", 1e6, 1e20, 123456789012}'],
  ['BEGIN {print substr("hello",2,3), substr("hello",0), substr("hello",4,99)}'],
  ['BEGIN {print index("hello","ll"), length("hello"), toupper("abc"), tolower("ABC")}'],
  [
    'BEGIN {n=split("a:b:c",x,":"); print n, x[1], x[3]; n=split("",x); print n, length(x); print split("a1b22c",x,/[0-9]+/), x[3]}',
  ],
  [
    'BEGIN {s="hello world"; print sub(/o/,"0",s), s; print gsub(/o/,"[&]",s), s; gsub(/l/,"\\\\&",s); print s}',
  ],
  ['BEGIN {print match("foobar",/o+/), RSTART, RLENGTH; print match("x",/y/), RSTART, RLENGTH}'],
  ['BEGIN {print gensub(/(a)(b)/,"\\\\2\\\\1","g","abab"), gensub(/a/,"x",2,"aaa")}'],
  ["BEGIN {i=5; print i++ + ++i, i--, i, -i, !i, i^2}"],
  ["BEGIN {print length()}"],
  ["{print length}", "a"],
  ["function f(n) {return n<=1?1:n*f(n-1)} BEGIN {print f(10)}"],
  ["function g(a,i) {a[i]=i*2} BEGIN {g(x,3); print x[3]}"],
  ["function h(n,  l) {l=n; if (n>0) h(n-1); return l} BEGIN {print h(3)}"],
  [
    "BEGIN {while (i<3) {i++; if (i==2) continue; print i}; do {i--} while (i>0); print i; for(;;) {if (++j>3) break}; print j}",
  ],
  ["{a[$1]=$2} END {n=0; for (k in a) n+=a[k]; print n}", "a"],
  ["END {print $0, NF}", "a"],
  ['BEGIN {while ((getline line < "a") > 0) n++; print n; close("a"); getline < "a"; print $1, NR}'],
  ["NR==1 {getline; print; getline x; print x, NR}", "a"],
  ['BEGIN {print getline < "missing"}'],
  ['BEGIN {RS=""} {print NR": "$1"-"$NF" "NF}', "p"],
  ['BEGIN {RS="";FS=","} {print NF; print $1}', "p"],
  ["-vRS=[aeiou]", "{print NR, $0, RT}", "u"],
  ['{print toupper($0), length($1), substr($2,1,3), index($0,"ö")}', "u"],
  ['BEGIN {printf "%5s|%-6s|%.2s|%c\\n", "é", "ü", "größe", 233}'],
  ['BEGIN {OFS="-"; $0="a b c"; $5="e"; print; NF=2; print; print NF}'],
  ['BEGIN {$3="x"; print NF, $0}'],
  ['{$2=""; print}', "a"],
  ['BEGIN {CONVFMT="%.2g"; a=3.14159; b=a""; print b; x[a]=1; for (k in x) print k}'],
  ['BEGIN {OFMT="%.2f"; print 3.14159, 3.14159 ""}'],
  ['BEGIN {print -3%2, 7%-3, int(-3.7), int("3abc")}'],
  ['BEGIN {print 1,2 > "/dev/stdout"; print "e" > "/dev/stderr"}'],
  ['BEGIN {exit 3} END {print "end"}'],
  ["{exit} END {print NR}", "a"],
  ['BEGIN {print length(ENVIRON["FOO"]), ENVIRON["FOO"]+1}'],
  ["BEGIN {print ARGC, ARGV[1], ARGV[2]}", "x", "y=1"],
  ["{print v, $1}", "v=1", "a", "v=2", "b"],
  ["FNR==NR {n++; next} {print n, FNR, NR, FILENAME}", "a", "b"],
  [
    'BEGIN {if (!(3 in x)) print "no"; if ((1,2) in x) print "yes"; x[1,2]=3; for (k in x) {split(k,p,SUBSEP); print p[1], p[2]}}',
  ],
  ['BEGIN { print "a" "b" 1+2 "c"; print 1 " " 2; print 1 -1; print "x" -1 }'],
  ['BEGIN {print 1>2 ? "y" : "n"}'],
  ['BEGIN {print (1>2) ? "y" : "n"; x = 1 ? 2 : 3; print x}'],
  ['$0 ~ "^b" {print "m", $0} $1 !~ /o/', "a"],
  [
    'BEGIN {switch (3) {case 1: print 1; break; case 3: print 3; case 4: print 4; break; default: print "d"}}',
  ],
  ['BEGIN {a["x"]=1; delete a; print length(a); print typeof(a), typeof(1), typeof("s"), typeof(u)}'],
  ['BEGIN {print index("", "a"); print "A" < "a"; print 2 < 10, "2" < "10"}'],
  [
    'BEGIN {n = asort(x); print n; y[1]="b"; y[2]="a"; y[3]=10; y[4]=9; n=asort(y); for(i=1;i<=n;i++) print y[i]}',
  ],
  ['BEGIN {print strftime("%Y-%m-%d %H:%M:%S", 86400, 1), mktime("1970 01 02 00 00 00")}'],
  ['BEGIN {print and(12,10), or(12,10), xor(12,10), lshift(1,4), rshift(16,2), strtonum("0x1F")}'],
  ['BEGIN { print length("a\\tb\\\\"), "\\x41\\101" }'],
  ['BEGIN{print "a"; print "b" ; if(1)print "c"; else print "d"}'],
  ['BEGIN { x = "A"; y = x++; print x, y; print +"3x", -"-5" }'],
  ["BEGIN { print 1e300*1e300, -1e300*1e300 }"],
  ['BEGIN { printf "%s\\n" }'],
  ["BEGIN { z = 0; print 1/z }"],
  ['BEGIN { print substr("x" }'],
  ["BEGIN { f(1) }"],
  ["{ print $(NF-1) }", "b"],
  ["{ print $1; nextfile }", "a", "b"],
  ["-f", "missing"],
  ["{print}", "missing"],
  ['BEGIN { getline; print "got " $0 }', "a"],
  ['/a/ && /e/ {print "both", $0} /x/ || /w/', "a", "b"],
  ['BEGIN { while ("echo a b; echo c" | getline x) n = n x ";"; print n }'],
  ['BEGIN { print "b\\na" | "sort"; close("sort"); print system("exit 3") }'],
  ['{ print > "/dev/stderr" }', "b"],
  ['BEGIN { "date +%Y" | getline y; close("date +%Y"); print (y > 2000) }'],
  ['BEGIN { IGNORECASE=1; print ("ABC" ~ /b/) } /ALICE/', "a"],
  ['BEGIN { FPAT="([^,]*)|(\\"[^\\"]+\\")" } { print NF, $1 }', "b"],
  ['BEGIN { print length(12345), 1=="1", ""==0, x==0, x=="" }'],
  ["{ $3 = $3 + 1 } 1", "a"],
  ['BEGIN { printf "%*d|%-*s|%.*f\\n", 5, 42, 6, "ab", 2, 3.14159 }'],
  ['BEGIN { printf "%i %5c %%\\n", 42.9, "x" }'],
  ['BEGIN { print toupper(substr("abc", 2)) tolower("X") }'],
];

const usesShell = (args: string[]): boolean => /\||system/.test(args[0]!.replaceAll("||", ""));

describe.skipIf(!hostHas("gawk"))("awk, compared with the host's gawk", () => {
  it.each(PROGRAMS.filter((args) => !usesShell(args)))("gawk %s %s %s", async (...given) => {
    const argv = ["gawk", ...given.filter((arg) => arg !== undefined)];
    const [mine, theirs] = [await runInVm(commands, { argv, files }), runOnHost({ argv, files })];
    expect({ ...mine, stderr: "" }).toEqual({ ...theirs, stderr: "" });
    expect(mine.stderr === "").toBe(theirs.stderr === "");
  });
});

describe("awk", () => {
  it("lets endless loops in functions and rules be killed", async () => {
    const { bootTestVm, testSoftware } = await import("@agentos/kernel/testing");
    const killer = testSoftware({
      killer: (proc) => {
        proc.kill(Number(proc.argv[1]), 9);
        return 0;
      },
    });
    const vm = bootTestVm({ software: [{ ...testSoftware({}), commands }, killer] });
    for (const program of [
      "BEGIN { while (1) n++ }",
      "function f() { for (;;) n++ } BEGIN { x = 1 + f() }",
    ]) {
      const run = await vm.run(["awk", program], {
        onStart: ({ pid }) => void vm.run(["killer", String(pid)]),
      });
      expect(run.signal).toBe("SIGKILL");
    }
    vm.dispose();
  });

  const SLOW = "(a|b)*a(a|b){4000}c";
  it.each([
    `/${SLOW}/`,
    `$0 ~ "${SLOW}"`,
    `!/${SLOW}/ && NR > 5`,
    `{ if (/x/ || $0 ~ /${SLOW}/) print }`,
    `{ switch ($0) { case /${SLOW}/: print } }`,
    `{ gsub(/${SLOW}/, "x"); print }`,
    `{ x = 1 + match($0, /${SLOW}/); print x }`,
    `{ print gensub(/${SLOW}/, "x", "g") }`,
    `{ print split($0, a, /${SLOW}/) }`,
    `{ patsplit($0, a, /${SLOW}/) }`,
    `function f(p) { return $0 ~ p } { print f("${SLOW}") }`,
    `BEGIN { FS = "${SLOW}" } { print $1 }`,
    `BEGIN { FPAT = "${SLOW}" } { print $1 }`,
    `BEGIN { RS = "${SLOW}" } { print $1 }`,
    `BEGIN { FS = "${SLOW}"; getline; print $1 }`,
  ])("lets others run while it matches: %s", async (program) => {
    const { bootTestVm, testSoftware } = await import("@agentos/kernel/testing");
    const killer = testSoftware({
      killer: (proc) => {
        proc.kill(Number(proc.argv[1]), 9);
        return 0;
      },
    });
    let seed = 1;
    const letter = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed & 65536 ? "a" : "b";
    };
    const text = Array.from({ length: 1 << 20 }, letter).join("");
    const vm = bootTestVm({
      software: [{ ...testSoftware({}), commands }, killer],
      files: { "/tmp/text": text },
    });
    const run = await vm.run(["awk", program, "/tmp/text"], {
      onStart: ({ pid }) => void vm.run(["killer", String(pid)]),
    });
    expect(run.signal).toBe("SIGKILL");
    vm.dispose();
  });

  it("stops runaway recursion with an error", async () => {
    const run = await runInVm(commands, {
      argv: ["awk", "function f(n) { return f(n + 1) } BEGIN { f(1) }"],
    });
    expect(run).toMatchObject({ status: 2, stderr: "awk: fatal: function call nesting is too deep\n" });
  });
});
