/** The token of `Authorization: Bearer <token>` (RFC 6750); undefined when there is none, or it has another form. */
export function bearerToken(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}
