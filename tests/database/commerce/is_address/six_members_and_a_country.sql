begin;
select plan(6);

select ok(commerce.is_address(tests.an_address()), 'an address');
select ok(not commerce.is_address(tests.an_address() - 'line2'), 'one without a member is none');
select ok(not commerce.is_address(tests.an_address() || '{"floor": "3"}'), 'nor one with another');
select ok(not commerce.is_address(tests.an_address('Germany')), 'nor one of a country by name');
select ok(not commerce.is_address(tests.an_address() || '{"city": 5}'), 'nor one whose city is a number');
select ok(not commerce.is_address(tests.an_address() || jsonb_build_object('line1', repeat('x', 201))),
  'nor one that is too long');

select * from finish();
rollback;
