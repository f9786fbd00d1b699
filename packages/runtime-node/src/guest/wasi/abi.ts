// WASI preview 1: numbers and layouts. Source: WebAssembly/WASI, legacy/preview1/docs.md.

/** Errors, by the names of errno.h. */
export const ERRNO = {
  SUCCESS: 0,
  BADF: 8,
  EXIST: 20,
  INVAL: 28,
  IO: 29,
  ISDIR: 31,
  LOOP: 32,
  NOBUFS: 42,
  NOENT: 44,
  NOSYS: 52,
  NOTDIR: 54,
  NOTSOCK: 57,
  NOTSUP: 58,
  OVERFLOW: 61,
  PERM: 63,
  SPIPE: 70,
  NOTCAPABLE: 76,
} as const;

/** Linux's errnos → WASI's. */
const FROM_LINUX: Readonly<Record<number, number>> = {
  1: 63, // EPERM
  2: 44, // ENOENT
  4: 27, // EINTR
  5: 29, // EIO
  7: 1, // E2BIG
  9: 8, // EBADF
  11: 6, // EAGAIN
  12: 48, // ENOMEM
  13: 2, // EACCES
  14: 21, // EFAULT
  16: 10, // EBUSY
  17: 20, // EEXIST
  18: 75, // EXDEV
  19: 43, // ENODEV
  20: 54, // ENOTDIR
  21: 31, // EISDIR
  22: 28, // EINVAL
  23: 41, // ENFILE
  24: 33, // EMFILE
  25: 59, // ENOTTY
  26: 74, // ETXTBSY
  27: 22, // EFBIG
  28: 51, // ENOSPC
  29: 70, // ESPIPE
  30: 69, // EROFS
  31: 34, // EMLINK
  32: 64, // EPIPE
  36: 37, // ENAMETOOLONG
  38: 52, // ENOSYS
  39: 55, // ENOTEMPTY
  40: 32, // ELOOP
  75: 61, // EOVERFLOW
  95: 58, // ENOTSUP
  104: 15, // ECONNRESET
  110: 73, // ETIMEDOUT
  122: 19, // EDQUOT
};

/** @param errno as the kernel answers it: 0 or negative */
export const fromLinux = (errno: number): number => (errno >= 0 ? 0 : (FROM_LINUX[-errno] ?? ERRNO.IO));

export const FILETYPE = {
  UNKNOWN: 0,
  CHARACTER_DEVICE: 2,
  DIRECTORY: 3,
  REGULAR_FILE: 4,
  SOCKET: 6,
  LINK: 7,
};

const S_IFMT = 0o170000;
const FILETYPES = new Map([
  [0o100000, FILETYPE.REGULAR_FILE],
  [0o040000, FILETYPE.DIRECTORY],
  [0o120000, FILETYPE.LINK],
  [0o020000, FILETYPE.CHARACTER_DEVICE],
  [0o140000, FILETYPE.SOCKET],
]);
export const filetypeOf = (mode: number): number => FILETYPES.get(mode & S_IFMT) ?? FILETYPE.UNKNOWN;

/** Node's types of directory entries → WASI's. */
export const DIRENT_FILETYPES = [FILETYPE.UNKNOWN, FILETYPE.REGULAR_FILE, FILETYPE.DIRECTORY, FILETYPE.LINK];

export const RIGHTS = {
  FD_DATASYNC: 1n << 0n,
  FD_READ: 1n << 1n,
  FD_SEEK: 1n << 2n,
  FD_TELL: 1n << 5n,
  FD_WRITE: 1n << 6n,
  FD_ALLOCATE: 1n << 8n,
  FD_READDIR: 1n << 14n,
  FD_FILESTAT_SET_SIZE: 1n << 22n,
} as const;

// The rights to files, to directories and to what is opened in them. Source: uvwasi's src/wasi_rights.h
export const FILE_RIGHTS = 0x8e001ffn;
export const DIRECTORY_RIGHTS = 0xfbffe98n;
export const ALL_RIGHTS = 0xfffffffn;

export const FDFLAG = { APPEND: 1, DSYNC: 2, NONBLOCK: 4, RSYNC: 8, SYNC: 16 } as const;
export const OFLAG = { CREAT: 1, DIRECTORY: 2, EXCL: 4, TRUNC: 8 } as const;
export const LOOKUP_FOLLOW = 1;
export const FSTFLAG = { ATIM: 1, ATIM_NOW: 2, MTIM: 4, MTIM_NOW: 8 } as const;

/** Flags of open(2), with Linux's values. */
export const O = {
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  DIRECTORY: 0o200000,
  NOFOLLOW: 0o400000,
  CLOEXEC: 0o2000000,
} as const;
