/**
 * A result that is available at once or later. In-memory paths return values, so that they never touch the event loop;
 * only a driver that really has to wait returns a promise.
 */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Applies `next` to the result, at once if it is available. (Not called `then`: a module with an export of that name
 * could not be imported dynamically, as its namespace would be taken for a promise.)
 */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
