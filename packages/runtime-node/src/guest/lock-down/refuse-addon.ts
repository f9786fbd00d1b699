// process.dlopen, by which Node loads native addons. The error code is that of node --no-addons.

const SQLITE = /sqlite/i;

/** Always throws: says which file was refused, why, and what to use instead. */
export function refuseAddon(_module: unknown, file: unknown): never {
  const instead = SQLITE.test(String(file))
    ? "node:sqlite, or a build of the package in WebAssembly or JavaScript"
    : "a build of the package in WebAssembly or JavaScript (npm install --cpu=wasm32 brings it if there is one)";
  const text = `process.dlopen is not available in a VM: native addons cannot be loaded; use ${instead}: ${String(file)}`;
  throw Object.assign(new Error(text), { code: "ERR_DLOPEN_DISABLED" });
}
