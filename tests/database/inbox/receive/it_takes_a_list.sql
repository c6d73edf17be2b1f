begin;
select plan(4);

select throws_ok($$ select inbox.receive('{}') $$, '22023', 'inbox.receive takes a list of events',
  'an object is refused');
select throws_ok($$ select inbox.receive('null') $$, '22023', 'inbox.receive takes a list of events',
  'JSON null is refused');
select throws_ok($$ select inbox.receive(null) $$, '22023', 'inbox.receive takes a list of events', 'null is refused');
select is_empty($$ select * from inbox.receive('[]') $$, 'an empty list is answered with none');

select * from finish();
rollback;
