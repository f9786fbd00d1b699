import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GuestProcess } from "./guest-process.ts";
import { withPool } from "./index.ts";
import { Pool } from "./pool.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

class FakeGuest {
  isAlive = true;
  setIdle(): void {}
  kill(): void {
    this.isAlive = false;
  }
}

function poolOf(): { pool: Pool; started: FakeGuest[] } {
  const started: FakeGuest[] = [];
  const pool = new Pool(async () => {
    const guest = new FakeGuest();
    started.push(guest);
    return guest as unknown as GuestProcess;
  });
  return { pool, started };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("the pool of guest processes", () => {
  it("starts a process for the first program, and one to wait a moment later", async () => {
    const { pool, started } = poolOf();
    await pool.take();
    expect([started.length, pool.size]).toEqual([1, 0]);
    await pass(1000);
    expect([started.length, pool.size]).toEqual([2, 1]);
    expect(await pool.take()).toBe(started[1]);
  });

  it("never hands out a process twice, nor one that has died waiting", async () => {
    const { pool, started } = poolOf();
    await pool.take();
    await pass(1000);
    started[1]!.isAlive = false;
    expect(await pool.take()).toBe(started[2]);
  });

  it("grows with the programs started, up to its size, and shrinks when they stop", async () => {
    const { pool, started } = poolOf();
    for (let i = 0; i < 100; i++) {
      await pool.take();
      await pass(25);
    }
    await pass(1000);
    expect(pool.size).toBe(4);
    await pass(60_000);
    expect(pool.size).toBe(1);
    expect(started.filter(({ isAlive }) => isAlive).length).toBe(101);
  });

  it("has the size that was asked for", async () => {
    const { pool } = poolOf();
    pool.grow({ least: 3, most: 8 });
    await pool.take();
    await pass(1000);
    expect(pool.size).toBe(3);
  });

  it("ends all that wait", async () => {
    const { pool, started } = poolOf();
    await pool.take();
    await pass(1000);
    pool.drain();
    await pass(60_000);
    expect(started.map(({ isAlive }) => isAlive)).toEqual([true, false]);
  });

  it("refuses sizes that are none, by the field's name", () => {
    expect(() => withPool({ least: 5, most: 2 })).toThrow(/^least must be/);
    expect(() => withPool({ least: 1.5 })).toThrow(/must be a whole number/);
    expect(() => withPool({ most: -1 })).toThrow(/^most must be/);
  });
});
