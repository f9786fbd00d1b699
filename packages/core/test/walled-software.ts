// A runtime whose guests have one wall, and lack another.

import { defineSoftware, type Wall } from "@agentos/kernel/program";

const walls: readonly Wall[] = [
  { name: "process", isUp: true, how: "a process for each" },
  { name: "os-sandbox", isUp: false, how: "install bubblewrap" },
];

export default defineSoftware({
  name: "walled",
  version: "1.0.0",
  from: import.meta.url,
  walls: async () => ({ default: async () => walls }),
});
