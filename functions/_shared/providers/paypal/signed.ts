/** The headers that a PayPal signature needs, by the names they have where PayPal's API is asked about it. */
export const SIGNED_BY = {
  transmission_id: "paypal-transmission-id",
  transmission_time: "paypal-transmission-time",
  transmission_sig: "paypal-transmission-sig",
  cert_url: "paypal-cert-url",
  auth_algo: "paypal-auth-algo",
};

/** What those headers hold. */
export type Signed = Record<keyof typeof SIGNED_BY, string>;
