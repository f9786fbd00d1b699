import { defineProgram, stdout } from "@agentos/kernel/program";
import { formatTime } from "../shared/file-time.ts";
import { readTextFile } from "../shared/text-file.ts";

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

function pretty(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 604800), "week"],
    [Math.floor((seconds % 604800) / 86400), "day"],
    [Math.floor((seconds % 86400) / 3600), "hour"],
    [Math.floor((seconds % 3600) / 60), "minute"],
  ];
  const shown = parts.filter(([count, unit]) => count > 0 || (unit === "minute" && seconds < 3600));
  return `up ${shown.map(([count, unit]) => plural(count, unit)).join(", ")}`;
}

function short(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const clock =
    hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, "0")}` : `${minutes} min`;
  return (days > 0 ? `${plural(days, "day")}, ` : "") + clock;
}

export default defineProgram({
  name: "uptime",
  summary: "Tell how long the system has been running.",
  usage: "[options]",
  options: {
    pretty: { short: "p", long: "pretty", help: "show uptime in pretty format" },
    since: { short: "s", long: "since", help: "system up since" },
  },
  async run(proc, { options }) {
    const seconds = Number.parseFloat((await readTextFile(proc, "/proc/uptime")) ?? "0");
    const load = ((await readTextFile(proc, "/proc/loadavg")) ?? "0.00 0.00 0.00")
      .split(" ")
      .slice(0, 3)
      .join(", ");
    const zone = proc.env.get("TZ");
    const now = proc.now();
    let text = ` ${formatTime(now, "%H:%M:%S", zone)} up ${short(seconds)},  0 users,  load average: ${load}`;
    if (options.pretty) text = pretty(seconds);
    else if (options.since)
      text = formatTime(now - BigInt(Math.round(seconds * 1e9)), "%Y-%m-%d %H:%M:%S", zone);
    await stdout(proc).write(`${text}\n`);
    return 0;
  },
});
