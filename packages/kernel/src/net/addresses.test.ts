import { describe, expect, it } from "vitest";
import { isAnyAddress, isLoopback, isPrivate, parseIpv4, parseIpv6 } from "./addresses.ts";

describe("the guard against private addresses", () => {
  it.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "not an address",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
  ])("denies %s", (host) => expect(isPrivate(host)).toBe(true));

  it.each([
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "192.167.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "2001:4860:4860::8888",
  ])("lets %s out", (host) => expect(isPrivate(host)).toBe(false));
});

it("knows the machine's own addresses", () => {
  expect(["127.0.0.1", "127.9.9.9", "0.0.0.0", "::", "::1", "::ffff:127.0.0.1"].every(isLoopback)).toBe(true);
  expect(["10.0.0.1", "8.8.8.8", "2606::1", "localhost"].some(isLoopback)).toBe(false);
  expect([isAnyAddress("0.0.0.0"), isAnyAddress("::"), isAnyAddress("::1")]).toEqual([true, true, false]);
});

it("takes only what is an address", () => {
  expect(["1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "a.b.c.d", ""].map(parseIpv4)).toEqual(
    Array(6).fill(undefined),
  );
  expect(parseIpv4("255.255.255.255")).toBe(0xffffffff);
  expect([":", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3"].map(parseIpv6)).toEqual(
    Array(6).fill(undefined),
  );
  expect(parseIpv6("1:2:3:4:5:6:7:8")).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(parseIpv6("fe80::1.2.3.4")).toEqual([0xfe80, 0, 0, 0, 0, 0, 0x102, 0x304]);
});
