import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Program, stdout, UsageError, warn } from "@agentos/kernel/program";
import { shownName } from "../shared/quote.ts";
import { checkFile } from "./check-file.ts";
import { type DigestTool, digestOf } from "./digest-tool.ts";

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };

interface LineStyle {
  tag: boolean;
  binary: boolean;
  zero: boolean;
}

function digestLine(
  tool: DigestTool,
  digest: string,
  name: string,
  { tag, binary, zero }: LineStyle,
): string {
  const escaped = zero ? name : name.replace(/[\\\n\r]/g, (char) => ESCAPES[char]!);
  const mark = escaped === name ? "" : "\\";
  const end = zero ? "\0" : "\n";
  return tag
    ? `${mark}${tool.tag} (${escaped}) = ${digest}${end}`
    : `${mark}${digest} ${binary ? "*" : " "}${escaped}${end}`;
}

/** One of the …sum commands. */
export function digestProgram(tool: DigestTool): Program {
  return defineProgram({
    name: tool.name,
    summary: `Print or check ${tool.tag} checksums.`,
    usage: "[OPTION]... [FILE]...",
    options: {
      binary: { short: "b", long: "binary", help: "read in binary mode" },
      check: { short: "c", long: "check", help: "read checksums from the FILEs and check them" },
      tag: { long: "tag", help: "create a BSD-style checksum" },
      text: { short: "t", long: "text", help: "read in text mode (default)" },
      zero: {
        short: "z",
        long: "zero",
        help: "end each output line with NUL, not newline, and disable file name escaping",
      },
      ignoreMissing: { long: "ignore-missing", help: "don't fail or report status for missing files" },
      quiet: { long: "quiet", help: "don't print OK for each successfully verified file" },
      status: { long: "status", help: "don't output anything, status code shows success" },
      strict: { long: "strict", help: "exit non-zero for improperly formatted checksum lines" },
      warn: { short: "w", long: "warn", help: "warn about improperly formatted checksum lines" },
    },
    async run(proc, { options, operands }) {
      for (const name of ["ignoreMissing", "quiet", "status", "strict", "warn"] as const) {
        if (options[name] && !options.check) {
          const long = name === "ignoreMissing" ? "ignore-missing" : name;
          throw new UsageError(`the --${long} option is meaningful only when verifying checksums`);
        }
      }
      const names = operands.length === 0 ? ["-"] : operands;
      let status = 0;
      for (const name of names) {
        try {
          if (options.check) status = Math.max(status, await checkFile(proc, tool, name, options));
          else {
            const digest = await digestOf(proc, name, tool.algorithm);
            await stdout(proc).write(digestLine(tool, digest, name, options));
          }
        } catch (error) {
          if (!isSysError(error)) throw error;
          await warn(proc, `${shownName(name)}: ${errorText(error)}`);
          status = 1;
        }
      }
      return status;
    },
  });
}
