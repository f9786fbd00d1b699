import { defineSoftware, type Software } from "@agentos/kernel/program";
import shell from "@agentos/shell";
import { commands } from "./commands.ts";

/** The everyday commands: GNU's core, text and file utilities. */
export const tools: Software = defineSoftware({
  name: "software-common",
  version: "0.1.0",
  from: import.meta.url,
  commands,
  links: {
    "[": "test",
    bunzip2: "bzip2",
    bzcat: "bzip2",
    egrep: "grep",
    fgrep: "grep",
    gawk: "awk",
    gunzip: "gzip",
    zcat: "gzip",
  },
});

/** A working system: the shell and the tools. */
const software: readonly Software[] = [shell, tools];
export default software;
