import { defineConfig } from "tsup";

export default defineConfig([
  { entry: { index: "src/index.ts" }, format: "esm", clean: true, sourcemap: true },
  // For the guest: one script that imports only Node's own modules.
  {
    entry: { "guest/adapter": "src/guest/adapter.ts" },
    format: "esm",
    target: "node24",
    outExtension: () => ({ js: ".mjs" }),
  },
]);
