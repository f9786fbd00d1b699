export * from "./errno.ts";
export * from "./maybe-promise.ts";
export * from "./mode.ts";
export * from "./open-flags.ts";
export * from "./os-string.ts";
export * from "./stat.ts";
