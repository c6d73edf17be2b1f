create schema community;
comment on schema community is 'The rules about memberships and credits. The tables are in public.';

create type public.membership_status as enum ('incomplete', 'trialing', 'active', 'past_due', 'paused', 'cancelled',
  'expired');
comment on type public.membership_status is
  'trialing, active and past_due are members; the others are not (yet, or any more).';
create type public.invoice_outcome as enum ('failed', 'paid');
comment on type public.invoice_outcome is
  'In the order of rank: an invoice that could not be collected may still be paid.';

create type public.credit_reason as enum ('bought', 'refunded', 'spent', 'granted');
comment on type public.credit_reason is
  'bought: a payment of a credit pack. refunded: that payment was refunded. spent: used. granted: given by an admin.';
