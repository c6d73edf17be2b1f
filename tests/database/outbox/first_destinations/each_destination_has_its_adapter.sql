begin;
select plan(2);

select results_eq(
  $$ select d.name, d.adapter from outbox.destinations d where d.name in ('make', 'railway', 'railway_stripe', 'paypal',
    'reconciler') order by d.name collate "C" $$,
  $$ values ('make', 'make'), ('paypal', 'paypal_capture'), ('railway', 'webhook'), ('railway_stripe', 'stripe'),
    ('reconciler', 'reconcile') $$, 'each destination by its adapter'
);
select is((tests.the_destination('reconciler')).timeout_ms, 60000, 'the reconciler has time to read page after page');

select * from finish();
rollback;
