begin;
select plan(3);

create temporary table made as select clock_timestamp() as before, ops.uuid7() as id, clock_timestamp() as after;
select ok((select m.id >= ops.uuid7_at(m.before) from made m), 'what is made later is not below it');
select ok((select m.id < ops.uuid7_at(m.after + interval '2 ms') from made m), 'what was made earlier is');
select is(ops.uuid7_at('1970-01-01T00:00:00.255Z'), '00000000-00ff-7000-8000-000000000000',
  'a uuid of version 7 (RFC 9562)');

select * from finish();
rollback;
