import { defineProgram, fail, stdout } from "@agentos/kernel/program";

/** mount: lists what is mounted. Mounting is for the app that owns the machine. Source: mount(8) of util-linux. */
export default defineProgram({
  name: "mount",
  summary: "List all mounted filesystems.",
  usage: "[-l] [-t TYPE]",
  usageStatus: 1,
  options: {
    list: { short: "l", help: "list mounts" },
    types: { short: "t", long: "types", value: "LIST", help: "limit the set of filesystem types" },
    verbose: { short: "v", long: "verbose", help: "accepted, without effect" },
    all: { short: "a", long: "all", help: "mount all filesystems of fstab: there are none" },
    options: { short: "o", long: "options", value: "LIST", help: "accepted, without effect" },
  },
  async run(proc, { options, operands }) {
    if (operands.length > 0) {
      const what = proc.euid === 0 ? "permission denied" : "must be superuser to use mount";
      return fail(proc, `${operands.at(-1)}: ${what}.`, 32);
    }
    if (options.all) return 0;
    const list = options.types?.replace(/^no/, "").split(",");
    const without = options.types?.startsWith("no") === true;
    for (const { source, target, type, options: flags } of proc.mounts()) {
      if (list && list.includes(type) === without) continue;
      await stdout(proc).write(`${source} on ${target} type ${type} (${flags})\n`);
    }
    return 0;
  },
});
