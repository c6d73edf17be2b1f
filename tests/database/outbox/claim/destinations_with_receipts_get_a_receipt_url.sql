begin;
select plan(3);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
update outbox.destinations set receipts = true where name = 'tests_a';
select tests.a_delivery('one'), tests.a_delivery('two', destination => 'tests_b');
select tests.a_courier('courier');
create temporary table got as select * from outbox.claim(tests.id('courier'), 50);

select is((select g.body::jsonb ->> 'receipt_url' from got g where g.type = 'one'),
  outbox.receipt_url((tests.the_delivery('one')).id), 'it gets the URL');
select is((select g.body from got g where g.type = 'two'), '{"type" : "two"}', 'another destination gets none');
select tests.record('courier', 'one', 'retry', '{"error": "500"}');
select tests.comes_due('one');
select is((select c.body from outbox.claim(tests.id('courier'), 50) c), (select g.body from got g where g.type = 'one'),
  'the same on every attempt');

select * from finish();
rollback;
