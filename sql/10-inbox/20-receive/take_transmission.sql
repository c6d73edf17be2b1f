create function inbox.take_transmission(provider text, ref text, body_sha256 text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_known text;
begin
  insert into inbox.transmissions as t (provider, ref, body_sha256)
  values (take_transmission.provider, take_transmission.ref, take_transmission.body_sha256)
  on conflict on constraint transmissions_pkey do nothing;
  select t.body_sha256 into v_known from inbox.transmissions t
  where t.provider = take_transmission.provider and t.ref = take_transmission.ref;
  -- A signature is accepted for five days, so that older ones need not be known.
  delete from inbox.transmissions o
  where (o.provider, o.ref) in (
    select x.provider, x.ref from inbox.transmissions x where x.received_at < now() - interval '10 days'
    limit 100 for update skip locked
  );
  return v_known is not distinct from take_transmission.body_sha256;
end
$$;
comment on function inbox.take_transmission(text, text, text) is
  'Whether a body may stand under a signature: true for the first body that is sent with it, and for the same body '
  'again; false for every other.';
