begin;
select plan(2);

select tests.is_refused($$ insert into inbox.rejections (provider, reason, minute)
  values ('tests', 'x', '2026-01-01 00:00:07Z') $$, 'a_minute_is_whole', 'a minute is whole');
select inbox.reject('tests', 'x', 1, '{}');
select tests.is_refused($$ insert into inbox.rejections (provider, reason, minute)
  values ('tests', 'x', date_trunc('minute', now())) $$, 'rejections_are_counted_by_minute', 'a minute has one count');

select * from finish();
rollback;
