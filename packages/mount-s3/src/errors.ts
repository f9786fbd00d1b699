import { type ErrnoCode, isSysError, sysError } from "@agentos/vfs/abi";

interface ServiceError {
  name?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const BY_NAME: Record<string, ErrnoCode> = {
  AccessDenied: "EACCES",
  CredentialsProviderError: "EACCES",
  EntityTooLarge: "EFBIG",
  ExpiredToken: "EACCES",
  InvalidAccessKeyId: "EACCES",
  KeyTooLongError: "ENAMETOOLONG",
  NoSuchBucket: "ENOENT",
  NoSuchKey: "ENOENT",
  NotFound: "ENOENT",
  NotImplemented: "ENOSYS",
  QuotaExceeded: "ENOSPC",
  RequestTimeout: "ETIMEDOUT",
  SignatureDoesNotMatch: "EACCES",
  TimeoutError: "ETIMEDOUT",
  XMinioStorageFull: "ENOSPC",
};
const BY_STATUS: Record<number, ErrnoCode> = { 401: "EACCES", 403: "EACCES", 404: "ENOENT", 412: "ESTALE" };
const NETWORK = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
];
const THROTTLED = [
  "SlowDown",
  "RequestTimeout",
  "TimeoutError",
  "ThrottlingException",
  "RequestLimitExceeded",
];

const statusOf = (error: ServiceError): number => error.$metadata?.httpStatusCode ?? 0;

/** Whether the same request may well succeed a moment later. */
export function isTransient(error: unknown): boolean {
  const { name = "", code = "" } = error as ServiceError;
  const status = statusOf(error as ServiceError);
  if (NETWORK.includes(code) || THROTTLED.includes(name) || status === 429) return true;
  if (status >= 500) return status !== 501;
  return wasCut(error);
}

/** Whether the response was cut short. */
function wasCut(error: unknown): boolean {
  const { code, message = "" } = error as { code?: string; message?: string };
  return code === "ERR_STREAM_PREMATURE_CLOSE" || (code === undefined && message === "aborted");
}

export function isNamed(error: unknown, name: string): boolean {
  return (error as ServiceError).name === name;
}

/**
 * Turns an error of the service into ENOENT, EACCES, ETIMEDOUT, ENOSPC, EFBIG, ESTALE (the object has changed) or EIO.
 */
export function toSysError(error: unknown): unknown {
  if (isSysError(error)) return error;
  const { name = "", code = "" } = error as ServiceError;
  // The SDK also calls it a TimeoutError when a connection is cut.
  if (NETWORK.includes(code)) return sysError(code === "ETIMEDOUT" ? "ETIMEDOUT" : "EIO");
  return sysError(BY_NAME[name] ?? BY_STATUS[statusOf(error as ServiceError)] ?? "EIO");
}
