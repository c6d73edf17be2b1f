import { expect, test } from "vitest";
import { readBody } from "../../../functions/_shared/http/read_body.ts";

const LIMIT = 10;

/** A request with a body in these chunks, and the headers that a server passes on. */
function request(chunks: string[], headers: Record<string, string> = {}): Request {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return new Request("http://127.0.0.1/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
}
const read = async (...args: Parameters<typeof request>) => {
  const body = await readBody(request(...args), LIMIT);
  return body && new TextDecoder().decode(body);
};

test("reads a body with content-length completely", async () => {
  expect(await read(["01234", "56789"], { "content-length": "10" })).toBe("0123456789");
});

test("reads a body without content-length completely", async () => {
  expect(await read(["01234", "56789"])).toBe("0123456789");
});

test("reads a missing body as empty", async () => {
  expect(await readBody(new Request("http://127.0.0.1/", { method: "POST" }), LIMIT)).toEqual(new Uint8Array());
});

test.each<[name: string, headers: Record<string, string>]>([
  ["a content-length over the limit", { "content-length": "11" }],
  ["a content-length that is too small", { "content-length": "5" }],
  ["transfer-encoding chunked", { "transfer-encoding": "chunked" }],
  [
    "a content-length that is too small and transfer-encoding chunked",
    { "content-length": "5", "transfer-encoding": "chunked" },
  ],
])("returns null for a body over the limit with %s", async (_, headers) => {
  expect(await read(["01234", "567890"], headers)).toBeNull();
});

test("stops reading a chunked body at the limit, whatever its content-length", async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(4));
    },
  });
  const headers = { "content-length": "5", "transfer-encoding": "chunked" };
  expect(
    await readBody(
      new Request("http://127.0.0.1/", { method: "POST", headers, body: endless, duplex: "half" } as RequestInit),
      LIMIT,
    ),
  ).toBeNull();
  expect(pulled).toBeLessThan(10);
});

test.each<[how: string, headers: Record<string, string>]>([
  ["in chunks", {}],
  ["with a content-length", { "content-length": "8" }],
])("refuses a body that does not arrive in time, sent %s", async (_, headers) => {
  const never = new ReadableStream({ pull: () => new Promise<void>(() => {}) });
  const slow = new Request("http://127.0.0.1/", {
    method: "POST",
    headers,
    body: never,
    duplex: "half",
  } as RequestInit);
  await expect(readBody(slow, LIMIT, 20)).rejects.toMatchObject({ status: 408, code: "body_too_slow" });
});
