// After a synchronous call the event loop keeps turning for a moment: the next call of a busy guest is met awake (10 µs
// instead of 40, or of 300 where the host has put an idle processor to sleep). Where calls come thick, as while a program
// loads, it turns for longer; that is paid from a budget, so that a guest that calls steadily does not keep a processor
// busy. Where others want the processor it does not turn at all.

import { monotonicMs } from "../host-clock.ts";
import { onNextTurn } from "../host-turn.ts";

const SHORT_MS = 0.2;
const LONG_MS = 2;
/** Turning beyond SHORT_MS: at most this much at once, and this part of the time in the long run. */
const MOST_BUDGET_MS = 500;
const BUDGET_RATE = 0.1;
/** An idle turn that takes longer has waited for the processor. */
const LONGEST_TURN_MS = 0.2;
const CROWDED_MS = 100;

let hotUntil = 0;
let crowdedUntil = 0;
let turning = false;
let lastTurn = 0;
let lastCall = 0;
let hasServed = false;
let budget = MOST_BUDGET_MS;

/** A synchronous call has been answered. */
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
