// Which image runs a file. Runtimes register formats by their first bytes; stubs of Programs, "#!" scripts and plain text
// are known here. Source: execve(2), Linux fs/binfmt_script.c.

import { allows, type Dentry, ownershipOf } from "@agentos/vfs";
import {
  andThen,
  decode,
  isRegular,
  isSysError,
  latin1FromBytes,
  type MaybePromise,
  O_RDONLY,
  sysError,
  X_OK,
} from "@agentos/vfs/abi";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process/process.ts";
import type { ModuleSource, Software } from "../program/software.ts";
import { type Image, type ImageLoader, ProgramImage } from "./image.ts";
import { loadModule, parseStub } from "./programs.ts";

/** Linux: BINPRM_BUF_SIZE. */
const HEAD_SIZE = 256;
/** Linux: more interpreters than this are ELOOP. */
const MOST_INTERPRETERS = 4;

export interface LoadedImage {
  image: Image;
  argv: readonly string[];
  /** The file that the image was loaded from: for a script, its interpreter. */
  exe: string;
}

export interface LoadRequest {
  process: Process;
  /** The absolute path of the file. */
  path: string;
  dentry: Dentry;
  argv: readonly string[];
  /** The first bytes of the file, up to 256. */
  head: Uint8Array;
}

/** A kind of file that a runtime can run. */
export interface BinaryFormat {
  readonly name: string;
  /** The bytes with which such a file begins. */
  readonly magic: Uint8Array;
  load(request: LoadRequest): MaybePromise<Image>;
}

/** Finds and loads the image that runs a file. @throws ENOENT EACCES ENOEXEC ELOOP */
export function loadImage(
  process: Process,
  file: string,
  argv: readonly string[],
  depth = 0,
): MaybePromise<LoadedImage> {
  const { namespace } = process.kernel;
  return andThen(namespace.lookup(process.caller, file), (dentry) =>
    andThen(requireExecutable(process, dentry), () => {
      requireAllowed(process, dentry, argv);
      return andThen(readHead(dentry), (head) => loadByHead(process, file, dentry, argv, head, depth));
    }),
  );
}

/** @throws EACCES not a regular file, or no execute permission */
function requireExecutable({ caller }: Process, dentry: Dentry): MaybePromise<void> {
  if (!isRegular(dentry.inode.type)) throw sysError("EACCES");
  return andThen(ownershipOf(dentry.inode), (node) => {
    if (!allows(caller, node, X_OK)) throw sysError("EACCES");
  });
}

/** @throws EACCES the policy does not let this file be run */
function requireAllowed({ kernel }: Process, dentry: Dentry, argv: readonly string[]): void {
  const { process } = kernel.permissions;
  if (process && !process({ path: kernel.namespace.pathOf(dentry), argv })) throw sysError("EACCES");
}

function readHead({ inode }: Dentry): MaybePromise<Uint8Array> {
  const head = new Uint8Array(HEAD_SIZE);
  return andThen(inode.open(O_RDONLY), (handle) =>
    andThen(handle.read(head, 0), (count) => andThen(handle.release(), () => head.subarray(0, count))),
  );
}

function loadByHead(
  process: Process,
  file: string,
  dentry: Dentry,
  argv: readonly string[],
  head: Uint8Array,
  depth: number,
): MaybePromise<LoadedImage> {
  const { kernel } = process;
  const path = kernel.namespace.pathOf(dentry);
  const format = kernel.formats.find(({ magic }) => startsWith(head, magic));
  if (format) {
    const image = format.load({ process, path, dentry, argv, head });
    return andThen(image, (loaded) => ({ image: loaded, argv, exe: path }));
  }
  const text = latin1FromBytes(head);
  const stub = parseStub(text);
  if (stub) return loadStub(process, stub, { process, path, dentry, argv, head });
  if (text.startsWith("#!")) return loadScript(process, file, text, argv, depth);
  if (text.includes("\0")) throw sysError("ENOEXEC");
  // POSIX leaves plain text to the shell and execvp(); here exec itself runs it, so that every caller can.
  return loadInterpreter(process, "/bin/sh", ["/bin/sh", file, ...argv.slice(1)], depth);
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}

function loadScript(
  process: Process,
  file: string,
  head: string,
  argv: readonly string[],
  depth: number,
): MaybePromise<LoadedImage> {
  const line = head.slice(2).split("\n", 1)[0]!;
  const [, interpreter, argument] = /^[ \t]*([^ \t]+)(?:[ \t]+(.*?))?[ \t]*$/.exec(line) ?? [];
  if (interpreter === undefined) throw sysError("ENOEXEC");
  const words = [interpreter, ...(argument ? [argument] : [])].map(osString);
  return loadInterpreter(process, words[0]!, [...words, file, ...argv.slice(1)], depth);
}

const osString = (latin1: string): string => decode(Uint8Array.from(latin1, (char) => char.charCodeAt(0)));

function loadInterpreter(
  process: Process,
  interpreter: string,
  argv: readonly string[],
  depth: number,
): MaybePromise<LoadedImage> {
  if (depth >= MOST_INTERPRETERS) throw sysError("ELOOP");
  return loadImage(process, interpreter, argv, depth + 1);
}

function loadStub(
  { kernel }: Process,
  stub: { software: string; command: string },
  request: LoadRequest,
): MaybePromise<LoadedImage> {
  const source = kernel.software.get(stub.software)?.commands[stub.command];
  const { argv, path: exe } = request;
  const finish = (image: Image): LoadedImage => ({ image, argv, exe });
  if (source && "program" in source) {
    const program = loadOrComplain(kernel, source.program);
    return andThen(program, (loaded) => finish(new ProgramImage(loaded)));
  }
  if (!source || !("image" in source)) throw sysError("ENOEXEC");
  const runtime = loadOrComplain(kernel, source.image);
  return andThen(runtime, (loaded) => andThen(loaded.load(request), finish));
}

/** A software package's module. @throws ENOEXEC it cannot be loaded */
function loadOrComplain<T>(kernel: Kernel, source: ModuleSource<T>): MaybePromise<T> {
  const module = loadModule(source);
  if (!(module instanceof Promise)) return module;
  return module.catch((error: unknown) => {
    if (isSysError(error)) throw error;
    kernel.onProgramFailure?.(undefined, error);
    throw sysError("ENOEXEC");
  });
}

/** The formats that a software package brings. */
export function formatsOf(kernel: Kernel, software: Software): BinaryFormat[] {
  return (software.formats ?? []).map(({ name, magic, image }) => ({
    name,
    magic,
    load: (request) => andThen(loadOrComplain<ImageLoader>(kernel, image), (loader) => loader.load(request)),
  }));
}
