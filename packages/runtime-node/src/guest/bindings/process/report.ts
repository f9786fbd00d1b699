// process.report without information about the host. Packages use it to find out the C library (npm does before each
// installation).

/** The oldest version that Node's builds for Linux accept; the VM itself has no C library. */
const GLIBC = "2.28";

export function installReport(): void {
  const refused = (): never => {
    throw Object.assign(
      new Error("process.report.writeReport is not available in a VM: reports hold what is not the VM's"),
      {
        code: "ERR_ACCESS_DENIED",
      },
    );
  };
  const report = {
    compact: false,
    directory: "",
    excludeEnv: false,
    excludeNetwork: false,
    filename: "",
    reportOnFatalError: false,
    reportOnSignal: false,
    reportOnUncaughtException: false,
    signal: "SIGUSR2",
    getReport: () => ({
      header: {
        reportVersion: 5,
        event: "JavaScript API",
        nodejsVersion: process.version,
        arch: process.arch,
        platform: process.platform,
        componentVersions: { ...process.versions },
        release: { ...process.release },
        glibcVersionRuntime: GLIBC,
        glibcVersionCompiler: GLIBC,
      },
      sharedObjects: [],
    }),
    writeReport: refused,
  };
  Object.defineProperty(process, "report", {
    value: report,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
