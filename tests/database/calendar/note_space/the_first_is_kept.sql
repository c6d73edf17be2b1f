begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('lesson');
select is(calendar.note_space(tests.id('lesson'), 'https://meet.google.com/aaa-aaaa-aaa'),
  'https://meet.google.com/aaa-aaaa-aaa', 'the first');
select is(calendar.note_space(tests.id('lesson'), 'https://meet.google.com/bbb-bbbb-bbb'),
  'https://meet.google.com/aaa-aaaa-aaa', 'and not that of an attempt which ran beside it');

select * from finish();
rollback;
