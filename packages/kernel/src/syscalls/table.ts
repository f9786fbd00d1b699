// Every system call. The table serves direct calls of Programs (dispatch.ts) and is the support page (docs/syscalls.md).

import { access } from "./access.ts";
import { chdir, fchdir } from "./chdir.ts";
import { chmod, chown } from "./chmod.ts";
import { monotonicMs, now } from "./clock.ts";
import { close } from "./close.ts";
import { getCloexec, getFlags, listFds, setCloexec, setFlags } from "./descriptor-flags.ts";
import { dup, dup2 } from "./dup.ts";
import { exec } from "./exec.ts";
import { exit } from "./exit.ts";
import { flock } from "./flock.ts";
import { fork } from "./fork.ts";
import { fchmod, fchown, fstat, fsync, ftruncate } from "./fstat.ts";
import { setgid, setgroups, setuid } from "./identity.ts";
import { kill } from "./kill.ts";
import { link, readlink, realpath, symlink } from "./link.ts";
import { listProcesses } from "./list-processes.ts";
import { lseek } from "./lseek.ts";
import { mkdir, rmdir } from "./mkdir.ts";
import { mknod } from "./mknod.ts";
import { nice } from "./nice.ts";
import { open } from "./open.ts";
import { openpty } from "./openpty.ts";
import { pipe } from "./pipe.ts";
import { poll } from "./poll.ts";
import { getpgid, setpgid, setsid } from "./process-group.ts";
import { pread, read } from "./read.ts";
import { readdir, readdirStat } from "./readdir.ts";
import { rename } from "./rename.ts";
import { getrlimit, setrlimit } from "./rlimit.ts";
import { rusage } from "./rusage.ts";
import { sigaction, sigprocmask } from "./signal-action.ts";
import { sleep } from "./sleep.ts";
import {
  accept,
  bind,
  connect,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  recvfrom,
  sendto,
  setsockopt,
  shutdown,
} from "./socket.ts";
import { resolve, socket, socketpair } from "./socket-create.ts";
import { spawn } from "./spawn.ts";
import { lstat, stat, statfs, statIfExists } from "./stat.ts";
import type { CallName, Syscall } from "./syscall.ts";
import { mounts, random, sethostname, sync, uname } from "./system.ts";
import {
  getWindowSize,
  isatty,
  setControllingTty,
  setWindowSize,
  tcgetattr,
  tcgetpgrp,
  tcsetattr,
  tcsetpgrp,
  ttyname,
} from "./terminal.ts";
import { truncate } from "./truncate.ts";
import { umask } from "./umask.ts";
import { unlink } from "./unlink.ts";
import { utimes } from "./utimes.ts";
import { wait } from "./wait.ts";
import { pwrite, write } from "./write.ts";
import { yieldSlice } from "./yield.ts";

export const table = {
  // files by descriptor
  open,
  close,
  read,
  write,
  pread,
  pwrite,
  lseek,
  dup,
  dup2,
  getCloexec,
  setCloexec,
  getFlags,
  setFlags,
  listFds,
  pipe,
  fstat,
  ftruncate,
  fchmod,
  fchown,
  fsync,
  flock,
  poll,
  // files by path
  stat,
  lstat,
  statIfExists,
  statfs,
  access,
  readdir,
  readdirStat,
  mkdir,
  rmdir,
  unlink,
  rename,
  link,
  symlink,
  readlink,
  realpath,
  mknod,
  truncate,
  chmod,
  chown,
  utimes,
  chdir,
  fchdir,
  umask,
  // processes
  fork,
  spawn,
  exec,
  exit,
  wait,
  kill,
  setpgid,
  getpgid,
  setsid,
  sigaction,
  sigprocmask,
  setuid,
  setgid,
  setgroups,
  nice,
  getrlimit,
  setrlimit,
  rusage,
  listProcesses,
  // time and scheduling
  sleep,
  now,
  monotonicMs,
  yield: yieldSlice,
  // terminals
  isatty,
  ttyname,
  tcgetattr,
  tcsetattr,
  getWindowSize,
  setWindowSize,
  tcgetpgrp,
  tcsetpgrp,
  setControllingTty,
  openpty,
  // sockets
  socket,
  socketpair,
  resolve,
  bind,
  listen,
  accept,
  connect,
  sendto,
  recvfrom,
  shutdown,
  getsockname,
  getpeername,
  setsockopt,
  getsockopt,
  // system
  uname,
  sethostname,
  random,
  sync,
  mounts,
} satisfies { readonly [N in CallName]: Syscall<N> };
