import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = { a: "one\n", b: "three", "a-name-longer-than-fifteen": "x", "d/c": "c\n" };

describe("ar", () => {
  differential(FILES, [
    ["ar rcv x.a a b a-name-longer-than-fifteen d/c", "ar t x.a", "ar tv x.a", "ar p x.a b a", "ar pv x.a a"],
    ["ar rc x.a a b", "cp b a", "ar rv x.a a d/c", "ar p x.a a", "ar dv x.a b", "ar t x.a"],
    ["ar -rc x.a a b", "rm a b", "ar xv x.a", "ar x x.a nope"],
    ["ar rc x.a a b d/c", "ar m x.a a", "ar t x.a", "ar mb a x.a c", "ar t x.a", "ar q x.a a", "ar t x.a"],
    ["ar r x.a a", "ar t nope.a", "ar t a"],
  ]);
});
