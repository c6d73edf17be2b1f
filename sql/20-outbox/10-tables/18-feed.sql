create table outbox.feed (
  destination text not null,
  position bigint not null,
  delivery_id bigint not null,

  constraint a_position_is_taken_once primary key (destination, position),
  constraint a_delivery_is_in_the_feed_once unique (delivery_id),
  constraint a_feed_has_a_reader foreign key (destination) references outbox.readers (destination) on update cascade
    on delete cascade
);

alter table outbox.feed enable row level security;

comment on table outbox.feed is
  'A destination''s messages in reading order. Written when it is read, by outbox.fill_feed.';
comment on column outbox.feed.position is 'Counts up; deleted messages leave gaps.';
comment on column outbox.feed.delivery_id is
  'No foreign key, which would make readers wait for couriers: outbox.trim_feed deletes its rows instead.';
