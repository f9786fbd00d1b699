import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "sha256sum", algorithm: "sha256", tag: "SHA256", length: 64 });
