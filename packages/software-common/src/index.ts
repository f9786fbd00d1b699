import { defineSoftware } from "@agentos/kernel/program";
import { commands } from "./commands.ts";

/** The everyday commands: GNU's core, text and file utilities. */
export default defineSoftware({
  name: "software-common",
  version: "0.1.0",
  from: import.meta.url,
  commands,
  links: { gunzip: "gzip", zcat: "gzip" },
});
