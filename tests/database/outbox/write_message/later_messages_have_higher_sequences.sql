begin;
select plan(2);

select tests.a_destination('tests_a');
select tests.a_delivery('one', 'things/1');
select tests.a_delivery('two', 'things/1');

select ok(
  (select m.sequence from outbox.messages m where m.type = 'one') < (select m.sequence from outbox.messages m
    where m.type = 'two'), 'so that a receiver knows which of two is newer'
);
select ok((tests.the_delivery('one')).id < (tests.the_delivery('two')).id,
  'deliveries too: they are sent in this order');

select * from finish();
rollback;
