import { compareWithHost } from "../testing/compare-with-host.ts";

const braced = (text: string) => `$\{${text}}`;
const stdin = `a $X b ${braced("X")} c $Y d ${braced("Z")} $ ${braced("1")} $X$X\n$X_Y ${braced("X-Y")}`;
const env = { X: "1 2", Y: "é" };

compareWithHost("envsubst", [
  { args: [], stdin, env },
  { args: ["$X"], stdin, env },
  { args: ["-v", `a $X ${braced("Y")} $X`], env },
  { args: [], stdin: "", env },
]);
