import { defineProgram, stdout } from "@agentos/kernel/program";
import { readTextFile } from "../shared/text-file.ts";

const COLUMN = 11;
const FIRST_COLUMN = 7;
const TITLES = ["total", "used", "free", "shared", "buff/cache", "available"];

function human(kilobytes: number): string {
  const units = ["Ki", "Mi", "Gi", "Ti"];
  let unit = 0;
  let value = kilobytes;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  if (kilobytes === 0) return "0B";
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${units[unit]}`;
}

export default defineProgram({
  name: "free",
  summary: "Display amount of free and used memory in the system.",
  usage: "[options]",
  options: {
    bytes: { short: "b", long: "bytes", help: "show output in bytes" },
    kibi: { short: "k", long: "kibi", help: "show output in kibibytes (default)" },
    mebi: { short: "m", long: "mebi", help: "show output in mebibytes" },
    gibi: { short: "g", long: "gibi", help: "show output in gibibytes" },
    human: { short: "h", long: "human", help: "show human-readable output" },
  },
  async run(proc, { options }) {
    const info = new Map<string, number>();
    for (const line of ((await readTextFile(proc, "/proc/meminfo")) ?? "").split("\n")) {
      const match = /^(\w+):\s+(\d+)/.exec(line);
      if (match !== null) info.set(match[1]!, Number(match[2]));
    }
    const of = (name: string): number => info.get(name) ?? 0;
    const scale = options.bytes ? 1024 : options.mebi ? 1 / 1024 : options.gibi ? 1 / 1024 ** 2 : 1;
    const show = (kilobytes: number): string =>
      options.human ? human(kilobytes) : String(Math.floor(kilobytes * scale));
    const cache = of("Buffers") + of("Cached");
    const available = info.get("MemAvailable") ?? of("MemFree");
    const memory = [of("MemTotal"), of("MemTotal") - available, of("MemFree"), of("Shmem"), cache, available];
    const swap = [of("SwapTotal"), of("SwapTotal") - of("SwapFree"), of("SwapFree")];
    const row = (title: string, cells: readonly string[]): string =>
      `${title.padEnd(FIRST_COLUMN)}${cells.map((cell) => cell.padStart(COLUMN + 1)).join("")}\n`;
    await stdout(proc).write(row("", TITLES) + row("Mem:", memory.map(show)) + row("Swap:", swap.map(show)));
    return 0;
  },
});
