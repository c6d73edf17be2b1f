/** Reads a function secret or setting; `undefined` or "" when it is not set. */
export type Environment = (name: string) => string | undefined;
