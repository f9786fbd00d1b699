// Trial division, then Pollard's rho with Miller–Rabin. Source: D. E. Knuth, TAOCP 2, 4.5.4.

export const LARGEST = 2n ** 127n - 1n;

type Pause = () => Promise<void> | undefined;

const TRIAL_LIMIT = 1000n;
const WITNESSES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n];

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function isPrime(number: bigint): boolean {
  if (number < 2n) return false;
  for (const witness of WITNESSES) if (number % witness === 0n) return number === witness;
  let odd = number - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return WITNESSES.every((witness) => {
    let value = power(witness, odd, number);
    if (value === 1n || value === number - 1n) return true;
    for (let i = 1; i < twos; i++) {
      value = (value * value) % number;
      if (value === number - 1n) return true;
    }
    return false;
  });
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

/** A proper divisor of a composite number. */
async function divisor(number: bigint, pause: Pause): Promise<bigint> {
  for (let offset = 1n; ; offset++) {
    let slow = 2n;
    let fast = 2n;
    let found = 1n;
    while (found === 1n) {
      let product = 1n;
      for (let i = 0; i < 128; i++) {
        slow = (slow * slow + offset) % number;
        fast = (fast * fast + offset) % number;
        fast = (fast * fast + offset) % number;
        const difference = slow > fast ? slow - fast : fast - slow;
        if (difference === 0n) break;
        product = (product * difference) % number;
      }
      found = greatestCommonDivisor(product, number);
      if (slow === fast && found === 1n) break;
      const waiting = pause();
      if (waiting) await waiting;
    }
    if (found > 1n && found < number) return found;
  }
}

/** The prime factors, ascending. */
export async function factorize(number: bigint, pause: Pause): Promise<bigint[]> {
  const factors: bigint[] = [];
  let rest = number;
  for (let prime = 2n; prime < TRIAL_LIMIT && prime * prime <= rest; prime += prime === 2n ? 1n : 2n) {
    for (; rest % prime === 0n; rest /= prime) factors.push(prime);
  }
  const pending = rest > 1n ? [rest] : [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isPrime(next)) factors.push(next);
    else {
      const part = await divisor(next, pause);
      pending.push(part, next / part);
    }
  }
  return factors.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
