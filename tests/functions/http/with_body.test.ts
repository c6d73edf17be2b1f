/** Reading a body whose sender has proved nothing yet: within its size, its time, and the memory of all together. */
import { describe, expect, test } from "vitest";
import { type BodyLimits, type BodyRefusal, withBody } from "../../../functions/_shared/http/with_body.ts";

const LIMITS: BodyLimits = { maxBytes: 1000, maxBytesInFlight: 2500, timeoutMs: 60_000 };
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("http://localhost/", { method: "POST", body, headers, duplex: "half" } as RequestInit);

/** The body's length, or the code of the refusal. */
const read = (request: Request, limits: Partial<BodyLimits> = {}, during: () => Promise<void> = async () => {}) =>
  withBody<number | string>(
    request,
    { ...LIMITS, ...limits },
    async (body) => {
      await during();
      return body.length;
    },
    ({ code }: BodyRefusal) => code,
  );

/** A body in pieces, which ends when it is told to; says whether it was read to the end. */
function pieces(...sizes: number[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const size = sizes.shift();
      if (size === undefined) controller.close();
      else controller.enqueue(new Uint8Array(size));
    },
  });
}

test("is read whole within its limit, however it is sent", async () => {
  expect(await read(post("x".repeat(1000)))).toBe(1000);
  expect(await read(post(pieces(400, 600)))).toBe(1000);
});

describe("is refused", () => {
  test("when it announces more than the limit, before any of it is read", async () => {
    let pulled = 0;
    // Nothing is asked for ahead.
    const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
    expect(await read(post(body, { "content-length": "1001" }))).toBe("body_too_large");
    expect(pulled).toBe(0);
  });

  test("when it turns out longer than the limit, though it announced nothing", async () => {
    expect(await read(post(pieces(600, 600)))).toBe("body_too_large");
  });

  test("when it does not arrive in time", async () => {
    const never = new ReadableStream({ pull: () => new Promise<void>(() => {}) });
    expect(await read(post(never), { timeoutMs: 20 })).toBe("body_too_slow");
  });
});

describe("all bodies of a worker together", () => {
  test("hold no more than the budget: one too many is asked to come again, and the others are served", async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let holding = 0;
    const entered: (() => void)[] = [];
    const both = new Promise<void>((resolve) => entered.push(resolve));
    const hold = async () => {
      if (++holding === 2) entered[0]!();
      await held;
    };
    const first = [read(post(pieces(1000)), {}, hold), read(post(pieces(1000)), {}, hold)];
    await both;
    expect(await read(post(pieces(1000)))).toBe("too_busy");
    expect(await read(post(pieces(500)))).toBe(500);
    finish();
    expect(await Promise.all(first)).toEqual([1000, 1000]);
    expect(await read(post(pieces(1000)))).toBe(1000);
  });

  test("give back what they held, whatever became of them", async () => {
    for (let n = 0; n < 10; n++) {
      expect(await read(post(pieces(900, 900)))).toBe("body_too_large");
      await expect(read(post(pieces(900)), {}, () => Promise.reject(new Error("oops")))).rejects.toThrow("oops");
    }
    expect(await read(post(pieces(1000)))).toBe(1000);
  });
});
