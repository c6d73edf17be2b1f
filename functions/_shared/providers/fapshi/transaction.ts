/** What one transaction of Fapshi's is known by: the webhook and the API both carry it. */
import { Json, type Kind } from "../../facts/json_reader.ts";

/** It becomes part of a URL, so nothing else may be in it (Fapshi/SDKs, nodejs/fapshi.js). */
export const transactionId: Kind<string> = {
  name: "8 to 10 letters and digits",
  read: (value) => (typeof value === "string" && /^[a-zA-Z0-9]{8,10}$/.test(value) ? value : undefined),
};

/** The one transaction of a body: documented as an object, in older docs as a list with one. Anything else as it is. */
export function unwrapTransaction(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : body;
}

/** Null where there is none that Fapshi could be asked about. */
export function transIdOf(transaction: unknown): string | null {
  return transactionId.read(new Json(transaction).at("transId").value) ?? null;
}
