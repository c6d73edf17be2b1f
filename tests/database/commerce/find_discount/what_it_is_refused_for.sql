begin;
select plan(11);

select tests.a_discount('TENTH', 10);
select tests.a_discount('OFF', 10, more => '{"active": false}');
select tests.a_discount('SOON', 10, more => jsonb_build_object('starts_at', now() + interval '1 hour'));
select tests.a_discount('OVER', 10, more => jsonb_build_object('ends_at', now()));
select tests.a_product('chair');
select tests.a_product('lamp', 500);
select tests.a_discount('LAMPS', 10, more => '{"skus": ["lamp"]}');
select tests.a_discount('DOLLARS', amount => 100, more => '{"currency": "USD"}');
select tests.a_discount('LARGE', 10, more => '{"minimum_minor": 2000, "currency": "EUR"}');
select tests.a_discount('FEW', 10, more => '{"max_uses": 1}');
select tests.a_discount('ONCE', 10, more => '{"once_per_buyer": true}');
create function pg_temp.code(code text, items jsonb default '{"chair": 1}', email text default 'buyer@tests.example')
  returns text language plpgsql as $$
declare
  v_code text;
begin
  perform tests.a_shipment('try', jsonb_build_object('discount_code', code), items, email);
  return 'given';
exception when others then
  get stacked diagnostics v_code = pg_exception_detail;
  return v_code;
end
$$;
select is(pg_temp.code(' tenth '), 'given', 'a code in any case, with blanks around it');
select is(pg_temp.code('NONE') || ' ' || pg_temp.code('OFF'), 'discount_unknown discount_unknown',
  'one that there is not, and one that is not active: the same');
select is(pg_temp.code('SOON') || ' ' || pg_temp.code('OVER'), 'discount_not_valid discount_not_valid',
  'before its time and after');
select is(pg_temp.code('LAMPS') || ' ' || pg_temp.code('DOLLARS'), 'discount_not_applicable discount_not_applicable',
  'for other products or another currency');
select is(pg_temp.code('LAMPS', '{"chair": 1, "lamp": 1}'), 'given', 'for one of several items');
select is(pg_temp.code('LARGE'), 'discount_minimum', 'below its minimum');
select is(pg_temp.code('LARGE', '{"chair": 2}'), 'given', 'at its minimum');
select is(pg_temp.code('FEW') || ' ' || pg_temp.code('FEW', email => 'other@tests.example'), 'given discount_used_up',
  'once all its uses are taken');
select is(pg_temp.code('ONCE') || ' ' || pg_temp.code('ONCE'), 'given discount_used', 'twice for one buyer');
select is(pg_temp.code('ONCE', email => 'Buyer@Tests.example'), 'discount_used', 'in whatever case the address is');
select is(pg_temp.code('ONCE', email => 'other@tests.example'), 'given', 'not for another buyer');

select * from finish();
rollback;
