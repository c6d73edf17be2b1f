-- For ops.purge: the oldest first.
create index rejections_by_minute on inbox.rejections (minute);
