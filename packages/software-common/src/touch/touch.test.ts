import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const LIST = "stat -c '%n %x|%y' a ref d l";

describe("touch", () => {
  differential({ a: "x\n", ref: "r\n", "d/": 0o755, "l@": "a", "dangling@": "nowhere" }, [
    "touch new",
    "touch -c new",
    "touch --no-create new a",
    "touch new d/x missing/x",
    "touch a",
    "touch dangling",
    "touch -h dangling",
    "touch",
    "touch ''",
    "touch d",
    "touch a/",
    "touch missing/",
    ["touch -t 202001020304.05 a", LIST],
    ["touch -t 2001020304 a", LIST],
    ["touch -t 01020304 -m a"],
    ["touch -d '2020-01-02 03:04:05' a", LIST],
    ["touch -d '2020-01-02 03:04:05.123456789' -m a", LIST],
    ["touch -d '2020-01-02T03:04:05Z' -a a", LIST],
    ["touch -d @1234567890 a", LIST],
    ["touch -d '2020-01-02 +1 day' a", LIST],
    ["touch -d '2020-02-30' a", LIST],
    ["touch -d nonsense a", LIST],
    ["touch -t 9999 a", LIST],
    ["touch -t 20201302 a", LIST],
    ["touch -d @1234567890 ref", "touch -r ref a d", LIST],
    ["touch -d @1234567890 ref", "touch -r ref -d '+1 hour' a", LIST],
    ["touch -r missing a"],
    ["touch -h -d @1234567890 l", LIST],
    ["touch --time=mtime -d @1234567890 a", LIST],
    ["touch --time=access -d @1234567890 a", LIST],
    "touch --time=nope a",
    { run: ["touch -d '2020-07-02 03:04:05' a", "stat -c %Y a"], env: { TZ: "Europe/Berlin" } },
    { run: ["touch -d '2020-07-02 03:04:05' a", "stat -c %y a"], env: { TZ: "EST5EDT,M3.2.0,M11.1.0" } },
    "touch -r ref -t 202001020304 a",
    "touch -q a",
    "touch -f a",
    "touch -- -x",
  ]);
});
