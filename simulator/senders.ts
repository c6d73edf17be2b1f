/** All providers whose webhooks can be sent. */
import { fapshi } from "./providers/fapshi.ts";
import { fathom } from "./providers/fathom.ts";
import { make } from "./providers/make.ts";
import { paypal } from "./providers/paypal.ts";
import { railway } from "./providers/railway.ts";
import { stripe } from "./providers/stripe.ts";
import { whop } from "./providers/whop.ts";
import type { Sender } from "./sender.ts";

export const SENDERS: Readonly<Record<string, Sender>> = { stripe, fapshi, fathom, paypal, whop, railway, make };
