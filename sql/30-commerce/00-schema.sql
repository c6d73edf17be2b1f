create schema commerce;
comment on schema commerce is 'The rules about money, stock and orders. The tables are in public.';

create type public.payment_status as enum (
  'created', 'pending', 'failed', 'cancelled', 'expired', 'captured', 'disputed', 'partially_refunded', 'refunded'
);
comment on type public.payment_status is
  'In the order of rank up to captured: a payment only moves forward, and a captured payment stays captured. Refunds '
  'and disputes then decide between captured, disputed, partially_refunded and refunded.';

create type public.checkout_status as enum (
  'open', 'payment_pending', 'payment_failed', 'expired', 'payment_completed'
);
comment on type public.checkout_status is
  'Follows from the checkout''s payments (commerce.refresh_checkout). open: no payment yet. payment_pending: a payment '
  'is pending or approved, or is captured and needs review. payment_failed, expired: its stock is back on sale; it may '
  'still be paid. payment_completed: it has its order.';

create type public.reservation_status as enum ('held', 'released', 'taken');
comment on type public.reservation_status is 'held: kept for the buyer. released: back on sale. taken: sold.';

create type public.order_status as enum ('confirmed', 'needs_attention', 'refunded');
comment on type public.order_status is
  'confirmed: paid and to be fulfilled. needs_attention: paid, but an admin must settle attention_reason. refunded: '
  'refunded in full.';

create type public.refund_status as enum ('pending', 'succeeded', 'failed', 'cancelled');
comment on type public.refund_status is 'In the order of rank: one that succeeded may still fail at the buyer''s bank.';

create type public.dispute_status as enum ('needs_response', 'under_review', 'closed', 'won', 'lost');
comment on type public.dispute_status is
  'closed: an inquiry that ended, or a dispute that was prevented; no money moved.';

create type public.product_kind as enum ('goods', 'cohort_seat', 'tutoring_session', 'credit_pack');
comment on type public.product_kind is
  'How an order of it is fulfilled: goods by a parcel (fulfillments), cohort_seat by an enrolment, tutoring_session by '
  'a session at the chosen time, credit_pack by credits.';

create type public.stock_reason as enum ('opened', 'reserved', 'released', 'restocked', 'counted', 'moved',
  'corrected');
comment on type public.stock_reason is
  'opened: the stock of a new product. reserved, released: by a checkout. restocked: came back from an order. counted, '
  'moved: set by the inventory system (functions/catalog). corrected: products.stock was changed by hand.';

create type public.fulfillment_status as enum ('pending', 'packed', 'shipped', 'delivered', 'returned', 'cancelled');
comment on type public.fulfillment_status is
  'pending → packed → shipped → delivered; cancelled before it is shipped, returned after. See '
  'commerce.guard_fulfillment.';

create type public.refund_request_status as enum ('requested', 'sent', 'refused');
comment on type public.refund_request_status is
  'requested: the courier will ask the provider. sent: the provider accepted it; its status is in its row of refunds. '
  'refused: the provider refused it, error says why.';

create type public.payment_adjustment as enum ('tax', 'shipping', 'discount');
comment on type public.payment_adjustment is
  'What a payment provider may add to our total, or subtract from it: see commerce.settings.';
