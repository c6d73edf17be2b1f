begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('typed' || n) from generate_series(1, 30) n;
update outbox.deliveries set priority = 2;
select tests.a_delivery('usual');
select tests.a_delivery('paid');
update outbox.deliveries set priority = 0 where id = (tests.the_delivery('paid')).id;
select tests.a_courier('courier');

select is(tests.claim('courier', 1), 'paid', 'money goes first, though its message was written last');
select is(tests.claim('courier', 1), 'usual', 'then everything else');
select matches(tests.claim('courier', 1), '^typed', 'then texts that people write');

select * from finish();
rollback;
