/** Ends a call with an error of WASI's. */
export class WasiError {
  readonly errno: number;

  constructor(errno: number) {
    this.errno = errno;
  }
}
