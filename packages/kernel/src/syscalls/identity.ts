import { sysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

// setuid(2): root sets all of its user ids; others can only set the effective one, to the real one.
export const setuid = syscall({
  name: "setuid",
  errors: ["EPERM", "EINVAL"],
  partial: "there is no saved set-user-ID",
  run: (p, uid) => {
    if (!Number.isInteger(uid) || uid < 0) throw sysError("EINVAL");
    if (p.caller.uid === 0) p.uid = uid;
    else if (uid !== p.uid) throw sysError("EPERM");
    p.caller = { ...p.caller, uid };
  },
});

export const setgid = syscall({
  name: "setgid",
  errors: ["EPERM", "EINVAL"],
  partial: "there is no saved set-group-ID",
  run: (p, gid) => {
    if (!Number.isInteger(gid) || gid < 0) throw sysError("EINVAL");
    if (p.caller.uid === 0) p.gid = gid;
    else if (gid !== p.gid) throw sysError("EPERM");
    p.caller = { ...p.caller, gid };
  },
});

export const setgroups = syscall({
  name: "setgroups",
  errors: ["EPERM"],
  run: (p, groups) => {
    if (p.caller.uid !== 0) throw sysError("EPERM");
    p.caller = { ...p.caller, groups: [...groups] };
  },
});
