-- Locks in the order of docs/architecture.md: payments, checkouts, orders, then what orders made. A row that names an
-- account stays that account's. A payment belongs to the buyer of its checkout: the payer's address, which a provider
-- names, is proof of nothing.
create function ops.link_purchases(user_id uuid, email text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_user uuid := link_purchases.user_id;
  v_email text := lower(link_purchases.email);
  v_checkouts uuid[];
  v_customers uuid[];
  v_linked jsonb := '{}';
  v_ids uuid[];
begin
  v_checkouts := array(
    select s.id from public.checkout_sessions s
    where lower(s.email) = v_email and (s.user_id is null or s.user_id = v_user)
  );
  perform 1 from public.payments p
  where p.user_id is null and p.checkout_session_id = any (v_checkouts)
  order by p.id
  for no key update;

  with changed as (
    update public.checkout_sessions s set user_id = v_user where s.id = any (v_checkouts) and s.user_id is null
    returning s.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('checkout_sessions', v_ids);

  with changed as (
    update public.payments p set user_id = v_user
    where p.user_id is null and p.checkout_session_id = any (v_checkouts)
    returning p.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('payments', v_ids);

  with changed as (
    update public.orders o set user_id = v_user
    where o.checkout_session_id = any (v_checkouts) and o.user_id is null
    returning o.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('orders', v_ids);

  -- No status and no seat changes: learning.guard_seat has nothing to lock.
  with changed as (
    update public.enrollments e set user_id = v_user where e.email = v_email and e.user_id is null returning e.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('enrollments', v_ids);

  with changed as (
    update public.customers c set user_id = v_user where lower(c.email) = v_email and c.user_id is null returning c.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('customers', v_ids);
  v_customers := array(select c.id from public.customers c where lower(c.email) = v_email and c.user_id = v_user);

  with changed as (
    update public.memberships m set user_id = v_user
    where m.user_id is null
      and (
        lower(m.email) = v_email
        or (m.email is null and exists (select 1 from public.customers c where c.id = any (v_customers)
          and c.provider = m.provider and c.provider_ref = m.customer_ref))
      )
    returning m.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('memberships', v_ids);

  -- In one statement: of a purchase and its refund the sum counts (community.count_credits).
  with changed as (
    update public.credit_ledger l set user_id = v_user
    where l.user_id is null
      and (
        lower(l.email) = v_email
        or l.payment_id in (select o.payment_id from public.orders o where o.checkout_session_id = any (v_checkouts))
        or (l.email is null and exists (select 1 from public.customers c where c.id = any (v_customers)
          and c.provider = l.provider and c.provider_ref = l.customer_ref))
      )
    returning l.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('credit_ledger', v_ids);

  with changed as (
    update public.tutoring_sessions s
    set student_user_id = case when s.student_email = v_email then coalesce(s.student_user_id, v_user)
          else s.student_user_id end,
        tutor_user_id = case when s.tutor_email = v_email then coalesce(s.tutor_user_id, v_user)
          else s.tutor_user_id end
    where (s.student_email = v_email and s.student_user_id is null)
      or (s.tutor_email = v_email and s.tutor_user_id is null)
    returning s.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('tutoring_sessions', v_ids);

  with changed as (
    update public.appointments a set user_id = v_user where a.email = v_email and a.user_id is null returning a.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('appointments', v_ids);

  with changed as (
    update public.student_questions q set user_id = v_user where q.email = v_email and q.user_id is null returning q.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('student_questions', v_ids);

  with changed as (
    update public.support_tickets t set user_id = v_user where t.email = v_email and t.user_id is null returning t.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('support_tickets', v_ids);

  return jsonb_strip_nulls(v_linked);
end
$$;
comment on function ops.link_purchases(uuid, text) is
  'Gives an account every row without one that was made under an address: checkouts, payments, orders (with their '
  'parcels), seats, customers, memberships, credits, sessions, appointments, questions, tickets. Returns the ids by '
  'table; {} when called again. Asks nobody: see ops.link_confirmed and ops.link_person.';
