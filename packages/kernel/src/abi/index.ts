export * from "@agentos/vfs/abi";
export * from "./poll.ts";
export * from "./signals.ts";
export * from "./sockets.ts";
export * from "./termios.ts";
export * from "./wait.ts";
