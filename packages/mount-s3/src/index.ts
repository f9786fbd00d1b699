export type { S3FsOptions } from "./options.ts";
export { S3Fs } from "./s3-fs.ts";
