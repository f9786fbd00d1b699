// How many of their tokens the sessions of a VM have used.

interface Account {
  used: number;
  /** What the requests in progress are estimated to use. */
  reserved: number;
  running: number;
}

export class TokenBudget {
  readonly #max: number;
  readonly #accounts = new Map<string, Account>();

  /** @param max tokens of one session; undefined: no limit */
  constructor(max: number | undefined) {
    this.#max = max ?? Number.POSITIVE_INFINITY;
  }

  used(sessionId: string): number {
    return this.#accounts.get(sessionId)?.used ?? 0;
  }

  knows(sessionId: string): boolean {
    return this.#accounts.has(sessionId);
  }

  setUsed(sessionId: string, used: number): void {
    this.#accounts.set(sessionId, { used, reserved: 0, running: 0 });
  }

  /**
   * Lets a request begin that is estimated at `estimate` tokens. @returns a function to book what it really used;
   * undefined if the budget is used up, or would be by the requests in progress
   */
  begin(sessionId: string, estimate: number): ((tokens: number) => void) | undefined {
    const account = this.#accounts.get(sessionId) ?? { used: 0, reserved: 0, running: 0 };
    this.#accounts.set(sessionId, account);
    if (account.used >= this.#max) return undefined;
    if (account.running > 0 && account.used + account.reserved >= this.#max) return undefined;
    account.running++;
    account.reserved += estimate;
    return (tokens) => {
      account.running--;
      account.reserved -= estimate;
      account.used += tokens;
    };
  }
}
