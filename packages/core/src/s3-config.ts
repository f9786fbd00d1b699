// How users describe a bucket. Credentials and region that are left out are taken from the app's environment here, as the
// sidecar does not have it.

import { z } from "zod";

const text = z.string().min(1);
const count = z.number().int().positive();

export const s3Schema = z.strictObject({
  bucket: text,
  prefix: z.string().optional(),
  region: text.optional(),
  endpoint: z.url().optional(),
  credentials: z
    .strictObject({ accessKeyId: text, secretAccessKey: text, sessionToken: text.optional() })
    .optional(),
  forcePathStyle: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  cacheBytes: count.optional(),
  cacheMs: z.number().nonnegative().optional(),
  partBytes: count.optional(),
  timeoutMs: count.optional(),
  maxAttempts: count.optional(),
});

/** `S3FsOptions` of @agentos/mount-s3, which documents them. */
export type S3Config = z.infer<typeof s3Schema>;

export function withEnvironment(config: S3Config, env: NodeJS.ProcessEnv): S3Config {
  const region = config.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (config.credentials || !accessKeyId || !secretAccessKey) return { ...config, region };
  const credentials = { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN };
  return { ...config, region, credentials };
}
