begin;
select plan(4);

create function pg_temp.outcome(variadic quantities numeric[]) returns text language plpgsql as $$
begin
  perform commerce.limit_checkout('a@tests.example', '192.0.2.1', true,
    (select jsonb_agg(jsonb_build_object('sku', 'x', 'quantity', q)) from unnest(quantities) q));
  return 'allowed';
exception when others then
  return sqlstate;
end
$$;

select is(pg_temp.outcome(-3000000000), 'allowed', 'commerce.open_checkout refuses it, with its code');
select is(pg_temp.outcome(0.5), 'allowed', 'and half of one');
select is(pg_temp.outcome(-3000000000, 1000000), 'allowed', 'and one that is far too large');
select is(pg_temp.outcome(-1000, 1000), '22023', 'what is less than nothing makes no room for more');

select * from finish();
rollback;
