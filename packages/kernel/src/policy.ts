// What a VM may do: each scope is allowed, denied, decided by the first rule that matches, or by a callback. Whatever
// reaches the host is denied unless it is allowed explicitly.

import type { FsAccess } from "@agentos/vfs";
import type { MaybePromise } from "@agentos/vfs/abi";
import { matchesGlob } from "./glob.ts";

export type Decision = "allow" | "deny";

/** A file about to be used; `path` is absolute in the VM, with all links resolved. */
export interface FsRequest {
  access: FsAccess;
  path: string;
}

/** A connection or datagram that would leave the VM. */
export interface NetworkRequest {
  host: string;
  port: number;
  protocol: "tcp" | "udp" | "dns";
}

/** A file about to be executed. */
export interface ProcessRequest {
  path: string;
  argv: readonly string[];
}

/** An environment variable that the host gives to a process. */
export interface EnvRequest {
  name: string;
}

/**
 * A rule without a matcher matches everything. Globs: `*` stays within a path component, `**` crosses them, `?` is one
 * character.
 */
export interface FsRule {
  decision: Decision;
  paths?: readonly string[];
  access?: readonly FsAccess[];
}

export interface NetworkRule {
  decision: Decision;
  /** Globs of host names or addresses. */
  hosts?: readonly string[];
  /** Single ports or inclusive ranges. */
  ports?: readonly (number | readonly [number, number])[];
}

export interface ProcessRule {
  decision: Decision;
  /** Globs of the executable's absolute path. */
  paths?: readonly string[];
}

export interface EnvRule {
  decision: Decision;
  names?: readonly string[];
}

/** Rules are tried in order; if none matches, the answer is deny. */
export type Scope<Rule, Request, Answer = Decision> =
  | Decision
  | readonly Rule[]
  | ((request: Request) => Answer);

export interface Policy {
  /** @default "allow": all files are the VM's own except for mounts, which have rights of their own */
  fs?: Scope<FsRule, FsRequest>;
  /** What may leave the VM; traffic within it is always allowed. @default "deny" */
  network?: Scope<NetworkRule, NetworkRequest, MaybePromise<Decision>>;
  /** @default "allow" */
  process?: Scope<ProcessRule, ProcessRequest>;
  /** @default "allow" */
  env?: Scope<EnvRule, EnvRequest>;
}

/** A policy in the form in which the kernel asks it. */
export interface Permissions {
  /** undefined: everything is allowed, so there is no need to ask. */
  fs: ((request: FsRequest) => boolean) | undefined;
  network: (request: NetworkRequest) => MaybePromise<boolean>;
  process: ((request: ProcessRequest) => boolean) | undefined;
  env: ((request: EnvRequest) => boolean) | undefined;
}

export function compilePolicy(policy: Policy = {}): Permissions {
  return {
    fs: compileScope(policy.fs ?? "allow", matchesFsRule),
    network: compileNetwork(policy.network ?? "deny"),
    process: compileScope(policy.process ?? "allow", (rule, { path }) => matchesAny(rule.paths, path)),
    env: compileScope(policy.env ?? "allow", (rule, { name }) => matchesAny(rule.names, name)),
  };
}

function compileScope<Rule extends { decision: Decision }, Request>(
  scope: Scope<Rule, Request>,
  matches: (rule: Rule, request: Request) => boolean,
): ((request: Request) => boolean) | undefined {
  if (scope === "allow") return undefined;
  if (scope === "deny") return () => false;
  if (typeof scope === "function") return (request) => scope(request) === "allow";
  return (request) => scope.find((rule) => matches(rule, request))?.decision === "allow";
}

function compileNetwork(scope: NonNullable<Policy["network"]>): Permissions["network"] {
  if (typeof scope !== "function") return compileScope(scope, matchesNetworkRule) ?? (() => true);
  return (request) => {
    const decision = scope(request);
    return decision instanceof Promise ? decision.then((d) => d === "allow") : decision === "allow";
  };
}

const matchesAny = (globs: readonly string[] | undefined, text: string): boolean =>
  globs === undefined || globs.some((glob) => matchesGlob(glob, text));

function matchesFsRule(rule: FsRule, { access, path }: FsRequest): boolean {
  return (rule.access === undefined || rule.access.includes(access)) && matchesAny(rule.paths, path);
}

function matchesNetworkRule(rule: NetworkRule, { host, port, protocol }: NetworkRequest): boolean {
  if (!matchesAny(rule.hosts, host.toLowerCase())) return false;
  // A lookup has no port yet: a rule with ports may allow it, but never forbids it.
  if (protocol === "dns") return rule.ports === undefined || rule.decision === "allow";
  return (
    rule.ports === undefined ||
    rule.ports.some((ports) =>
      typeof ports === "number" ? ports === port : port >= ports[0] && port <= ports[1],
    )
  );
}
