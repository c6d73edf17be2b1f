/** The headers of a PayPal signature, by the names of the fields in PayPal's API for verifying it. */
export const SIGNED_BY = {
  transmission_id: "paypal-transmission-id",
  transmission_time: "paypal-transmission-time",
  transmission_sig: "paypal-transmission-sig",
  cert_url: "paypal-cert-url",
  auth_algo: "paypal-auth-algo",
};

/** The values of those headers. */
export type Signed = Record<keyof typeof SIGNED_BY, string>;
