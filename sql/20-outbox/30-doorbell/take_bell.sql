create function outbox.take_bell(bell jsonb) returns text
language plpgsql
set search_path = ''
as $$
begin
  if not outbox.bell_is_genuine(bell) then
    return 'refused';
  end if;
  insert into outbox.bells (nonce) values (bell ->> 'nonce') on conflict do nothing;
  if not found then
    return 'again';
  end if;
  -- A bell is genuine for a minute, so that older ones need not be known. Two calls wait for none of each other's rows.
  delete from outbox.bells b
  where b.nonce in (
    select o.nonce from outbox.bells o where o.rung_at < now() - interval '10 minutes' limit 100 for update skip locked
  );
  return 'first';
end
$$;
comment on function outbox.take_bell(jsonb) is
  'What a call of the courier is: first, start one; again, the same bell has started one already; refused, it is not '
  'genuine (outbox.bell_is_genuine).';
