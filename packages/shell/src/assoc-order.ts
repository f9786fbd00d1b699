// The order in which bash lists associative arrays: that of its hash table, on which the output of scripts depends.
// Source: bash hashlib.c: FNV-1 in 1024 buckets, new entries first in their bucket, four times as many buckets when
// full.

import { encode } from "@agentos/kernel/abi";

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;
const FIRST_SIZE = 1024;
const FULL = 2;
const GROWTH = 4;

function hash(key: string): number {
  let value = FNV_OFFSET;
  for (const byte of encode(key)) value = Math.imul(value, FNV_PRIME) ^ byte;
  return value >>> 0;
}

/** The entries in bash's order. */
export function orderedEntries<T>(table: ReadonlyMap<string, T>, buckets = FIRST_SIZE): [string, T][] {
  const entries = [...table];
  if (entries.length < 2) return entries;
  let size = buckets;
  while (entries.length >= size * FULL) size *= GROWTH;
  const placed = entries.map((entry, at) => ({ entry, at, bucket: hash(entry[0]) & (size - 1) }));
  placed.sort((a, b) => a.bucket - b.bucket || b.at - a.at);
  return placed.map(({ entry }) => entry);
}
