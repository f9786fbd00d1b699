/** Where a bucket is, and how to treat it. */
export interface S3FsOptions {
  /** The name of the bucket. */
  bucket: string;
  /** Only what lies below this prefix is shown. Default: the whole bucket. */
  prefix?: string;
  /** Default: "us-east-1". */
  region?: string;
  /** The service's URL, for those other than AWS. */
  endpoint?: string;
  /** Default: what the AWS SDK finds in the host's environment and configuration. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`. Default: true with an `endpoint`. */
  forcePathStyle?: boolean;
  /** Refuses every change. Default: false. */
  readOnly?: boolean;
  /** The owner of every file, as the guest sees it. Default: 1000, the VM's user. */
  uid?: number;
  /** The group of every file, as the guest sees it. Default: 1000. */
  gid?: number;
  /** How many bytes of objects are cached for reading. Default: 64 MiB. */
  cacheBytes?: number;
  /** How long names and attributes are cached, in milliseconds. Default: 1000. */
  cacheMs?: number;
  /** The size of the parts of uploads, in bytes, at least 5 MiB. Default: 8 MiB. */
  partBytes?: number;
  /** How long one request may take, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
  /** How many times a request is tried that fails for a temporary reason. Default: 5. */
  maxAttempts?: number;
  /** The pause before the second attempt, in milliseconds; it doubles each time. Default: 100. */
  retryDelayMs?: number;
}
