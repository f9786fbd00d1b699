import type { MountNamespace } from "@agentos/vfs";

/** White space and backslashes in a field are written in octal. Source: getmntent(3). */
function escapeField(text: string): string {
  return text.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** /proc/mounts, as fstab(5) lines. */
export function mountLines(namespace: MountNamespace): string {
  return namespace
    .listMounts()
    .map(({ path, fs, source, readOnly }) => {
      const options = readOnly ? "ro,relatime" : "rw,relatime";
      return `${escapeField(source)} ${escapeField(path)} ${fs.type} ${options} 0 0\n`;
    })
    .join("");
}
