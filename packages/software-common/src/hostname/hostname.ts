import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, fail, stdout } from "@agentos/kernel/program";

export default defineProgram({
  name: "hostname",
  summary: "Show or set the system's host name.",
  usage: "[OPTION]... [NAME]",
  options: {
    domain: { short: "d", long: "domain", help: "DNS domain name" },
    fqdn: { short: "f", long: ["fqdn", "long"], help: "long host name (FQDN)" },
    addresses: { short: "i", long: "ip-address", help: "addresses for the host name" },
    allAddresses: { short: "I", long: "all-ip-addresses", help: "all addresses for the host" },
    short: { short: "s", long: "short", help: "short host name" },
  },
  async run(proc, { options, operands }) {
    if (operands.length > 0) {
      try {
        proc.sethostname(operands[0]!);
        return 0;
      } catch (error) {
        if (!isSysError(error, "EPERM")) throw error;
        return fail(proc, "you must be root to change the host name");
      }
    }
    const name = proc.uname().nodename;
    const dot = name.indexOf(".");
    let text = name;
    if (options.domain) text = dot < 0 ? "" : name.slice(dot + 1);
    else if (options.short) text = dot < 0 ? name : name.slice(0, dot);
    else if (options.addresses || options.allAddresses) text = (await proc.resolve(name)).join(" ");
    await stdout(proc).write(options.domain && text === "" ? "" : `${text}\n`);
    return 0;
  },
});
