import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@agentos/source"] },
  ssr: { resolve: { conditions: ["@agentos/source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    execArgv: ["--conditions=@agentos/source"],
    setupFiles: ["scripts/vitest-setup.ts"],
    testTimeout: 30_000,
  },
});
