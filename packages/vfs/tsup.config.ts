import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "abi/index": "src/abi/index.ts" },
  format: "esm",
  clean: true,
  splitting: true,
  sourcemap: true,
});
