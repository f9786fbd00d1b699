import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", "sidecar-main": "src/sidecar/main.ts" },
  format: "esm",
  dts: { entry: { index: "src/index.ts" } },
  clean: true,
  splitting: true,
  sourcemap: true,
});
