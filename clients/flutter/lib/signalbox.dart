// What apps of a Signalbox project do with Realtime and payments. See README.md.

export 'src/feed.dart' show Change, Feed, Page;
export 'src/live_rows.dart' show liveRows;
export 'src/payment.dart'
    show PaymentRefused, PaymentStatus, PaymentTimeout, waitForPayment;
export 'src/watch.dart' show Watch, WatchRefused;
