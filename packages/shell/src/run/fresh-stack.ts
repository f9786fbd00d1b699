import { type Co, drive } from "../co.ts";

/** Continues from the event loop, where the host's stack is empty, so that nesting in scripts does not use it up. */
export async function onFreshStack<T>(co: Co<T>): Promise<T> {
  await undefined;
  return drive(co);
}
