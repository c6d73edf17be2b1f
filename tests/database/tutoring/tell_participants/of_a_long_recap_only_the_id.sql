begin;
select plan(3);

select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary(repeat('word ', 30000)));
select tests.receive(tests.fact_meeting('rec_1', at => 1) || tests.a_summary(repeat('word ', 39000)));
create temporary table heard as
select m.event, m.payload from realtime.messages m
where m.topic = 'user:' || tests.user_id('student@tests.example') and m.payload ->> 'table' = 'session_recaps';

select ok((select octet_length(h.payload ->> 'record') > 150000 from heard h where h.event = 'INSERT'),
  'a row that fits is sent whole');
select is(
  (select h.payload -> 'record' from heard h where h.event = 'UPDATE'),
  jsonb_build_object('id', (tests.the_recap('rec_1')).id), 'one that does not is read by its id'
);
select is((select h.payload -> 'old_record' from heard h where h.event = 'UPDATE'),
  jsonb_build_object('id', (tests.the_recap('rec_1')).id), 'its old values are not sent either');

select * from finish();
rollback;
