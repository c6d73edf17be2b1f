begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');

select throws_ok($$ select tests.record('courier', 'one', 'perhaps') $$, '22023', 'no rule for the outcome perhaps',
  'an unknown outcome is refused');
select throws_ok($$ select tests.record('courier', 'one', null) $$, '22023', 'no rule for the outcome (none)',
  'nor nothing');

select * from finish();
rollback;
