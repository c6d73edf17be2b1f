-- The whole of what others than the owner may do. Row level security then decides on rows.
-- tests/database/grants proves that there is nothing else.

revoke all on all functions in schema ops, inbox, outbox, commerce, tutoring, community from public;

-- The catalogue is everybody's.
grant select on public.products to anon, authenticated;

-- Buyers and members read what is theirs.
grant select on public.customers, public.checkout_sessions, public.checkout_items, public.payments, public.refunds,
  public.orders, public.order_items, public.memberships, public.credit_ledger to authenticated;

-- The service key reads the business over the Data API; changes go through functions.
grant select on public.customers, public.products, public.checkout_sessions, public.checkout_items, public.stock_reservations,
  public.payments, public.refunds, public.disputes, public.orders, public.order_items, public.memberships, public.membership_invoices,
  public.payment_approvals, public.credit_ledger
  to service_role;

-- Tutors and students read what is theirs, and tell that they read their notifications.
grant select on public.tutoring_sessions, public.session_recaps, public.session_transcripts, public.notifications to authenticated, service_role;
grant update (read_at) on public.notifications to authenticated;
-- Policies ask it; the schema stays closed.
grant execute on function tutoring.my_email() to authenticated;
