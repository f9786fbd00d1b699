// Every errno, once. Source: Linux asm-generic/errno-base.h and errno.h; texts as glibc's strerror(3).

const TABLE = {
  EPERM: [1, "Operation not permitted"],
  ENOENT: [2, "No such file or directory"],
  ESRCH: [3, "No such process"],
  EINTR: [4, "Interrupted system call"],
  EIO: [5, "Input/output error"],
  ENXIO: [6, "No such device or address"],
  E2BIG: [7, "Argument list too long"],
  ENOEXEC: [8, "Exec format error"],
  EBADF: [9, "Bad file descriptor"],
  ECHILD: [10, "No child processes"],
  EAGAIN: [11, "Resource temporarily unavailable"],
  ENOMEM: [12, "Cannot allocate memory"],
  EACCES: [13, "Permission denied"],
  EFAULT: [14, "Bad address"],
  ENOTBLK: [15, "Block device required"],
  EBUSY: [16, "Device or resource busy"],
  EEXIST: [17, "File exists"],
  EXDEV: [18, "Invalid cross-device link"],
  ENODEV: [19, "No such device"],
  ENOTDIR: [20, "Not a directory"],
  EISDIR: [21, "Is a directory"],
  EINVAL: [22, "Invalid argument"],
  ENFILE: [23, "Too many open files in system"],
  EMFILE: [24, "Too many open files"],
  ENOTTY: [25, "Inappropriate ioctl for device"],
  ETXTBSY: [26, "Text file busy"],
  EFBIG: [27, "File too large"],
  ENOSPC: [28, "No space left on device"],
  ESPIPE: [29, "Illegal seek"],
  EROFS: [30, "Read-only file system"],
  EMLINK: [31, "Too many links"],
  EPIPE: [32, "Broken pipe"],
  EDOM: [33, "Numerical argument out of domain"],
  ERANGE: [34, "Numerical result out of range"],
  EDEADLK: [35, "Resource deadlock avoided"],
  ENAMETOOLONG: [36, "File name too long"],
  ENOLCK: [37, "No locks available"],
  ENOSYS: [38, "Function not implemented"],
  ENOTEMPTY: [39, "Directory not empty"],
  ELOOP: [40, "Too many levels of symbolic links"],
  ENODATA: [61, "No data available"],
  ETIME: [62, "Timer expired"],
  EPROTO: [71, "Protocol error"],
  EOVERFLOW: [75, "Value too large for defined data type"],
  EILSEQ: [84, "Invalid or incomplete multibyte or wide character"],
  ENOTSOCK: [88, "Socket operation on non-socket"],
  EDESTADDRREQ: [89, "Destination address required"],
  EMSGSIZE: [90, "Message too long"],
  EPROTOTYPE: [91, "Protocol wrong type for socket"],
  ENOPROTOOPT: [92, "Protocol not available"],
  EPROTONOSUPPORT: [93, "Protocol not supported"],
  ESOCKTNOSUPPORT: [94, "Socket type not supported"],
  EOPNOTSUPP: [95, "Operation not supported"],
  EAFNOSUPPORT: [97, "Address family not supported by protocol"],
  EADDRINUSE: [98, "Address already in use"],
  EADDRNOTAVAIL: [99, "Cannot assign requested address"],
  ENETDOWN: [100, "Network is down"],
  ENETUNREACH: [101, "Network is unreachable"],
  ECONNABORTED: [103, "Software caused connection abort"],
  ECONNRESET: [104, "Connection reset by peer"],
  ENOBUFS: [105, "No buffer space available"],
  EISCONN: [106, "Transport endpoint is already connected"],
  ENOTCONN: [107, "Transport endpoint is not connected"],
  ETIMEDOUT: [110, "Connection timed out"],
  ECONNREFUSED: [111, "Connection refused"],
  EHOSTUNREACH: [113, "No route to host"],
  EALREADY: [114, "Operation already in progress"],
  EINPROGRESS: [115, "Operation now in progress"],
  ESTALE: [116, "Stale file handle"],
  EDQUOT: [122, "Disk quota exceeded"],
  ECANCELED: [125, "Operation canceled"],
} as const;

export type ErrnoCode = keyof typeof TABLE;

const CODES = Object.keys(TABLE) as ErrnoCode[];

/**
 * A system call that failed with an errno. Compare `code`, never the text. There is one shared instance per code,
 * without a stack: throwing it costs a fifth of throwing a fresh Error.
 */
export class SyscallError extends Error {
  override readonly name = "SyscallError";
  readonly code: ErrnoCode;
  /** The positive errno value. */
  readonly errno: number;

  constructor(code: ErrnoCode) {
    const [errno, text] = TABLE[code];
    super(text);
    this.code = code;
    this.errno = errno;
  }
}

const { stackTraceLimit } = Error;
Error.stackTraceLimit = 0;
const SHARED = Object.fromEntries(CODES.map((code) => [code, new SyscallError(code)])) as Record<
  ErrnoCode,
  SyscallError
>;
Error.stackTraceLimit = stackTraceLimit;

/** The shared error for a code: `throw sysError("ENOENT")`. */
export function sysError(code: ErrnoCode): SyscallError {
  return SHARED[code];
}

/** Whether `error` is a failed system call, of the given code if one is named. */
export function isSysError(error: unknown, code?: ErrnoCode): error is SyscallError {
  return error instanceof SyscallError && (code === undefined || error.code === code);
}

/** The `code` of anything thrown by Node, a library or a system call: "ENOENT", "ERR_…"; undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** Whether a code is one of Linux's errno names. */
export function isErrnoCode(code: string | undefined): code is ErrnoCode {
  return code !== undefined && Object.hasOwn(TABLE, code);
}

export const ERRNO: Readonly<Record<ErrnoCode, number>> = Object.fromEntries(
  CODES.map((code) => [code, TABLE[code][0]]),
) as Record<ErrnoCode, number>;
