/** An address of the VM's loopback that its programs cannot bind. */
export const GATEWAY = { name: "llm.agentos.internal", host: "127.0.0.2", port: 80 } as const;
