// The files every VM starts with, and the layer that installs a software package. Layers are immutable: built once per
// host process, shared by all its VMs.

import {
  buildLayer,
  HostDirFs,
  type LayerFiles,
  MemoryFs,
  type MountNamespace,
  OverlayFs,
  type Snapshot,
} from "@agentos/vfs";
import { programStub } from "./binfmt/programs.ts";
import type { Software } from "./program/software.ts";

/** The default user of a VM. */
export const USER = { name: "user", uid: 1000, gid: 1000, home: "/home/user", shell: "/bin/bash" } as const;

const ETC: LayerFiles = {
  "/etc/passwd": [
    "root:x:0:0:root:/root:/bin/bash",
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
    "bin:x:2:2:bin:/bin:/usr/sbin/nologin",
    "sys:x:3:3:sys:/dev:/usr/sbin/nologin",
    "games:x:5:60:games:/usr/games:/usr/sbin/nologin",
    "man:x:6:12:man:/var/cache/man:/usr/sbin/nologin",
    "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin",
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
    "backup:x:34:34:backup:/var/backups:/usr/sbin/nologin",
    `${USER.name}:x:${USER.uid}:${USER.gid}:AgentOS user:${USER.home}:${USER.shell}`,
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    "",
  ].join("\n"),
  "/etc/group": [
    "root:x:0:",
    "daemon:x:1:",
    "bin:x:2:",
    "sys:x:3:",
    "adm:x:4:",
    "tty:x:5:",
    "disk:x:6:",
    "mail:x:8:",
    "man:x:12:",
    "kmem:x:15:",
    "sudo:x:27:",
    "www-data:x:33:",
    "backup:x:34:",
    "utmp:x:43:",
    "video:x:44:",
    "staff:x:50:",
    "games:x:60:",
    "users:x:100:",
    `${USER.name}:x:${USER.gid}:`,
    "nogroup:x:65534:",
    "",
  ].join("\n"),
  "/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n",
  "/etc/os-release": [
    'PRETTY_NAME="AgentOS 0.1"',
    'NAME="AgentOS"',
    'VERSION_ID="0.1"',
    'VERSION="0.1"',
    "ID=agentos",
    "",
  ].join("\n"),
  "/etc/profile": [
    '[ -n "$PATH" ] || PATH=/usr/local/bin:/usr/bin:/bin',
    "export PATH",
    "for profile in /etc/profile.d/*.sh; do",
    '  [ -r "$profile" ] && . "$profile"',
    "done",
    "unset profile",
    "case $- in",
    "*i*)",
    "  PS1='\\u@\\h:\\w\\$ '",
    "  alias ls='ls --color=auto' grep='grep --color=auto'",
    "  ;;",
    "esac",
    "",
  ].join("\n"),
  "/etc/profile.d/": {},
  "/etc/shells": "/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "/etc/resolv.conf": "nameserver 127.0.0.53\n",
};

const owned = { uid: USER.uid, gid: USER.gid };

const TREE: LayerFiles = {
  "/bin": { symlink: "usr/bin" },
  "/sbin": { symlink: "usr/bin" },
  "/lib": { symlink: "usr/lib" },
  "/usr/bin/": {},
  "/usr/sbin": { symlink: "bin" },
  "/usr/lib/": {},
  // Writable by the default user, as with Homebrew: what is installed there is on the PATH, and no sudo is needed.
  "/usr/local/": owned,
  "/usr/local/bin/": owned,
  "/usr/share/": {},
  "/root/": { mode: 0o700 },
  "/home/": {},
  [`${USER.home}/`]: owned,
  "/home/agentos": { symlink: "user" },
  "/tmp/": { mode: 0o1777 },
  "/var/tmp/": { mode: 0o1777 },
  "/var/log/": {},
  "/var/run": { symlink: "/run" },
  "/run/": {},
  "/dev/": {},
  "/proc/": {},
  "/sys/": {},
  "/mnt/": {},
  "/opt/": {},
  "/srv/": {},
};

let baseLayer: Snapshot | undefined;

/** The base layer: directories, /etc, the default user's home. */
export function baseSystemLayer(): Snapshot {
  baseLayer ??= buildLayer({ ...TREE, ...ETC });
  return baseLayer;
}

const softwareLayers = new WeakMap<Software, Snapshot>();

/** A package as a layer: its files, the stubs of its commands, and links to those under /usr/bin. */
export function softwareLayer(software: Software): Snapshot {
  let layer = softwareLayers.get(software);
  if (!layer) softwareLayers.set(software, (layer = buildLayer(softwareFiles(software))));
  return layer;
}

function softwareFiles(software: Software): LayerFiles {
  const files: Record<string, LayerFiles[string]> = { ...software.files };
  for (const path of Object.keys(software.directories ?? {})) files[`${path}/`] = {};
  for (const command of Object.keys(software.commands)) {
    files[`/usr/bin/${command}`] = { mode: 0o755, content: programStub(software, command) };
  }
  for (const [link, target] of Object.entries(software.links)) {
    files[link.startsWith("/") ? link : `/usr/bin/${link}`] = { symlink: target };
  }
  return files;
}

/** Mounts the directories that packages bring onto the empty ones that their layers hold for them. */
export function mountDirectories(namespace: MountNamespace, packages: Iterable<Software>): void {
  for (const { directories = {} } of packages) {
    for (const [path, directory] of Object.entries(directories)) {
      const fs = new HostDirFs({ directory, readOnly: true, uid: 0, gid: 0 });
      void namespace.mount(path, fs, { readOnly: true });
    }
  }
}

/** A VM's root file system: a writable layer on the base system and the packages, the first package topmost. */
export function createRootFs(
  software: readonly Software[] = [],
  upper: MemoryFs = new MemoryFs(),
): OverlayFs {
  return new OverlayFs({ upper, lowers: [...software.map(softwareLayer), baseSystemLayer()] });
}
