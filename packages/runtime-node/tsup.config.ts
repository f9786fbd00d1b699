import { defineConfig } from "tsup";
import { harden } from "./src/harden.ts";

export default defineConfig([
  {
    entry: { index: "src/index.ts" },
    format: "esm",
    clean: true,
    splitting: true,
    sourcemap: true,
    external: ["acorn", "esbuild"],
  },
  // What runs in a guest: one script that imports nothing.
  {
    entry: { "guest-boot": "src/guest/boot.ts" },
    format: "iife",
    globalName: "boot",
    noExternal: [/.*/],
    plugins: [{ name: "harden", renderChunk: (code) => ({ code: harden(code) }) }],
    esbuildOptions: (options) => {
      options.conditions = ["@agentos/source"];
      options.minifyWhitespace = true;
      // Node shows the line of an uncaught error: never all the code.
      options.lineLimit = 120;
    },
  },
]);
