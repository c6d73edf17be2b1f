create function outbox.retry(delivery_id bigint) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.deliveries d
  set status = 'pending',
      next_attempt_at = now(),
      settled_at = null,
      attempts_before = case when d.status = 'pending' then d.attempts_before else d.attempts end,
      -- Else it would look like one that cannot be sent (ops.attention_failing_destinations).
      last_error = case when d.status = 'pending' then d.last_error end
  where d.id = retry.delivery_id and d.status in ('pending', 'dead', 'cancelled');
  if not found then
    raise exception 'delivery % is not waiting, dead or cancelled', retry.delivery_id
      using
      hint
        =
        'A delivered one is not sent again; one that is being sent settles by itself. Look it up in outbox.deliveries.';
  end if;
  perform outbox.ring_if_due();
end
$$;
comment on function outbox.retry(bigint) is
  'Makes a waiting, dead or cancelled delivery due now: select outbox.retry(<id>).';
