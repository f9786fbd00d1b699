import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

describe("tar with bzip2", () => {
  differential({ a: "alpha\n", "d/b": "beta\n".repeat(5000) }, [
    ["tar cjf x.tar.bz2 a d", "file -b x.tar.bz2", "rm -r a d", "tar xjf x.tar.bz2", "rm x.tar.bz2"],
    ["tar caf x.tbz2 a d", "tar tf x.tbz2", "bunzip2 x.tbz2", "tar tf x.tar", "rm x.tar"],
    ["tar cf x.tar a d", "bzip2 x.tar", "tar xOf x.tar.bz2 a", "rm x.tar.bz2"],
    ["tar cf x -Ibzip2 a", "tar tf x", "rm x"],
  ]);
});
