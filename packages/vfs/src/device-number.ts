let last = 64;

/** A st_dev no other file-system instance of this process has. Counts up from 65, clear of Linux's low majors. */
export function nextDevice(): number {
  return ++last;
}
