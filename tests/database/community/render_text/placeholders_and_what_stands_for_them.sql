begin;
select plan(5);

select is(community.render_text('Hi {name}!', '{"name": "Amina"}'), 'Hi Amina!', 'a value');
select is(community.render_text('Hi {name|there}!', '{"name": null}'), 'Hi there!', 'what stands for one not known');
select is(community.render_text('Hi{name}!', '{}'), 'Hi!', 'or nothing');
select is(community.render_text('{name} {name}', '{"name": "{chat_link}", "chat_link": "x"}'), 'chat_link chat_link',
  'a value is no place for placeholders');
select is(community.render_text('100 % \1 {name}', '{"name": "& x"}'), '100 % \1 & x', 'nothing else is special');

select * from finish();
rollback;
