import type { Proc } from "@agentos/kernel/program";

function localeName(proc: Proc): string | undefined {
  return proc.env.get("LC_ALL") || proc.env.get("LC_CTYPE") || proc.env.get("LANG") || undefined;
}

/** Whether characters are UTF-8 sequences: everywhere but in the C and POSIX locales chosen by name. */
export function isUtf8Locale(proc: Proc): boolean {
  const name = localeName(proc);
  return name === undefined || /utf-?8$/i.test(name);
}

/** Whether a UTF-8 locale was asked for; messages then use its quotation marks. */
export function namesUtf8Locale(proc: Proc): boolean {
  return localeName(proc) !== undefined && isUtf8Locale(proc);
}
