begin;
select plan(1);

select throws_ok($$ select inbox.accept_shape('00000000-0000-0000-0000-000000000000', 'a test') $$, 'P0002',
  'there is no shape 00000000-0000-0000-0000-000000000000', 'with what to look at instead');

select * from finish();
rollback;
