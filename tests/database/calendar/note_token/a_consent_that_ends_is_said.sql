begin;
select plan(4);

select calendar.connect();
select calendar.note_token(now() + interval '7 days');
select matches((select a.remedy from ops.attention a where a.what = 'calendar consent ends'), 'Publish the app',
  'the app is in testing');
create temporary table before as select s.xmin::text as version from calendar.settings s;
select calendar.note_token(now() + interval '7 days 3 seconds');
select is((select s.xmin::text from calendar.settings s), (select b.version from before b), 'seconds change nothing');
select calendar.note_token(now() + interval '14 days');
select is((select s.token_expires_at from calendar.settings s), now() + interval '14 days', 'a new consent does');
select calendar.note_token(null);
select is_empty($$ select 1 from ops.attention a where a.what = 'calendar consent ends' $$,
  'a published app has no end');

select * from finish();
rollback;
