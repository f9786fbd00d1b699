import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = { a: "alpha\n", empty: "", "d/one": "1\n", "l@": "a", "dangling@": "no where", "it's": "q" };

describe("stat", () => {
  differential(FILES, [
    "stat -c '%n %s %F %a %A %u %g %h' a empty d l dangling",
    "stat -L -c '%n %s %F' l",
    "stat -L -c '%n' dangling",
    "stat -c '%N' a l dangling \"it's\"",
    "stat -c %y a",
    "stat -c '%Y %X %.3Y %.Y %.10Y' a",
    "stat -c '%y|%10s|%-10s|%010s|%5a|%#a|%+s' a",
    "stat -c '%f %t %T %B' a",
    "stat -c '%U %G %u %g' a",
    "stat -c '%%' a",
    "stat -c '%q' a",
    "stat -c 'x\\ny' a",
    "stat --printf 'x\\ny\\t%s\\n' a",
    "stat --printf '%s\\x41\\101' a",
    "stat --printf '%n' a empty",
    "stat --format=%s a empty",
    "stat missing",
    "stat missing -c %n",
    "stat -c %n a missing d",
    "stat",
    "stat -q a",
    "stat -c %F /dev/null",
    "stat -c '%t:%T' /dev/null",
    "stat -f -c '%n %l' a",
    "stat -c '%m' /",
    "stat -c '%s' -- a",
    "stat ''",
    ["chmod 4755 a", "chmod 1777 d", "stat -c '%a %A %#a' a d"],
    ["mkfifo p", "stat -c '%F %A' p"],
    "stat -c '%10n|%-10n|%.2n' a",
    { run: "stat -c %y a", env: { TZ: "America/New_York" } },
  ]);
});
