import { describe, expect, it } from "vitest";
import type { OpenFile } from "../files/open-file.ts";
import { FdTable } from "./fd-table.ts";

function file(name: string, closed: string[] = []): OpenFile {
  return {
    flags: 0,
    name,
    stat: () => {
      throw new Error("not asked for");
    },
    close: () => void closed.push(name),
  };
}

describe("a descriptor table", () => {
  it("gives the lowest free descriptor, at or above a minimum", () => {
    const fds = new FdTable(16);
    expect([fds.add(file("a")), fds.add(file("b")), fds.add(file("c"), false, 7)]).toEqual([0, 1, 7]);
    void fds.close(0);
    expect(fds.add(file("d"))).toBe(0);
    expect(fds.list()).toEqual([0, 1, 7]);
  });

  it("closes a file with its last descriptor, in whatever table", () => {
    const closed: string[] = [];
    const fds = new FdTable(16);
    fds.add(file("a", closed));
    fds.addDescription(fds.description(0));
    const copy = fds.copy();
    void fds.close(0);
    void fds.close(1);
    expect(closed).toEqual([]);
    copy.closeAll();
    expect(closed).toEqual(["a"]);
  });

  it("closes what it replaces", () => {
    const closed: string[] = [];
    const fds = new FdTable(16);
    fds.add(file("a", closed));
    fds.add(file("b", closed));
    void fds.place(0, fds.description(1));
    expect(closed).toEqual(["a"]);
    expect(fds.get(0)).toBe(fds.get(1));
  });

  it("fails with EMFILE at its limit and EBADF for what is not open", () => {
    const warnings: number[] = [];
    const fds = new FdTable(5, (used) => warnings.push(used));
    for (let i = 0; i < 5; i++) fds.add(file("x"));
    expect(() => fds.add(file("x"))).toThrow("Too many open files");
    expect(() => fds.get(9)).toThrow("Bad file descriptor");
    expect(() => fds.place(5, fds.description(0))).toThrow("Bad file descriptor");
    expect(warnings).toEqual([4]);
  });

  it("adds both files of a pair or neither", () => {
    const closed: string[] = [];
    const fds = new FdTable(1);
    expect(() => fds.addPair(file("a", closed), file("b", closed))).toThrow("Too many open files");
    expect(closed).toEqual(["a", "b"]);
    expect(fds.list()).toEqual([]);
  });

  it("drops close-on-exec descriptors in a copy for exec, and at exec", () => {
    const fds = new FdTable(16);
    fds.add(file("a"), true);
    fds.add(file("b"));
    expect(fds.copy().list()).toEqual([0, 1]);
    expect(fds.copy(true).list()).toEqual([1]);
    fds.closeOnExec();
    expect(fds.list()).toEqual([1]);
  });
});
