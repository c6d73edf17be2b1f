begin;
select plan(2);

select throws_matching($$ select outbox.pause('nobody', 'test') $$, 'there is no destination nobody', 'pausing nobody');
select throws_matching($$ select outbox.resume('nobody') $$, 'there is no destination nobody', 'resuming nobody');

select * from finish();
rollback;
