import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "program/index": "src/program/index.ts",
    "abi/index": "src/abi/index.ts",
    "channel/index": "src/channel/index.ts",
    "channel/guest": "src/channel/guest.ts",
    "testing/index": "src/testing/index.ts",
  },
  format: "esm",
  clean: true,
  splitting: true,
  sourcemap: true,
});
