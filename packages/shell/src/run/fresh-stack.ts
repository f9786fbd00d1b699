import { type Co, drive } from "../co.ts";

/** Goes on from the event loop, where the host's stack is empty: nesting in scripts must not use it up. */
export async function onFreshStack<T>(co: Co<T>): Promise<T> {
  await undefined;
  return drive(co);
}
