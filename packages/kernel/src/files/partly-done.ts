import { isSysError } from "@agentos/vfs/abi";

/** A transfer that a signal interrupts succeeds with the count so far, unless that is 0. @see POSIX.1-2024 write() */
export async function partlyDone(transfer: Promise<number>, done: () => number): Promise<number> {
  try {
    return await transfer;
  } catch (error) {
    if (isSysError(error, "EINTR") && done() > 0) return done();
    throw error;
  }
}
