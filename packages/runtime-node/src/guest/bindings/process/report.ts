// process.report without the host in it. Packages ask it which C library there is (npm does before each installation).

/** What Node's builds for Linux need at least; the VM has no C library to speak of. */
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
