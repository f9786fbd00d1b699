// Source: Linux uapi/linux/socket.h, bits/socket.h; socket(7).

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;

export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_BROADCAST = 6;
export const SO_KEEPALIVE = 9;
/** Only a linger time of 0 has an effect: closing then resets the connection. */
export const SO_LINGER = 13;
export const SO_REUSEPORT = 15;

/** An address of any family: a path for AF_UNIX, host and port for the others. */
export type SocketAddress =
  | { family: typeof AF_UNIX; path: string }
  | { family: typeof AF_INET | typeof AF_INET6; host: string; port: number };
