begin;
select plan(4);

create function tests.genuine(bell jsonb) returns text language plpgsql as $$
begin
  return outbox.bell_is_genuine(bell);
exception when others then
  return sqlerrm;
end
$$;
select is(tests.genuine('{"expires_at": "soon", "nonce": "n", "signature": "s"}'), 'false',
  'a time that is not a number');
select is(tests.genuine('{"expires_at": 1e30, "nonce": "n", "signature": "s"}'), 'false', 'a time beyond bigint');
select is(tests.genuine('{"expires_at": 1.5, "nonce": "n", "signature": "s"}'), 'false', 'a time with a fraction');
select is(tests.genuine('{"expires_at": {}, "nonce": [], "signature": {}}'), 'false', 'objects where text is expected');

select * from finish();
rollback;
