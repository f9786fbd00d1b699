import { compareWithHost } from "../shared/compare-with-host.ts";

const stdin = "a $X b ${X} c $Y d ${Z} $ ${ ${1} $X$X\n$X_Y ${X-Y}";
const env = { X: "1 2", Y: "é" };

compareWithHost("envsubst", [
  { args: [], stdin, env },
  { args: ["$X"], stdin, env },
  { args: ["-v", "a $X ${Y} $X"], env },
  { args: [], stdin: "", env },
]);
