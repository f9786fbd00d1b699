/** How `to` is reached from the directory `from`; both absolute and normalized. */
export function relativePath(from: string, to: string): string {
  const start = from.split("/").filter((part) => part !== "");
  const end = to.split("/").filter((part) => part !== "");
  let shared = 0;
  while (shared < start.length && shared < end.length && start[shared] === end[shared]) shared++;
  const parts = [...Array<string>(start.length - shared).fill(".."), ...end.slice(shared)];
  return parts.join("/") || ".";
}
