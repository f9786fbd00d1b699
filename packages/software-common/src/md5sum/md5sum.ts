import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "md5sum", algorithm: "md5", tag: "MD5", length: 32 });
