// After a synchronous call the event loop keeps spinning for a moment, so that it is awake for a busy guest's next
// call (10 µs instead of 40, or of 300 where the host has put an idle processor to sleep). When calls come thick, as
// while a program loads, it spins for longer; that comes from a budget, so that a guest with a steady stream of calls
// does not keep a processor busy. When others want the processor it does not spin at all.

import { monotonicMs } from "../host-clock.ts";
import { onNextTurn } from "../host-turn.ts";

const SHORT_MS = 0.2;
const LONG_MS = 2;
/** Budget for spinning beyond SHORT_MS: the most at a time, and the share of time over the long run. */
const MOST_BUDGET_MS = 500;
const BUDGET_RATE = 0.1;
/** An idle turn of the loop that takes longer than this had to wait for the processor. */
const LONGEST_TURN_MS = 0.2;
const CROWDED_MS = 100;

let hotUntil = 0;
let crowdedUntil = 0;
let turning = false;
let lastTurn = 0;
let lastCall = 0;
let hasServed = false;
let budget = MOST_BUDGET_MS;

/** Called when a synchronous call has been answered. */
export function stayHot(): void {
  const now = monotonicMs();
  const sinceLast = now - lastCall;
  lastCall = now;
  hasServed = true;
  budget = Math.min(MOST_BUDGET_MS, budget + sinceLast * BUDGET_RATE);
  if (sinceLast < LONG_MS) budget -= Math.max(0, sinceLast - SHORT_MS);
  hotUntil = now + (sinceLast < LONG_MS && budget > 0 ? LONG_MS : SHORT_MS);
  if (turning || now < crowdedUntil) return;
  turning = true;
  lastTurn = now;
  onNextTurn(turn);
}

function turn(): void {
  const now = monotonicMs();
  if (!hasServed && now - lastTurn > LONGEST_TURN_MS) crowdedUntil = now + CROWDED_MS;
  hasServed = false;
  lastTurn = now;
  if (now < hotUntil && now >= crowdedUntil) onNextTurn(turn);
  else turning = false;
}
