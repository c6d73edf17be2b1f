begin;
select plan(11);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_destination('reconciler');
select tests.a_provider();
select tests.a_reconciliation('run');
update inbox.reconciliations set started_at = now() - interval '2 hours' where provider = 'tests';
select tests.a_delivery('one');
update outbox.deliveries set status = 'dead', settled_at = now();
select outbox.pause('tests_b', 'under repair');
select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_late', 'late'));
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 1)));
select tests.time_passes('evt_2', '2 hours');
select tests.receive_events(tests.unconfirmed('evt_3', tests.fact_captured('pi_1')));
select tests.time_passes('evt_3', '2 hours');
select tests.receive(tests.fact_captured('pi_other', 'quick', 5));
select tests.receive(tests.fact_captured('pi_second', 'late'));
select tests.receive(tests.fact_captured('pi_nothing'));

-- What was missing is there again.
update public.products set stock = 5 where sku = 'chair';

create temporary table asked as
select a.what, a.which, replace(replace(a.remedy, '<why>', 'a test'), '<transfer id>', a.id) as remedy from
  ops.attention a
where a.remedy like E'%\nselect %' -- some have nothing to run
  and (a.which like 'tests %' or a.which = 'tests' or a.id in ('tests_b', (tests.the_delivery('one')).id::text,
    (tests.the_order('late')).id::text));

select is((select count(*)::integer from asked), 10, 'there is a row of every kind');
select lives_ok(a.remedy, format('%s, %s: the remedy works', a.what, a.which))
  from (select * from asked order by what, which) a;

select * from finish();
rollback;
