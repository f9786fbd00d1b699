import { isSysError } from "@agentos/vfs/abi";

/** A signal that interrupts a transfer ends it with what is done, if something is. @see POSIX.1-2024 write() */
export async function partlyDone(transfer: Promise<number>, done: () => number): Promise<number> {
  try {
    return await transfer;
  } catch (error) {
    if (isSysError(error, "EINTR") && done() > 0) return done();
    throw error;
  }
}
