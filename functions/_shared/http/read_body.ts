import { allOf } from "./streams.ts";

/** Reads a request's body, but never more than `limit` bytes of it. Null: there is more. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const announced = request.headers.get("content-length");
  if (Number(announced) > limit) return null;
  // The server holds a sender to the length he announces (to none, when he also sends chunks), and reads it faster than we do.
  if (announced !== null && !request.headers.has("transfer-encoding")) {
    const body = new Uint8Array(await request.arrayBuffer());
    return body.length > limit ? null : body;
  }
  return await allOf(request.body, limit);
}
