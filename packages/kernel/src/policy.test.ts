import { describe, expect, it } from "vitest";
import { matchesGlob } from "./glob.ts";
import { compilePolicy } from "./policy.ts";

describe("a glob", () => {
  it.each([
    ["/home/*/x", "/home/user/x", true],
    ["/home/*/x", "/home/a/b/x", false],
    ["/home/**/x", "/home/a/b/x", true],
    ["/etc/**", "/etc", true],
    ["/etc/**", "/etc/a/b", true],
    ["/etc/**", "/etcetera", false],
    ["?.txt", "a.txt", true],
    ["*.example.com", "api.example.com", true],
  ])("%s on %s: %s", (glob, text, expected) => {
    expect(matchesGlob(glob, text)).toBe(expected);
  });

  it("takes time in proportion to the lengths, however many stars", () => {
    expect(matchesGlob("*a".repeat(40), "a".repeat(200).concat("b"))).toBe(false);
  });
});

describe("a policy", () => {
  it("keeps everything inside the VM by default", () => {
    const permissions = compilePolicy();
    expect(permissions.fs).toBeUndefined();
    expect(permissions.network({ host: "example.com", port: 443, protocol: "tcp" })).toBe(false);
  });

  it("follows the first rule that matches, and denies if none does", () => {
    const { network } = compilePolicy({
      network: [
        { decision: "deny", hosts: ["bad.example.com"] },
        { decision: "allow", hosts: ["*.example.com"], ports: [443, [8000, 8080]] },
      ],
    });
    const ask = (host: string, port: number) => network({ host, port, protocol: "tcp" });
    expect(ask("api.example.com", 443)).toBe(true);
    expect(ask("API.example.com", 8010)).toBe(true);
    expect(ask("api.example.com", 22)).toBe(false);
    expect(ask("bad.example.com", 443)).toBe(false);
    expect(ask("example.org", 443)).toBe(false);
  });

  it("asks a callback", async () => {
    const { network, process } = compilePolicy({
      network: async ({ port }) => (port === 80 ? "allow" : "deny"),
      process: ({ path }) => (path === "/usr/bin/ls" ? "allow" : "deny"),
    });
    expect(await network({ host: "a", port: 80, protocol: "tcp" })).toBe(true);
    expect(process!({ path: "/usr/bin/rm", argv: [] })).toBe(false);
  });
});
