import { defineConfig } from "tsup";

export default defineConfig([
  {
    entry: { index: "src/index.ts" },
    format: "esm",
    clean: true,
    splitting: true,
    sourcemap: true,
    external: ["esbuild"],
  },
  // What runs in a guest: one script that imports nothing.
  {
    entry: { "guest-boot": "src/guest/boot.ts" },
    format: "iife",
    globalName: "boot",
    noExternal: [/.*/],
    esbuildOptions: (options) => {
      options.conditions = ["@agentos/source"];
      options.minifyWhitespace = true;
    },
  },
]);
