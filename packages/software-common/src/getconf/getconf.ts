import { defineProgram, fail, stdout, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";

/** Source: POSIX.1-2024 sysconf(), pathconf(); the values of Linux on x86-64. */
const VALUES: Readonly<Record<string, string>> = {
  ARG_MAX: "2097152",
  CHAR_BIT: "8",
  CHILD_MAX: "15000",
  CLK_TCK: "100",
  HOST_NAME_MAX: "64",
  INT_MAX: "2147483647",
  INT_MIN: "-2147483648",
  LINE_MAX: "2048",
  LINK_MAX: "127",
  LONG_BIT: "64",
  NAME_MAX: "255",
  NGROUPS_MAX: "65536",
  OPEN_MAX: "1024",
  PAGESIZE: "4096",
  PAGE_SIZE: "4096",
  PATH: "/bin:/usr/bin",
  PATH_MAX: "4096",
  PIPE_BUF: "4096",
  UINT_MAX: "4294967295",
  WORD_BIT: "32",
  _NPROCESSORS_CONF: "1",
  _NPROCESSORS_ONLN: "1",
  _POSIX_VERSION: "200809",
};

export default defineProgram({
  name: "getconf",
  summary: "Print the value of a system configuration variable.",
  usage: "[-a] VARIABLE [PATH]",
  usageStatus: 2,
  options: { all: { short: "a", help: "print all variables and their values" } },
  async run(proc, { options, operands }) {
    if (options.all) {
      for (const [name, value] of Object.entries(VALUES))
        await stdout(proc).write(`${name.padEnd(35)}${value}\n`);
      return 0;
    }
    const [name] = operands;
    if (name === undefined) throw new UsageError("missing operand");
    const value = VALUES[name];
    if (value === undefined) return fail(proc, `Unrecognized variable ${quote(proc, name)}`, 2);
    await stdout(proc).write(`${value}\n`);
    return 0;
  },
});
