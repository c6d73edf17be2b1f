begin;
select plan(2);

select throws_matching($$ select outbox.rotate_secret('nobody') $$, 'there is no destination nobody', 'rotating');
select throws_matching($$ select outbox.end_rotation('nobody') $$, 'no rotation of nobody is in progress', 'ending it');

select * from finish();
rollback;
