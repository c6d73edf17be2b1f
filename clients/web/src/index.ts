export { type Change, Feed, isChange, type Page } from "./feed.ts";
export { PaymentRefused, type PaymentStatus, PaymentTimeout, type WaitOptions, waitForPayment } from "./payment.ts";
export { type Watch, type WatchOptions, WatchRefused, watch } from "./watch.ts";
