create function commerce.record_refund(payment_id uuid, amount_minor bigint, reference text, reason text default null)
  returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_left bigint;
  v_reference text := 'by hand: ' || btrim(record_refund.reference);
  v_refund uuid;
begin
  if record_refund.reason is not null then
    perform ops.check_reason('commerce.record_refund', record_refund.reason);
  end if;
  v_payment := commerce.lock_payment(record_refund.payment_id);
  v_left := commerce.refundable(v_payment.id);
  if v_left is null then
    raise exception 'nothing was captured of payment %', record_refund.payment_id using errcode = '22023',
      hint = 'There is nothing to refund.';
  elsif coalesce(btrim(record_refund.reference), '') = ''
    or strpos(record_refund.reference, '<transfer id>') > 0 then
    raise exception 'a refund by hand needs a reference' using errcode = '22023',
      hint = 'Pass the id of the transfer by which it was paid back.';
  elsif exists (select 1 from public.refunds r where r.provider = v_payment.provider and r.provider_ref = v_reference)
    then
    raise exception 'the refund % is recorded already', record_refund.reference using errcode = '23505',
      hint = 'See public.refunds.';
  elsif record_refund.amount_minor is null or record_refund.amount_minor <= 0
    or record_refund.amount_minor > v_left then
    raise exception 'of payment % can be refunded % % (minor units), not %', v_payment.id, v_left, v_payment.currency,
      record_refund.amount_minor
      using errcode = '22023', hint = 'Record what was really paid back.';
  end if;
  insert into public.refunds (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
  values (v_payment.id, v_payment.provider, v_reference, 'succeeded', record_refund.amount_minor, v_payment.currency,
    record_refund.reason)
  returning id into v_refund;
  perform commerce.refresh_payment(v_payment.id);
  return v_refund;
end
$$;
comment on function commerce.record_refund(uuid, bigint, text, text) is
  'Records money that an admin has paid back by hand, where the provider cannot refund (Fapshi): select '
  'commerce.record_refund(''<payment id>'', 5000, ''<transfer id>'', ''why''). Once per reference. Raises 22023 for '
  'more than is left.';
