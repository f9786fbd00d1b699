import { formatTime } from "../shared/file-time.ts";
import { STORED, type ZipEntry } from "../zip/format.ts";

const right = (value: number | string, width: number): string => String(value).padStart(width);
const percent = (saved: number, of: number): string => `${of === 0 ? 0 : Math.round((saved * 100) / of)}%`;
const timeOf = ({ mtime }: ZipEntry, zone: string | undefined): string =>
  formatTime(BigInt(mtime) * 1_000_000_000n, "%Y-%m-%d %H:%M", zone);

const sum = (entries: readonly ZipEntry[], of: "size" | "compressed"): number =>
  entries.reduce((total, entry) => total + entry[of], 0);

const files = (entries: readonly ZipEntry[]): string =>
  `${entries.length} file${entries.length === 1 ? "" : "s"}`;

/** unzip -l */
export function listBriefly(entries: readonly ZipEntry[], zone: string | undefined): string {
  const rows = entries.map((entry) => `${right(entry.size, 9)}  ${timeOf(entry, zone)}   ${entry.name}\n`);
  const head = "  Length      Date    Time    Name\n---------  ---------- -----   ----\n";
  const rule = "---------                     -------\n";
  return `${head}${rows.join("")}${rule}${right(sum(entries, "size"), 9)}                     ${files(entries)}\n`;
}

/** unzip -v */
export function listFully(entries: readonly ZipEntry[], zone: string | undefined): string {
  const head =
    " Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n" +
    "--------  ------  ------- ---- ---------- ----- --------  ----\n";
  const rows = entries.map((entry) => {
    const method = entry.method === STORED ? "Stored" : "Defl:N";
    const saved = percent(entry.size - entry.compressed, entry.size);
    const crc = entry.crc.toString(16).padStart(8, "0");
    return `${right(entry.size, 8)}  ${method} ${right(entry.compressed, 8)} ${right(saved, 4)} ${timeOf(entry, zone)} ${crc}  ${entry.name}\n`;
  });
  const size = sum(entries, "size");
  const compressed = sum(entries, "compressed");
  const total = `${right(size, 8)}         ${right(compressed, 8)} ${right(percent(size - compressed, size), 4)}`;
  const rule = "--------          -------  ---                            -------\n";
  return `${head}${rows.join("")}${rule}${total}                            ${files(entries)}\n`;
}
