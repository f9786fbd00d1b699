// Named pipes: the pipe behind a FIFO's inode exists while the FIFO is open. Linux: fifo_open() of fs/pipe.c; fifo(7).

import type { FileSystem, Inode } from "@agentos/vfs";
import {
  type MaybePromise,
  O_ACCMODE,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  sysError,
} from "@agentos/vfs/abi";
import { type WaitQueue, waitUntil } from "../wait-queue.ts";
import type { OpenFile, Task } from "./open-file.ts";
import { Pipe, PipeFile } from "./pipe.ts";

/** The open FIFOs of one VM. */
export class Fifos {
  readonly #pipes = new Map<FileSystem, Map<number, Pipe>>();

  /**
   * Opens one end. A reader waits for a writer and vice versa, except with O_RDWR or O_NONBLOCK; a nonblocking writer
   * fails if there is no reader. @throws ENXIO EINTR @see POSIX.1-2024 open(); fifo(7)
   */
  open(inode: Inode, flags: number, name: string, task: Task): MaybePromise<OpenFile> {
    const pipe = this.#pipeOf(inode);
    const access = flags & O_ACCMODE;
    const nonBlocking = (flags & O_NONBLOCK) !== 0;
    if (access === O_WRONLY && nonBlocking && pipe.readers === 0) {
      this.#release(inode, pipe);
      throw sysError("ENXIO");
    }
    const file = new PipeFile(pipe, flags, name, inode, () => this.#release(inode, pipe));
    if (access === O_RDWR || nonBlocking) return file;
    if (access === O_RDONLY) {
      if (pipe.writers > 0) return file;
      const opens = pipe.writerOpens;
      return rendezvous(file, pipe.readable, task, () => pipe.writerOpens !== opens);
    }
    if (pipe.readers > 0) return file;
    const opens = pipe.readerOpens;
    return rendezvous(file, pipe.writable, task, () => pipe.readerOpens !== opens);
  }

  #pipeOf(inode: Inode): Pipe {
    let pipes = this.#pipes.get(inode.fs);
    if (pipes === undefined) this.#pipes.set(inode.fs, (pipes = new Map()));
    let pipe = pipes.get(inode.ino);
    if (pipe === undefined) pipes.set(inode.ino, (pipe = new Pipe()));
    return pipe;
  }

  #release(inode: Inode, pipe: Pipe): void {
    if (pipe.readers > 0 || pipe.writers > 0) return;
    const pipes = this.#pipes.get(inode.fs);
    pipes?.delete(inode.ino);
    if (pipes?.size === 0) this.#pipes.delete(inode.fs);
  }
}

async function rendezvous(
  file: PipeFile,
  queue: WaitQueue,
  task: Task,
  met: () => boolean,
): Promise<OpenFile> {
  try {
    return await waitUntil(queue, task, () => (met() ? file : undefined));
  } catch (error) {
    file.close();
    throw error;
  }
}
