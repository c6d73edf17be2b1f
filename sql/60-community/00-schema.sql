create schema community;
comment on schema community is 'The rules about memberships. The tables are in public.';

create type public.membership_status as enum ('incomplete', 'trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired');
comment on type public.membership_status is 'trialing, active and past_due are members; the others are not (yet, or any more).';
create type public.invoice_outcome as enum ('failed', 'paid');
comment on type public.invoice_outcome is 'In the order of rank: an invoice that could not be collected may still be paid.';
