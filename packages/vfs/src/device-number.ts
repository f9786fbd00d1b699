let last = 64;

/** A st_dev that no other file system in this process has. Counts up from 65, clear of Linux's low major numbers. */
export function nextDevice(): number {
  return ++last;
}
