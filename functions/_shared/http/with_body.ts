/**
 * Reads a request's body within limits of size, time and memory. Memory is bounded over all requests of a worker: a
 * sender that need not prove anything yet must not be able to end the requests beside its own.
 */
import { chunksOf, concat } from "./streams.ts";

export interface BodyLimits {
  /** Of this body, in bytes. */
  maxBytes: number;
  /** Of all bodies that are held at once, in bytes. */
  maxBytesInFlight: number;
  /** How long the body may take to arrive, in ms. */
  timeoutMs: number;
}

/** Why a body was not taken. `code` and `detail` as docs/errors.md has them. */
export interface BodyRefusal {
  status: 408 | 413 | 503;
  code: "body_too_large" | "body_too_slow" | "too_busy";
  detail: string;
  headers: Record<string, string>;
}

/** Bytes of bodies that requests of this worker hold, or have announced. */
let bytesInFlight = 0;

/**
 * Calls `use` with the body, which counts as held until that is done; or `otherwise` with the reason why it was not
 * read.
 */
export async function withBody<Result>(
  request: Request,
  limits: BodyLimits,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<Result>,
  otherwise: (refusal: BodyRefusal) => Result,
): Promise<Result> {
  let held = 0;
  const hold = (bytes: number): boolean => {
    if (bytesInFlight + bytes > limits.maxBytesInFlight) return false;
    bytesInFlight += bytes;
    held += bytes;
    return true;
  };
  try {
    const body = await read(request, limits, hold);
    return body instanceof Uint8Array ? await use(body) : otherwise(body);
  } finally {
    bytesInFlight -= held;
  }
}

async function read(
  request: Request,
  { maxBytes, timeoutMs }: BodyLimits,
  hold: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer> | BodyRefusal> {
  const tooLarge: BodyRefusal = {
    status: 413,
    code: "body_too_large",
    detail: `The body is too large. Send at most ${maxBytes} bytes (WEBHOOK_MAX_BODY_BYTES).`,
    headers: {},
  };
  const tooBusy: BodyRefusal = {
    status: 503,
    code: "too_busy",
    detail: "Too many large requests are being read. Send it again in a moment.",
    headers: { "retry-after": "5" },
  };
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  if (announced > maxBytes) return tooLarge;

  const chunks: Uint8Array[] = [];
  let length = 0;
  let refusal: BodyRefusal | undefined;
  const reading = (async () => {
    for await (const chunk of chunksOf(request.body)) {
      if (refusal) return;
      length += chunk.length;
      if (length > maxBytes) refusal = tooLarge;
      else if (!hold(chunk.length)) refusal = tooBusy;
      if (refusal) return;
      chunks.push(chunk);
    }
  })();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      refusal ??= {
        status: 408,
        code: "body_too_slow",
        detail: `The body did not arrive within ${timeoutMs / 1000} s. Send it again.`,
        headers: {},
      };
      resolve();
    }, timeoutMs);
  });
  try {
    await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
    reading.catch(() => {});
  }
  return refusal ?? concat(chunks);
}
