begin;
select plan(4);

select is(ops.remedy('Does it.', 'select 1'), E'-- Does it.\nselect 1;', 'a statement, and what it does');
select is(ops.remedy('Nothing to run.', null), '-- Nothing to run.', 'only a comment');
select is(
  ops.remedy('Does it.', 'select 1', 'does that.', 'select 2', 'is left out.', null),
  E'-- Does it.\nselect 1;\n-- Instead: does that.\n-- select 2;', 'alternatives are comments'
);
select is(
  ops.remedy(E'Does it.\r\ndrop table x;', 'select 1', E'a\nb', E'select 2\n\r;drop table y'),
  E'-- Does it. drop table x;\nselect 1;\n-- Instead: a b\n-- select 2 ;drop table y;',
  'a line break in a value from outside ends no comment'
);

select * from finish();
rollback;
