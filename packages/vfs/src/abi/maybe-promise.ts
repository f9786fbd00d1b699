/**
 * A result that is there at once or later. In-memory paths return values, so that they never touch the event
 * loop; only a driver that really waits returns a promise.
 */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Applies `next` to the result, at once if it is there. (A module that exported the name `then` could not be
 * imported dynamically: its namespace would be taken for a promise.)
 */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
