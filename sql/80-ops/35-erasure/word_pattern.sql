-- In JSON and in addresses of pages, @ may be written in another way.
create function ops.word_pattern(word text) returns text
language sql immutable
set search_path = ''
return '(?<![[:alnum:]_.+-])'
  || replace(regexp_replace(word, '([]\\^.$*+?(){}|[-])', '\\\1', 'g'), '@', '(?:@|%40|\\u0040)')
  || '(?![[:alnum:]_-]|\.[[:alnum:]])';
comment on function ops.word_pattern(text) is
  'A regular expression that finds a text as a whole word: neither in a longer address nor in a longer name.';
